"""What leaves and enters the Compare area: the clipboard, files, the folders of runs."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from explorer.core.recipe import Recipe
from explorer.engine.runs.run_folder import RunRecord, write_record
from explorer.gui.comparison.area import CompareArea
from explorer.gui.main_window import MainWindow
from explorer.gui.network_sources import source_of_path
from tests.gui.conftest import Opener
from tests.gui.windows import Answers

LEFT = Qt.MouseButton.LeftButton


def compare(window: MainWindow) -> CompareArea:
    window.window_actions["compare"].trigger()
    assert window.areas.compare is not None
    return window.areas.compare


def test_copy_and_files(open_window: Opener, tmp_path: Path) -> None:
    window, answers = open_window("resnet18")
    area = compare(window)
    QTest.mouseClick(area.findChild(QToolButton, "copyComparison"), LEFT)
    content = QGuiApplication.clipboard().mimeData()
    assert "| Parameters | 11,689,512 | 25,557,032 | × 2.19 |" in content.text()
    assert b"parameters,11689512,25557032" in bytes(content.data("text/csv").data())
    for ending, sign in ((".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")):
        answers.picture = tmp_path / f"figure{ending}"
        area.export_picture(ending == ".svg")
        assert answers.picture.read_bytes().startswith(sign)
    assert ET.fromstring((tmp_path / "figure.svg").read_bytes()).tag.endswith("svg")
    for ending in (".csv", ".md", ".tex", ".json", ".txt", ".xlsx"):
        answers.table = tmp_path / f"table{ending}"
        area.export_tables()
        assert answers.table.stat().st_size > 300
    assert len(json.loads((tmp_path / "table.json").read_text("utf-8"))["networks"]) == 2
    _refused(window, answers, tmp_path)


def _refused(window: MainWindow, answers: Answers, folder: Path) -> None:
    assert window.areas.compare is not None
    answers.table = folder / "table.doc"
    window.areas.compare.export_tables()
    assert "no format has the ending .doc" in window.errors.sentence.text()


def a_run(folder: Path, graph: object, accuracy: float) -> Path:
    folder.mkdir()
    write_record(folder, RunRecord("lenet", graph, Recipe(), {}))  # type: ignore[arg-type]
    steps = [{"kind": "step", "step": step, "loss": 2.0 / step} for step in range(1, 6)]
    epoch = {"kind": "epoch", "epoch": 1, "step": 5, "train_accuracy": 0.5, "test_accuracy": accuracy}
    lines = [*steps, epoch, {"kind": "end", "step": 5, "state": "finished"}]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "metrics.jsonl").write_text(text, encoding="utf-8")
    return folder


def test_runs_are_columns_with_curves(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    area = compare(window)
    graph = area.compared.subjects[0].graph
    folders = [a_run(tmp_path / f"lenet-{place}", graph, 0.5 + place / 4) for place in range(2)]
    area.compared.show(*(source_of_path(folder) for folder in folders))
    assert [item.title for item in area.compared.subjects] == ["lenet-0", "lenet-1"]
    rows = {row.key: row for row in area.cards.totals.rows}
    assert [item.text for item in rows["run_accuracy"].figures] == ["50.00 %", "75.00 %"]
    assert rows["run_accuracy"].against_first(1) == "+25.000"
    QTest.mouseClick(area.cards.upper_switch.button(1), LEFT)
    qtbot.waitUntil(lambda: len(area.cards.curves.runs) == 2, timeout=20_000)
    assert [len(run.loss) for run in area.cards.curves.runs.values()] == [5, 5]
    assert [run.name for run in area.cards.curves.runs.values()] == ["lenet-0", "lenet-1"]

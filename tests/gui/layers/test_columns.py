"""The columns of the layer table: chosen, ordered, in other conventions, copied and written to files."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from explorer.core import edits
from explorer.core.attribute import COUNT_LIMIT
from explorer.core.conventions import Conventions
from explorer.core.errors import ExplorerError
from explorer.gui.layers.columns import COLUMNS, PLACE
from explorer.gui.main_window import MainWindow
from explorer.gui.table_export import write_table
from tests.gui.conftest import Opener


def cell(window: MainWindow, name: str, key: str) -> str:
    return str(window.design.layers.model.index_of(name).siblingAtColumn(PLACE[key]).data())


def write(window: MainWindow, path: Path) -> None:
    layers, bench = window.design.layers, window.workbench
    columns = layers.table.shown_columns()
    write_table(path, bench.document.name, bench.analysis, layers.listed(), columns, layers.model.reading)


def test_every_column_says_what_the_line_has(window: MainWindow) -> None:
    for column in COLUMNS[1:]:
        window.design.layers.tools.column_wanted.emit(PLACE[column.key], True)
    assert len(window.design.layers.table.shown_columns()) == len(COLUMNS)
    assert cell(window, "conv1", "window") == "7×7 /2 +3"
    assert cell(window, "bn1", "buffers") == "129"
    assert cell(window, "conv1", "intensity") == "30.6"  # MACs / (4 · (150,528 + 802,816 + 9,408))
    assert cell(window, "conv1", "memoryShare") == "9.6 %"
    assert cell(window, "relu", "window") == "–"
    assert cell(window, "conv1", "time") == "–"
    assert not window.design.layers.grab().isNull()
    window.design.layers.tools.columns_reset.emit()
    assert window.design.layers.table.column_words == ()


def test_conventions_change_figures_titles_and_what_is_said(window: MainWindow, qtbot: QtBot) -> None:
    layers, bench = window.design.layers, window.workbench
    menu = layers.tools.conventions.menu()
    actions = {action.objectName(): action for action in menu.findChildren(type(menu.actions()[0]))}
    for name in ("unit.flops", "count.bias", "count.normalization", "sizes.MB", "precision.int8", "batch.8"):
        actions[f"action.{name}"].trigger()
    assert bench.conventions == Conventions("flops", True, True, "MB", "int8", 8)
    header = layers.model.headerData(PLACE["macs"], Qt.Orientation.Horizontal)
    assert header == "FLOPs"
    assert cell(window, "conv1", "macs") == f"{8 * 2 * 118_013_952:,}"
    assert cell(window, "bn1", "macs") == f"{8 * 2 * 64 * 112 * 112:,}"
    assert cell(window, "conv1", "memory") == "6.42 MB"
    for text in (layers.tools.conventions.accessibleName(), window.status.totals.text()):
        assert "FLOPs" in text
        assert "8 pictures" in text
        assert "bias and normalization counted" in text
    assert "11.69 MB in int8" in window.status.totals.text()
    assert actions["action.count.bias"].isChecked()
    bench.count_by(Conventions(batch=7))
    assert not actions["action.batch.8"].isChecked()
    assert menu.batch_field.value() == 7
    menu.batch_field.setValue(9)
    assert bench.conventions.batch == 9
    actions["action.usualConventions"].trigger()
    assert bench.conventions == Conventions()
    assert cell(window, "conv1", "macs") == "118,013,952"


def test_measured_times_appear_and_go_with_an_edit(window: MainWindow) -> None:
    layers, bench = window.design.layers, window.workbench
    layers.model.set_times({"conv1": 1.25, "fc": 0.5, "gone": 3.0})
    assert "time" in [column.key for column in layers.table.shown_columns()]
    assert cell(window, "conv1", "time") == "1.25 ms"
    assert cell(window, "fc", "time") == "500 µs"
    assert layers.sums.texts["time"] == "1.75 ms"
    bench.apply("classes", edits.set_attribute(bench.document, ("fc",), "out_features", 10))
    assert cell(window, "fc", "time") == "–"
    assert cell(window, "conv1", "time") == "1.25 ms"
    layers.model.set_times({})
    assert "time" not in [column.key for column in layers.table.shown_columns()]


def test_several_selected_layers_are_summed_in_the_status_line(window: MainWindow) -> None:
    window.workbench.select(["conv1", "layer1", "layer1.0.conv1", "fc"])
    text = window.status.totals.text()
    assert text.startswith("4 selected")
    assert f"{9_408 + 147_968 + 513_000:,} parameters, 5.7 %" in text  # what is inside counts once
    window.workbench.select(["conv1"])
    assert "11,689,512 parameters" in window.status.totals.text()


@pytest.mark.parametrize("wanted", ["text", "csv", "markdown", "latex"])
def test_copies_say_what_the_figures_mean(window: MainWindow, wanted: str) -> None:
    window.workbench.count_by(Conventions("flops", precision="fp16"))
    window.workbench.select(["conv1", "fc"])
    actions = {action.objectName(): action for action in window.design.layers.tools.copy.menu().actions()}
    actions[f"action.copyAs.{wanted}"].trigger()
    text = QGuiApplication.clipboard().text()
    assert "FLOPs" in text
    exact = "236027904" if wanted == "csv" else "236,027,904"
    assert exact in text
    assert "layer1" not in text
    if wanted != "csv":
        assert "fp16" in text


def test_files_hold_what_the_filter_wants_in_the_chosen_columns(window: MainWindow, tmp_path: Path) -> None:
    layers = window.design.layers
    layers.filter.setText("operator = Linear or name = conv1")
    layers.table.show_column(PLACE["operator"], False)
    write(window, tmp_path / "table.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "table.csv").read_text(encoding="utf-8"))))
    assert [row[0] for row in rows] == ["Name", "conv1", "fc"]
    assert "Operator" not in rows[0]
    assert rows[1][rows[0].index("MACs")] == "118013952"
    assert float(rows[1][rows[0].index("Share of MACs (%)")]) == pytest.approx(6.505467)
    for ending in ("md", "tex", "txt"):
        write(window, tmp_path / f"table.{ending}")
        assert "bias not counted" in (tmp_path / f"table.{ending}").read_text(encoding="utf-8")
    write(window, tmp_path / "table.json")
    content = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))
    assert content["total"]["macs"] == 1_814_073_344
    with pytest.raises(ExplorerError, match=r"\.xlsx"):
        write(window, tmp_path / "table.doc")


def test_excel_holds_exact_numbers_and_no_formula(window: MainWindow, tmp_path: Path) -> None:
    bench = window.workbench
    grouped = edits.group(bench.document, ["bn1", "relu"], "own")
    bench.apply("group", edits.set_attribute(grouped, ("own",), "title", "=cmd()"))
    layers = window.design.layers
    layers.listed = lambda: [bench.lines[name] for name in ("conv1", "own")]  # type: ignore[method-assign]
    write(window, tmp_path / "table.xlsx")
    with zipfile.ZipFile(tmp_path / "table.xlsx") as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
        texts = book.read("xl/sharedStrings.xml").decode("utf-8")
    space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    assert not sheet.findall(".//x:f", space)
    numbers = {item.text for item in sheet.findall(".//x:c/x:v", space)}
    assert "118013952" in numbers
    assert "'=cmd()" in texts
    assert "bias not counted" in texts


def test_figures_of_ten_to_the_thirty(open_window: Opener) -> None:
    window, _ = open_window("vgg16")
    bench, layers = window.workbench, window.design.layers
    document = bench.document
    for name in ("classifier.0", "classifier.3"):
        document = edits.set_attribute(document, (name,), "out_features", COUNT_LIMIT)
    bench.apply("huge", document)
    bench.count_by(Conventions("flops", batch=10**9))
    exact = bench.conventions.operations(bench.analysis.rows["classifier.3"])
    assert exact > 10**30
    shown = cell(window, "classifier.3", "macs")
    assert "·10³" in shown
    tip = (
        layers.model.index_of("classifier.3").siblingAtColumn(PLACE["macs"]).data(Qt.ItemDataRole.ToolTipRole)
    )
    assert f"{exact:,}" in tip
    layers.filter.setText(f"flops = {exact}")
    assert layers.model.hits() == {"classifier.3"}
    layers.filter.setText("flops > 1e30")
    assert "classifier.3" in (layers.model.hits() or ())
    layers.filter.clear()
    layers.table.header().setSortIndicator(PLACE["macs"], Qt.SortOrder.DescendingOrder)
    assert layers.model.line(layers.model.index(0, 0)).name == "classifier.3"  # type: ignore[union-attr]
    bench.select(["classifier.3"])
    (operations,) = [fact for fact in window.design.properties.formulas.facts if fact.name == "FLOPs"]
    assert operations.result == f"{exact:,}"
    assert not window.grab().isNull()

"""The layer table: figures, order, filter, selection, and what an edit updates."""

from __future__ import annotations

import csv
import io

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from explorer.core import edits
from explorer.core.attribute import COUNT_LIMIT
from explorer.gui.layers.columns import COLUMNS
from explorer.gui.layers.model import LINE, LayerTableModel
from explorer.gui.main_window import MainWindow
from explorer.gui.workbench import Workbench
from tests.gui.conftest import Opener

PLACE = {column.key: number for number, column in enumerate(COLUMNS)}


@pytest.fixture
def bench() -> Workbench:
    made = Workbench()
    made.open("resnet18")
    return made


def names(model: QAbstractItemModel, parent: QModelIndex | None = None) -> list[str]:
    above = parent or QModelIndex()
    return [model.index(row, 0, above).data(LINE).name for row in range(model.rowCount(above))]


def cell(model: LayerTableModel, name: str, key: str, role: int = Qt.ItemDataRole.DisplayRole) -> object:
    return model.index_of(name).siblingAtColumn(PLACE[key]).data(role)


def test_figures_are_exact(bench: Workbench) -> None:
    model = LayerTableModel(bench)
    assert names(model) == list(bench.document.graph.order)
    assert cell(model, "layer2.0.conv1", "parameters") == "73,728"
    assert cell(model, "layer2.0.conv1", "macs") == "57,802,752"
    assert cell(model, "layer2.0.conv1", "parameterShare") == "0.6 %"
    assert cell(model, "layer2.0.conv1", "field") == "51 px"
    assert cell(model, "layer2.0.bn1", "parameterShare") == "<0.01 %"
    assert cell(model, "layer2.0.relu", "parameters") == "–"
    assert cell(model, "layer1", "operator") == "BasicBlock ×2"
    assert cell(model, "layer1", "memory") == "10.72 MiB"


def test_the_model_keeps_qts_rules_through_edits(bench: Workbench) -> None:
    model = LayerTableModel(bench)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for name in bench.document.graph.nodes:
        names(model, model.index_of(name))
    document = bench.document
    steps = [
        edits.delete(document, ["relu"]),
        edits.rename(document, "layer2", "stage"),
        edits.set_attribute(document, ("layer3",), "n", 5),
        edits.dissolve(document, "layer4"),
        document,
    ]
    for step in steps:
        bench.apply("step", step)
        model.update()
        assert names(model) == list(step.graph.order)
        for name in (item for item in bench.lines if bench.lines[item].inner is not None):
            inside = [line.name for line in bench.lines.values() if line.block == name]
            assert names(model, model.index_of(name)) == inside
    bench.open("googlenet")
    model.update()
    assert names(model) == list(bench.document.graph.order)
    del tester


def test_an_edit_announces_only_what_changed(bench: Workbench, qtbot: QtBot) -> None:
    model = LayerTableModel(bench)
    announced: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: announced.append((first.row(), last.row())))
    model.rowsInserted.connect(lambda *_: announced.append((-1, -1)))
    model.modelReset.connect(lambda *_: announced.append((-2, -2)))
    order = list(bench.document.graph.order)
    # a stride changes shapes from there on, and no count of parameters but all MACs
    bench.apply("p", edits.set_attribute(bench.document, ("maxpool",), "ceil_mode", True))
    model.update()
    assert announced
    assert all(row >= 0 for pair in announced for row in pair)
    assert min(first for first, _ in announced) >= 0
    announced.clear()
    bench.apply("move", edits.move(bench.document, {"conv1": (1.0, 1.0)}))
    model.update()
    assert announced == []
    assert names(model) == order


def test_sorting_beyond_64_bits(bench: Workbench) -> None:
    document = bench.document
    for name in ("conv1", "fc"):
        key = "out_channels" if name == "conv1" else "out_features"
        document = edits.set_attribute(document, (name,), key, COUNT_LIMIT)
    document = edits.set_attribute(document, ("conv1",), "kernel_size", 10_000)
    document = edits.set_attribute(document, ("conv1",), "padding", 5_000)
    bench.apply("huge", document)
    model = LayerTableModel(bench)
    place = PLACE["macs"]
    model.sort(place, Qt.SortOrder.DescendingOrder)
    figures = [model.figure(model.index(row, place)) for row in range(model.rowCount())]
    known = [item for item in figures if item is not None]
    assert known == sorted(known, reverse=True)
    assert known[0] > 2**63
    assert figures[: len(known)] == known
    model.sort(-1)
    assert names(model) == list(document.graph.order)


def test_filter_shows_hits_and_their_blocks(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.design.layers
    everything = names(panel.model)
    qtbot.keyClicks(panel.filter, "downsample.0")
    assert names(panel.model) == ["layer2", "layer3", "layer4"]
    stage = panel.model.index_of("layer2")
    assert panel.table.isExpanded(stage)
    assert names(panel.model, panel.model.index_of("layer2.0")) == ["layer2.0.downsample.0"]
    qtbot.keyClicks(panel.filter, " maxpool")
    assert names(panel.model) == []
    panel.filter.clear()
    assert names(panel.model) == everything
    qtbot.keyClicks(panel.filter, "BatchNorm2d")
    assert "bn1" in names(panel.model)
    assert "conv1" not in names(panel.model)


def test_selection_is_the_same_both_ways(window: MainWindow, qtbot: QtBot) -> None:
    table, bench = window.design.layers.table, window.workbench
    bench.select(["layer2.0.conv1"])
    model = window.design.layers.model
    index = model.index_of("layer2.0.conv1")
    assert table.selectionModel().isSelected(index)
    assert table.isExpanded(model.index_of("layer2"))
    first = table.visualRect(model.index_of("layer2"))
    table.scrollTo(model.index_of("layer2"))
    first = table.visualRect(model.index_of("layer2"))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=first.center() + QPoint(60, 0))
    assert bench.selection == ("layer2",)
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert bench.selection == ("layer2", "layer2.0")


def test_selection_survives_an_edit_and_a_filter(window: MainWindow, qtbot: QtBot) -> None:
    bench, panel = window.workbench, window.design.layers
    bench.select(["fc"])
    bench.apply("n", edits.set_attribute(bench.document, ("layer2",), "n", 4))
    assert bench.selection == ("fc",)
    assert panel.table.selectionModel().isSelected(panel.model.index_of("fc"))
    qtbot.keyClicks(panel.filter, "conv1")
    assert bench.selection == ("fc",)
    panel.filter.clear()
    assert panel.table.selectionModel().isSelected(panel.model.index_of("fc"))
    bench.apply("delete fc", edits.delete(bench.document, ["fc"]))
    assert bench.selection == ()


def test_flat_shows_plain_layers(window: MainWindow) -> None:
    panel = window.design.layers
    panel.tools.flat.click()
    plain = [line.name for line in window.workbench.lines.values() if line.inner is None]
    assert names(panel.model) == plain
    window.workbench.select(["layer3.1.conv2"])
    assert panel.table.selectionModel().selectedRows()[0].data(LINE).name == "layer3.1.conv2"


def test_copy_gives_text_and_csv(window: MainWindow) -> None:
    window.workbench.select(["conv1", "fc"])
    window.design.layers.copy_selection()
    data = QGuiApplication.clipboard().mimeData()
    rows = list(csv.reader(io.StringIO(bytes(data.data("text/csv").data()).decode("utf-8"))))
    assert rows[0][:2] == ["Name", "Operator"]
    assert [row[0] for row in rows[1:]] == ["conv1", "fc"]
    assert rows[1][rows[0].index("Parameters")] == "9408"
    assert rows[1][rows[0].index("Memory (bytes)")] == "3211264"
    assert data.text().splitlines()[2].split("\t")[0] == "fc"


def test_problem_rows_say_why_and_offer_the_repair(window: MainWindow, qtbot: QtBot) -> None:
    bench, panel = window.workbench, window.design.layers
    bench.apply("delete flatten", edits.delete(bench.document, ["flatten"]))
    text = cell(panel.model, "fc", "output")
    assert isinstance(text, str)
    assert text.startswith("Linear needs a flat input")
    panel.table.doubleClicked.emit(panel.model.index_of("fc"))
    assert not bench.analysis.causes


def test_a_wrong_block_shows_where_inside(open_window: Opener) -> None:
    window, _ = open_window("resnet18")
    bench = window.workbench
    changed = edits.set_attribute(bench.document, ("layer1", "0", "conv2"), "out_channels", 7)
    bench.apply("set out channels", changed)
    panel = window.design.layers
    assert [problem.id for problem in bench.analysis.causes] == ["layer1"]
    inside = names(panel.model, panel.model.index_of("layer1.0"))
    assert "layer1.0.add" in inside
    window.workbench.select(["layer1.0.add"])
    assert window.design.properties.card.isVisible()
    assert not window.grab().isNull()


def test_every_network_is_drawn(open_window: Opener) -> None:
    window, _ = open_window("densenet121")
    window.design.layers.table.expandAll()
    for key in ("macs", "name", "field"):
        window.design.layers.table.sortByColumn(PLACE[key], Qt.SortOrder.DescendingOrder)
        assert not window.design.layers.grab().isNull()

"""The filter of the layer table: words, comparisons, refusals, completion, and the sums below."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from explorer.core.conventions import Conventions
from explorer.core.outline import Line
from explorer.gui.layers.columns import PLACE
from explorer.gui.layers.model import LINE, LayerTableModel
from explorer.gui.main_window import MainWindow
from tests.gui.conftest import Opener


def shown(model: LayerTableModel, parent: QModelIndex | None = None) -> list[str]:
    """All lines of the table, those inside blocks too."""
    above = parent or QModelIndex()
    found: list[str] = []
    for row in range(model.rowCount(above)):
        index = model.index(row, 0, above)
        line: Line = index.data(LINE)
        found += [line.name, *shown(model, index)]
    return found


def plain(window: MainWindow) -> list[Line]:
    return [line for line in window.workbench.lines.values() if line.inner is None]


def test_comparisons_show_hits_and_the_blocks_around(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.design.layers
    qtbot.keyClicks(panel.filter, "operator = Conv2d and output.height < 14")
    wanted = {line.name for line in plain(window) if _is_small_convolution(line)}
    assert wanted == {name for name in shown(panel.model) if window.workbench.lines[name].inner is None}
    assert {"layer4", "layer4.0"} <= set(shown(panel.model))
    assert panel.table.isExpanded(panel.model.index_of("layer4"))
    assert [line.name for line in panel.listed()] == [
        line.name for line in plain(window) if line.name in wanted
    ]
    assert panel.sums.texts["name"] == f"{len(wanted)} layers found"
    parameters = sum(window.workbench.lines[name].entry.parameters for name in wanted)
    assert panel.sums.texts["parameters"] == f"{parameters:,}"
    panel.filter.clear()
    assert panel.sums.texts["name"] == "resnet18"
    assert panel.sums.texts["macs"] == "1,814,073,344"
    assert not panel.sums.grab().isNull()


def _is_small_convolution(line: Line) -> bool:
    return line.entry.node.operator.kind() == "Conv2d" and line.entry.output[1] < 14


def test_nonsense_leaves_the_table_and_says_why(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.design.layers
    panel.filter.setText("conv1")
    before = shown(panel.model)
    with qtbot.waitSignal(panel.filter.refused) as said:  # after a moment: half a filter is not yet wrong
        panel.filter.setText("macs > horse")
    assert said.args is not None
    assert "'horse' is none" in said.args[0]
    assert shown(panel.model) == before
    assert panel.filter.property("grave")
    assert "horse" in panel.filter.toolTip()
    assert "horse" in panel.filter.accessibleDescription()
    with qtbot.waitSignal(panel.filter.refused) as said:
        panel.filter.setText("macs > 1e8")
    assert said.args == [""]
    assert not panel.filter.property("grave")
    assert shown(panel.model) != before


def test_names_are_completed_by_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.design.layers
    window.activateWindow()
    panel.filter.setFocus()
    qtbot.keyClicks(panel.filter, "para")
    offers = panel.filter.offers
    assert offers is not None
    assert offers.isVisible()
    assert [offers.item(row).text() for row in range(offers.count())] == [
        "parameters",
        "parameters.share",
        "params",
    ]
    qtbot.keyClick(panel.filter, Qt.Key.Key_Down)
    qtbot.keyClick(panel.filter, Qt.Key.Key_Down)
    qtbot.keyClick(panel.filter, Qt.Key.Key_Return)
    assert panel.filter.text() == "parameters.share "
    assert not offers.isVisible()
    qtbot.keyClicks(panel.filter, "> 10% mac")
    qtbot.keyClick(panel.filter, Qt.Key.Key_Tab)
    assert panel.filter.text() == "parameters.share > 10% macs "
    qtbot.keyClicks(panel.filter, "fie")
    qtbot.keyClick(panel.filter, Qt.Key.Key_Escape)
    assert not offers.isVisible()
    assert panel.filter.text().endswith("macs fie")


def test_the_filter_holds_through_edits_and_conventions(window: MainWindow) -> None:
    panel, bench = window.design.layers, window.workbench
    panel.filter.setText("macs > 200M")
    few = shown(panel.model)
    bench.count_by(Conventions(batch=8))
    many = shown(panel.model)
    assert set(few) < set(many)
    assert "conv1" in many
    bench.count_by(Conventions())
    assert shown(panel.model) == few
    panel.table.header().setSortIndicator(PLACE["macs"], Qt.SortOrder.DescendingOrder)
    figures = [
        panel.model.figure(panel.model.index(row, PLACE["macs"])) for row in range(panel.model.rowCount())
    ]
    assert figures == sorted(figures, reverse=True)


def test_thousands_of_hits_open_as_far_as_one_looks(open_window: Opener) -> None:
    window, _ = open_window("cifar_resnet1202")
    panel = window.design.layers
    panel.filter.setText("operator = Conv2d")
    assert panel.model.count() > 1200
    opened = [name for name in shown(panel.model) if panel.table.isExpanded(panel.model.index_of(name))]
    assert 5 < len(opened) < 100
    assert panel.sums.texts["name"] == f"{sum(_convolution(line) for line in plain(window)):,} layers found"
    panel.filter.setText("name ~ layer3.199")
    assert panel.table.isExpanded(panel.model.index_of("layer3.199"))


def _convolution(line: Line) -> bool:
    return line.entry.node.operator.kind() == "Conv2d"

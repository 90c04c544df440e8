"""The Costs page through real events: tiles, bars, measures, going into blocks, pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from explorer.core import edits
from explorer.core.conventions import Conventions
from explorer.core.errors import ExplorerError
from explorer.gui.costs.page import CostsPage
from explorer.gui.costs.tiles import DOWN, LEFT, RIGHT, UP, Tile, Tiles
from explorer.gui.main_window import MainWindow
from tests.gui.conftest import Opener


@pytest.fixture
def window(open_window: Opener) -> MainWindow:
    return open_window("vgg16")[0]


@pytest.fixture
def page(window: MainWindow) -> CostsPage:
    window.design.layers.pages.show_page("Costs")
    found = window.design.layers.pages.page("Costs")
    assert isinstance(found, CostsPage)
    return found


def middle(tile: Tile) -> QPoint:
    return QPointF(*tile.box.centre).toPoint()


def tile_of(page: CostsPage, name: str) -> Tile:
    return next(tile for tile in page.treemap.tiles.tiles if tile.cost.name == name)


def test_the_page_is_made_at_its_first_visit(window: MainWindow) -> None:
    assert window.design.layers.pages.page("Costs") is None
    assert "Costs" in window.design.layers.pages.titles


def test_a_click_selects_and_a_selection_is_ringed(page: CostsPage, window: MainWindow, qtbot: QtBot) -> None:
    largest = max(page.treemap.tiles.tiles, key=lambda tile: tile.cost.amount)
    assert largest.cost.name == "classifier.0"
    before = page.treemap.grab().toImage()
    qtbot.mouseClick(page.treemap, Qt.MouseButton.LeftButton, pos=middle(largest))
    assert window.workbench.selection == ("classifier.0",)
    assert page.treemap.grab().toImage() != before
    assert "102,764,544 parameters" in page.treemap.accessibleDescription()
    window.workbench.select(("block5",))
    assert page.treemap.accessibleDescription().startswith("block5 · VGGBlock\n7,079,424 parameters")


def test_measures_are_switched(page: CostsPage, qtbot: QtBot) -> None:
    assert page.sentence.text().startswith("The dense layers hold 89.4 % of the parameters;")
    qtbot.mouseClick(page.tools.measures.button(1), Qt.MouseButton.LeftButton)
    dense = sum(tile.box.area for tile in page.treemap.tiles.tiles if tile.cost.category == "Dense")
    whole = sum(tile.box.area for tile in page.treemap.tiles.tiles)
    assert dense / whole < 0.01
    assert page.treemap.accessibleName() == "Treemap of MACs"
    assert not page.tools.measures.button(3).isEnabled()


def test_double_click_goes_into_a_block_and_the_path_back(
    page: CostsPage, window: MainWindow, qtbot: QtBot
) -> None:
    page.show_measure("operations")
    tile = next(item for item in page.treemap.tiles.tiles if item.cost.name.startswith("features.7"))
    assert page.treemap.inside == ""
    qtbot.mouseDClick(page.treemap, Qt.MouseButton.LeftButton, pos=middle(tile))
    assert page.treemap.inside == "block2"
    around = page.tools.findChildren(QToolButton)
    back = next(part for part in around if part.accessibleName() == "Show vgg16")
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert page.treemap.inside == ""


def test_keys_walk_go_in_and_out(page: CostsPage, window: MainWindow, qtbot: QtBot) -> None:
    page.show_measure("operations")
    page.treemap.setFocus()
    qtbot.keyClick(page.treemap, Qt.Key.Key_Right)
    first = window.workbench.selection
    assert first
    seen = {first}
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up) * 3:
        qtbot.keyClick(page.treemap, key)
        seen.add(window.workbench.selection)
    assert len(seen) >= 4
    window.workbench.select(("features.12",))
    qtbot.keyClick(page.treemap, Qt.Key.Key_Return)
    assert page.treemap.inside == "block3"
    qtbot.keyClick(page.treemap, Qt.Key.Key_Backspace)
    assert page.treemap.inside == ""


def test_every_tile_is_reached_by_arrows(page: CostsPage) -> None:
    tiles: Tiles = page.treemap.tiles
    start = tiles.tiles[0]
    reached, border = {start.cost.name}, [start]
    while border:
        tile = border.pop()
        for way in (LEFT, RIGHT, UP, DOWN):
            beside = tiles.beside(tile, way)
            if beside is not None and beside.cost.name not in reached:
                reached.add(beside.cost.name)
                border.append(beside)
    assert reached == {tile.cost.name for tile in tiles.tiles}


def test_a_stage_is_selected_by_its_bar(page: CostsPage, window: MainWindow, qtbot: QtBot) -> None:
    assert [bar.title for bar in page.bars.bars] == ["Parameters", "MACs", "Activations", "Time"]
    place = next(at for at, stage in enumerate(page.bars.bars[1].stages) if stage.side == "56 × 56")
    at = page.bars.box(1, place).center().toPoint()
    qtbot.mouseClick(page.bars, Qt.MouseButton.LeftButton, pos=at)
    stage = page.bars.bars[1].stages[place]
    assert window.workbench.selection == stage.names
    assert "56 × 56" in page.bars.accessibleDescription()
    qtbot.keyClick(page.bars, Qt.Key.Key_Right)
    assert window.workbench.selection == page.bars.bars[1].stages[place + 1].names
    qtbot.keyClick(page.bars, Qt.Key.Key_Up)
    assert "parameters" in page.bars.accessibleDescription()


def test_an_edit_conventions_and_times_are_followed(
    page: CostsPage, window: MainWindow, qtbot: QtBot
) -> None:
    bench = window.workbench
    bench.apply("n", edits.set_attribute(bench.document, ("classifier.0",), "out_features", 8192))
    qtbot.waitUntil(lambda: page.bars.bars[0].whole == bench.analysis.totals.parameters)
    bench.count_by(Conventions(unit="flops"))
    qtbot.waitUntil(lambda: page.tools.measures.button(1).text() == "FLOPs")
    page.set_times({"classifier.0": 2.0, "classifier.3": 1.0})
    qtbot.waitUntil(lambda: page.tools.measures.button(3).isEnabled())
    page.show_measure("time")
    assert {tile.cost.name for tile in page.treemap.tiles.tiles} == {"classifier.0", "classifier.3"}
    page.set_times({})
    qtbot.waitUntil(lambda: page.treemap.accessibleName() == "Treemap of parameters")


def test_the_block_that_one_is_in_may_go(page: CostsPage, window: MainWindow, qtbot: QtBot) -> None:
    page.go_into("block3")
    assert page.treemap.inside == "block3"
    bench = window.workbench
    bench.apply("delete", edits.delete(bench.document, ["block3"]))
    qtbot.waitUntil(lambda: page.treemap.inside == "")
    bench.open("lenet5")
    qtbot.waitUntil(lambda: page.bars.bars[0].whole == 61_706)
    assert page.picture_name == "lenet5-parameters.svg"


def test_an_empty_network_says_so(page: CostsPage, window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    bench.apply("delete", edits.delete(bench.document, list(bench.document.graph.nodes)))
    qtbot.waitUntil(lambda: not page.treemap.tiles.tiles)
    assert page.sentence.text() == ""
    page.treemap.setFocus()
    qtbot.keyClick(page.treemap, Qt.Key.Key_Right)
    qtbot.keyClick(page.bars, Qt.Key.Key_Right)
    assert bench.selection == ()
    assert not page.treemap.grab().isNull()


def test_the_picture_is_copied_and_written(page: CostsPage, tmp_path: Path, qtbot: QtBot) -> None:
    page.treemap.setFocus()
    qtbot.keyClick(page.treemap, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QGuiApplication.clipboard().mimeData()
    assert data.hasImage()
    assert "89.4 %" in data.text()
    for ending, start in ((".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")):
        page.write_picture(tmp_path / f"costs{ending}")
        assert (tmp_path / f"costs{ending}").read_bytes().startswith(start)
    assert b"<text" not in (tmp_path / "costs.svg").read_bytes(), "letters are outlines"
    with pytest.raises(ExplorerError, match=r"not as \.gif"):
        page.write_picture(tmp_path / "costs.gif")


def test_export_asks_for_a_file(
    page: CostsPage, window: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.dialogs, "file_for_picture", lambda _suggestion: tmp_path / "a.svg")
    export = next(part for part in page.tools.findChildren(QToolButton) if part.text() == "Export")
    qtbot.mouseClick(export, Qt.MouseButton.LeftButton)
    assert (tmp_path / "a.svg").exists()

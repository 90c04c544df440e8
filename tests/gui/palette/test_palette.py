"""The palette: search, drag, choice, and the list of networks."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDrag
from pytestqt.qtbot import QtBot

from explorer.architectures.architecture import architectures
from explorer.core.group import Group
from explorer.core.notation import operator_from_data
from explorer.core.operator import operators
from explorer.gui.dialogs import Answer
from explorer.gui.main_window import MainWindow
from explorer.gui.palette.entries import network_entries, operator_entries, short_count
from explorer.gui.palette.list_view import NETWORK_MIME, OPERATOR_MIME, EntryList, mime_data
from tests.gui.conftest import Opener


def test_every_operator_and_every_network_is_offered() -> None:
    offered = [entry for items in operator_entries().values() for entry in items]
    assert {entry.name for entry in offered} == set(operators()) - {Group.kind()}
    assert all(entry.tip for entry in offered)
    networks = [entry for items in network_entries().values() for entry in items]
    assert [entry.network for entry in networks] != []
    assert {entry.network for entry in networks} == set(architectures())
    resnet = next(entry for entry in networks if entry.network == "resnet50")
    assert "25,557,032 parameters" in resnet.tip
    assert resnet.hint.split() == ["2015", "25.6", "M"]


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (999, "999"), (61_706, "61.7 k"), (25_557_032, "25.6 M"), (4 * 10**9, "4 G")],
)
def test_short_counts(count: int, text: str) -> None:
    assert short_count(count) == text


def test_search_narrows_as_one_types(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.design.palette_panel
    everything = panel.operators.names
    qtbot.keyClicks(panel.search, "pool")
    names = panel.operators.names
    assert "MaxPool2d" in names
    assert "Conv2d" not in names
    qtbot.keyClicks(panel.search, " strongest [")
    assert panel.operators.names == []
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.search.text() == ""
    assert panel.operators.names == everything


def test_enter_inserts_the_first_hit_below_the_selection(window: MainWindow, qtbot: QtBot) -> None:
    window.workbench.select(["relu"])
    panel = window.design.palette_panel
    qtbot.keyClicks(panel.search, "averag every map")
    qtbot.keyClick(panel.search, Qt.Key.Key_Backspace)
    panel.search.setText("GELU")
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    graph = window.workbench.document.graph
    (added,) = [node for node in graph if node.operator.kind() == "GELU"]
    assert added.inputs == ("relu",)
    assert graph["maxpool"].inputs == (added.id,)


def test_double_click_inserts(window: MainWindow, qtbot: QtBot) -> None:
    view = window.design.palette_panel.operators
    before = len(window.workbench.document.graph)
    index = view.entry_index("Dropout")
    view.scrollTo(index)
    spot = view.visualRect(index).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert len(window.workbench.document.graph) == before + 1


def test_a_network_opens_after_asking(open_window: Opener, qtbot: QtBot) -> None:
    window, answers = open_window("resnet18")
    window.workbench.select(["relu"])
    window.window_actions["delete"].trigger()
    edited = window.workbench.document
    panel = window.design.palette_panel
    qtbot.mouseClick(panel.switch.button(1), Qt.MouseButton.LeftButton)
    assert panel.networks.isVisible()
    qtbot.keyClicks(panel.search, "vgg 16 (d)")
    assert panel.networks.names == ["VGG-16 (D)"]
    answers.unsaved_answer = Answer.CANCEL
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert window.workbench.document is edited
    answers.unsaved_answer = Answer.DISCARD
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert window.workbench.document.name == "vgg16"


def test_a_drag_carries_json_or_a_name(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    carried = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: carried.append(_formats(drag)))
    panel = window.design.palette_panel
    panel.show_networks()
    for view, name in ((panel.operators, "MaxPool2d"), (panel.networks, "LeNet-5")):
        view.setCurrentIndex(view.entry_index(name))
        view.startDrag(Qt.DropAction.CopyAction)
    operator = operator_from_data(json.loads(carried[0][OPERATOR_MIME]), "drag")
    assert operator == operators()["MaxPool2d"]()
    assert carried[1] == {NETWORK_MIME: b"lenet5"}


def _formats(drag: QDrag) -> dict[str, bytes]:
    data = drag.mimeData()
    return {name: bytes(data.data(name).data()) for name in data.formats()}


def test_every_operator_survives_the_drag() -> None:
    for items in operator_entries().values():
        for entry in items:
            data = bytes(mime_data(entry).data(OPERATOR_MIME).data())
            assert operator_from_data(json.loads(data), "drag") == entry.operator


def test_headings_fold(window: MainWindow, qtbot: QtBot) -> None:
    view: EntryList = window.design.palette_panel.operators
    heading = view.model().index(0, 0)
    assert view.isExpanded(heading)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(heading).center())
    assert not view.isExpanded(heading)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.isExpanded(heading)

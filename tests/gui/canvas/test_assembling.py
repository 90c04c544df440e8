"""The student's job by real events: VGG-11 from an empty canvas, and a ResNet with one more stage."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from explorer.architectures import catalog
from explorer.core.analysis import analyze
from explorer.core.operator import Operator, operators
from explorer.gui.main_window import MainWindow
from explorer.gui.palette.entries import operator_entries
from explorer.gui.palette.list_view import mime_data
from explorer.operators.repeat import Repeat
from tests.gui.conftest import Opener


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def begin(window: MainWindow, qtbot: QtBot) -> None:
    """Look at the canvas."""
    window.activateWindow()
    window.design.canvas.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.design.canvas)


def add(qtbot: QtBot, words: str, *values: int) -> None:
    """Insert a block by its name and, without looking, type its first settings."""
    qtbot.keyClick(focused(), Qt.Key.Key_Insert)
    assert focused().objectName() == "quickAddField"
    qtbot.keyClicks(focused(), words)
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert focused().objectName() == "canvas"
    for place, value in enumerate(values):
        if place:
            qtbot.keyClick(focused(), Qt.Key.Key_Tab)
        for figure in str(value):
            qtbot.keyClick(focused(), figure)
    if values:
        qtbot.keyClick(focused(), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: focused().objectName() == "canvas")


def test_vgg_11_by_keyboard_alone(open_window: Opener, qtbot: QtBot) -> None:
    window, _ = open_window()
    begin(window, qtbot)
    add(qtbot, "input")
    for count, channels in ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512)):
        add(qtbot, "vgg", count, channels)
    add(qtbot, "flatten")
    for _ in range(2):
        add(qtbot, "linear", 4096)
        add(qtbot, "relu")
        add(qtbot, "dropout")
    add(qtbot, "linear", 1000)
    totals = window.workbench.analysis.totals
    expected = analyze(catalog.build("vgg11")).totals
    assert (totals.parameters, totals.macs) == (expected.parameters, expected.macs)
    assert window.status.problem_count.text() == "No problem"


def drop(window: MainWindow, operator: Operator, at: QPointF) -> None:
    """Let go of a dragged block at a place of the picture."""
    canvas = window.design.canvas
    entry = next(item for items in operator_entries().values() for item in items if item.operator == operator)
    data: QMimeData = mime_data(entry)
    place = QPointF(canvas.viewportTransform().map(at))
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    viewport = canvas.viewport()
    QApplication.sendEvent(viewport, QDragEnterEvent(place.toPoint(), copy, data, left, none))
    QApplication.sendEvent(viewport, QDragMoveEvent(place.toPoint(), copy, data, left, none))
    QApplication.sendEvent(viewport, QDropEvent(place, copy, data, left, none))


def below(window: MainWindow, name: str, by: float = 60.0) -> QPointF:
    x, y = window.design.canvas.picture.nodes[name].outlet
    return QPointF(x + 20, y + by)


def test_a_drop_below_the_end_continues_the_network(open_window: Opener) -> None:
    window, _ = open_window()
    kinds = operators()
    drop(window, kinds["Input"](), QPointF(0, 0))
    for kind in ("VGGBlock", "Flatten", "Linear"):
        (last,) = window.workbench.selection
        drop(window, kinds[kind](), below(window, last))
        (added,) = window.workbench.selection
        assert window.workbench.document.graph[added].inputs == (last,)
    assert not window.workbench.analysis.causes
    drop(window, kinds["ReLU"](), below(window, added, by=400))
    (loose,) = window.workbench.selection
    assert window.workbench.document.graph[loose].inputs == (None,)


def test_a_linear_after_a_map_offers_its_flatten(open_window: Opener, qtbot: QtBot) -> None:
    window, _ = open_window()
    kinds = operators()
    drop(window, kinds["Input"](), QPointF(0, 0))
    drop(window, kinds["Linear"](), below(window, window.workbench.selection[0]))
    assert window.status.problem_count.text() == "1 problem"
    window.design.layers.show_problems()
    button: QPushButton = window.design.layers.problems.buttons(0)[0]
    assert button.text() == "Insert Flatten"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not window.workbench.analysis.causes
    assert window.workbench.undo_label == "insert Flatten at linear1"
    assert window.design.layers.problems.buttons(0) == []


def test_resnet_18_gets_one_more_stage(window: MainWindow, qtbot: QtBot) -> None:
    """Duplicate would leave it loose; a stage is inserted below the last and told its width."""
    begin(window, qtbot)
    bench = window.workbench
    bench.select(["layer4"])
    add(qtbot, "repeat", 2)
    (added,) = bench.selection
    operator = bench.document.graph[added].operator
    assert isinstance(operator, Repeat)
    assert bench.document.graph[added].inputs == ("layer4",)
    channels = window.design.properties.form.editor("channels")
    assert channels is not None
    channels.setValue(1024)
    stride = window.design.properties.form.editor("stride")
    assert stride is not None
    stride.setValue(2)
    row = bench.analysis.rows[added]
    assert row.output == (1024, 4, 4)
    assert not bench.analysis.causes
    assert bench.analysis.rows["fc"].inputs == ((1024,),)


def test_a_figure_typed_on_the_canvas_begins_the_first_field(window: MainWindow, qtbot: QtBot) -> None:
    begin(window, qtbot)
    canvas = window.design.canvas
    qtbot.keyClick(canvas, "5")  # nothing is selected: nothing happens
    assert focused() is canvas
    window.workbench.select(["conv1"])
    qtbot.keyClick(canvas, "3")
    assert focused().objectName() == "attribute.out_channels"
    qtbot.keyClicks(focused(), "2x")
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert focused().objectName() == "attribute.out_channels"  # what was typed is refused: stay
    qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: focused() is canvas)
    qtbot.keyClick(canvas, "/")
    assert focused() is window.design.palette_panel.search


def test_the_empty_canvas_offers_networks(open_window: Opener, qtbot: QtBot) -> None:
    window, answers = open_window()
    for name, asked in (("openFile", ["open"]), ("openExample", ["open"])):
        button = window.findChild(QPushButton, name)
        assert isinstance(button, QPushButton)
        assert button.isVisible()
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert answers.asked == asked
    assert window.workbench.document.name == "resnet18"
    assert not window.workbench.modified

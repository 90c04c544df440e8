"""How much work the student's two jobs are: every key and click is counted, and none is wasted."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from explorer.architectures import catalog
from explorer.core.analysis import analyze
from explorer.gui.main_window import MainWindow
from explorer.operators.repeat import Repeat
from explorer.operators.residual import BasicBlock
from tests.gui.canvas.canvas_events import at
from tests.gui.conftest import Opener

Key = Qt.Key


class Student:
    """Types and clicks, and counts what it did. Words are typed no further than is needed."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.presses = 0
        window.activateWindow()
        window.design.canvas.setFocus()
        qtbot.waitUntil(window.design.canvas.hasFocus)

    @property
    def focused(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def key(self, key: Qt.Key) -> None:
        self.presses += 1
        self.qtbot.keyClick(self.focused, key)

    def type(self, text: str) -> None:
        for sign in text:
            self.presses += 1
            self.qtbot.keyClick(self.focused, sign)

    def click(self, point: QPoint) -> None:
        self.presses += 1
        self.qtbot.mouseClick(self.window.design.canvas.viewport(), Qt.MouseButton.LeftButton, pos=point)

    def add(self, words: str, *figures: int) -> None:
        """Insert, the first letters of a block, Enter; then its first figures with Tab between them."""
        self.key(Key.Key_Insert)
        self.type(words)
        self.key(Key.Key_Return)
        for place, figure in enumerate(figures):
            if place:
                self.key(Key.Key_Tab)
            self.type(str(figure))
        if figures:
            self.key(Key.Key_Return)
            self.qtbot.waitUntil(self.window.design.canvas.hasFocus)


def test_vgg_11_takes_less_than_two_minutes_of_typing(open_window: Opener, qtbot: QtBot) -> None:
    window, _ = open_window()
    student = Student(window, qtbot)
    student.add("inp")
    student.add("vgg", 1)  # a block of 64 maps is what it begins with
    for count, channels in ((1, 128), (2, 256), (2, 512), (2, 512)):
        student.add("vgg", count, channels)
    student.add("fla")
    for _ in range(2):
        student.add("lin", 4096)
        student.add("relu")
        student.add("drop")
    student.add("lin", 1000)
    totals, expected = window.workbench.analysis.totals, analyze(catalog.build("vgg11")).totals
    assert (totals.parameters, totals.macs) == (expected.parameters, expected.macs)
    assert not window.workbench.analysis.problems
    # two a second is slow typing: two minutes are 240
    assert student.presses <= 120, student.presses


def test_one_more_stage_of_resnet_18_takes_a_handful_of_gestures(open_window: Opener, qtbot: QtBot) -> None:
    window, _ = open_window("resnet18")
    student, canvas, bench = Student(window, qtbot), window.design.canvas, window.workbench
    canvas.camera.reveal("layer4")
    student.click(at(canvas, "layer4", 0.4))
    student.add("rep", 2, 1024, 2)
    (added,) = bench.selection
    assert bench.document.graph[added].operator == Repeat(BasicBlock(channels=1024, stride=2), 2)
    assert bench.document.graph[added].inputs == ("layer4",)
    assert bench.document.graph["avgpool"].inputs == (added,)
    assert bench.analysis.rows[added].output == (1024, 4, 4)
    assert not bench.analysis.problems
    assert student.presses <= 16, student.presses


def test_a_stage_made_of_one_block_by_keys(open_window: Opener, qtbot: QtBot) -> None:
    """A block is added, told its width, and repeated; each is one step that undo takes back."""
    window, _ = open_window("resnet18")
    student, canvas, bench = Student(window, qtbot), window.design.canvas, window.workbench
    opened = bench.document
    canvas.camera.reveal("layer4")
    student.click(at(canvas, "layer4", 0.4))
    student.add("basic", 1024)
    student.qtbot.keyClick(canvas, Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    (added,) = bench.selection
    operator = bench.document.graph[added].operator
    assert isinstance(operator, Repeat)
    assert operator.n == 2
    assert not bench.analysis.problems
    while bench.undo_label is not None:
        bench.undo()
    assert bench.document is opened

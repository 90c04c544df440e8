"""A column that scrolls settles, also where what is in it changes its height as it is resized."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from explorer.gui.panel import label
from explorer.gui.scrolling import ScrollColumn

_RESIZED = """
from PySide6.QtWidgets import QApplication
from explorer.gui.scrolling import ScrollColumn
from tests.gui.test_scrolling import filled
application = QApplication([])
area = ScrollColumn(filled(text={text})[0])
area.show()
for wide in (200, 261, 300):
    for high in range(wide - 30, wide + 40 + 3 * {text}, 5):
        area.resize(wide, high)
        application.processEvents()
        assert area.widget().width() == area.viewport().width()
print("settled")
"""
"""What is done around the height at which the bar is needed: Qt's own area ends it by a stack overflow."""


class Square(QWidget):
    """As high as it is wide, as a picture in a card: with a bar it is lower, and the bar is not needed."""

    def resizeEvent(self, _event):
        self.setFixedHeight(max(10, self.width()))


def filled(*, text=0):
    inside, square = QWidget(), Square()
    rows = QVBoxLayout(inside)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(0)
    if text:
        rows.addWidget(label("word " * text, wrap=True))
    rows.addWidget(square)
    rows.addStretch(1)
    return inside, square


def column(qtbot, *, text=0, clear=False):
    inside, square = filled(text=text)
    made = ScrollColumn(inside, clear=clear)
    qtbot.addWidget(made)
    made.resize(260, 600)
    made.show()
    qtbot.waitExposed(made)
    return made, square


@pytest.mark.parametrize("text", [0, 40])
def test_a_bar_that_comes_and_goes_ends_somewhere(text):
    """In a process of its own: a stack that overflows takes its process with it."""
    program = [sys.executable, "-c", _RESIZED.format(text=text)]
    ended = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout.strip()) == (0, "settled"), ended.stderr


def test_all_of_it_is_reached_and_the_wheel_scrolls(qtbot):
    area, square = column(qtbot, text=60)
    area.resize(220, 120)
    QApplication.processEvents()
    bar = area.verticalScrollBar()
    assert bar.isVisible()
    assert not area.horizontalScrollBar().isVisible()
    assert bar.maximum() == area.widget().height() - area.viewport().height()
    place = area.viewport().rect().center()
    turned = QWheelEvent(
        QPointF(place),
        QPointF(area.viewport().mapToGlobal(place)),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(area.viewport(), turned)
    assert bar.value() > 0
    bar.setValue(bar.maximum())
    assert square.mapTo(area.viewport(), square.rect().bottomLeft()).y() < area.viewport().height()


def test_a_clear_one_takes_no_focus(qtbot):
    area, _ = column(qtbot, clear=True)
    assert area.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert not area.event(QEvent(QEvent.Type.None_))


def test_a_bar_that_never_settles_stays_until_the_column_has_another_size(qtbot):
    area, _ = column(qtbot)
    bar = area.verticalScrollBar()
    for high in (2000, 100) * 6:  # it comes and goes
        area.widget().setMinimumHeight(high)
        QApplication.processEvents()
    assert bar.isVisible()
    assert area.verticalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOn
    area.resize(300, 640)
    QApplication.processEvents()
    assert not bar.isVisible()

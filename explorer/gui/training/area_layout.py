"""How the Train area is laid out: three columns, and the places that others may put something into."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from explorer.gui.panel import Notice, rule
from explorer.gui.scrolling import ScrollColumn
from explorer.gui.shown_with import ShownWith

LEFT, MIDDLE, RIGHT = 288, 900, 316
_GAP = 12


def spaced(part: QWidget) -> QWidget:
    """A part that is to be added to what is said above the pages, with the room that it needs."""
    return ShownWith(part, above=_GAP)


def left_column(*parts: QWidget) -> QWidget:
    """The parts one below the other, with hairlines between; they scroll where the room is short."""
    inner = QWidget()
    inner.setProperty("role", "panel")
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for place, part in enumerate(parts):
        if place:
            column.addWidget(rule())
        column.addWidget(part)
    column.addStretch(1)
    return ScrollColumn(inner)


def middle_column(toolbar: QWidget, notice: Notice, pages: QWidget) -> tuple[QVBoxLayout, QWidget]:
    """Buttons, what is said, and the pages below; with the place for more that shall be said."""
    middle = QWidget()
    column = QVBoxLayout(middle)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(toolbar)
    notice.follow(toolbar)
    column.addWidget(rule())
    above = QVBoxLayout()
    above.setContentsMargins(16, 0, 16, 0)
    above.setSpacing(0)
    above.addWidget(spaced(notice))
    column.addLayout(above)
    column.addWidget(pages, 1)
    return above, middle


def fill(area: QWidget, part: QWidget) -> None:
    """Let a part take all the room of an area."""
    row = QHBoxLayout(area)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(part)


def three_columns(left: QWidget, middle: QWidget, right: QWidget) -> QSplitter:
    """The columns, the middle one taking what room there is."""
    splitter = QSplitter(Qt.Orientation.Horizontal, handleWidth=1, childrenCollapsible=False)
    for part, least in ((left, 240), (middle, 420), (right, 240)):
        part.setMinimumWidth(least)
        splitter.addWidget(part)
    splitter.setSizes([LEFT, MIDDLE, RIGHT])
    splitter.setStretchFactor(1, 1)
    return splitter

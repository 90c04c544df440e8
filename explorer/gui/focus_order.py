"""The order in which the Tab key goes through parts that were made in another order than they stand."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def chain(*parts: QWidget) -> None:
    """Let Tab go through these parts one after the other; within a part its own order stays."""
    for one, other in pairwise(widget for part in parts for widget in _inside(part)):
        QWidget.setTabOrder(one, other)


def _inside(part: QWidget) -> list[QWidget]:
    """The part and what is in it, as far as Tab stops there, in the order it does now."""
    found, at = [], part
    while True:
        stops = at.focusPolicy() & Qt.FocusPolicy.TabFocus
        if stops and (at is part or part.isAncestorOf(at)):
            found.append(at)
        at = following(at)
        if at is part:
            return found


def following(widget: QWidget) -> QWidget:
    """The next widget of the window in the order of the Tab key, which may be one where Tab does not stop.

    PySide takes what `nextInFocusChain` returns for a child of the widget that was asked: when that
    one dies, Python's hold on all that follows it in the window (icons in fields, scroll bars,
    actions of menus) is cut off. Naming the true parent again, which changes nothing in Qt, mends it.
    """
    found = widget.nextInFocusChain()
    found.setParent(found.parentWidget())
    return found

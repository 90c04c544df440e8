"""A card: a title with what belongs to it at the right, and one of several pages below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from explorer.gui.elided import ElidedLabel
from explorer.gui.scrolling import ScrollColumn


class Card(QFrame):
    """A frame with rounded corners."""

    def __init__(self, title: str, *tools: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        head = QWidget()
        head.setFixedHeight(38)
        row = QHBoxLayout(head)
        row.setContentsMargins(13, 0, 9, 0)
        row.setSpacing(10)
        self.title, self.hint = ElidedLabel("title"), ElidedLabel("hint")
        self.title.setText(title)
        self.title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        row.addWidget(self.title)
        row.addWidget(self.hint, 1)
        for tool in tools:
            row.addWidget(tool, 0, Qt.AlignmentFlag.AlignVCenter)
        self.pages = QStackedWidget()
        column.addWidget(head)
        column.addWidget(self.pages, 1)

    def add(self, page: QWidget, *, scrolled: bool = True) -> None:
        """One more page; a scrolled one may be higher than the card."""
        self.pages.addWidget(ScrollColumn(page, clear=True) if scrolled else page)

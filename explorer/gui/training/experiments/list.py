"""The list of experiments: a title and the question of each, and the search at the end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from explorer.gui.fonts import SEMIBOLD, font
from explorer.gui.theme import Theme

_QUESTION = Qt.ItemDataRole.UserRole
_MARGIN, _TITLE = 14, 18
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class ExperimentList(QListWidget):
    """Cards below each other; the arrow keys walk.

    Signals:
        chosen(place): a person, or the program, chose another card.
    """

    chosen = Signal(int)

    def __init__(self, cards: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """`cards` are (title, question)."""
        super().__init__(parent)
        self.setObjectName("experimentList")
        self.setAccessibleName("Experiments")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._cards = _Cards(self)
        self.setItemDelegate(self._cards)
        for title, question in cards:
            item = QListWidgetItem(title)
            item.setData(_QUESTION, question)
            item.setToolTip(question)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title}. {question}")
            self.addItem(item)
        self.currentRowChanged.connect(self.chosen)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._cards.theme = theme
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()  # the questions wrap elsewhere


class _Cards(QStyledItemDelegate):
    """Draws a card: the title, and the question below it in as many lines as it needs."""

    def __init__(self, view: QListWidget) -> None:
        super().__init__(view)
        self._view = view
        self.theme: Theme | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        wide = self._view.viewport().width()
        room = QRectF(0, 0, wide - 2 * _MARGIN, 1000)
        title = QFontMetricsF(font(13, SEMIBOLD)).boundingRect(room, _WRAP, index.data()).height()
        text = QFontMetricsF(font(12)).boundingRect(room, _WRAP, index.data(_QUESTION)).height()
        return QSize(wide, round(title + text + 24))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self.theme
        if theme is None:
            return
        box = QRectF(option.rect)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme["accentbg" if selected else "hover"])
        painter.setPen(theme["line"])
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if state & QStyle.StateFlag.State_HasFocus and selected:
            painter.fillRect(QRectF(box.left(), box.top(), 3, box.height()), theme["accent"])
        inner = box.adjusted(_MARGIN, 10, -_MARGIN, -10)
        painter.setFont(font(13, SEMIBOLD))
        painter.setPen(theme["text"])
        used = painter.boundingRect(inner, _WRAP, index.data())
        painter.drawText(inner, _WRAP, index.data())
        painter.setFont(font(12))
        painter.setPen(theme["text2"])
        painter.drawText(inner.adjusted(0, used.height() + 4, 0, 4), _WRAP, index.data(_QUESTION))

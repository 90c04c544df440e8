"""A text that can be selected and copied; around it may stand more that its menu offers."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QWidget


@runtime_checkable
class OffersMenu(Protocol):
    """A part of the window with a menu of its own, into which that of a text below the pointer goes."""

    def offer_menu(self, point: QPoint, text: SelectableLabel | None = None) -> bool: ...


class SelectableLabel(QLabel):
    """Plain text that is selected with the mouse.

    Where it lies on a part that has a menu itself, both stand in one.
    """

    def __init__(self, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def add_copying(self, menu: QMenu) -> None:
        """Put in what can be done with the text itself."""
        part = menu.addAction("Copy the selected text")
        part.setObjectName("copySelected")
        part.setEnabled(self.hasSelectedText())
        part.setToolTip("Put what is marked on the clipboard")
        part.triggered.connect(lambda _=False: self._copy(self.selectedText()))
        whole = menu.addAction("Copy the whole text")
        whole.setObjectName("copyText")
        whole.setToolTip("Put all that this text says on the clipboard")
        whole.triggered.connect(lambda _=False: self._copy(self.text()))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        around = self.parentWidget()
        while around is not None:
            if isinstance(around, OffersMenu) and around.offer_menu(event.globalPos(), self):
                event.accept()
                return
            around = around.parentWidget()
        super().contextMenuEvent(event)

"""A choice without a frame, no wider than what is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

_ARROW, _PADDING = 22, 16


class QuietChoice(QComboBox):
    """One of several words; as a `headline` it is the title of what it stands over."""

    def __init__(
        self, name: str, items: Sequence[str] = (), *, headline: bool = False, parent: QWidget | None = None
    ) -> None:
        """`name` is read to those who do not see it, and is the tooltip."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.addItems(list(items))
        self.setProperty("quiet", True)
        self.setProperty("headline", headline)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.currentTextChanged.connect(lambda _: self.updateGeometry())

    def offer(self, items: Sequence[str], chosen: str) -> None:
        """Offer these words with one of them chosen; announces nothing."""
        with QSignalBlocker(self):
            if self._texts != list(items):
                self.clear()
                self.addItems(list(items))
            self.setCurrentText(chosen)
        self.updateGeometry()

    def showPopup(self) -> None:
        # the list is as wide as its widest word, whatever is chosen
        widest = max((self.fontMetrics().horizontalAdvance(text) for text in self._texts), default=0)
        self.view().setMinimumWidth(widest + _ARROW + 2 * _PADDING)
        super().showPopup()

    @property
    def _texts(self) -> list[str]:
        return [self.itemText(place) for place in range(self.count())]

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        text = self.fontMetrics().horizontalAdvance(self.currentText())
        return QSize(text + _ARROW + _PADDING, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling past it must not change what is chosen

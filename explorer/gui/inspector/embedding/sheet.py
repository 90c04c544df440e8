"""Some of many pictures as thumbnails: the nearest to one, the encircled, those of a cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

_SIDE = 52
_INDEX = Qt.ItemDataRole.UserRole
_MOST = 300
"""More thumbnails than that nobody looks through; the line above says how many there are."""


class ThumbnailSheet(QListWidget):
    """Pictures with a word below each.

    Signals:
        chosen(index): one was clicked, or reached by key.
        opened(index): one is to be looked at: double click or Enter.
    """

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("thumbnailSheet")
        self.setAccessibleName("Pictures that are listed")
        self.setToolTip("Click a picture to find its point; double-click or Enter to look inside.")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(QSize(_SIDE, _SIDE))
        self.setGridSize(QSize(_SIDE + 24, _SIDE + 24))
        self.setUniformItemSizes(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setMinimumHeight(_SIDE + 28)
        self.currentItemChanged.connect(self._announce)
        self.itemDoubleClicked.connect(lambda item: self.opened.emit(item.data(_INDEX)))

    @property
    def indices(self) -> list[int]:
        """Which pictures are listed."""
        return [self.item(row).data(_INDEX) for row in range(self.count())]

    def show_pictures(
        self, indices: Sequence[int], image: Callable[[int], QImage], word: Callable[[int], str]
    ) -> None:
        """List these; nothing is chosen then."""
        self.blockSignals(True)
        self.clear()
        for index in indices[:_MOST]:
            picture = image(index)
            small = max(picture.width(), picture.height()) <= _SIDE
            modes = Qt.TransformationMode
            scaled = picture.scaled(
                _SIDE,
                _SIDE,
                Qt.AspectRatioMode.KeepAspectRatio,
                modes.FastTransformation if small else modes.SmoothTransformation,
            )
            icon = QIcon(QPixmap.fromImage(scaled))
            icon.addPixmap(QPixmap.fromImage(scaled), QIcon.Mode.Selected)  # not tinted
            item = QListWidgetItem(icon, word(index))
            item.setData(_INDEX, index)
            item.setToolTip(word(index))
            item.setSizeHint(QSize(_SIDE + 22, _SIDE + 22))
            self.addItem(item)
        self.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if Qt.Key(event.key()) in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            self.opened.emit(item.data(_INDEX))
        else:
            super().keyPressEvent(event)

    def _announce(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_INDEX))

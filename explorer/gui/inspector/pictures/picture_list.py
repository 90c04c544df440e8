"""The pictures one can look at, as thumbnails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QIcon, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem

from explorer.gui.inspector.pictures.picture_view import image_of

if TYPE_CHECKING:
    from explorer.engine.pictures.images import Picture

_THUMB = 54
_PICTURE, _LIVE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class PictureList(QListWidget):
    """Thumbnails with names below, as many in a row as fit."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pictureList")
        self.setAccessibleName("Pictures and samples")
        self.setToolTip("Click a picture to look at it.")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(QSize(_THUMB, _THUMB))
        self.setGridSize(QSize(_THUMB + 11, _THUMB + 24))
        self.setUniformItemSizes(True)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setMinimumHeight(_THUMB + 24)

    def put(self, picture: Picture, *, first: bool = False) -> QListWidgetItem:
        """One more picture."""
        item = QListWidgetItem()
        item.setSizeHint(QSize(_THUMB + 9, _THUMB + 22))
        self._fill(item, picture)
        self.insertItem(0 if first else self.count(), item)
        return item

    def put_live(self, picture: Picture, source: str) -> QListWidgetItem:
        """The newest picture of a source that sends one after another; the one before goes."""
        for place in range(self.count()):
            item = self.item(place)
            if item.data(_LIVE) == source:
                self._fill(item, picture)
                return item
        item = self.put(picture, first=True)
        item.setData(_LIVE, source)
        return item

    def picture(self, item: QListWidgetItem) -> Picture:
        """The picture of an item."""
        found: Picture = item.data(_PICTURE)
        return found

    def _fill(self, item: QListWidgetItem, picture: Picture) -> None:
        thumbnail = _thumbnail(picture)
        icon = QIcon(thumbnail)
        icon.addPixmap(thumbnail, QIcon.Mode.Selected)  # not tinted
        item.setIcon(icon)
        item.setText(picture.name)
        item.setData(_PICTURE, picture)
        item.setToolTip("\n".join((picture.name, f"{picture.size[0]:,}×{picture.size[1]:,}", *picture.notes)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        keys = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if event.reason() in keys and self.currentItem() is None and self.count():
            self.setCurrentItem(self.item(0))  # else nothing shows where the keyboard is


def _thumbnail(picture: Picture) -> QPixmap:
    """The middle of the picture, square; small ones with their pixels seen."""
    image = image_of(picture.pixels)
    side = min(image.width(), image.height())
    middle = QRect((image.width() - side) // 2, (image.height() - side) // 2, side, side)
    modes = Qt.TransformationMode
    mode = modes.FastTransformation if side < _THUMB else modes.SmoothTransformation
    scaled = image.copy(middle).scaled(_THUMB, _THUMB, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
    return QPixmap.fromImage(scaled)

"""A place around a part that is gone while the part is hidden: its margin and its hairline with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.gui.panel import rule


class ShownWith(QWidget):
    """Holds one part. `above` is the room over it, in pixels; with `ruled` a hairline stands below."""

    def __init__(self, part: QWidget, *, above: int = 0, ruled: bool = False) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, above, 0, 0)
        column.setSpacing(0)
        column.addWidget(part)
        if ruled:
            column.addWidget(rule())
        part.installEventFilter(self)
        self.setVisible(not part.isHidden())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self.setVisible(event.type() == QEvent.Type.ShowToParent)
        return super().eventFilter(watched, event)

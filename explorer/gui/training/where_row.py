"""Where the next run is trained: in the window, or in a process of its own."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from explorer.gui.attributes.editors import Switch
from explorer.gui.panel import label
from explorer.gui.theme import Theme


class WhereRow(QFrame):
    """A switch and what it means.

    Signals:
        changed(on): the switch was turned.
    """

    changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.switch = Switch()
        self.switch.setObjectName("trainApart")
        self.switch.setAccessibleName("Train in a process of its own")
        self.switch.setToolTip("Train with the same command line, outside of this window")
        self._hint = label(role="hint", wrap=True)
        row = QHBoxLayout()
        row.addWidget(label("In a process of its own", "label"), 1)
        row.addWidget(self.switch)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._hint)
        self.switch.toggled.connect(self._turn)
        self._turn(False)

    @property
    def apart(self) -> bool:
        """Whether the next run has a process of its own."""
        return self.switch.isChecked()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.switch.set_theme(theme)

    def _turn(self, on: bool) -> None:
        self._hint.setText(
            "Goes on when the window is closed." if on else "Closing the window stops it, and saves it."
        )
        self.changed.emit(on)

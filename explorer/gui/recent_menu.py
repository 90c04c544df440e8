"""The menu of the files that were open last."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from explorer.gui.settings import Settings


class RecentMenu(QMenu):
    """One entry per file, the newest first.

    Signals:
        chosen(path): a file shall be opened.
    """

    chosen = Signal(str)

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__("Open &recent", parent)
        self.setObjectName("openRecent")
        self._settings = settings
        entry = self.menuAction()
        entry.setObjectName("action.openRecent")
        entry.setToolTip("Files that were open last")
        self.refresh()

    def refresh(self) -> None:
        """Show the files that are remembered now."""
        self.clear()
        for position, name in enumerate(self._settings.recent, 1):
            action = self.addAction(f"&{position % 10}  {Path(name).name}")
            action.setToolTip(name)
            action.triggered.connect(lambda _=False, path=name: self.chosen.emit(path))
        self.menuAction().setEnabled(bool(self._settings.recent))

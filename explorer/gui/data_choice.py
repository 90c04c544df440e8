"""The list of data sets to choose from, and folders that are dragged onto the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from explorer.engine.data.data_text import TITLES, builtin_name


class DataChoice(QComboBox):
    """The built-in data sets, the folder that is chosen, and "Folder…".

    Signals:
        chosen(data): a person chose a data set, as the text that a recipe has.
        folder_wanted(): a person wants to choose a folder.
    """

    chosen = Signal(str)
    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Data set")
        self.setToolTip("The pictures to learn from; a folder can be dropped here.")
        self._data = ""
        self.activated.connect(self._choose)

    def show_data(self, data: str) -> None:
        """Show what the recipe has; announces nothing."""
        self._data, name = data, builtin_name(data)
        with QSignalBlocker(self):
            self.clear()
            for known, text in TITLES.items():
                self.addItem(text, data if known == name else known)
            if not name:
                self.addItem(Path(data).name or data, data)
            self.addItem("Folder…", "")
            self.setCurrentIndex(self.findData(data))

    def _choose(self, index: int) -> None:
        data = self.itemData(index)
        if data:
            self.chosen.emit(data)
            return
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(self._data))
        self.folder_wanted.emit()


def ask_folder(parent: QWidget) -> str:
    """Ask for a folder of folders; "" where none is chosen."""
    return QFileDialog.getExistingDirectory(parent, "Choose a folder with one folder of pictures per class")


def dropped_folder(event: QDropEvent) -> str:
    """The one folder that is dragged; "" for anything else."""
    paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and Path(paths[0]).is_dir() else ""

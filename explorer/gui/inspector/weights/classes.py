"""What the classes are called where a file of weights does not say it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QWidget

from explorer.gui.panel import label

_KINDS = "Names of classes (*.txt *.json);;All files (*)"
_KNOWN, _IMAGENET, _FILE = "", "imagenet", "file"


class ClassesChoice(QWidget):
    """Names by the file of weights, ImageNet's, or those of a text file.

    Signals:
        changed(): the classes are to be called otherwise.
    """

    changed = Signal()

    def __init__(
        self, parent: QWidget | None = None, choose_file: Callable[[QWidget], str] | None = None
    ) -> None:
        super().__init__(parent)
        self._choose_file = choose_file or _ask_file
        self.chosen = _KNOWN
        self.box = QComboBox(objectName="weightClasses")
        self.box.setAccessibleName("Names of the classes")
        self.box.setToolTip(
            "A file that torchvision publishes is known by its name and hash, and its classes with it."
            " Of any other file you must say what its classes are."
        )
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(10)
        self.box.addItem("as far as the file is known", _KNOWN)
        self.box.addItem("ImageNet's 1,000", _IMAGENET)
        self.box.addItem("Names from a file…", _FILE)
        self.box.activated.connect(self._take)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label("classes", "label"))
        row.addWidget(self.box, 1)
        self.hide()

    def _take(self, index: int) -> None:
        chosen = str(self.box.itemData(index))
        if chosen == _FILE:
            chosen = self._choose_file(self)
            if chosen and self.box.findData(chosen) < 0:
                self.box.insertItem(self.box.count() - 1, Path(chosen).name, chosen)
        known = self.chosen
        self.chosen = chosen or known
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self.box.findData(self.chosen))
        if self.chosen != known:
            self.changed.emit()


def _ask_file(parent: QWidget) -> str:
    return QFileDialog.getOpenFileName(parent, "Open names of classes", "", _KINDS)[0]

"""A slider through the epochs that a run keeps; it stays at the newest until a person moves it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from explorer.gui.panel import label


class EpochSlider(QWidget):
    """Chooses one epoch.

    Signals:
        moved(epoch): another epoch is chosen.
    """

    moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._epochs: tuple[int, ...] = ()
        self._follows = True
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Epoch")
        self.slider.setToolTip("Go through the epochs")
        self.slider.setPageStep(1)
        self._text = label("", "label")
        self._text.setMinimumWidth(96)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._text)
        row.addWidget(self.slider, 1)
        self.slider.valueChanged.connect(self._move)

    @property
    def epoch(self) -> int | None:
        """The chosen epoch; None where there are none."""
        return self._epochs[self.slider.value()] if self._epochs else None

    def show_epochs(self, epochs: Sequence[int]) -> bool:
        """Offer these epochs; whether another one is chosen now."""
        old = self.epoch
        self._epochs = tuple(epochs)
        if not self._epochs:
            self._follows = True
        place = len(epochs) - 1 if self._follows or old not in epochs else self._epochs.index(old)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(0, len(epochs) - 1))
            self.slider.setValue(max(0, place))
        self.slider.setEnabled(len(epochs) > 1)
        self._say()
        return self.epoch != old

    def _move(self, place: int) -> None:
        self._follows = place == len(self._epochs) - 1
        self._say()
        self.moved.emit(self.epoch)

    def _say(self) -> None:
        self._text.setText(f"Epoch {self.epoch:,}" if self._epochs else "No epoch yet")

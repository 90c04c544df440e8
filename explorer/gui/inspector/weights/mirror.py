"""The choice of weights once more, on another page: both show and set the same."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from explorer.gui.inspector.weights.choice import WeightsChoice


class WeightsMirror(QComboBox):
    """Offers what a choice of weights offers, and chooses there."""

    def __init__(self, choice: WeightsChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Weights")
        self.setToolTip("Random weights, published ones, a run of this network, or a weights file")
        self.setMinimumContentsLength(10)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._choice = choice
        self.setModel(choice.box.model())
        self.activated.connect(self._take)
        choice.changed.connect(self._follow)
        choice.offered.connect(self._follow)
        self._follow()

    def _take(self, index: int) -> None:
        self._choice.box.setCurrentIndex(index)
        self._choice.box.activated.emit(index)
        self._follow()  # what could not be chosen is not shown as chosen

    def _follow(self) -> None:
        self.setCurrentIndex(self._choice.box.currentIndex())

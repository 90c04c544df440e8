"""The two cards with the curves, made when the drawing library is there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from explorer.gui.panel import label
from explorer.gui.theme import Theme
from explorer.gui.training.plots import Line, Plot
from explorer.gui.training.run import DEFAULT_SMOOTHING, Run
from explorer.gui.training.scale import figure

_BESIDE = 1.25
"""The cards stand beside each other where the room is this much wider than high."""

_SMOOTHINGS = (0.0, 0.6, DEFAULT_SMOOTHING, 0.98)


class PlotCards(QWidget):
    """Loss over steps and accuracy over epochs of the ticked runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss = Plot("lossPlot", "steps")
        self.loss.setAccessibleName("Training loss over steps")
        self.accuracy = Plot(
            "accuracyPlot", "epochs", ceiling=1.0, value_text=lambda value: f"{100 * value:.0f} %"
        )
        self.accuracy.setAccessibleName("Accuracy over epochs")
        self.scale = _choice("Scale of the loss", ("linear", "log"))
        self.smoothing = _choice("Smoothing of the loss", [_smoothing_text(value) for value in _SMOOTHINGS])
        self.smoothing.setCurrentIndex(_SMOOTHINGS.index(DEFAULT_SMOOTHING))
        self.side = _choice("Accuracy of which pictures", ("test", "train", "both"))
        self.side.setCurrentIndex(2)
        self._runs: tuple[Run, ...] = ()
        self._row = row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        row.setContentsMargins(16, 12, 16, 16)
        row.setSpacing(12)
        row.addWidget(
            _card("Training loss", "raw thin, smoothed thick", self.loss, self.scale, self.smoothing), 1
        )
        row.addWidget(_card("Accuracy", "test thick, train thin", self.accuracy, self.side), 1)
        self.scale.currentIndexChanged.connect(lambda index: self.loss.set_logarithmic(index == 1))
        self.smoothing.currentIndexChanged.connect(self._show)
        self.side.currentIndexChanged.connect(self._show)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.loss.set_theme(theme)
        self.accuracy.set_theme(theme)

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Draw these runs, the first one uppermost; call again when one has more points."""
        self._runs = tuple(run for run in runs if run.slot is not None)
        self._show()

    def set_smoothing(self, value: float) -> None:
        """Smooth the loss by a share of the past."""
        with QSignalBlocker(self.smoothing):
            self.smoothing.setCurrentIndex(_SMOOTHINGS.index(value))
        self._show()

    def _show(self, *_: object) -> None:
        smoothing = _SMOOTHINGS[self.smoothing.currentIndex()]
        for run in self._runs:
            run.loss.smooth(smoothing)
        losses = [_line(run, run.loss, figure, raw=smoothing > 0) for run in self._runs]
        self.loss.show_lines(losses, max((max(run.steps, run.step) for run in self._runs), default=0))
        shown = self.side.currentText()
        lines = []
        for run in self._runs:
            if shown != "train":
                lines.append(_line(run, run.test_accuracy, _percent, raw=False))
            if shown != "test":
                dim = shown == "both"
                lines.append(_line(run, run.train_accuracy, _percent, raw=False, dim=dim))
        self.accuracy.show_lines(lines, max((run.epochs for run in self._runs), default=0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        upright = self.width() < _BESIDE * self.height()
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if upright else directions.LeftToRight)


def _line(run: Run, curve: object, text: object, *, raw: bool, dim: bool = False) -> Line:
    return Line(run.name, curve, run.slot or 0, text, live=run.state.active and not dim, dim=dim, raw=raw)


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _smoothing_text(value: float) -> str:
    return f"smooth {value:g}" if value else "not smoothed"


def _choice(name: str, items: Sequence[str]) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.addItems(list(items))
    made.setProperty("quiet", True)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made


def _card(title: str, hint: str, plot: Plot, *choices: QComboBox) -> QFrame:
    frame = QFrame()
    frame.setProperty("role", "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(14, 8, 10, 10)
    column.setSpacing(4)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(label(title, "title"))
    row.addStretch(1)
    row.addWidget(label(hint, "hint"))
    for choice in choices:
        row.addWidget(choice)
    column.addLayout(row)
    column.addWidget(plot, 1)
    return frame

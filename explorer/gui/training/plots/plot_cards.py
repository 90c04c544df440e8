"""The two cards with the curves, made when the drawing library is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from explorer.core.errors import ExplorerError
from explorer.gui.panel import IconButton, label, sentence
from explorer.gui.quiet_choice import QuietChoice
from explorer.gui.segments import Segments
from explorer.gui.theme import Theme
from explorer.gui.training.curve import Curve
from explorer.gui.training.differences import titles
from explorer.gui.training.plots.known_plots import ACCURACY, accuracy_plot, loss_plot
from explorer.gui.training.plots.line import Line
from explorer.gui.training.plots.plot_export import write_plot
from explorer.gui.training.plots.plots import Plot
from explorer.gui.training.run import DEFAULT_SMOOTHING, Run
from explorer.gui.training.scale import figure, memory, percent, short

_BESIDE = 1.25
"""The cards stand beside each other where the room is this much wider than high."""

_SMOOTHINGS = (0.0, 0.6, DEFAULT_SMOOTHING, 0.98)
_TRAIN, _TEST, _BOTH = range(3)
_SIDES = (
    ("train", "The pictures that are learned from, as they were seen"),
    ("test", "The pictures that are held out"),
    ("both", "Both: the test thick, the training thin"),
)


@dataclass(frozen=True)
class _Quantity:
    """Something that is drawn over steps beside the loss."""

    title: str
    curve: Callable[[Run], Curve]
    text: Callable[[float], str]


_QUANTITIES = (
    _Quantity("Learning rate", lambda run: run.learning_rate, lambda value: f"{value:.3g}"),
    _Quantity("Pictures per second", lambda run: run.speed, short),
    _Quantity("Memory", lambda run: run.memory, memory),
)


class PlotCards(QWidget):
    """Loss over steps, and accuracy over epochs or another quantity, of the ticked runs.

    Signals:
        branch_wanted(run, epoch): a new run shall begin at the end of this epoch of this run.
        said(text): what was done, for the status line.
    """

    branch_wanted = Signal(object, int)
    said = Signal(str)

    def __init__(self, loss: Plot | None = None, accuracy: Plot | None = None) -> None:
        super().__init__()
        self.loss = loss or loss_plot()
        self.accuracy = accuracy or accuracy_plot()
        self.accuracy.stagger()
        self._other: Plot | None = None
        self.scale = QuietChoice("Scale of the loss", ("linear", "log"))
        self.smoothing = QuietChoice(
            "Smoothing of the loss: raw values are thin, smoothed ones thick",
            [_smoothing_text(value) for value in _SMOOTHINGS],
        )
        self.smoothing.setCurrentIndex(_SMOOTHINGS.index(DEFAULT_SMOOTHING))
        self.side = Segments(_SIDES, height=26, narrow=True)
        self.side.setAccessibleName("Accuracy of which pictures")
        self.side.choose(_BOTH)
        titles = (ACCURACY, *(item.title for item in _QUANTITIES))
        self.quantity = QuietChoice("What is drawn here", titles, headline=True)
        self.quantity.setObjectName("plotQuantity")
        self.second = QStackedWidget()
        self.second.addWidget(self.accuracy)
        self._runs: tuple[Run, ...] = ()
        self._titles: Mapping[Run, str] = {}
        self._buttons: list[IconButton] = []
        self._theme: Theme | None = None
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(16, 12, 16, 12)
        self._row.setSpacing(12)
        self._row.addWidget(
            self._card(label("Training loss", "title"), self.loss, self.scale, self.smoothing), 1
        )
        self._row.addWidget(self._card(self.quantity, self.second, self.side), 1)
        self._connect()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for part in (*self._plots, *self._buttons):
            part.set_theme(theme)

    @property
    def other(self) -> Plot:
        """The plot of the quantities besides the accuracy; made when one is chosen: a plot takes 30 ms."""
        if self._other is None:
            other = self._other = Plot("quantityPlot", "steps")
            other.stagger()
            other.asked.connect(lambda line, x, where: self._ask(other, line, x, where))
            if self._theme is not None:
                other.set_theme(self._theme)
            self.second.addWidget(other)
        return self._other

    @property
    def _plots(self) -> list[Plot]:
        return [self.loss, self.accuracy, *([self._other] if self._other is not None else [])]

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Draw these runs, the first one uppermost; call again when one has more points."""
        self._runs = tuple(run for run in runs if run.slot is not None)
        self._titles = titles(self._runs)
        self._show()

    def set_smoothing(self, value: float) -> None:
        """Smooth the loss by a share of the past."""
        with QSignalBlocker(self.smoothing):
            self.smoothing.setCurrentIndex(_SMOOTHINGS.index(value))
        self._show()

    def export(self, plot: Plot, path: Path | None = None) -> None:
        """Write a plot as PNG, SVG or CSV; asks for the file where none is named."""
        if path is None:
            kinds = "PNG (*.png);;SVG (*.svg);;CSV (*.csv)"
            suggestion = f"{plot.accessibleName().lower().replace(' ', '-')}.png"
            name, kind = QFileDialog.getSaveFileName(self, "Export the plot", suggestion, kinds)
            if not name:
                return
            path = Path(name)
            path = path if path.suffix else path.with_suffix(f".{kind[:3].lower()}")
        try:
            write_plot(plot, path)
        except ExplorerError as error:
            self.said.emit(sentence(str(error)))
            return
        self.said.emit(f"Written to {path}")

    def menu(self, plot: Plot, line: Line | None, x: float) -> QMenu:
        """What can be done at a place of a plot."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        run, epoch = self._epoch_at(plot, line, x)
        if run is not None and run.folder is not None and epoch > 0:
            action = menu.addAction(f"Branch from epoch {epoch:,} of {run.name}…")
            action.setObjectName("branch")
            action.triggered.connect(lambda: self.branch_wanted.emit(run, epoch))
            menu.addSeparator()
        menu.addAction("Show all", plot.reset).setObjectName("showAll")
        menu.addAction("Export the plot…", lambda: self.export(plot)).setObjectName("exportPlot")
        return menu

    def _epoch_at(self, plot: Plot, line: Line | None, x: float) -> tuple[Run | None, int]:
        """The run of a line, and the last of its epochs that is over at x."""
        run = next((run for run in self._runs if line is not None and line.curve in _curves(run)), None)
        if run is None or not len(run.test_accuracy):
            return None, 0
        epochs = x if plot is self.accuracy else x / run.progress.batches if run.progress.batches else 0
        return run, min(int(epochs + 0.5 if plot is self.accuracy else epochs), int(run.test_accuracy.xs[-1]))

    def _connect(self) -> None:
        self.scale.currentIndexChanged.connect(lambda index: self.loss.set_logarithmic(index == 1))
        self.smoothing.currentIndexChanged.connect(self._show)
        self.side.switched.connect(self._show)
        self.quantity.currentIndexChanged.connect(self._choose_quantity)
        for plot in self._plots:
            plot.asked.connect(lambda line, x, where, plot=plot: self._ask(plot, line, x, where))

    def _ask(self, plot: Plot, line: Line | None, x: float, where: QPoint) -> None:
        self.menu(plot, line, x).popup(where)

    def _choose_quantity(self, index: int) -> None:
        self.second.setCurrentWidget(self.other if index else self.accuracy)
        self.side.setVisible(index == 0)
        if index:
            quantity = _QUANTITIES[index - 1]
            self.other.setAccessibleName(quantity.title)
            self.other.set_values(quantity.text, None)
        self._show()

    def _show(self, *_: object) -> None:
        smoothing = _SMOOTHINGS[self.smoothing.currentIndex()]
        for run in self._runs:
            run.loss.smooth(smoothing)
        losses = [
            self._line(run, run.loss, figure, raw=smoothing > 0, marks=_step_marks(run)) for run in self._runs
        ]
        steps = max((run.step for run in self._runs), default=0)
        self.loss.show_lines(losses, steps)
        epochs = max((run.test_accuracy.xs[-1] for run in self._runs if len(run.test_accuracy)), default=0)
        self.accuracy.show_lines(self._accuracies(), epochs)
        index = self.quantity.currentIndex()
        if index:
            quantity = _QUANTITIES[index - 1]
            lines = [
                self._line(run, quantity.curve(run), quantity.text, raw=False, marks=_step_marks(run))
                for run in self._runs
            ]
            self.other.show_lines(lines, steps)

    def _line(
        self,
        run: Run,
        curve: Curve,
        text: Callable[[float], str],
        *,
        raw: bool,
        dim: bool = False,
        marks: tuple[tuple[float, str], ...] = (),
        best: float | None = None,
    ) -> Line:
        live, name = run.state.active and not dim, self._titles.get(run, run.name)
        told = name.removeprefix(run.name).strip() if name != run.name else ""
        return Line(name, curve, run.slot or 0, text, live, dim, raw, marks, best, told)

    def _accuracies(self) -> list[Line]:
        shown, lines = self.side.index, []
        for run in self._runs:
            marks = tuple((mark.epoch, mark.text) for mark in run.marks)
            if shown != _TRAIN:
                lines.append(
                    self._line(run, run.test_accuracy, percent, raw=False, marks=marks, best=run.best_epoch)
                )
            if shown != _TEST:
                dim = shown == _BOTH
                lines.append(self._line(run, run.train_accuracy, percent, raw=False, dim=dim))
        return lines

    def _card(self, title: QWidget, plot: Plot | QStackedWidget, *choices: QWidget) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(14, 8, 10, 10)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(title)
        row.addStretch(1)
        for choice in choices:
            row.addWidget(choice)
        save = IconButton("export", "Write this plot as PNG, SVG or CSV")
        save.clicked.connect(lambda: self.export(plot if isinstance(plot, Plot) else self._second()))
        self._buttons.append(save)
        row.addWidget(save)
        column.addLayout(row)
        column.addWidget(plot, 1)
        return frame

    def _second(self) -> Plot:
        return self.other if self.quantity.currentIndex() else self.accuracy

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        upright = self.width() < _BESIDE * self.height()
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if upright else directions.LeftToRight)


def _curves(run: Run) -> tuple[Curve, ...]:
    return (run.loss, run.train_accuracy, run.test_accuracy, run.learning_rate, run.speed, run.memory)


def _step_marks(run: Run) -> tuple[tuple[float, str], ...]:
    return tuple((mark.step, mark.text) for mark in run.marks)


def _smoothing_text(value: float) -> str:
    return f"smooth {value:g}" if value else "not smoothed"

"""Start, pause, step, stop and queue, and how far the training is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from explorer.gui.elided import ElidedLabel
from explorer.gui.panel import IconButton, ProgressLine, label
from explorer.gui.theme import Theme
from explorer.gui.training.run import Progress, Run, State
from explorer.gui.training.scale import duration

_NAME = 72
"""The name of the run has at least so many pixels."""

_WIDE = 820
"""There is room for two bars from here on."""


class TrainingToolbar(QWidget):
    """The row above the plots. It shows what it is told and announces what is pressed."""

    start_pressed = Signal()
    pause_pressed = Signal()
    step_pressed = Signal()
    stop_pressed = Signal()
    queue_pressed = Signal()
    experiments_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(56)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        self.start = IconButton("play", "Start the training", framed=True)
        self.pause = IconButton("pause", "Pause after this step", framed=True)
        self.step = IconButton("step", "Make one step and wait", framed=True)
        self.stop = IconButton("stop", "Stop after this step; everything is kept", framed=True)
        self.queue = IconButton("plus", "Train the open network after this one", framed=True)
        self.experiments = IconButton("experiment", "Experiments: repeat a known one, or search", framed=True)
        self._buttons = {
            "trainStart": (self.start, self.start_pressed),
            "trainPause": (self.pause, self.pause_pressed),
            "trainStep": (self.step, self.step_pressed),
            "trainStop": (self.stop, self.stop_pressed),
            "trainQueue": (self.queue, self.queue_pressed),
            "trainExperiments": (self.experiments, self.experiments_pressed),
        }
        for name, (one, signal) in self._buttons.items():
            one.setObjectName(name)
            row.addWidget(one)
            one.clicked.connect(lambda _=False, signal=signal: signal.emit())
        self._name, self._state = ElidedLabel("title"), ElidedLabel("hint")
        self._speed, self._device = label(role="title"), ElidedLabel("hint")
        self._speed.setToolTip("Pictures learned from in a second; below, where the time of a step goes")
        self._said = ""
        row.addSpacing(8)
        row.addLayout(_two(self._name, self._state, _NAME))
        row.addSpacing(12)
        self.progress = QWidget(objectName="trainProgress")
        self.progress.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bars = QHBoxLayout(self.progress)
        bars.setContentsMargins(0, 0, 0, 0)
        bars.setSpacing(20)
        self.epoch, self.whole = ProgressLine("Progress of the epoch"), ProgressLine("Progress of the run")
        bars.addWidget(self.epoch, 1, Qt.AlignmentFlag.AlignVCenter)
        bars.addWidget(self.whole, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.progress, 1)
        row.addSpacing(12)
        row.addLayout(_two(self._speed, self._device, right=True))
        self.show_run(None, Progress())

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        buttons = [one for one, _ in self._buttons.values()]
        for part in (*buttons, self.epoch, self.whole):
            part.set_theme(theme)

    def show_run(self, run: Run | None, progress: Progress) -> None:
        """Show how a run stands."""
        active = run is not None and run.state.active
        paused = run is not None and run.state is State.PAUSED
        waits = run is not None and run.state is State.WAITING
        self.start.setEnabled((not active or paused) and not waits)
        self.start.describe("Go on" if paused else "Start the training")
        steered = active and run is not None and run.steered is not None
        self.pause.setEnabled(steered and not paused)
        self.step.setEnabled(steered or not (active or waits))
        self.stop.setEnabled(steered or waits)
        self.stop.describe("Take it off the queue" if waits else "Stop after this step; everything is kept")
        self.queue.setEnabled(active or waits)
        self.progress.setVisible(run is not None)
        if run is None:
            for text in (self._name, self._state, self._speed):
                text.clear()
            return
        self._name.setText(run.name)
        self._state.setText(", ".join(filter(None, (run.state.value, run.where if active else ""))))
        left = progress.epoch_seconds_left if active else None
        epoch = f"Epoch {progress.epoch:,} of {progress.epochs:,}"
        self.epoch.show_progress(
            f"{epoch}, batch {progress.batch:,} of {progress.batches:,}",
            f"{duration(left)} left" if left is not None else "",
            progress.batch / progress.batches if progress.batches else 0,
            epoch,
            f"Epoch {progress.epoch:,}",
        )
        left = progress.seconds_left if active else None
        self.whole.show_progress(
            f"Step {progress.step:,} of {progress.steps:,}",
            f"{duration(left)} left" if left is not None else "",
            progress.step / progress.steps if progress.steps else 0,
            f"{progress.step:,} of {progress.steps:,}",
            f"Step {progress.step:,}",
        )
        speed = progress.pictures_per_second
        self._speed.setText(f"{speed:,.0f} pictures/s" if speed else "")
        self._device.setText(_shares(progress.data_share) if active and progress.step else self._said)

    def show_device(self, text: str) -> None:
        """Say what is being prepared, until there are steps."""
        self._said = text
        self._device.setText(text or self._device.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.epoch.setVisible(self.width() >= _WIDE)


def _shares(data: float | None) -> str:
    """How much of the time of a step is spent waiting for its pictures, and how much computing."""
    if data is None:
        return ""
    waited = round(100 * data)
    return f"data {waited} %, computing {100 - waited} %"


def _two(above: QWidget, below: QWidget, least: int = 0, *, right: bool = False) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(1)
    column.addStretch(1)
    for part in (above, below):
        if right and isinstance(part, QLabel):
            part.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        part.setMinimumWidth(least)
        column.addWidget(part)
    column.addStretch(1)
    return column

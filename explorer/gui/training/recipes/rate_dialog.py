"""The learning-rate range test as a dialog: it runs in the background, and its rate can be taken over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtWidgets import QDialog, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from explorer.core.document import Document
from explorer.gui.job import Job, ShouldStop, Work
from explorer.gui.panel import button, label, sentence
from explorer.gui.theme import Theme
from explorer.gui.training.recipes.rate_plot import RatePlot
from explorer.gui.workbench import Workbench

_STOP_MS = 20_000


class RateDialog(QDialog):
    """Trains new weights for a hundred steps at rising rates; the open network and runs stay as they are."""

    def __init__(self, workbench: Workbench, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rateDialog")
        self.setWindowTitle("Find a learning rate")
        self._workbench = workbench
        self._rate: float | None = None
        self._job: Job | None = None
        self.plot = RatePlot()
        self.plot.set_theme(theme)
        self.text = label("", wrap=True)
        self.use = button("Use it", self._use, "Set the learning rate of the recipe", primary=True)
        self.use.setObjectName("useRate")
        self.use.setEnabled(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(label("Loss at rising learning rates", "title"))
        column.addWidget(self.plot, 1)
        column.addWidget(self.text)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button("Close", self.close, "Leave the learning rate as it is"))
        row.addWidget(self.use)
        column.addLayout(row)
        self.resize(640, 440)

    @property
    def rate(self) -> float | None:
        """The suggestion; None while there is none."""
        return self._rate

    def start(self) -> None:
        """Begin the test."""
        self.text.setText("Loading PyTorch…")
        self._job = job = Job(
            _testing(self._workbench.document, self._workbench.device), "The rate test", self
        )
        job.event.connect(self._take)
        job.failed.connect(lambda text, _details: self.text.setText(sentence(text)))
        job.start()

    def shutdown(self) -> bool:
        """Stop the test and wait; False where its thread still runs after a bounded time."""
        if self._job is None:
            return True
        self._job.stop()
        return self._job.wait(_STOP_MS)

    def _take(self, event: object) -> None:
        from explorer.engine.experiments.rate_test import (  # loaded by the job
            HIGHEST,
            LOWEST,
            RateFound,
            RatesTried,
        )

        if isinstance(event, RatesTried):
            if not self.plot.points:
                self.plot.clear(LOWEST, HIGHEST)
            self.plot.add(event.points)
            done = event.points[-1]
            self.text.setText(f"Step {done.step:,} of {event.steps:,}: rate {done.rate:.2g}")
        elif isinstance(event, RateFound):
            self._rate = event.suggestion
            self.plot.mark(event.suggestion)
            self.text.setText(event.sentence)
            if event.suggestion is not None:
                self.use.setText(f"Use {event.suggestion:g}")
                self.use.setAccessibleName(self.use.text())
                self.use.setEnabled(True)
                self.use.setDefault(True)
                self.use.setFocus()

    def _use(self) -> None:
        document = self._workbench.document
        if self._rate is not None and document.recipe.learning_rate != self._rate:
            recipe = replace(document.recipe, learning_rate=self._rate)
            self._workbench.apply("set the learning rate", replace(document, recipe=recipe))
        self.accept()

    def done(self, result: int) -> None:
        if self._job is not None:
            self._job.stop()
        super().done(result)


class RateButton(QToolButton):
    """Opens the dialog over the window, and begins the test."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findRate")
        self.setText("Find a learning rate…")
        self.setAccessibleName(self.text())
        self.setToolTip("Train 100 steps at rising rates, and see where the loss falls best")
        self.setProperty("flat", True)
        self._workbench = workbench
        self._theme: Theme | None = None
        self.dialog: RateDialog | None = None
        self.clicked.connect(self._open)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme

    def shutdown(self) -> bool:
        """Stop the test and wait; False where its thread still runs after a bounded time."""
        return self.dialog is None or self.dialog.shutdown()

    def _open(self) -> None:
        if self._theme is None or (self.dialog is not None and self.dialog.isVisible()):
            return
        if self.dialog is not None:
            self.dialog.shutdown()
            self.dialog.deleteLater()
        self.dialog = RateDialog(self._workbench, self._theme, self.window())
        self.dialog.open()
        self.dialog.start()


def _testing(document: Document, device: str) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[object]:
        from explorer.engine.experiments.rate_test import (
            find_rate,  # torch takes seconds: loaded in the thread
        )

        if not should_stop():
            yield from find_rate(document.graph, document.recipe, device=device, should_stop=should_stop)

    return work

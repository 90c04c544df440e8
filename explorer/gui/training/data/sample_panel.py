"""Samples of the data and, where it is wanted, what the augmentation makes of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from explorer.core.recipe import Recipe
from explorer.core.shapes import Shape
from explorer.gui.job import Job
from explorer.gui.panel import sentence
from explorer.gui.training.data.data_jobs import Shown, augmenting
from explorer.gui.training.data.sample_strip import SampleStrip

_TIMES = 3
"""Rows of augmented pictures."""

_PAUSE_MS = 150
"""After an edit the pictures are made anew when no other follows for so long."""

_SHOW = "Show augmented"


class SamplePanel(QWidget):
    """One picture per class; "Show augmented" adds rows of what the network will meet.

    Signals:
        refused(sentence): they cannot be shown augmented.
    """

    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plain: Shown | None = None
        self._wanted: tuple[Recipe, Shape] | None = None
        self._job: Job | None = None
        self.strip = SampleStrip()
        self.switch = QToolButton(text=_SHOW, checkable=True, objectName="showAugmented")
        self.switch.setProperty("flat", True)
        self.switch.setAccessibleName(_SHOW)
        self.switch.setToolTip("Show what the settings below make of these pictures, in three steps")
        self.switch.toggled.connect(lambda _on: self._draw())
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._soon.timeout.connect(self._draw)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.strip)
        column.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_samples(None)

    @property
    def filled(self) -> bool:
        """Whether there are samples."""
        return self._plain is not None

    def show_samples(self, plain: Shown | None) -> None:
        """Show the samples of other data; None while there are none."""
        self._stop()
        self._plain = plain
        self.setVisible(plain is not None)
        if plain is not None:
            self.strip.show_rows(plain.rows, plain.names)
            self._draw()

    def follow(self, recipe: Recipe, shape: Shape) -> None:
        """Augment as this recipe says, for a network that takes this shape."""
        if (recipe, shape) != self._wanted:
            self._wanted = recipe, shape
            if self.switch.isChecked():
                self._soon.start()

    def shutdown(self) -> bool:
        """Stop; whether the thread is gone."""
        self._soon.stop()
        job = self._job
        self._stop()
        return job is None or job.wait(5000)

    def _stop(self) -> None:
        if self._job is not None:
            self._job.stop()
            self._job = None
        self.switch.setText(_SHOW)

    def _draw(self) -> None:
        self._stop()
        if self._plain is None or self._wanted is None:
            return
        if not self.switch.isChecked():
            self.strip.show_rows(self._plain.rows, self._plain.names)
            return
        recipe, shape = self._wanted
        if self.strip.rows == 1:
            self.switch.setText("Loading…")  # torch takes seconds at the first time
        job = self._job = Job(augmenting(recipe.data, recipe, shape, _TIMES), "The preview", self)
        job.event.connect(lambda shown: self._show(shown, job))
        job.failed.connect(lambda said, _details: self.refused.emit(sentence(said)))
        job.ended.connect(lambda: self._forget(job))
        job.start()

    def _show(self, shown: object, job: Job) -> None:
        if job is self._job and isinstance(shown, Shown):
            self.strip.show_rows(shown.rows, shown.names)

    def _forget(self, job: Job) -> None:
        if job is self._job:
            self._stop()
        job.deleteLater()

"""Keeps what a training has reached: checkpoints of healthy states, figures, and failures told."""

from __future__ import annotations

import time
from collections.abc import Iterator

from explorer.engine.events import Evaluated, Event, Failed, Saved, SaveFailed
from explorer.engine.failures import Told, diverged, unwritten
from explorer.engine.runs.changes import Change
from explorer.engine.runs.checkpoint import packed
from explorer.engine.runs.place import Place
from explorer.engine.runs.recorder import Recorder
from explorer.engine.training.stepper import Stepper

_SAVE_SECONDS = 120.0
"""Within a long epoch, a checkpoint is written this often."""


class Ended(Exception):
    """The training ends here, with this event."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class Safekeeping:
    """Writes for one training; `recorder` is None where nothing is written.

    `healthy` is the step of the last checkpoint. A bad state never overwrites it.
    """

    def __init__(self, recorder: Recorder | None, stepper: Stepper, place: Place, *, leads: bool) -> None:
        self.recorder, self._stepper, self._at, self._leads = recorder, stepper, place, leads
        self.healthy: int | None = None
        self._unwritten = False
        self._saved_at = time.monotonic()

    @property
    def is_due(self) -> bool:
        """Whether the last checkpoint is so old that another should be written within the epoch."""
        return self.recorder is not None and time.monotonic() - self._saved_at > _SAVE_SECONDS

    def save(self, evaluated: Evaluated | None = None, *, must: bool = False) -> Iterator[Event]:
        """Write a checkpoint; where it `must` succeed and cannot, the training ends.

        Raises:
            Ended: it diverged, or the folder is gone, or a must failed.
        """
        if self.recorder is None:
            return
        at = self._at
        try:
            saved = self.write(evaluated)
        except OSError as error:
            told = unwritten(self.recorder.folder, error, self._stepper.recipe)
            if must or not self.recorder.folder.is_dir():
                raise Ended(self.failed(told, keep=True)) from None
            self._saved_at = time.monotonic()
            yield SaveFailed(
                at.step, at.epoch, f"{told.message}; the training goes on, the older files are safe"
            )
            return
        yield saved

    def write(self, evaluated: Evaluated | None) -> Saved:
        """Write a checkpoint of a healthy state.

        Raises:
            OSError: it cannot be written.
            Ended: the state is not healthy.
        """
        assert self.recorder is not None  # noqa: S101  (the callers asked)
        at = self._at
        if not self._stepper.is_healthy():
            raise Ended(self.failed(diverged(self._stepper.recipe, at.step)))
        entry = at.entry(
            evaluated.test_accuracy if evaluated else None, best=evaluated.best if evaluated else False
        )
        path = self.recorder.save(entry, self._stepper.state())
        self.healthy, self._saved_at = at.step, time.monotonic()
        return Saved(at.step, at.epoch, path, entry.best)

    def keep_change(self, change: Change) -> Iterator[Event]:
        """Write down from when on other settings count; with the next checkpoint, where it fails."""
        if self.recorder is None:
            return
        try:
            self.recorder.keep_change(change)
        except OSError as error:
            told = unwritten(self.recorder.folder, error, self._stepper.recipe)
            yield SaveFailed(
                self._at.step, self._at.epoch, f"the new settings are not written yet: {told.message}"
            )

    def logged(self, event: Event) -> Iterator[Event]:
        """The event, entered in the figures; what cannot be written now is tried again later."""
        message = ""
        if self.recorder is not None:
            try:
                self.recorder.log(event)
                self._unwritten = False
            except OSError as error:
                told = unwritten(self.recorder.folder, error, self._stepper.recipe)
                message = "" if self._unwritten else told.message
                self._unwritten = True
        if message:
            yield SaveFailed(self._at.step, self._at.epoch, f"the figures are not written yet: {message}")
        yield event

    def failed(self, told: Told, *, keep: bool = False) -> Failed:
        """The event that ends a training which cannot go on; with `keep` it carries the weights."""
        weights = packed(self._stepper.state().weights) if keep else b""
        healthy = self.healthy if self.recorder and self.recorder.folder.is_dir() else None
        return Failed(
            self._at.step,
            self._at.epoch,
            told.message,
            told.remedy,
            healthy_step=healthy,
            weights=weights,
            remedies=told.remedies,
        )

    def kept_nowhere(self) -> bytes:
        """The weights, where no folder keeps them."""
        return b"" if self.recorder or not self._leads else packed(self._stepper.state().weights)

"""The one training loop: epochs, evaluation, checkpoints, and what happens when something fails."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import torch
from torch import nn

from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.engine.checkpoint import Checkpoint, Entry, packed
from explorer.engine.datasets import DataSet
from explorer.engine.evaluation import evaluate
from explorer.engine.events import Evaluated, Event, Failed, Finished, Saved, SaveFailed, Started, Stopped
from explorer.engine.failures import Told, diverged, explained, unwritten
from explorer.engine.recorder import Recorder
from explorer.engine.stepper import Fetched, Stepper

_SAVE_SECONDS = 120.0
"""Within a long epoch, a checkpoint is written this often."""


@dataclass
class _Sums:
    """Running sums of the epoch that is under way, and the best figure so far."""

    loss: float = 0.0
    correct: float = 0.0
    seen: float = 0.0
    best_accuracy: float = -1.0
    best_epoch: float = 0.0


class _Ended(Exception):
    """The training ends here, with this event."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class Loop:
    """One training of one network on one data set; `recorder` is None where nothing is written."""

    def __init__(
        self,
        network: nn.Module,
        recipe: Recipe,
        data: DataSet,
        device: torch.device,
        recorder: Recorder | None,
        should_stop: Callable[[], bool],
    ) -> None:
        self._recipe, self._data, self._device = recipe, data, device
        self._recorder, self._should_stop = recorder, should_stop
        self._stepper = Stepper(network, recipe, data, device)
        self._step = self._epoch = self._position = 0
        self._sums = _Sums()
        self._healthy: int | None = None
        self._unwritten = False
        self._began = self._saved_at = time.monotonic()

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint.

        Raises:
            ExplorerError: it is that of another network.
        """
        entry = checkpoint.entry
        try:
            self._stepper.load(checkpoint.weights, checkpoint.optimizer)
            self._sums = _Sums(**entry.sums)
        except (RuntimeError, TypeError):
            raise ExplorerError("the checkpoint is that of another network; start a new run") from None
        self._step, self._epoch, self._position = entry.step, entry.epoch, entry.position
        self._healthy = entry.step

    def run(self, notes: tuple[str, ...]) -> Iterator[Event]:
        """The events of the training, from Started to the last."""
        ending: Event | None = None
        try:
            yield self._started(notes)
            if self._healthy is None:
                yield from self._save(must=True)
            yield from self._epochs()
        except _Ended as ended:
            ending = ended.event
        except GeneratorExit:
            self._keep()
            raise
        except (RuntimeError, ValueError, MemoryError) as error:
            told = explained(error, self._recipe)
            if told is None:
                raise
            ending = self._failed(told)
        # outside the except block, whose traceback keeps the tensors of the failed step alive
        if ending is not None:
            yield from self._logged(ending)

    def _epochs(self) -> Iterator[Event]:
        recipe, stepper = self._recipe, self._stepper
        while self._epoch < recipe.epochs:
            batches = stepper.order(self._epoch)
            while self._position < stepper.steps_per_epoch:
                if self._should_stop():
                    yield from self._stop()
                stepper.step(batches[self._position], self._step, self._epoch)
                self._step, self._position = self._step + 1, self._position + 1
                if stepper.is_due:
                    yield from self._gather()
                if time.monotonic() - self._saved_at > _SAVE_SECONDS:
                    yield from self._save()
            yield from self._gather()
            evaluated = self._evaluate()
            if evaluated is None:
                yield from self._stop()
            else:
                yield from self._logged(evaluated)
                yield from self._save(evaluated, must=self._epoch == recipe.epochs)
        accuracy = evaluated.test_accuracy if evaluated is not None else 0.0
        sums, seconds = self._sums, time.monotonic() - self._began
        best = max(0.0, sums.best_accuracy), int(sums.best_epoch)
        raise _Ended(Finished(self._step, self._epoch, accuracy, *best, seconds, self._kept_nowhere()))

    def _gather(self) -> Iterator[Event]:
        """Report the steps that were made; ends the training where one diverged."""
        fetched = self._fetch()
        if fetched.report is not None:
            yield from self._logged(fetched.report)
        if fetched.diverged is not None:
            raise _Ended(self._failed(diverged(self._recipe, fetched.diverged)))

    def _fetch(self) -> Fetched:
        fetched, sums = self._stepper.fetch(), self._sums
        for loss in fetched.losses:  # one by one: the sum must not depend on when it is fetched
            sums.loss += loss
        sums.correct += fetched.correct
        sums.seen += fetched.seen
        return fetched

    def _evaluate(self) -> Evaluated | None:
        """Test on the held-out pictures and close the epoch; None if it was stopped."""
        sums, start, stepper, data = self._sums, time.monotonic(), self._stepper, self._data
        result = evaluate(
            stepper.network,
            data.test,
            stepper.normalize,
            self._recipe.batch_size,
            len(data.survey.classes),
            self._should_stop,
        )
        if result is None:
            return None
        if not math.isfinite(result.loss):
            raise _Ended(self._failed(diverged(self._recipe, self._step)))
        best = result.accuracy > sums.best_accuracy
        self._epoch, self._position = self._epoch + 1, 0
        seen = max(1.0, sums.seen)
        train_loss, train_accuracy = sums.loss / seen, sums.correct / seen
        accuracy, epoch = (
            (result.accuracy, self._epoch) if best else (sums.best_accuracy, int(sums.best_epoch))
        )
        self._sums = _Sums(best_accuracy=accuracy, best_epoch=epoch)
        return Evaluated(
            step=self._step,
            epoch=self._epoch,
            train_loss=train_loss,
            train_accuracy=train_accuracy,
            test_loss=result.loss,
            test_accuracy=result.accuracy,
            confusion=result.confusion,
            best=best,
            seconds=time.monotonic() - start,
            skipped=data.train.skipped + data.test.skipped,
        )

    def _stop(self) -> Iterator[Event]:
        yield from self._gather()
        if self._healthy != self._step or self._position == 0:
            yield from self._save(must=True)
        raise _Ended(Stopped(self._step, self._epoch, time.monotonic() - self._began, self._kept_nowhere()))

    def _save(self, evaluated: Evaluated | None = None, *, must: bool = False) -> Iterator[Event]:
        """Write a checkpoint; where it `must` succeed and cannot, the training ends."""
        if self._recorder is None:
            return
        yield from self._gather()
        try:
            saved = self._write(evaluated)
        except OSError as error:
            told = unwritten(self._recorder.folder, error)
            if must or not self._recorder.folder.is_dir():
                raise _Ended(self._failed(told, keep=True)) from None
            self._saved_at = time.monotonic()
            yield SaveFailed(
                self._step, self._epoch, f"{told[0]}; the training goes on, the older files are safe"
            )
            return
        yield saved

    def _write(self, evaluated: Evaluated | None) -> Saved:
        """Write a checkpoint of a healthy state.

        Raises:
            OSError: it cannot be written.
        """
        assert self._recorder is not None  # noqa: S101  (the callers asked)
        if not self._stepper.is_healthy():
            raise _Ended(self._failed(diverged(self._recipe, self._step)))
        entry = Entry(
            self._step,
            self._epoch,
            self._position,
            test_accuracy=evaluated.test_accuracy if evaluated else None,
            best=evaluated.best if evaluated else False,
            sums=asdict(self._sums),
        )
        path = self._recorder.save(entry, *self._stepper.state())
        self._healthy, self._saved_at = self._step, time.monotonic()
        return Saved(self._step, self._epoch, path, entry.best)

    def _keep(self) -> None:
        """Write a last checkpoint when nobody listens any more."""
        if self._recorder is not None and self._fetch().diverged is None and self._healthy != self._step:
            self._write(None)

    def _logged(self, event: Event) -> Iterator[Event]:
        """The event, entered in the figures; what cannot be written now is tried again later."""
        message = ""
        if self._recorder is not None:
            try:
                self._recorder.log(event)
                self._unwritten = False
            except OSError as error:
                message = "" if self._unwritten else unwritten(self._recorder.folder, error)[0]
                self._unwritten = True
        if message:
            yield SaveFailed(self._step, self._epoch, f"the figures are not written yet: {message}")
        yield event

    def _started(self, notes: tuple[str, ...]) -> Started:
        data = self._data
        return Started(
            folder=self._recorder.folder if self._recorder else None,
            device=str(self._device),
            classes=data.survey.classes,
            train_pictures=len(data.train),
            test_pictures=len(data.test),
            epochs=self._recipe.epochs,
            steps_per_epoch=self._stepper.steps_per_epoch,
            step=self._step,
            epoch=self._epoch,
            parameters=sum(item.numel() for item in self._stepper.network.parameters()),
            damaged=data.damaged,
            notes=(*data.notes, *notes),
        )

    def _failed(self, told: Told, *, keep: bool = False) -> Failed:
        weights = packed(self._stepper.state()[0]) if keep else b""
        healthy = self._healthy if self._recorder and self._recorder.folder.is_dir() else None
        return Failed(self._step, self._epoch, *told, healthy_step=healthy, weights=weights)

    def _kept_nowhere(self) -> bytes:
        """The weights, where no folder keeps them."""
        return b"" if self._recorder else packed(self._stepper.state()[0])

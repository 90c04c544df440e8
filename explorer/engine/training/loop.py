"""The one training loop: steps, epochs, evaluation, what a person tells it, and how it ends."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.engine.data.batches import PicturesGone
from explorer.engine.data.datasets import DataSet
from explorer.engine.events import (
    Changed,
    Continued,
    Evaluated,
    Event,
    Finished,
    Paused,
    Started,
    Stopped,
)
from explorer.engine.failures import diverged, explained
from explorer.engine.learning.team import ALONE, Team
from explorer.engine.runs.changes import Change, changed
from explorer.engine.runs.checkpoint import Checkpoint
from explorer.engine.runs.control import Control
from explorer.engine.runs.heartbeat import PAUSED, RUNNING
from explorer.engine.runs.place import Place
from explorer.engine.runs.recorder import Recorder
from explorer.engine.training.epoch_test import EpochTest
from explorer.engine.training.prober import Prober
from explorer.engine.training.safekeeping import Ended, Safekeeping
from explorer.engine.training.stepper import Fetched, Stepper

_WAIT_SECONDS = 0.2
_ASKED_EVERY = 10
"""In a team the processes agree on what a person told them after so many steps."""


class Loop:
    """One training of one network on one data set; `recorder` is None where nothing is written.

    `findings` about the data are reported, and written, before the first step.
    """

    def __init__(
        self,
        stepper: Stepper,
        data: DataSet,
        recorder: Recorder | None,
        should_stop: Callable[[], bool],
        control: Control,
        *,
        changes: Sequence[Change] = (),
        team: Team = ALONE,
        prober: Prober | None = None,
        findings: Sequence[Event] = (),
    ) -> None:
        self._stepper, self._data, self._team = stepper, data, team
        self._recorder, self._should_stop, self._control = recorder, should_stop, control
        self._planned = list(changes)
        self._findings = tuple(findings)
        self._test = EpochTest(stepper, data, team, prober)
        self._at = Place()
        self._kept = Safekeeping(recorder, stepper, self._at, leads=team.leads)
        self._waiting = False
        self._began = time.monotonic()

    def restore(self, checkpoint: Checkpoint, *, branch: bool = False, with_optimizer: bool = True) -> None:
        """Go on from a checkpoint; that of another run for a `branch`, which begins a record of its own.

        Raises:
            ExplorerError: it is that of another network.
        """
        stepper, entry = self._stepper, checkpoint.entry
        try:
            stepper.load(checkpoint.state, with_optimizer=with_optimizer)
            self._at.move_to(entry, stepper.recipe.batch_size)
        except (RuntimeError, TypeError, KeyError):
            raise ExplorerError("the checkpoint is that of another network; start a new run") from None
        if branch:
            self._at.begin_branch()
            return
        stepper.recipe = changed(stepper.recipe, self._planned, entry.step)
        self._planned = [change for change in self._planned if change.step > entry.step]
        self._kept.healthy = entry.step

    def run(self, device: str, notes: tuple[str, ...]) -> Iterator[Event]:
        """The events of the training, from Started to the last."""
        ending: Event | None = None
        try:
            yield from self._kept.logged(self._started(device, notes))
            for event in self._findings:
                yield from self._kept.logged(event)
            if self._kept.healthy is None:
                yield from self._save(must=True)
            yield from self._epochs()
        except Ended as ended:
            ending = ended.event
        except GeneratorExit:
            self._keep()
            raise
        except (RuntimeError, ValueError, MemoryError, PicturesGone) as error:
            told = explained(error, self._stepper.recipe)
            if told is None:
                raise
            ending = self._kept.failed(told)
        # outside the except block, whose traceback keeps the tensors of the failed step alive
        if ending is not None:
            yield from self._kept.logged(ending)

    def _epochs(self) -> Iterator[Event]:
        at, stepper = self._at, self._stepper
        evaluated: Evaluated | None = None
        why = ""
        while not why:
            if at.is_over(stepper.recipe):
                yield from self._change(self._settings())  # they may ask for more epochs
                if at.is_over(stepper.recipe):
                    break
            yield from self._epoch()
            yield from self._gather()
            evaluated = yield from self._test_epoch()
            if at.waited_in_vain(stepper.recipe):
                why = f"no better test accuracy for {stepper.recipe.early_stopping} epochs"
            yield from self._save(evaluated, must=bool(why) or at.is_over(stepper.recipe))
        sums, seconds = at.sums, time.monotonic() - self._began
        accuracy = evaluated.test_accuracy if evaluated is not None else 0.0
        best = max(0.0, sums.best_accuracy), int(sums.best_epoch)
        weights = self._kept.kept_nowhere()
        raise Ended(Finished(at.step, at.epoch, accuracy, *best, seconds, weights, why))

    def _epoch(self) -> Iterator[Event]:
        """The steps that are left of an epoch."""
        at, stepper = self._at, self._stepper
        order, pictures = stepper.order(at.epoch), stepper.pictures
        while not self._is_epoch_over():
            yield from self._attend()
            if self._is_epoch_over():  # again: what was told just now may have ended it
                return
            chosen = order[at.position : at.position + stepper.recipe.batch_size]
            stepper.step(chosen, at.step, at.epoch, at.learning_rate(stepper.recipe, pictures))
            at.step, at.position = at.step + 1, at.position + len(chosen)
            if stepper.is_due:
                yield from self._gather()

    def _is_epoch_over(self) -> bool:
        at, recipe = self._at, self._stepper.recipe
        if recipe.steps and at.step >= recipe.steps:
            return True
        left = self._stepper.pictures - at.position
        return left <= 0 or (at.position > 0 and left < min(self._stepper.least, recipe.batch_size))

    def _attend(self) -> Iterator[Event]:
        """Do what was told since the last step: stop, other settings, wait; save where it is time."""
        if self._team.size > 1 and self._at.step % _ASKED_EVERY:
            return
        stop, settings, wait, save = self._told()
        if stop:
            yield from self._stop()
        yield from self._change(settings)
        if save:
            yield from self._save()
        if wait or self._waiting:
            yield from self._wait(wait)

    def _told(self) -> tuple[bool, dict[str, Any], bool, bool]:
        """Whether to stop, other settings, whether to wait, whether to save: for all of a team."""
        told = self._is_stopping(), self._control.must_wait(), self._kept.is_due
        stop, wait, save = self._team.agreed(told)
        return stop, self._settings(), wait, save

    def _settings(self) -> dict[str, Any]:
        """Settings that are to change now: those that were planned, and those that were told."""
        told = self._control.take_changes() if self._control.changed else {}
        settings: dict[str, Any] = {}
        while self._planned and self._planned[0].step <= self._at.step:
            settings |= self._planned.pop(0).settings
        settings |= self._team.agreed(told)
        return settings

    def _is_stopping(self) -> bool:
        """Whether somebody wants it to end; tells the others that it lives."""
        if self._recorder is not None:
            self._recorder.listen()
            self._recorder.heart.beat(PAUSED if self._waiting else RUNNING, self._at.step, self._at.epoch)
        return self._should_stop() or self._control.stopped

    def _wait(self, wait: bool) -> Iterator[Event]:
        """Wait between two steps until it is told to go on, or to make a single step."""
        at = self._at
        yield from self._gather()
        if wait and not self._waiting:
            self._waiting = True
            yield from self._kept.logged(Paused(at.step, at.epoch))
        while wait:
            if self._team.leads:
                self._control.wait(_WAIT_SECONDS)
            stop, settings, wait, _ = self._told()
            if stop:
                yield from self._stop()
            yield from self._change(settings)
        if not self._team.agreed(self._control.paused):
            self._waiting = False
            yield from self._kept.logged(Continued(at.step, at.epoch))

    def _change(self, settings: dict[str, Any]) -> Iterator[Event]:
        """Train on with other settings, and write down from when on."""
        at, stepper = self._at, self._stepper
        if not settings:
            return
        yield from self._gather()
        stepper.recipe = replace(stepper.recipe, **settings)
        event = Changed(at.step, at.epoch, settings, self._steps_left())
        yield from self._kept.keep_change(Change(at.step, settings))
        yield from self._kept.logged(event)

    def _steps_left(self) -> int:
        stepper = self._stepper
        return self._at.steps_left(stepper.recipe, stepper.pictures, stepper.steps_in)

    def _gather(self) -> Iterator[Event]:
        """Report the steps that were made; ends the training where one diverged."""
        fetched = self._fetch()
        if fetched.report is not None:
            yield from self._kept.logged(fetched.report)
        for event in self._stepper.seen():
            yield from self._kept.logged(event)
        if fetched.diverged is not None:
            raise Ended(self._kept.failed(diverged(self._stepper.recipe, fetched.diverged)))

    def _fetch(self) -> Fetched:
        fetched, sums = self._stepper.fetch(), self._at.sums
        for loss in fetched.losses:  # one by one: the sum must not depend on when it is fetched
            sums.loss += loss
        sums.correct += fetched.correct
        sums.seen += fetched.seen
        return fetched

    def _test_epoch(self) -> Generator[Event, None, Evaluated]:
        """Test on the held-out pictures and close the epoch; ends the training if it was stopped."""
        tested = self._test.run(self._at, self._is_stopping)
        if tested is None:
            yield from self._stop()
        assert tested is not None  # noqa: S101  (stopping ends it)
        if not math.isfinite(tested.result.loss):
            raise Ended(self._kept.failed(diverged(self._stepper.recipe, self._at.step)))
        evaluated, *seen = tested.events(self._at, self._stepper)
        assert isinstance(evaluated, Evaluated)  # noqa: S101  (the figures come first)
        for event in (evaluated, *seen):
            yield from self._kept.logged(event)
        return evaluated

    def _stop(self) -> Iterator[Event]:
        at = self._at
        yield from self._gather()
        if self._kept.healthy != at.step or at.position == 0:
            yield from self._save(must=True)
        seconds = time.monotonic() - self._began
        raise Ended(Stopped(at.step, at.epoch, seconds, self._kept.kept_nowhere()))

    def _save(self, evaluated: Evaluated | None = None, *, must: bool = False) -> Iterator[Event]:
        yield from self._gather()
        yield from self._kept.save(evaluated, must=must)

    def _keep(self) -> None:
        """Write a last checkpoint when nobody listens any more."""
        if self._recorder is None or self._team.size > 1:  # the others would have to fetch with us
            return
        if self._fetch().diverged is None and self._kept.healthy != self._at.step:
            self._kept.write(None)

    def _started(self, device: str, notes: tuple[str, ...]) -> Started:
        data, stepper, at = self._data, self._stepper, self._at
        recipe, per_epoch = stepper.recipe, stepper.steps_per_epoch
        return Started(
            folder=self._recorder.folder if self._recorder else None,
            device=device,
            classes=data.survey.classes,
            train_pictures=len(data.train),
            test_pictures=len(data.test),
            epochs=math.ceil(recipe.steps / per_epoch) if recipe.steps else recipe.epochs,
            steps_per_epoch=per_epoch,
            step=at.step,
            epoch=at.epoch,
            parameters=sum(item.numel() for item in stepper.network.parameters()),
            damaged=data.damaged,
            notes=(*data.notes, *notes),
            last_step=at.step + self._steps_left(),
        )

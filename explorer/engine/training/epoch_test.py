"""The test at the end of an epoch: held-out pictures are judged, and a few of them looked into."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from torch import fx

from explorer.core.errors import ExplorerError
from explorer.engine.data.datasets import DataSet
from explorer.engine.events import Evaluated, Event, SaveFailed
from explorer.engine.learning.team import Team
from explorer.engine.runs.place import Place
from explorer.engine.runs.sightings import Judged
from explorer.engine.training.evaluation import Evaluation, evaluate
from explorer.engine.training.prober import Prober
from explorer.engine.training.stepper import Stepper


@dataclass(frozen=True, eq=False)
class Tested:
    """What a test found, before the epoch is closed."""

    result: Evaluation
    probed: Event | None
    seconds: float
    skipped: int

    def events(self, at: Place, stepper: Stepper) -> Iterator[Event]:
        """Close the epoch: its figures, what was said of each picture, and the probes."""
        result = self.result
        train_loss, train_accuracy, best = at.end_epoch(result.accuracy, stepper.recipe)
        yield Evaluated(
            step=at.step,
            epoch=at.epoch,
            train_loss=train_loss,
            train_accuracy=train_accuracy,
            test_loss=result.loss,
            test_accuracy=result.accuracy,
            confusion=result.confusion,
            best=best,
            seconds=self.seconds,
            skipped=self.skipped,
        )
        if len(result.labels):
            yield Judged(at.step, at.epoch, result.labels, result.answers, result.losses)
        if self.probed is not None:
            yield self.probed


class EpochTest:
    """Tests one network on the held-out pictures of its data; `prober` is None where nothing is probed."""

    def __init__(self, stepper: Stepper, data: DataSet, team: Team, prober: Prober | None) -> None:
        self._stepper, self._data, self._team, self._prober = stepper, data, team, prober

    def run(self, at: Place, should_stop: Callable[[], bool]) -> Tested | None:
        """Test with the weights as they are, or with their running mean; None if it was stopped."""
        stepper, data, start = self._stepper, self._data, time.monotonic()
        stop = should_stop if self._team.size == 1 else lambda: False
        with stepper.testing():
            classes = len(data.survey.classes)
            result = evaluate(stepper.scores, data.test, stepper.recipe.batch_size, classes, stop, self._team)
            if result is None:
                return None
            probed = self._probe(at)
        return Tested(result, probed, time.monotonic() - start, data.train.skipped + data.test.skipped)

    def _probe(self, at: Place) -> Event | None:
        network = self._stepper.network
        if self._prober is None or not isinstance(network, fx.GraphModule):
            return None
        step, epoch = at.step, at.epoch + 1  # the epoch is closed when its figures are known
        try:
            chosen = self._stepper.recipe.probed
            return self._prober.look(network, self._stepper.normalize, step, epoch, chosen)
        except ExplorerError as error:
            self._prober = None
            return SaveFailed(step, epoch, f"no feature maps are kept of this run: {error}")

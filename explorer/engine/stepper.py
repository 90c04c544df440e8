"""One step of training after the other, with the figures left on the device until they are wanted."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812  (its usual name)
from torch import Tensor, nn

from explorer.core.recipe import Recipe
from explorer.engine.batches import Normalizer, mixed, moved, order, parts
from explorer.engine.checkpoint import is_finite
from explorer.engine.datasets import DataSet
from explorer.engine.events import Point, Stepped
from explorer.engine.optimizer import GradientDescent

_GATHER = 10
"""Steps after which the figures are fetched, at the latest: every fetch waits for the device."""

_GATHER_SECONDS = 0.25


@dataclass(frozen=True)
class _Made:
    """A step whose figures are still on the device."""

    loss: Tensor
    correct: Tensor
    count: int
    rate: float
    step: int
    epoch: int


@dataclass(frozen=True)
class Fetched:
    """The figures of some steps: what to report, and what they add up to.

    `losses` are the steps' losses times their pictures, `correct` and `seen` count pictures.

    `diverged` is the first step whose loss is no finite number; it and later ones are left out.
    """

    report: Stepped | None
    losses: tuple[float, ...] = ()
    correct: int = 0
    seen: int = 0
    diverged: int | None = None


class Stepper:
    """A network, its optimizer and its pictures.

    All randomness of a step follows from the seed and the step's number, and that of an
    epoch's order from the seed and the epoch: a checkpoint needs no random state, and another
    thread that draws random numbers between two steps does not change the run.
    """

    def __init__(self, network: nn.Module, recipe: Recipe, data: DataSet, device: torch.device) -> None:
        self.network, self._recipe, self._pictures = network, recipe, data.train
        self.normalize = Normalizer(data.preprocessing.mean, data.preprocessing.std, device)
        self._optimizer = GradientDescent(
            network.named_parameters(),
            momentum=recipe.momentum,
            weight_decay=recipe.weight_decay,
            nesterov=recipe.nesterov,
        )
        self._made: list[_Made] = []
        self._seconds = 0.0
        count, size = len(data.train), recipe.batch_size
        # a last batch of one picture is left out: BatchNorm has no variance of one
        self.steps_per_epoch = max(1, math.ceil(count / size) - (count % size == 1 and size > 1))

    def order(self, epoch: int) -> tuple[Tensor, ...]:
        """The batches of an epoch, as numbers of pictures."""
        chosen = order(len(self._pictures), self._recipe.seed, epoch)
        return parts(chosen, self._recipe.batch_size)

    def step(self, chosen: Tensor, number: int, epoch: int) -> None:
        """Make the step of this number (from 0) on the chosen pictures."""
        recipe, start = self._recipe, time.monotonic()
        pictures, labels = self._pictures.batch(chosen)
        if len(labels) > 1 or len(labels) == len(chosen):  # else its files have vanished
            torch.manual_seed(mixed(recipe.seed, number))
            if recipe.shift or recipe.flip:
                pictures = moved(pictures, recipe.shift, recipe.flip)
            self.network.train()
            scores = self.network(self.normalize(pictures))
            loss = F.cross_entropy(scores, labels)
            loss.backward()  # type: ignore[no-untyped-call]
            rate = recipe.learning_rate_at(number, self.steps_per_epoch * recipe.epochs)
            self._optimizer.step(rate)
            correct = (scores.detach().argmax(1) == labels).sum()
            self._made.append(_Made(loss.detach(), correct, len(labels), rate, number + 1, epoch + 1))
        self._seconds += time.monotonic() - start

    @property
    def is_due(self) -> bool:
        """Whether it is time to fetch."""
        return len(self._made) >= _GATHER or self._seconds > _GATHER_SECONDS

    def fetch(self) -> Fetched:
        """The figures of the steps since the last call."""
        made, self._made = self._made, []
        if not made:
            return Fetched(None)
        start = time.monotonic()
        losses = torch.stack([item.loss for item in made]).tolist()
        correct = torch.stack([item.correct for item in made]).tolist()
        seconds, self._seconds = self._seconds + time.monotonic() - start, 0.0
        healthy = next((at for at, loss in enumerate(losses) if not math.isfinite(loss)), len(made))
        figures = list(zip(made, losses, correct, strict=True))[:healthy]
        points = tuple(
            Point(item.step, item.epoch, loss, hits / item.count, item.rate) for item, loss, hits in figures
        )
        speed = sum(item.count for item in made) / max(seconds, 1e-9)
        return Fetched(
            Stepped(points, speed) if points else None,
            losses=tuple(loss * item.count for item, loss, _ in figures),
            correct=sum(hits for _, _, hits in figures),
            seen=sum(item.count for item, _, _ in figures),
            diverged=made[healthy].step if healthy < len(made) else None,
        )

    def state(self) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """The weights and the optimizer's state, by name."""
        return dict(self.network.state_dict()), self._optimizer.state()

    def is_healthy(self) -> bool:
        """Whether all weights are finite."""
        return all(is_finite(part) for part in self.state())

    def load(self, weights: Mapping[str, Tensor], optimizer: Mapping[str, Tensor]) -> None:
        """Take over what `state` gave."""
        self._optimizer.load(optimizer)
        self.network.load_state_dict(dict(weights))

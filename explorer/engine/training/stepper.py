"""One step of training after the other, with the figures left on the device until they are wanted."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812  (its usual name)
from torch import Tensor, nn

from explorer.core.recipe import Precision, Recipe
from explorer.engine.data.augmentation import Augmentation
from explorer.engine.data.batches import Normalizer, mixed, order, parts
from explorer.engine.data.datasets import DataSet
from explorer.engine.device import taken_memory
from explorer.engine.events import Event, Point, Stepped
from explorer.engine.learning.averaging import WeightAverage
from explorer.engine.learning.numerics import LossScaler, Numerics, compiled
from explorer.engine.learning.optimizer import optimizer_of
from explorer.engine.learning.random_states import random_states, restore_random_states, seed_all
from explorer.engine.learning.team import ALONE, Team
from explorer.engine.runs.checkpoint import State, is_finite
from explorer.engine.training.observer import Observer, Rationed

_GATHER = 10
"""Steps after which the figures are fetched, at the latest: every fetch waits for the device."""

_GATHER_ON_GPU = 100
"""The same alone on a graphics processor, which is kept waiting by it: there the seconds decide."""

_GATHER_SECONDS = 0.25
_RAW, _UPDATES, _SCALER = "raw.", "average.updates", "scaler"


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
    epoch's order from the seed and the epoch: another thread that draws random numbers between
    two steps does not change the run.
    """

    def __init__(
        self,
        network: nn.Module,
        recipe: Recipe,
        data: DataSet,
        numbers: Numerics,
        team: Team = ALONE,
        observers: Sequence[Observer] = (),
    ) -> None:
        self.network, self.recipe, self._pictures = network, recipe, data.train
        self._numbers, self._team, self._device = numbers, team, numbers.device
        if numbers.channels_last:
            network.to(memory_format=torch.channels_last)
        mean, std = data.preprocessing.mean, data.preprocessing.std
        self.normalize = Normalizer(mean, std, numbers.device)
        self._augment = Augmentation(recipe, mean, std, len(data.survey.classes), numbers.device)
        self._optimizer = optimizer_of(network.named_parameters(), recipe)
        self._average = WeightAverage(network, recipe.average) if recipe.average else None
        self._scaler = LossScaler(numbers.device) if numbers.precision is Precision.FLOAT16 else None
        self._looks = Rationed(observers)
        self._forward: Callable[[Tensor], Tensor] = network
        self._made: list[_Made] = []
        self._seconds = self._waited = 0.0

    def prepare(self, shape: Sequence[int]) -> tuple[str, ...]:
        """Translate the network and join the others, as the recipe says; sentences about it."""
        notes = []
        joined = self._team.joined(self.network, self._device)
        self._forward = joined
        if self.recipe.compiled:
            example = torch.zeros((max(2, self.recipe.batch_size), *shape), device=self._device)
            translated, note = compiled(joined, self._laid_out(example), self._numbers)
            if translated is not None:  # it has no truth: asked for it, torch asks for its length
                self._forward = translated
            notes.append(note)
        return (*notes, *self._team.notes(self.network))

    @property
    def pictures(self) -> int:
        """How many pictures there are to train on."""
        return len(self._pictures)

    @property
    def least(self) -> int:
        """The smallest batch at the end of an epoch that makes a step of its own.

        A last batch of one picture is left out: BatchNorm has no variance of one.
        """
        return 2 * self._team.size if self.recipe.batch_size > 1 or self._team.size > 1 else 1

    @property
    def steps_per_epoch(self) -> int:
        """Steps of an epoch with the present batch size."""
        return self.steps_in(self.pictures)

    def steps_in(self, pictures: int) -> int:
        """Steps that so many pictures of the rest of an epoch make; at least one in a whole epoch."""
        whole, rest = divmod(pictures, self.recipe.batch_size)
        return whole + (rest >= self.least or (pictures == self.pictures and not whole))

    def order(self, epoch: int) -> Tensor:
        """The numbers of the pictures in the order in which an epoch sees them."""
        chosen = order(len(self._pictures), self.recipe.seed, epoch)
        self._pictures.announce([self._team.share(part)[0] for part in parts(chosen, self.recipe.batch_size)])
        return chosen

    def step(self, chosen: Tensor, number: int, epoch: int, rate: float) -> None:
        """Make the step of this number (from 0) on the chosen pictures."""
        start = time.monotonic()
        total = len(chosen)
        chosen, first = self._team.share(chosen)
        pictures, labels = self._pictures.batch(chosen)
        self._waited += time.monotonic() - start
        if len(labels) > 1 or len(labels) == len(chosen):  # else its files have vanished
            seed = mixed(self.recipe.seed, number)
            # each process of a team drops other numbers
            seed_all(mixed(seed, self._team.rank) if self._team.rank else seed, self._device)
            values, answers = self._augment(pictures, labels, seed, first, total)
            if not self.network.training:
                self.network.train()
            self._looks.before(self.network, number + 1, values)
            loss, correct = self._gradients(values, answers, labels, total)
            self._move(rate)
            self._looks.after(self.network)
            self._made.append(_Made(loss, correct, len(labels), rate, number + 1, epoch + 1))
        self._seconds += time.monotonic() - start

    def _gradients(
        self, values: Tensor, answers: Tensor, labels: Tensor, total: int
    ) -> tuple[Tensor, Tensor]:
        """The mean loss of this process's pictures and how many were right; every gradient is set."""
        count = len(labels)
        # the gradients of a team are the mean of its processes': each counts by its pictures
        weight = self._team.size * count / total if self._team.size > 1 else 1.0
        pieces = min(self.recipe.accumulation, max(1, count // 2))
        if pieces == 1:
            loss, correct = self._part(values, answers, labels, weight)
            return loss, correct
        losses, rights = [], []
        split = (torch.tensor_split(item, pieces) for item in (values, answers, labels))
        for some, wanted, truth in zip(*split, strict=True):
            share = len(truth) / count
            loss, correct = self._part(some, wanted, truth, weight * share)
            losses.append(loss * share)
            rights.append(correct)
        return torch.stack(losses).sum(), torch.stack(rights).sum()

    def _part(self, values: Tensor, answers: Tensor, labels: Tensor, weight: float) -> tuple[Tensor, Tensor]:
        with self._numbers.autocast():
            scores = self._forward(self._laid_out(values))
        loss = F.cross_entropy(scores.float(), answers, label_smoothing=self.recipe.label_smoothing)
        counted = loss if weight == 1.0 else loss * weight
        (counted if self._scaler is None else counted * self._scaler.scale).backward()  # type: ignore[no-untyped-call]
        return loss.detach(), (scores.detach().argmax(1) == labels).sum()

    def _move(self, rate: float) -> None:
        """Change the weights by their gradients."""
        spoilt = self._scaler.unscale(self._optimizer.parameters) if self._scaler is not None else None
        if spoilt is None or (self._looks.looking and not bool(spoilt)):
            self._looks.gradients(self.network)
        if self.recipe.clip_norm:
            nn.utils.clip_grad_norm_(self._optimizer.parameters, self.recipe.clip_norm)
        self._optimizer.step(rate, self.recipe, spoilt)
        if self._average is not None:
            self._average.update()

    def _laid_out(self, values: Tensor) -> Tensor:
        """Pictures in the order of memory that the network has."""
        return (
            values.contiguous(memory_format=torch.channels_last)
            if self._numbers.channels_last and values.dim() == 4
            else values
        )

    @property
    def is_due(self) -> bool:
        """Whether it is time to fetch; in a team by the count alone, so that all do it together."""
        made, alone = len(self._made), self._team.size == 1
        most = _GATHER_ON_GPU if alone and self._device.type == "cuda" else _GATHER
        return made >= most or (alone and self._seconds > _GATHER_SECONDS)

    def fetch(self) -> Fetched:
        """The figures of the steps since the last call."""
        made, self._made = self._made, []
        if not made:
            return Fetched(None)
        start = time.monotonic()
        losses, correct, counts = self._figures(made)
        seconds, self._seconds = self._seconds + time.monotonic() - start, 0.0
        waited, self._waited = self._waited / max(seconds, 1e-9), 0.0
        healthy = next((at for at, loss in enumerate(losses) if not math.isfinite(loss)), len(made))
        figures = list(zip(made, losses, correct, counts, strict=True))[:healthy]
        points = tuple(
            Point(item.step, item.epoch, loss, hits / count, item.rate) for item, loss, hits, count in figures
        )
        speed = sum(counts) / max(seconds, 1e-9)
        return Fetched(
            Stepped(points, speed, taken_memory(self._device), min(1.0, waited)) if points else None,
            losses=tuple(loss * count for _, loss, _, count in figures),
            correct=sum(hits for _, _, hits, _ in figures),
            seen=sum(count for *_, count in figures),
            diverged=made[healthy].step if healthy < len(made) else None,
        )

    def _figures(self, made: Sequence[_Made]) -> tuple[list[float], list[int], list[int]]:
        """Mean loss, right answers and pictures of each step, over all processes."""
        losses = torch.stack([item.loss for item in made])
        correct = torch.stack([item.correct for item in made])
        counts = [item.count for item in made]
        if self._team.size == 1:
            return losses.tolist(), correct.tolist(), counts
        shares = torch.tensor(counts, dtype=torch.float64, device=losses.device)
        table = self._team.summed(torch.stack([losses.double() * shares, correct.double(), shares]))
        total, hits, pictures = table.tolist()
        means = [loss / max(1.0, count) for loss, count in zip(total, pictures, strict=True)]
        return means, [round(hit) for hit in hits], [round(count) for count in pictures]

    def seen(self) -> Iterator[Event]:
        """What observers have seen since the last call."""
        return self._looks.events()

    @contextlib.contextmanager
    def testing(self) -> Iterator[None]:
        """The network is ready to be tested inside: with the mean weights, where there are any."""
        self.network.eval()
        with self._average.applied() if self._average else contextlib.nullcontext():
            yield

    def scores(self, pictures: Tensor) -> Tensor:
        """What the network says of pictures of bytes."""
        with self._numbers.autocast():
            scores: Tensor = self.network(self._laid_out(self.normalize(pictures)))
        return scores.float()

    def state(self) -> State:
        """All that a checkpoint holds."""
        own = dict(self.network.state_dict())
        training = random_states(self._device)
        if self._scaler is not None:
            training[_SCALER] = self._scaler.state()
        if self._average is None:
            return State(own, self._optimizer.state(), training)
        training |= {_RAW + name: item for name, item in own.items()}
        training[_UPDATES] = torch.tensor(self._average.updates)
        return State(self._average.state(), self._optimizer.state(), training)

    def is_healthy(self) -> bool:
        """Whether all weights are finite."""
        return all(is_finite(part) for part in (self.network.state_dict(), self._optimizer.state()))

    def load(self, state: State, *, with_optimizer: bool = True) -> None:
        """Take over what `state` gave.

        Raises:
            ExplorerError, RuntimeError, KeyError: it is that of another network.
        """
        training = state.training
        if with_optimizer:
            self._optimizer.load(state.optimizer)
        raw = {name.removeprefix(_RAW): item for name, item in training.items() if name.startswith(_RAW)}
        self.network.load_state_dict(raw or dict(state.weights))
        if self._average is not None:
            self._average.load(state.weights, int(training[_UPDATES]) if _UPDATES in training else 0)
        if self._scaler is not None and _SCALER in training:
            self._scaler.load(training[_SCALER])
        restore_random_states(training, self._device)

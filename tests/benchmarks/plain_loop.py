"""Training as a good student writes it by hand in torch, the measure of our own loop."""

from __future__ import annotations

import math
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.core.graph import Graph
from explorer.core.recipe import Recipe
from explorer.core.shapes import Shape

if TYPE_CHECKING:
    from torch import Tensor

_TESTED_AT_ONCE = 256


class PlainLoop:
    """One training without a DataLoader, a log or anybody who looks on.

    The network is a class of modules, as the export writes it. The pictures are held in memory as
    numbers that are normalized already, and padded once. A batch is indexed, moved by slices and mirrored.
    torch.optim.SGD follows a cosine. Loss and right answers are added up without waiting for them, and
    every epoch ends in a test in larger batches and a torch.save of what one needs to go on tomorrow: the
    weights and what the optimizer remembers. With `channels_last` the student knows that too.
    """

    def __init__(self, graph: Graph, recipe: Recipe, shape: Shape, *, channels_last: bool = False) -> None:
        import torch
        import torch.nn.functional as F  # noqa: N812

        from explorer.engine.device import leave_one_core

        leave_one_core()
        torch.manual_seed(recipe.seed)
        self._recipe = recipe
        self._layout = torch.channels_last if channels_last else torch.contiguous_format
        self._network = by_hand(graph).to(memory_format=self._layout)
        (values, self._labels), (self._tested, self._truth) = normalized(recipe, shape)
        border = (recipe.shift,) * 4
        self._padded = F.pad(values, border, "replicate") if recipe.shift else values
        self._side = shape[-1]

    def __call__(self) -> float:
        """Train; the seconds that it took from the first step to the last test."""
        import torch

        recipe, network = self._recipe, self._network
        optimizer = torch.optim.SGD(
            network.parameters(), recipe.learning_rate, recipe.momentum, weight_decay=recipe.weight_decay
        )
        count = len(self._labels)
        steps = recipe.epochs * math.ceil(count / recipe.batch_size)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        start = time.perf_counter()
        for _ in range(recipe.epochs):
            network.train()
            loss, right = torch.zeros(()), torch.zeros((), dtype=torch.int64)
            for chosen in torch.randperm(count).split(recipe.batch_size):
                found = self._step(chosen, optimizer)
                schedule.step()
                loss += found[0] * len(chosen)
                right += found[1]
            float(loss / count), float(right / count), self._test()
            with tempfile.TemporaryDirectory() as home:
                state = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
                torch.save(state, Path(home) / "last.pt")
        return time.perf_counter() - start

    def _step(self, chosen: Tensor, optimizer: Any) -> tuple[Tensor, Tensor]:
        import torch.nn.functional as F  # noqa: N812

        pictures, labels = self._moved(chosen), self._labels[chosen]
        optimizer.zero_grad()
        scores = self._network(pictures.contiguous(memory_format=self._layout))
        loss = F.cross_entropy(scores, labels)
        loss.backward()
        optimizer.step()
        return loss.detach(), (scores.argmax(1) == labels).sum()

    def _moved(self, chosen: Tensor) -> Tensor:
        import torch

        pictures, count, side = self._padded, len(chosen), self._side
        if self._recipe.shift:
            downs, rights = torch.randint(0, 2 * self._recipe.shift + 1, (2, count)).tolist()
            places = zip(chosen.tolist(), downs, rights, strict=True)
            moved = torch.stack([pictures[at, :, y : y + side, x : x + side] for at, y, x in places])
        else:
            moved = pictures[chosen]
        if self._recipe.flip:
            mirrored = torch.rand(count).view(-1, 1, 1, 1) < 0.5
            moved = torch.where(mirrored, moved.flip(3), moved)
        return moved

    def _test(self) -> float:
        import torch

        self._network.eval()
        right = 0
        with torch.no_grad():
            for pictures, labels in zip(
                self._tested.split(_TESTED_AT_ONCE), self._truth.split(_TESTED_AT_ONCE), strict=True
            ):
                scores = self._network(pictures.contiguous(memory_format=self._layout))
                right += int((scores.argmax(1) == labels).sum())
        return right / len(self._truth)


def by_hand(graph: Graph) -> Any:
    """The network as a class that a person would write, with fresh weights."""
    from explorer.export.source import source

    space: dict[str, Any] = {"__name__": "written"}
    exec(compile(source(graph, "Network"), "written.py", "exec"), space)
    return space["Network"]()


def normalized(recipe: Recipe, shape: Shape) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """The pictures to train on and to test on, as the network takes them, with their classes."""
    import torch

    from explorer.engine.data.batches import Normalizer, Pictures
    from explorer.engine.data.datasets import load
    from explorer.engine.data.survey import survey

    running = load(survey(recipe.data), recipe, shape, torch.device("cpu"))
    while True:
        try:
            next(running)
        except StopIteration as ended:
            data = ended.value
            break
    normalize = Normalizer(data.preprocessing.mean, data.preprocessing.std, torch.device("cpu"))

    def whole(pictures: Pictures) -> tuple[Tensor, Tensor]:
        values, labels = pictures.batch(torch.arange(len(pictures)))
        return normalize(values), labels

    return whole(data.train), whole(data.test)

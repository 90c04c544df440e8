"""Training, with all that a run writes and watches, against a loop written by hand that does neither."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from explorer.architectures import catalog
from explorer.core.graph import Graph
from explorer.core.recipe import Recipe
from explorer.core.shapes import Shape
from tests.benchmarks.measurement import Measurement, in_turns
from tests.benchmarks.plain_loop import PlainLoop

_MOST = 1.05
"""The goal is 1.0; the rest is for a machine that does other things meanwhile."""

_SHAPES = Recipe(data="shapes:count=1000", epochs=2, shift=4, flip=True)


def measure_training() -> Iterator[Measurement]:
    """Three networks from the first step to the last test: a run folder is written and all layers watched."""
    lenet, vgg = catalog.build("lenet5"), catalog.build("vgg11", side=32, classes=10, head="gap")
    yield _measured("LeNet-5, 4 epochs of digits", lenet, Recipe(epochs=4), (1, 32, 32), 9)
    resnet = catalog.build("cifar_resnet20")
    yield _measured("ResNet-20, 2 epochs of 800 shapes", resnet, _SHAPES, (3, 32, 32), 5)
    yield _measured("VGG-11 at 32 px, 2 epochs of 800 shapes", vgg, _SHAPES, (3, 32, 32), 5)


def _measured(name: str, graph: Graph, recipe: Recipe, shape: Shape, rounds: int) -> Measurement:
    ours, plain = in_turns(
        lambda: our_training(graph, recipe), lambda: PlainLoop(graph, recipe, shape)(), rounds
    )
    return Measurement(f"{name} (goal 1.0)", ours, "loop by hand", plain, _MOST)


def our_training(graph: Graph, recipe: Recipe) -> float:
    """Seconds from the first step to the end, as a training from the command line or the window."""
    from explorer.engine.events import Finished, Started
    from explorer.engine.training.trainer import train

    start = 0.0
    with tempfile.TemporaryDirectory() as home:
        for event in train(graph, recipe, device="cpu", folder=Path(home) / "run"):
            if isinstance(event, Started):
                start = time.perf_counter()
            if isinstance(event, Finished):
                return time.perf_counter() - start
    raise RuntimeError("the training did not finish")

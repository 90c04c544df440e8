"""Training, against the plainest torch that does the same."""

from __future__ import annotations

import time
from collections.abc import Iterator

from explorer.architectures import catalog
from explorer.core.recipe import Recipe
from tests.benchmarks.measurement import Measurement, alternating

_EPOCHS = 4
_RECIPE = Recipe(epochs=_EPOCHS, shift=0)  # the plain loop moves no pictures either


def measure_training() -> Iterator[Measurement]:
    """LeNet-5 on digits, evaluation included, against a plain hand-written loop on as many pictures."""
    ours, plain = alternating(_our_training, _plain_training, 5)
    yield Measurement(
        f"LeNet-5, {_EPOCHS} epochs of digits, first step to last", ours, "plain loop", plain, 1.15
    )


def _our_training() -> float:
    from explorer.engine.events import Finished, Started
    from explorer.engine.training.trainer import train

    start = 0.0
    for event in train(catalog.build("lenet5"), _RECIPE, device="cpu"):
        if isinstance(event, Started):
            start = time.perf_counter()
        if isinstance(event, Finished):
            return time.perf_counter() - start
    raise RuntimeError("the training did not finish")


def _plain_training() -> float:
    """What one writes by hand: tensors in memory, a permutation, SGD, and a test after each epoch."""
    import torch
    from torch import nn

    from explorer.engine.device import leave_one_core

    leave_one_core()
    recipe = _RECIPE
    network = nn.Sequential(
        *(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10)),
    )
    pictures, labels = torch.rand(1797, 1, 32, 32), torch.randint(0, 10, (1797,))
    held_out = round(1797 * recipe.held_out)
    optimizer = torch.optim.SGD(
        network.parameters(), recipe.learning_rate, recipe.momentum, weight_decay=recipe.weight_decay
    )
    loss_of = nn.CrossEntropyLoss()
    start = time.perf_counter()
    for _ in range(_EPOCHS):
        network.train()
        order = torch.randperm(1797 - held_out) + held_out
        for batch in order.split(recipe.batch_size):
            optimizer.zero_grad()
            loss = loss_of(network(pictures[batch]), labels[batch])
            loss.backward()
            optimizer.step()
        network.eval()
        with torch.no_grad():
            float((network(pictures[:held_out]).argmax(1) == labels[:held_out]).float().mean())
    return time.perf_counter() - start

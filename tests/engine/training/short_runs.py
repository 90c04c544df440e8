"""Short trainings on the digits, and what their tests ask of them."""

from __future__ import annotations

import itertools
from pathlib import Path

import torch

from explorer.core.recipe import Recipe
from explorer.engine.events import (
    Event,
)
from explorer.engine.runs.run_folder import load_run
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import tiny

SHORT = Recipe(epochs=2, batch_size=128, learning_rate=0.1, shift=1, flip=True)
STEPS = 12  # of an epoch: 1,438 pictures, 128 at a time


def events(graph=None, recipe=SHORT, **settings) -> list[Event]:
    return list(train(graph or tiny(), recipe, device="cpu", **settings))


def of(kind, found):
    return [event for event in found if isinstance(event, kind)]


def stop_after(calls):
    """Asked once before the data is read, before every step, and before every batch of the test."""
    count = itertools.count()
    return lambda: next(count) >= calls


def weights(folder: Path, which="last"):
    return load_run(folder, which).weights


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)

"""How to train: a value with declared settings, like an operator."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from explorer.core.attribute import Declared, attribute


class Schedule(enum.StrEnum):
    """How the learning rate falls."""

    CONSTANT = "constant"
    COSINE = "cosine"
    STEP = "step"


@dataclass(frozen=True)
class Recipe(Declared):
    """Data, optimizer, schedule and seed of a training.

    `data` is "digits" or the path of a folder that holds one folder of pictures per class.
    """

    data: str = attribute("digits", help="A built-in data set, or a folder of folders of pictures.")
    epochs: int = attribute(10, low=1, high=100_000, help="How often every picture is seen.")
    batch_size: int = attribute(64, low=1, high=65_536, help="Pictures per step.")
    learning_rate: float = attribute(0.05, low=0.0, high=100.0, help="Step length along the gradient.")
    momentum: float = attribute(0.9, low=0.0, high=0.9999, help="Share of the last step kept.")
    nesterov: bool = attribute(False, help="Look ahead along the momentum.", advanced=True)
    weight_decay: float = attribute(5e-4, low=0.0, high=1.0, help="Pull of the weights towards zero.")
    schedule: Schedule = attribute(Schedule.COSINE, help="How the learning rate falls.")
    held_out: float = attribute(
        0.2, low=0.01, high=0.9, help="Share of the pictures kept for the test.", advanced=True
    )
    seed: int = attribute(0, low=0, high=2**31 - 1, help="Makes the run repeatable.")

"""How to train: a value with declared settings, like an operator."""

from __future__ import annotations

import enum
import math
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
    epochs: int = attribute(20, low=1, high=100_000, help="How often every picture is seen.")
    batch_size: int = attribute(64, low=1, high=65_536, help="Pictures per step.")
    learning_rate: float = attribute(0.05, low=0.0, high=100.0, help="Step length along the gradient.")
    momentum: float = attribute(0.9, low=0.0, high=0.9999, help="Share of the last step kept.")
    nesterov: bool = attribute(False, help="Look ahead along the momentum.", advanced=True)
    weight_decay: float = attribute(5e-4, low=0.0, high=1.0, help="Pull of the weights towards zero.")
    schedule: Schedule = attribute(Schedule.COSINE, help="How the learning rate falls.")
    shift: int = attribute(
        3, low=0, high=64, help="Move each picture by up to this much, at random.", unit="px"
    )
    flip: bool = attribute(False, help="Mirror half of the pictures, at random.", advanced=True)
    held_out: float = attribute(
        0.2, low=0.01, high=0.9, help="Share of the pictures kept for the test.", advanced=True
    )
    seed: int = attribute(0, low=0, high=2**31 - 1, help="Makes the run repeatable.")

    def learning_rate_at(self, step: int, steps: int) -> float:
        """The learning rate of one step, counted from 0, of a run of `steps`.

        Source: cosine: Loshchilov and Hutter, arXiv:1608.03983, eq. 5, without restarts;
        step: a tenth after half and a hundredth after three quarters of the run, as
        He et al., arXiv:1512.03385, sec. 4.2.
        """
        done = step / max(1, steps)
        if self.schedule is Schedule.COSINE:
            return self.learning_rate * (1 + math.cos(math.pi * done)) / 2
        if self.schedule is Schedule.STEP:
            return self.learning_rate * (0.01 if done >= 0.75 else 0.1 if done >= 0.5 else 1.0)
        return self.learning_rate

"""How the weights follow their gradients and for how long, as declared settings."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from explorer.core import schedule as schedules
from explorer.core.attribute import Declared, attribute
from explorer.core.schedule import Schedule, WarmUp

OPTIMIZER, SCHEDULE = "Optimizer", "Schedule"
"""The headings under which these settings stand."""


class Optimizer(enum.StrEnum):
    """How the weights follow their gradients."""

    SGD = "sgd"
    ADAM = "adam"
    ADAMW = "adamw"
    RMSPROP = "rmsprop"

    @property
    def shown(self) -> str:
        """Its name as it is printed in texts."""
        return {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop"}[self.value]


@dataclass(frozen=True)
class Optimization(Declared):
    """Optimizer, batch, schedule and length. Everything that is 0 by default is off then."""

    optimizer: Optimizer = attribute(
        Optimizer.SGD, help="How the weights follow their gradients.", group=OPTIMIZER
    )
    learning_rate: float = attribute(
        0.05, low=0.0, high=100.0, help="Step length along the gradient.", group=OPTIMIZER
    )
    momentum: float = attribute(
        0.9, low=0.0, high=0.9999, help="Share of the last step kept.", group=OPTIMIZER
    )
    weight_decay: float = attribute(
        5e-4, low=0.0, high=1.0, help="Pull of the weights towards zero.", group=OPTIMIZER
    )
    batch_size: int = attribute(64, low=1, high=65_536, help="Pictures per step.", group=OPTIMIZER)
    schedule: Schedule = attribute(Schedule.COSINE, help="How the learning rate falls.", group=SCHEDULE)
    epochs: int = attribute(20, low=1, high=100_000, help="How often every picture is seen.", group=SCHEDULE)
    steps: int = attribute(
        0,
        low=0,
        high=10**9,
        help="End after so many steps; 0 ends after the epochs.",
        advanced=True,
        group=SCHEDULE,
    )
    nesterov: bool = attribute(False, help="Look ahead along the momentum.", advanced=True, group=OPTIMIZER)
    beta1: float = attribute(
        0.9, low=0.0, high=0.9999, help="Share kept of the mean gradient.", advanced=True, group=OPTIMIZER
    )
    beta2: float = attribute(
        0.999,
        low=0.0,
        high=0.999999,
        help="Share kept of the mean squared gradient.",
        advanced=True,
        group=OPTIMIZER,
    )
    epsilon: float = attribute(
        1e-8,
        low=1e-16,
        high=1.0,
        help="Added to the root of the mean squared gradient.",
        advanced=True,
        group=OPTIMIZER,
    )
    decay_all: bool = attribute(
        True,
        help="Pull biases and the parameters of normalizations towards zero too.",
        advanced=True,
        group=OPTIMIZER,
    )
    clip_norm: float = attribute(
        0.0,
        low=0.0,
        high=1e6,
        help="Shorten the gradient of all weights together to this length; 0 leaves it.",
        advanced=True,
        group=OPTIMIZER,
    )
    accumulation: int = attribute(
        1,
        low=1,
        high=65_536,
        help="Compute each batch in so many parts, one after the other: the same step in less memory.",
        advanced=True,
        group=OPTIMIZER,
    )
    decay_at: tuple[int, ...] = attribute(
        (50, 75),
        low=0,
        high=100,
        help="When the rate falls, in percent of the run.",
        unit="%",
        advanced=True,
        group=SCHEDULE,
    )
    decay_factor: float = attribute(
        0.1,
        low=0.0,
        high=1.0,
        help="What the rate is multiplied by when it falls.",
        advanced=True,
        group=SCHEDULE,
    )
    patience: int = attribute(
        5,
        low=1,
        high=100_000,
        help="Epochs without a better test accuracy, after which the rate falls.",
        advanced=True,
        group=SCHEDULE,
    )
    lowest: float = attribute(
        0.0,
        low=0.0,
        high=1.0,
        help="Share of the learning rate that the cosine ends at.",
        advanced=True,
        group=SCHEDULE,
    )
    peak_at: float = attribute(
        0.3,
        low=0.01,
        high=0.99,
        help="Share of the run at which the cycle peaks.",
        advanced=True,
        group=SCHEDULE,
    )
    warm_up: float = attribute(
        0.0,
        low=0.0,
        high=0.9,
        help="Share of the run that begins with a low learning rate.",
        advanced=True,
        group=SCHEDULE,
    )
    warm_up_start: float = attribute(
        0.1,
        low=0.0,
        high=1.0,
        help="Share of the learning rate that the warm-up begins with.",
        advanced=True,
        group=SCHEDULE,
    )
    warm_up_shape: WarmUp = attribute(
        WarmUp.LINEAR,
        help="Let the rate rise during the warm-up, or keep it and leap.",
        advanced=True,
        group=SCHEDULE,
    )
    early_stopping: int = attribute(
        0,
        low=0,
        high=100_000,
        help="End after so many epochs without a better test accuracy; 0 never.",
        advanced=True,
        group=SCHEDULE,
    )

    def learning_rate_at(self, done: float, drops: int = 0) -> float:
        """The learning rate when the share `done` of the run is over, after so many drops of a plateau.

        Source: the functions of `explorer.core.schedule`.
        """
        return self.learning_rate * self._height(done, drops)

    def _height(self, done: float, drops: int) -> float:
        if self.schedule is Schedule.ONE_CYCLE:
            return schedules.one_cycle(done, self.peak_at)
        height = 1.0
        if self.schedule is Schedule.COSINE:
            height = schedules.cosine(done, self.lowest)
        elif self.schedule is Schedule.STEP:
            height = schedules.stepped(done, self.decay_at, self.decay_factor)
        elif self.schedule is Schedule.PLATEAU:
            height = self.decay_factor**drops
        return height * schedules.warm_up(done, self.warm_up, self.warm_up_start, self.warm_up_shape)

    @property
    def idle(self) -> frozenset[str]:
        """The settings that count for nothing beside the others, as Adam's do for SGD."""
        adam = self.optimizer in (Optimizer.ADAM, Optimizer.ADAMW)
        cycle = self.schedule is Schedule.ONE_CYCLE
        counts = {
            "momentum": not adam,
            "nesterov": self.optimizer is Optimizer.SGD and self.momentum > 0,
            "beta1": adam,
            "beta2": adam or self.optimizer is Optimizer.RMSPROP,
            "epsilon": self.optimizer is not Optimizer.SGD,
            "decay_all": self.weight_decay > 0,
            "decay_at": self.schedule is Schedule.STEP,
            "decay_factor": self.schedule in (Schedule.STEP, Schedule.PLATEAU),
            "patience": self.schedule is Schedule.PLATEAU,
            "lowest": self.schedule is Schedule.COSINE,
            "peak_at": cycle,
            "warm_up": not cycle,
            "warm_up_start": not cycle and self.warm_up > 0,
            "warm_up_shape": not cycle and self.warm_up > 0,
            "epochs": self.steps == 0,
        }
        return frozenset(name for name, matters in counts.items() if not matters)

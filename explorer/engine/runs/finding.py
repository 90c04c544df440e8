"""What is said of a training that goes wrong: kinds of findings, and the changes that help against them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from explorer.core.recipe import Optimizer, Recipe
from explorer.engine.events import Remedy

TOO_HIGH, TOO_LOW, OVERFITTING, DEAD, EXPLODING, VANISHING, LEAK, PLATEAU = (
    "rate too high",
    "rate too low",
    "overfitting",
    "dead network",
    "exploding gradients",
    "vanishing gradients",
    "leak between the parts",
    "plateau",
)

LEAST_STEPS = 60
"""Nothing is said of the losses of a shorter run."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `sentence` is plain and has its figures, `evidence` has them as numbers.

    `layers` are those that it is about, by full name; `remedies` what a button can do about it.
    """

    kind: str
    sentence: str
    evidence: Mapping[str, float]
    layers: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = field(default=())


def anew(label: str, recipe: Recipe, **settings: object) -> Remedy:
    """A training that begins again with other settings."""
    return Remedy(label, replace(recipe, **settings), resume=False)  # type: ignore[arg-type]


def lower_rate(recipe: Recipe) -> Remedy:
    """Begin again with a tenth of the rate, or the usual one where that is lower still."""
    rate = min(recipe.learning_rate / 10, usual_rate(recipe))
    return anew(f"Start anew with {rate:g}", recipe, learning_rate=rate)


def usual_rate(recipe: Recipe) -> float:
    """A rate that most networks learn at with this optimizer.

    Source: of Adam and its kin the default of Kingma and Ba, arXiv:1412.6980, algorithm 1; of
    gradient descent that of a new recipe here.
    """
    return Recipe().learning_rate if recipe.optimizer is Optimizer.SGD else 1e-3

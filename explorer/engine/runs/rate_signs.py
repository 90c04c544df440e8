"""Signs in the losses of a run that its rate is too high, too low, or due to fall; needs no torch."""

from __future__ import annotations

import math
from dataclasses import replace

from explorer.core.recipe import Schedule
from explorer.engine.events import Remedy
from explorer.engine.runs.finding import (
    LEAST_STEPS,
    PLATEAU,
    TOO_HIGH,
    TOO_LOW,
    Finding,
    anew,
    lower_rate,
    usual_rate,
)
from explorer.engine.runs.run_history import RunHistory

_FEW_STEPS, _FAR = 30, 10.0
"""A loss so many times that of guessing is told after so few steps."""

_LARGE_STEP, _SMALL_STEP, _USUAL_STEP = 1e-2, 1e-4, 3e-3
"""Changes of the weights by one step, as shares of their size: a thousandth is usual.

Source: Karpathy, CS231n, "Ratio of weights to updates".
"""


def too_high(history: RunHistory) -> Finding | None:
    """The loss is no number any more, or stays well above that of guessing while the steps are large.

    A loss that began high and falls by small steps is none of it.
    """
    recipe, rate = history.recipe, history.recipe.learning_rate
    remedies = (lower_rate(recipe),)
    if history.diverged_at is not None:
        return Finding(
            TOO_HIGH,
            f"The loss is no number any more since step {history.diverged_at:,}: a learning rate of {rate:g}"
            " is too high.",
            {"step": history.diverged_at, "rate": rate},
            remedies=remedies,
        )
    recent = history.recent_loss()
    least = _FEW_STEPS if recent > _FAR * history.chance else LEAST_STEPS
    if history.step < least or not recent > 1.25 * history.chance:
        return None
    if not (recent > 1.25 * history.first_loss(1) or history.change() > _LARGE_STEP):
        return None
    return Finding(
        TOO_HIGH,
        f"The loss is {recent:.3g} after {history.step:,} steps, and guessing gives {history.chance:.3g}:"
        f" a learning rate of {rate:g} is too high.",
        {"loss": recent, "chance": history.chance, "rate": rate},
        remedies=remedies,
    )


def too_low(history: RunHistory) -> Finding | None:
    """The loss hardly moves and neither do the weights, though gradients flow and the rate is high."""
    if history.step < LEAST_STEPS or not history.looks:
        return None
    first, recent, moved = history.first_loss(), history.recent_loss(), history.change()
    flows = max((value for value in history.looks[-1].gradient if math.isfinite(value)), default=0.0)
    learnt = recent < 0.5 * history.chance or recent < 0.9 * min(first, history.chance)
    if learnt or not (moved < _SMALL_STEP and flows > 1e-6):
        return None
    recipe, rate = history.recipe, history.recipe.learning_rate
    higher = float(f"{rate * _USUAL_STEP / max(moved, 1e-12):.1g}")
    higher = min(higher, usual_rate(recipe)) if rate < usual_rate(recipe) else rate * 10
    before, now = f"{first:.3g}", f"{recent:.3g}"
    way = f"stayed at {now}" if before == now else f"went from {before} to {now}"
    return Finding(
        TOO_LOW,
        f"The loss {way} in {history.step:,} steps, and a step changes the weights by {_share(moved)}"
        f" of their size: a learning rate of {rate:g} is too low.",
        {"first loss": first, "loss": recent, "update": moved, "rate": rate},
        remedies=(anew(f"Start anew with {higher:g}", recipe, learning_rate=higher),),
    )


def plateau(history: RunHistory) -> Finding | None:
    """The training loss stands still, high, at a rate that does not fall by itself."""
    epochs, recipe = history.epochs, history.recipe
    if len(epochs) < 8 or recipe.schedule is not Schedule.CONSTANT:
        return None
    half = len(epochs) // 2
    old, new = epochs[-half:][: half // 2], epochs[-half:][half // 2 :]
    before = sum(epoch.train_loss for epoch in old) / len(old)
    now = sum(epoch.train_loss for epoch in new) / len(new)
    stands = abs(now - before) < 0.01 * before and now > 0.15 * history.chance
    if not (stands and epochs[-1].train_accuracy < 0.95 and now < 0.95 * history.chance):
        return None
    lower = recipe.learning_rate / 10
    return Finding(
        PLATEAU,
        f"The training loss stays at {now:.3g} for {half} epochs at a learning rate of"
        f" {recipe.learning_rate:g}.",
        {"loss": now, "epochs": half, "rate": recipe.learning_rate},
        remedies=(Remedy(f"Go on with {lower:g}", replace(recipe, learning_rate=lower)),),
    )


def _share(value: float) -> str:
    return f"{100 * value:.1g} %" if value >= 1e-6 else f"1/{rounded(1 / max(value, 1e-15))}"


def rounded(times: float) -> str:
    """A factor with one telling figure: 4,870 is 5,000."""
    if not math.isfinite(times):
        return "∞"
    size = 10 ** max(0, math.floor(math.log10(max(times, 1.0))))
    return f"{round(times / size) * size:,}"

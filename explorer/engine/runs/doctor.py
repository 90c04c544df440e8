"""What is wrong with a training, told from its figures: sentences with evidence, and what to change."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from explorer.core.recipe import Recipe, Schedule
from explorer.engine.events import Remedy
from explorer.engine.runs.layer_signs import dead_layers, exploding, vanishing
from explorer.engine.runs.run_history import RunHistory

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

_LEAST_STEPS = 60
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


def diagnose(history: RunHistory) -> tuple[Finding, ...]:
    """What is wrong with a run as far as it has come, the gravest first; nothing for a sound one.

    The thresholds hold for losses of cross-entropy, whose value for guessing is known.
    """
    found = [finding for check in _CHECKS if (finding := check(history)) is not None]
    kinds = {finding.kind for finding in found}
    if kinds & {TOO_HIGH, EXPLODING, DEAD}:  # what follows from these needs no sentence of its own
        found = [finding for finding in found if finding.kind not in (TOO_LOW, PLATEAU, OVERFITTING)]
    return tuple(found)


def _too_high(history: RunHistory) -> Finding | None:
    """The loss is no number any more, or stays well above that of guessing."""
    recipe, rate = history.recipe, history.recipe.learning_rate
    lower = rate / 10
    if history.diverged_at is not None:
        return Finding(
            TOO_HIGH,
            f"The loss is no number any more since step {history.diverged_at:,}: a learning rate of {rate:g}"
            " is too high.",
            {"step": history.diverged_at, "rate": rate},
            remedies=(_anew(f"Start anew with {lower:g}", recipe, learning_rate=lower),),
        )
    recent = history.recent_loss()
    if history.step < _LEAST_STEPS or not recent > 1.25 * history.chance:
        return None
    return Finding(
        TOO_HIGH,
        f"The loss is {recent:.3g} after {history.step:,} steps, and guessing gives {history.chance:.3g}:"
        f" a learning rate of {rate:g} is too high.",
        {"loss": recent, "chance": history.chance, "rate": rate},
        remedies=(_anew(f"Start anew with {lower:g}", recipe, learning_rate=lower),),
    )


def _too_low(history: RunHistory) -> Finding | None:
    """The loss hardly moves and neither do the weights, though gradients flow."""
    if history.step < _LEAST_STEPS or not history.looks:
        return None
    first, recent = history.first_loss(), history.recent_loss()
    newest = history.looks[-8:]
    moved = _middle([value for look in newest for value in look.update if math.isfinite(value)])
    flows = max((value for value in history.looks[-1].gradient if math.isfinite(value)), default=0.0)
    # a thousandth of the weights per step is usual (Karpathy, CS231n, "Ratio of weights to updates")
    if not (moved < 1e-4 and flows > 1e-6 and recent > 0.9 * first and recent > 0.5 * history.chance):
        return None
    rate = history.recipe.learning_rate
    times = 10.0 ** min(5, max(1, round(math.log10(1e-3 / max(moved, 1e-12)))))
    higher = min(float(f"{rate * times:.2g}"), 0.1) if rate < 0.1 else rate * 10
    return Finding(
        TOO_LOW,
        f"The loss went from {first:.3g} to {recent:.3g} in {history.step:,} steps, and a step changes the"
        f" weights by {_share(moved)} of their size: a learning rate of {rate:g} is too low.",
        {"first loss": first, "loss": recent, "update": moved, "rate": rate},
        remedies=(_anew(f"Start anew with {higher:g}", history.recipe, learning_rate=higher),),
    )


def _overfitting(history: RunHistory) -> Finding | None:
    """The test gets worse while the training gets better, or the two are far apart."""
    epochs = history.epochs
    if len(epochs) < 4:
        return None
    last, best = epochs[-1], min(epochs, key=lambda epoch: epoch.test_loss)
    gap = last.train_accuracy - last.test_accuracy
    rises = last.test_loss > 1.25 * best.test_loss and last.epoch - best.epoch >= 3
    apart = gap > 0.1 and last.test_loss > 5 * last.train_loss
    if not (gap > 0.05 and last.train_accuracy > 0.8 and (rises or apart)):
        return None
    since = f", and the test loss rises since epoch {best.epoch}" if rises else ""
    return Finding(
        OVERFITTING,
        f"{_percent(last.train_accuracy)} of the training pictures are right and"
        f" {_percent(last.test_accuracy)} of the test{since}: the network learns the pictures by heart.",
        {
            "train accuracy": last.train_accuracy,
            "test accuracy": last.test_accuracy,
            "best epoch": best.epoch,
            "test loss": last.test_loss,
            "best test loss": best.test_loss,
        },
        remedies=_against_overfitting(history.recipe),
    )


def _against_overfitting(recipe: Recipe) -> tuple[Remedy, ...]:
    if recipe.shift == 0:
        return (_anew("Start anew with shifted pictures", recipe, shift=2),)
    if recipe.weight_decay < 5e-3:
        decay = max(5e-4, recipe.weight_decay * 10)
        return (_anew(f"Start anew with weight decay {decay:g}", recipe, weight_decay=decay),)
    return (_anew("Start anew with label smoothing", recipe, label_smoothing=0.1),)


def _dead(history: RunHistory) -> Finding | None:
    """A layer gives nothing but zeros, or one answer is given to all pictures."""
    recipe = history.recipe
    lower = recipe.learning_rate / 10
    remedies = (_anew(f"Start anew with {lower:g}", recipe, learning_rate=lower),)
    layers = dead_layers(history.looks)
    constant = _constant_answer(history)
    if layers:
        which = layers[0] if len(layers) == 1 else f"{layers[0]} and {len(layers) - 1:,} more"
        told = "all its" if len(layers) == 1 else "all their"
        return Finding(
            DEAD,
            f"{which} give{'s' if len(layers) == 1 else ''} nothing but 0: {told} ReLUs are dead,"
            " and no gradient passes.",
            {"dead layers": len(layers), "since step": history.looks[-1].step},
            layers,
            remedies,
        )
    if constant is None:
        return None
    answer, count, epochs = constant
    return Finding(
        DEAD,
        f"All {count:,} test pictures are taken for class {answer} since {epochs} epochs, at a loss of"
        f" {history.epochs[-1].test_loss:.3g}: the network gives one answer to everything.",
        {"answer": answer, "pictures": count, "epochs": epochs},
        remedies=remedies,
    )


def _constant_answer(history: RunHistory) -> tuple[int, int, int] | None:
    """Class, pictures and epochs of an answer that all pictures got for at least two epochs."""
    if history.step < _LEAST_STEPS:
        return None
    epochs = 0
    answer = -1
    for epoch in reversed(history.epochs):
        columns = [sum(row[place] for row in epoch.confusion) for place in range(len(epoch.confusion))]
        given = [place for place, count in enumerate(columns) if count]
        if len(given) != 1 or (answer >= 0 and given[0] != answer):
            break
        answer, epochs = given[0], epochs + 1
    count = sum(map(sum, history.epochs[-1].confusion)) if history.epochs else 0
    # a network that has just begun may do so too: its weights must have moved
    moves = not history.looks or max(history.looks[-1].update, default=0.0) > 1e-4
    stuck = not history.looks or max(history.looks[-1].gradient, default=0.0) < 1e-6
    return (answer, count, epochs) if epochs >= 2 and (moves or stuck) else None


def _exploding(history: RunHistory) -> Finding | None:
    sign = exploding(history.looks)
    if sign is None:
        return None
    clipped = replace(history.recipe, clip_norm=1.0)
    return Finding(
        EXPLODING,
        f"The gradient of {sign.layer} grew from {sign.before:.3g} to {sign.now:.3g} between step"
        f" {sign.since:,} and step {sign.step:,}.",
        {"before": sign.before, "now": sign.now, "since step": sign.since, "step": sign.step},
        (sign.layer,),
        (Remedy("Start anew with gradients cut at 1", clipped, resume=False),)
        if history.recipe.clip_norm == 0
        else (),
    )


def _vanishing(history: RunHistory) -> Finding | None:
    sign = vanishing(history.looks)
    if sign is None:
        return None
    return Finding(
        VANISHING,
        f"{sign.layer} gets 1/{_round(sign.before / sign.now)} of the last layer's gradient, since step"
        f" {sign.since:,}.",
        {"gradient": sign.now, "last layer's gradient": sign.before, "since step": sign.since},
        sign.layers,
    )


def _leak(history: RunHistory) -> Finding | None:
    found = history.repeated
    if found is None:
        return None
    what = "picture is" if found.count == 1 else "pictures are"
    return Finding(
        LEAK,
        f"{found.count:,} of {found.total:,} test {what} trained on too"
        f" ({_percent(found.count / found.total)}): the test accuracy says more than the network can do.",
        {"repeated": found.count, "tested": found.total},
        remedies=()
        if history.recipe.without_repeats
        else (_anew("Start anew without them", history.recipe, without_repeats=True),),
    )


def _plateau(history: RunHistory) -> Finding | None:
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


_CHECKS: tuple[Callable[[RunHistory], Finding | None], ...] = (
    _too_high,
    _exploding,
    _dead,
    _vanishing,
    _too_low,
    _leak,
    _overfitting,
    _plateau,
)


def _anew(label: str, recipe: Recipe, **settings: object) -> Remedy:
    return Remedy(label, replace(recipe, **settings), resume=False)  # type: ignore[arg-type]


def _middle(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else math.nan


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _share(value: float) -> str:
    return f"{100 * value:.1g} %" if value >= 1e-6 else f"1/{_round(1 / max(value, 1e-15))}"


def _round(times: float) -> str:
    """A factor with one telling figure: 4,870 is 5,000."""
    if not math.isfinite(times):
        return "∞"
    size = 10 ** max(0, math.floor(math.log10(max(times, 1.0))))
    return f"{round(times / size) * size:,}"

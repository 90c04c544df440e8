"""What is wrong with a training, told from its figures: sentences with evidence, and what to change."""

from __future__ import annotations

from collections.abc import Callable

from explorer.core.recipe import Recipe
from explorer.engine.events import Remedy
from explorer.engine.runs.finding import (
    DEAD,
    EXPLODING,
    LEAK,
    LEAST_STEPS,
    OVERFITTING,
    PLATEAU,
    TOO_HIGH,
    TOO_LOW,
    VANISHING,
    Finding,
    anew,
    lower_rate,
)
from explorer.engine.runs.layer_signs import dead_layers, exploding, vanishing
from explorer.engine.runs.rate_signs import plateau, rounded, too_high, too_low
from explorer.engine.runs.run_history import RunHistory

_GRAVE = {TOO_HIGH, EXPLODING, DEAD}
_FOLLOWING = {TOO_LOW, PLATEAU, OVERFITTING, VANISHING}
"""What follows from a graver thing needs no sentence of its own."""

_BURST = 10.0
"""A first loss so many times that of guessing: the numbers grow from layer to layer."""


def diagnose(history: RunHistory) -> tuple[Finding, ...]:
    """What is wrong with a run as far as it has come, the gravest first; nothing for a sound one.

    The thresholds hold for losses of cross-entropy, whose value for guessing is known.
    """
    found = [finding for check in _CHECKS if (finding := check(history)) is not None]
    following = set(_FOLLOWING) if _GRAVE & {finding.kind for finding in found} else set()
    if any(finding.kind == EXPLODING and not finding.layers for finding in found):
        following.add(TOO_HIGH)  # it was so before the first step was made
    return tuple(finding for finding in found if finding.kind not in following)


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
    """More pictures out of those that there are; where all of that is done, less freedom."""
    if recipe.shift == 0:
        return (anew("Start anew with shifted pictures", recipe, shift=2),)
    if recipe.mixup == 0:
        return (anew("Start anew with blended pictures (mixup)", recipe, mixup=0.4),)
    if recipe.erasing == 0:
        return (anew("Start anew with parts erased", recipe, erasing=0.5),)
    decay = max(5e-4, min(1.0, recipe.weight_decay * 10))
    return (anew(f"Start anew with weight decay {decay:g}", recipe, weight_decay=decay),)


def _dead(history: RunHistory) -> Finding | None:
    """A layer gives nothing but zeros, or one answer is given to all pictures."""
    layers = dead_layers(history.looks)
    if not layers:
        return _constant(history)
    which = layers[0] if len(layers) == 1 else f"{layers[0]} and {len(layers) - 1:,} more"
    told = "all its" if len(layers) == 1 else "all their"
    recipe = history.recipe
    other = anew("Start anew with other first weights", recipe, seed=(recipe.seed + 1) % 2**31)
    began = _began_dead(history, layers[0])
    return Finding(
        DEAD,
        f"{which} give{'s' if len(layers) == 1 else ''} nothing but 0{' from the first look on' * began}:"
        f" {told} ReLUs are dead, and no gradient passes.",
        {"dead layers": len(layers), "since step": history.looks[-1].step},
        layers,
        (other, lower_rate(recipe)) if began else (lower_rate(recipe),),
    )


def _began_dead(history: RunHistory, layer: str) -> bool:
    """Whether a layer gave nothing at the first look, and no step before that sent the loss up."""
    first = history.looks[0]
    if layer not in first.activations or first.dead[first.activations.index(layer)] < 1:
        return False
    early = [stretch.loss for stretch in history.losses if stretch.first <= first.step]
    return not early or max(early) < 1.5 * early[0]


def _constant(history: RunHistory) -> Finding | None:
    """One answer to all pictures for at least two epochs and 60 steps, at the loss of guessing or above."""
    if history.step < LEAST_STEPS or not history.at_height:
        return None
    answers: list[int] = []
    before = 0
    for epoch in reversed(history.epochs):
        columns = [sum(row[place] for row in epoch.confusion) for place in range(len(epoch.confusion))]
        given = [place for place, count in enumerate(columns) if count]
        if len(given) != 1 or epoch.test_loss < 0.95 * history.chance:
            before = epoch.step
            break
        answers.append(given[0])
    if len(answers) < 2 or history.epochs[-1].step - before < LEAST_STEPS or not _has_moved(history):
        return None
    last = history.epochs[-1]
    count = sum(map(sum, last.confusion))
    same = len(set(answers)) == 1
    what = f"class {answers[0]} since" if same else "one and the same class, another at times, since"
    return Finding(
        DEAD,
        f"All {count:,} test pictures are taken for {what} {len(answers)} epochs, at a loss of"
        f" {last.test_loss:.3g}: the network gives one answer to everything.",
        {"answer": answers[0], "pictures": count, "epochs": len(answers)},
        remedies=(lower_rate(history.recipe),),
    )


def _has_moved(history: RunHistory) -> bool:
    """Whether the weights have changed, or cannot: a network that has just begun may give one answer too."""
    looks = history.looks
    moved = any(value > 1e-4 for look in looks for value in look.update)
    return not looks or moved or max(looks[-1].gradient, default=0.0) < 1e-6


def _exploding(history: RunHistory) -> Finding | None:
    """The first loss is far beyond guessing and stays there, or a gradient grows after all went well."""
    recipe = history.recipe
    cut = anew("Start anew with gradients cut at 1", recipe, clip_norm=1.0)
    remedies = (cut,) if recipe.clip_norm == 0 else (lower_rate(recipe),)
    first, chance = history.first_loss(1), history.chance
    stays = history.diverged_at is not None or history.recent_loss() > _BURST * chance
    begun = history.step >= 20 or history.diverged_at is not None
    burst = first > _BURST * chance or (history.diverged_at or 9) <= 1
    if burst and stays and begun:
        return Finding(
            EXPLODING,
            f"The loss of the first step is {first:.3g}, and guessing gives {chance:.3g}: the numbers grow"
            " from layer to layer, and the gradients with them. A BatchNorm behind every convolution keeps"
            " them in bounds.",
            {"first loss": first, "chance": chance},
            remedies=remedies,
        )
    sign = exploding(history.looks)
    lowest = min((stretch.loss for stretch in history.losses), default=0.0)
    if sign is None or lowest > 0.9 * chance:  # before it learns, that follows from the rate
        return None
    return Finding(
        EXPLODING,
        f"The gradient of {sign.layer} grew from {sign.before:.3g} to {sign.now:.3g} between step"
        f" {sign.since:,} and step {sign.step:,}.",
        {"before": sign.before, "now": sign.now, "since step": sign.since, "step": sign.step},
        (sign.layer,),
        remedies,
    )


def _vanishing(history: RunHistory) -> Finding | None:
    sign = vanishing(history.looks) if history.looks and history.looks[-1].step >= LEAST_STEPS else None
    if sign is None:
        return None
    return Finding(
        VANISHING,
        f"{sign.layer} gets 1/{rounded(sign.before / sign.now)} of the last layer's gradient, since step"
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
        else (anew("Start anew without them", history.recipe, without_repeats=True),),
    )


_CHECKS: tuple[Callable[[RunHistory], Finding | None], ...] = (
    too_high,
    _exploding,
    _dead,
    _vanishing,
    too_low,
    _leak,
    _overfitting,
    plateau,
)


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"

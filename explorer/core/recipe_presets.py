"""Recipes of papers and texts, and fast ones for a class, as values with their sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from explorer.core.recipe import Border, Optimizer, Recipe, Schedule, WarmUp

_KEPT = ("data", "seed", "held_out", "precision", "channels_last", "compiled", "deterministic")
"""Settings that a preset leaves as they are: what is trained on, and how it is computed."""

_BARE = Recipe(weight_decay=0.0, schedule=Schedule.CONSTANT, shift=0)
"""What a preset that says nothing of a setting means by it."""


@dataclass(frozen=True)
class Preset:
    """A recipe with a name. `source` says where it is from, `departs` how it differs from there."""

    name: str
    settings: Mapping[str, Any]
    source: str
    departs: str = ""

    def applied(self, recipe: Recipe) -> Recipe:
        """The recipe as this preset has it, with the data, seed and computation that it had."""
        return replace(_BARE, **{name: getattr(recipe, name) for name in _KEPT}, **self.settings)


_CIFAR = {
    "optimizer": Optimizer.SGD,
    "learning_rate": 0.1,
    "momentum": 0.9,
    "weight_decay": 1e-4,
    "batch_size": 128,
    "schedule": Schedule.STEP,
    "decay_at": (50, 75),
    "steps": 64_000,
    "shift": 4,
    "border": Border.MEAN,
    "flip": True,
}
_HE = "He et al., arXiv:1512.03385, sec. 4.2"

PRESETS: tuple[Preset, ...] = (
    Preset(
        "fast, SGD",
        {"learning_rate": 0.1, "weight_decay": 5e-4, "schedule": Schedule.ONE_CYCLE, "epochs": 5, "shift": 2},
        "for a class: a few minutes on a laptop; the cycle is that of Smith and Topin, arXiv:1708.07120",
    ),
    Preset(
        "fast, Adam",
        {
            "optimizer": Optimizer.ADAMW,
            "learning_rate": 2e-3,
            "weight_decay": 0.01,
            "schedule": Schedule.COSINE,
            "epochs": 5,
            "shift": 2,
        },
        "for a class: a few minutes on a laptop; the optimizer is that of Loshchilov and Hutter,"
        " arXiv:1711.05101",
    ),
    Preset(
        "d2l",
        {"learning_rate": 0.05, "momentum": 0.0, "batch_size": 128, "epochs": 10},
        "Zhang et al., Dive into Deep Learning, chapter Modern Convolutional Neural Networks",
    ),
    Preset("CIFAR, He 2015", _CIFAR, _HE),
    Preset(
        "CIFAR, He 2015, 110 layers",
        {**_CIFAR, "warm_up": 400 / 64_000, "warm_up_start": 0.1, "warm_up_shape": WarmUp.CONSTANT},
        _HE,
        "the paper warms up until the training error is below 80 %, which took about 400 steps",
    ),
    Preset(
        "CIFAR, DenseNet 2017",
        {
            **_CIFAR,
            "nesterov": True,
            "batch_size": 64,
            "steps": 0,
            "epochs": 300,
        },
        "Huang et al., arXiv:1608.06993, sec. 4.2",
    ),
    Preset(
        "AlexNet 2012",
        {
            "learning_rate": 0.01,
            "weight_decay": 5e-4,
            "batch_size": 128,
            "schedule": Schedule.PLATEAU,
            "epochs": 90,
            "flip": True,
        },
        "Krizhevsky et al. 2012, ImageNet Classification with Deep Convolutional Neural Networks, sec. 5",
        "crops and colours are those of the data panel; the rate was lowered by hand",
    ),
    Preset(
        "VGG 2014",
        {
            "learning_rate": 0.01,
            "weight_decay": 5e-4,
            "batch_size": 256,
            "schedule": Schedule.PLATEAU,
            "epochs": 74,
            "override_dropout": True,
            "dropout": 0.5,
            "flip": True,
        },
        "Simonyan and Zisserman, arXiv:1409.1556, sec. 3.1",
        "crops and colours are those of the data panel; the paper does not say how long it waited"
        " before it lowered the rate",
    ),
    Preset(
        "ImageNet, He 2015",
        {
            "learning_rate": 0.1,
            "weight_decay": 1e-4,
            "batch_size": 256,
            "schedule": Schedule.PLATEAU,
            "steps": 600_000,
            "flip": True,
        },
        "He et al., arXiv:1512.03385, sec. 3.4",
        "crops and colours are those of the data panel",
    ),
)
"""All presets, the fast ones first."""


def preset_of(recipe: Recipe) -> Preset | None:
    """The preset that a recipe is, whatever its data, seed and computation; None where it is its own."""
    return next((preset for preset in PRESETS if preset.applied(recipe) == recipe), None)


def preset_named(name: str) -> Preset | None:
    """The preset of a name, however its letters are written; None where there is none."""
    wanted = name.strip().casefold()
    return next((preset for preset in PRESETS if preset.name.casefold() == wanted), None)

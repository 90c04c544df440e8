"""Experiments with the networks of CIFAR-10 and with SqueezeNet: degradation, bypasses, LeNet's limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.core.claims import best, higher, not_higher
from explorer.core.experiment import FAST, PAPER, Experiment, Measure, Variant, Version
from explorer.core.recipe import Border, Optimizer, Recipe, Schedule

_TRAIN, _TEST = Measure.TRAIN_ERROR, Measure.TEST_ERROR

_MEMORIZED = Recipe(
    data="digits",
    batch_size=32,
    learning_rate=0.02,
    momentum=0.9,
    weight_decay=1e-4,
    schedule=Schedule.COSINE,
    epochs=10,
    shift=0,
)
"""Small pictures, each seen as it is: what a network cannot learn by heart, it cannot be trained for."""

HE = Recipe(
    data="cifar10",
    batch_size=128,
    learning_rate=0.1,
    momentum=0.9,
    weight_decay=1e-4,
    schedule=Schedule.STEP,
    decay_at=(50, 75),
    steps=64_000,
    shift=4,
    border=Border.MEAN,
    flip=True,
)
"""Source: He et al., arXiv:1512.03385, sec. 4.2."""


def _cifar(depths: Mapping[str, str], **options: Any) -> tuple[Variant, ...]:
    return tuple(Variant(label, name, options) for label, name in depths.items())


_DEGRADATION = {
    "plain-20": "cifar_plain20",
    "plain-56": "cifar_plain56",
    "ResNet-20": "cifar_resnet20",
    "ResNet-56": "cifar_resnet56",
}


def _squeeze(network: str, **options: Any) -> tuple[Variant, ...]:
    names = {"SqueezeNet": "none", "simple bypass": "simple", "complex bypass": "complex"}
    return tuple(Variant(label, network, {"bypass": kind, **options}) for label, kind in names.items())


DEGRADATION = Experiment(
    "degradation",
    "Deeper is not better, until there are shortcuts",
    "Why does a plain network with 56 layers train worse than one with 20, and what do shortcuts change?",
    "He et al., arXiv:1512.03385, sec. 4.2 and fig. 6",
    (
        Version(
            FAST,
            _MEMORIZED,
            _cifar(_DEGRADATION, width=0.5, side=8, in_channels=1),
            "half as many maps, digits of 8×8 pixels without augmentation, 450 steps",
        ),
        Version(PAPER, HE, _cifar(_DEGRADATION), "trained on all 50,000 pictures"),
    ),
    (
        higher("plain-56", "plain-20", _TRAIN),
        not_higher("ResNet-56", "ResNet-20", _TRAIN),
        higher("plain-56", "ResNet-56", _TRAIN),
    ),
    (_TRAIN, _TEST),
    "With more layers the plain network gets worse even on the pictures it is trained on: that is no"
    " overfitting, it is harder to train. With shortcuts the same layers do no harm.",
)

SQUEEZENET = Experiment(
    "squeezenet",
    "SqueezeNet's three variants",
    "Do the bypasses around the fire modules help, and which is better?",
    "Iandola et al., arXiv:1602.07360, sec. 6 and table 3",
    (
        Version(
            FAST,
            Recipe(
                data="shapes:size=56,count=1500,classes=6,difficulty=easy",
                optimizer=Optimizer.ADAMW,
                batch_size=32,
                learning_rate=3e-4,
                weight_decay=1e-4,
                epochs=5,
                shift=0,
                warm_up=0.2,
                warm_up_start=0.0,
                clip_norm=1.0,
            ),
            _squeeze("squeezenet1_1", classes=6, side=56, dropout=0.0),
            "version 1.1, shapes of 56 pixels instead of ImageNet, no dropout, AdamW",
        ),
        Version(
            PAPER,
            Recipe(
                data="cifar10",
                batch_size=512,
                learning_rate=0.04,
                weight_decay=2e-4,
                epochs=68,
                shift=4,
                border=Border.MEAN,
                flip=True,
            ),
            _squeeze("squeezenet1_0", classes=10, side=64),
            "CIFAR-10, enlarged to 64 pixels, instead of ImageNet with 224; the rate falls by a cosine",
        ),
    ),
    (
        not_higher("simple bypass", "SqueezeNet", _TEST),
        not_higher("complex bypass", "SqueezeNet", _TEST),
        best(("SqueezeNet", "simple bypass", "complex bypass"), _TEST),
    ),
    lesson="Passing the input by costs nothing and helps, as in the paper.",
)

SHAPES = Experiment(
    "shapes",
    "What LeNet cannot learn",
    "Turned shapes before clutter, noise and texture: is a network of 1998 enough?",
    "LeCun et al. 1998, sec. II.B; He et al., arXiv:1512.03385, sec. 4.2",
    (
        Version(
            FAST,
            Recipe(
                data="shapes:size=32,count=6000,classes=4,difficulty=hard",
                batch_size=64,
                learning_rate=0.1,
                weight_decay=5e-4,
                schedule=Schedule.ONE_CYCLE,
                epochs=8,
                shift=2,
                flip=True,
            ),
            (
                Variant("LeNet-5", "lenet5", {"classes": 4, "in_channels": 3}, {"learning_rate": 0.02}),
                Variant("ResNet-20", "cifar_resnet20", {"classes": 4}),
            ),
        ),
        Version(
            PAPER,
            HE,
            (
                Variant("LeNet-5", "lenet5", {"in_channels": 3}, {"learning_rate": 0.02}),
                Variant("ResNet-20", "cifar_resnet20"),
            ),
            "on CIFAR-10, which neither network of 1998 nor its paper knew",
        ),
    ),
    (higher("LeNet-5", "ResNet-20", _TEST), higher("LeNet-5", "ResNet-20", _TRAIN)),
    lesson="On the same pictures, in as many epochs, the deep network learns what the shallow one does not.",
)

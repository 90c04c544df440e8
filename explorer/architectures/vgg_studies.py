"""Studies with small networks of VGG's kind: BatchNorm, depth, width, kernels and heads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from explorer.architectures.residual_experiments import HE
from explorer.architectures.vgg import Blocks
from explorer.core.claims import along, cheaper, higher, not_higher
from explorer.core.experiment import FAST, PAPER, Experiment, Measure, Variant, Version
from explorer.core.recipe import Border, Optimizer, Recipe, Schedule, WarmUp

_TRAIN, _TEST = Measure.TRAIN_ERROR, Measure.TEST_ERROR

_SHAPES = Recipe(
    data="shapes:size=16,count=2400,classes=6",
    optimizer=Optimizer.ADAMW,
    batch_size=64,
    learning_rate=2e-3,
    weight_decay=0.01,
    schedule=Schedule.COSINE,
    epochs=8,
    shift=0,
)


_SIMONYAN = Recipe(
    data="cifar10",
    batch_size=256,
    learning_rate=0.01,
    weight_decay=5e-4,
    schedule=Schedule.PLATEAU,
    epochs=74,
    shift=4,
    border=Border.MEAN,
    flip=True,
)
"""Source: Simonyan and Zisserman, arXiv:1409.1556, sec. 3.1."""

_ZAGORUYKO = replace(
    HE, weight_decay=5e-4, nesterov=True, steps=0, epochs=200, decay_at=(30, 60, 80), decay_factor=0.2
)
"""Source: Zagoruyko and Komodakis, arXiv:1605.07146, sec. 3."""

_ON_CIFAR = "CIFAR-10 with crops and flips instead of ImageNet, so pictures of 32 pixels"


def _paper(label: str, blocks: Blocks, **more: Any) -> Variant:
    """A network of VGG's own widths, for pictures of 32 pixels and ten classes."""
    return Variant(label, "vgg11", {"blocks": blocks, "head": "gap", "classes": 10, "side": 32, **more})


def _vgg(label: str, blocks: Blocks, **more: Any) -> Variant:
    """A small network of VGG's kind for pictures of 16 pixels and six classes."""
    options = {"blocks": blocks, "batch_norm": True, "head": "gap", "classes": 6, "side": 16, **more}
    return Variant(label, "vgg11", options)


def _deep(n: int) -> Variant:
    return _vgg(f"depth {3 * n}", ((n, 16), (n, 32), (n, 64)))


def _wide(text: str, factor: float) -> Variant:
    return _vgg(f"width {text}", ((1, 16), (1, 32), (1, 64)), width=factor)


_DEEP = tuple(map(_deep, (1, 2, 4)))
_WIDE = (_wide("×¼", 0.25), _wide("×½", 0.5), _wide("×1", 1.0), _wide("×2", 2.0))
_KERNELS = (
    _vgg("VGG with one 3×3", ((1, 32), (1, 32), (1, 32))),
    _vgg("VGG with two 3×3", ((2, 32), (2, 32), (2, 32))),
    _vgg("VGG with one 5×5", ((1, 32), (1, 32), (1, 32)), kernel_size=5),
)


_SMALL: Blocks = ((2, 16), (2, 32), (2, 64))
_A: Blocks = ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512))
_B: Blocks = ((2, 64), (2, 128), (2, 256), (2, 512), (2, 512))
_D: Blocks = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))
"""Networks A, B and D. Source: Simonyan and Zisserman, arXiv:1409.1556, table 1."""


def _normalized(
    text: str, rate: float, made: Callable[..., Variant] = _vgg, blocks: Blocks = _SMALL
) -> tuple[Variant, Variant]:
    with_it = made(f"VGG with BatchNorm at {text}", blocks, batch_norm=True)
    without = made(f"VGG without at {text}", blocks, batch_norm=False)
    return replace(with_it, settings={"learning_rate": rate}), replace(
        without, settings={"learning_rate": rate}
    )


def _residual(depth: int, **settings: Any) -> Variant:
    return Variant(f"ResNet-{depth}", f"cifar_resnet{depth}", {}, settings)


_DEEP_PAPER = (
    *map(_residual, (20, 32, 44, 56)),
    _residual(110, warm_up=400 / 64_000, warm_up_start=0.1, warm_up_shape=WarmUp.CONSTANT),
)
_WIDE_PAPER = tuple(
    Variant(
        f"width ×{factor}", "cifar_resnet20", {"depth": 26, "width": float(factor), "shortcut": "projection"}
    )
    for factor in (1, 2, 4, 8)
)
_HALF_B: Blocks = tuple((1, maps) for _, maps in _B)

_HEADS = (
    _vgg("VGG with a dense head", ((1, 16), (1, 32), (1, 64)), head="fixed", hidden=256),
    _vgg("VGG with global average pooling", ((1, 16), (1, 32), (1, 64))),
)


BATCH_NORM = Experiment(
    "batchnorm",
    "With and without BatchNorm",
    "What does BatchNorm change, at a low and at a high learning rate?",
    "Ioffe and Szegedy, arXiv:1502.03167, sec. 3.3 and 4.2",
    (
        Version(
            FAST,
            Recipe(data=_SHAPES.data, batch_size=64, weight_decay=1e-4, epochs=6, shift=0, momentum=0.9),
            (*_normalized("0.01", 0.01), *_normalized("0.1", 0.1)),
            "a small network of VGG's kind instead of Inception, shapes instead of ImageNet",
        ),
        Version(
            PAPER,
            HE,
            (*_normalized("0.01", 0.01, _paper, _A), *_normalized("0.1", 0.1, _paper, _A)),
            f"VGG's network A with global average pooling instead of Inception; {_ON_CIFAR}",
        ),
    ),
    (
        higher("VGG without at 0.01", "VGG with BatchNorm at 0.01", _TRAIN),
        higher("VGG without at 0.1", "VGG without at 0.01", _TRAIN),
        higher("VGG with BatchNorm at 0.01", "VGG with BatchNorm at 0.1", _TRAIN),
    ),
    (_TRAIN, _TEST),
    "With BatchNorm the network learns faster at the same rate, and faster still at a rate that is too"
    " high without it.",
)

DEPTH = Experiment(
    "depth",
    "How deep?",
    "What does each further layer bring, and what does it cost?",
    "Simonyan and Zisserman, arXiv:1409.1556, sec. 4.1; He et al., arXiv:1512.03385, table 6",
    (
        Version(FAST, _SHAPES, _DEEP, "small networks of VGG's kind with BatchNorm, on shapes"),
        Version(
            PAPER,
            HE,
            _DEEP_PAPER,
            "trained on all 50,000 pictures; 110 layers warm up for 400 steps, whatever the error is then",
            (along([item.label for item in _DEEP_PAPER], _TEST, "depth"),),
        ),
    ),
    (along([item.label for item in _DEEP], _TEST, "depth"),),
)

WIDTH = Experiment(
    "width",
    "How wide?",
    "What do more maps bring, and what do they cost?",
    "Zagoruyko and Komodakis, arXiv:1605.07146, sec. 3.2",
    (
        Version(FAST, _SHAPES, _WIDE, "small networks of VGG's kind with BatchNorm, on shapes"),
        Version(
            PAPER,
            _ZAGORUYKO,
            _WIDE_PAPER,
            "26 layers that normalize behind their convolutions, not before; no dropout",
            (along([item.label for item in _WIDE_PAPER], _TEST, "width"),),
        ),
    ),
    (along([item.label for item in _WIDE], _TEST, "width"),),
)

KERNEL = Experiment(
    "kernel",
    "Two 3×3 or one 5×5?",
    "Two 3×3 convolutions see as much as one 5×5: which is better, and which is cheaper?",
    "Simonyan and Zisserman, arXiv:1409.1556, sec. 2.3 and 4.1",
    (
        Version(
            FAST,
            _SHAPES,
            _KERNELS,
            "three blocks of 32 maps, shapes instead of ImageNet; the paper has 7 points more error with 5×5",
        ),
        Version(
            PAPER,
            _SIMONYAN,
            (
                _paper("VGG with one 3×3", _HALF_B),
                _paper("VGG with two 3×3", _B),
                _paper("VGG with one 5×5", _HALF_B, kernel_size=5),
            ),
            f"network B with global average pooling instead of dense layers; {_ON_CIFAR}",
        ),
    ),
    (
        cheaper("VGG with two 3×3", "VGG with one 5×5"),
        higher("VGG with one 3×3", "VGG with two 3×3", _TEST),
        higher("VGG with one 5×5", "VGG with two 3×3", _TEST),
    ),
    lesson="Two small kernels see as much as a large one, with fewer parameters and one more"
    " non-linearity, and they do better.",
)

HEAD = Experiment(
    "head",
    "Dense head or global average pooling?",
    "Does VGG need its dense layers, which hold most of its parameters?",
    "Lin et al., arXiv:1312.4400, sec. 3.2; Simonyan and Zisserman, arXiv:1409.1556, table 1",
    (
        Version(
            FAST,
            _SHAPES,
            _HEADS,
            "three blocks and dense layers of 256, on shapes",
        ),
        Version(
            PAPER,
            _SIMONYAN,
            (
                _paper("VGG with a dense head", _D, head="fixed"),
                _paper("VGG with global average pooling", _D),
            ),
            f"network D, dense layers of 4,096; {_ON_CIFAR}",
        ),
    ),
    (
        cheaper("VGG with global average pooling", "VGG with a dense head"),
        not_higher("VGG with global average pooling", "VGG with a dense head", _TEST),
    ),
    lesson="The mean of each map is enough: the dense layers can go, and their parameters with them.",
)

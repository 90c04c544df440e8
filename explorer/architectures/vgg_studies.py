"""Studies with small networks of VGG's kind: BatchNorm, depth, width, kernels and heads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from explorer.architectures.vgg import Blocks
from explorer.core.claims import along, cheaper, higher, not_higher
from explorer.core.experiment import FAST, Experiment, Measure, Variant, Version
from explorer.core.recipe import Optimizer, Recipe, Schedule

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


def _normalized(text: str, rate: float) -> tuple[Variant, Variant]:
    blocks: Blocks = ((2, 16), (2, 32), (2, 64))
    with_it = _vgg(f"VGG with BatchNorm at {text}", blocks)
    without = _vgg(f"VGG without at {text}", blocks, batch_norm=False)
    return replace(with_it, settings={"learning_rate": rate}), replace(
        without, settings={"learning_rate": rate}
    )


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
    (Version(FAST, _SHAPES, _DEEP, "small networks of VGG's kind with BatchNorm, on shapes"),),
    (along([item.label for item in _DEEP], _TEST, "depth"),),
)

WIDTH = Experiment(
    "width",
    "How wide?",
    "What do more maps bring, and what do they cost?",
    "Zagoruyko and Komodakis, arXiv:1605.07146, sec. 3.2",
    (Version(FAST, _SHAPES, _WIDE, "small networks of VGG's kind with BatchNorm, on shapes"),),
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
    ),
    (
        cheaper("VGG with global average pooling", "VGG with a dense head"),
        not_higher("VGG with global average pooling", "VGG with a dense head", _TEST),
    ),
    lesson="The mean of each map is enough: the dense layers can go, and their parameters with them.",
)

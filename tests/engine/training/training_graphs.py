"""Small networks, and folders of small pictures, that train in seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from explorer.core.graph import Graph
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.pooling import MaxPool2d
from explorer.operators.regularization import Dropout
from explorer.operators.sketch import Sketch


def tiny(shape: tuple[int, ...] = (1, 8, 8), classes: int = 10, dropout: float = 0.3) -> Graph:
    """A convolution with BatchNorm, pooling, dropout and a head: all that training has to carry over."""
    sketch = Sketch()
    sketch.chain(
        sketch.input(shape),
        ("conv", Conv2d(6, kernel_size=3, padding=1)),
        ("bn", BatchNorm2d()),
        ("relu", ReLU()),
        ("pool", MaxPool2d()),
        ("flatten", Flatten()),
        ("dropout", Dropout(dropout)),
        ("fc", Linear(classes)),
    )
    return sketch.graph()


def picture_folder(root: Path, counts: dict[str, int], side: int = 12) -> Path:
    """A folder per class; the pictures of a class have a colour of their own, and noise."""
    colours = dict(zip(counts, ((200, 30, 30), (30, 200, 30), (30, 30, 200)), strict=False))
    random = np.random.default_rng(0)
    for name, count in counts.items():
        (root / name).mkdir(parents=True)
        for index in range(count):
            noise = random.integers(-25, 26, (side, side, 3))
            pixels = (np.array(colours[name]) + noise).clip(0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(root / name / f"{index:03}.png")
    return root

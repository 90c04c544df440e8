"""Every kind of layer and block. Importing this package registers all of them."""

from explorer.core import group as group
from explorer.operators import (
    activation,
    convolution,
    dense,
    merge,
    normalization,
    pooling,
    regularization,
    repeat,
    sources,
    spatial,
)

__all__ = [
    "activation",
    "convolution",
    "dense",
    "merge",
    "normalization",
    "pooling",
    "regularization",
    "repeat",
    "sources",
    "spatial",
]

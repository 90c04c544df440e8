"""Every kind of layer and block. Importing this package registers all of them."""

from explorer.core import group as group
from explorer.operators import (
    activation,
    attention,
    convolution,
    dense,
    dense_block,
    fire,
    inception,
    inverted_residual,
    merge,
    normalization,
    pooling,
    regularization,
    repeat,
    residual,
    sources,
    spatial,
    vgg_block,
)

__all__ = [
    "activation",
    "attention",
    "convolution",
    "dense",
    "dense_block",
    "fire",
    "inception",
    "inverted_residual",
    "merge",
    "normalization",
    "pooling",
    "regularization",
    "repeat",
    "residual",
    "sources",
    "spatial",
    "vgg_block",
]

"""All known networks. Importing this module registers every family."""

from __future__ import annotations

from typing import Any

from explorer.architectures.architecture import (
    Architecture,
    Facts,
    architecture_named,
    architectures,
    input_options,
)
from explorer.core.graph import Graph

# networks are listed in the order of declaration: oldest family first
# isort: off
from explorer.architectures import (
    lenet as lenet,
    alexnet as alexnet,
    vgg as vgg,
    googlenet as googlenet,
    resnet as resnet,
    cifar_resnet as cifar_resnet,
    squeezenet as squeezenet,
    densenet as densenet,
    mobilenet as mobilenet,
    efficientnet as efficientnet,
)

# isort: on


def build(name: str, **options: Any) -> Graph:
    """A network of the catalogue as a graph.

    Raises:
        UnknownName: no network has this name.
        ExplorerError: an option that it does not have, or of the wrong type.
    """
    return architecture_named(name).build(**options)


__all__ = [
    "Architecture",
    "Facts",
    "architecture_named",
    "architectures",
    "build",
    "input_options",
]

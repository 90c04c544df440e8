"""A network as PyTorch source: readable classes with the same state dict and the same outputs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.shapes import Shape
from explorer.export.classes import BlockClass, classes_of
from explorer.export.literals import class_name, literal
from explorer.export.methods import Methods, argument_names
from explorer.export.scopes import scope_of

# these lines are ours and stand first: Python looks for an encoding in the first two only
_HEADER = """\
# PyTorch source of a network, written by Architecture Explorer.
# The keys of its state dict are the names of the layers.
"""

_TARGET = re.compile(r"(nn\.[A-Z][A-Za-z0-9]*|torch\.[a-z_]+|torchvision\.ops\.StochasticDepth)\Z")


def source(graph: Graph, name: str) -> str:
    """The text of a Python module that defines the network's class.

    The class is the last one; `torch.equal` holds between its outputs and those of the
    network built here, with the same weights.

    Raises:
        ExplorerError: the network has a problem, or nothing to compute.
    """
    analysis = analyze(graph)
    scope = scope_of(analysis, class_name(name, ()))
    classes = classes_of(scope)
    _check_targets(classes)
    shapes = tuple(analysis.rows[source].output for source in graph.sources)
    bodies = [_class_text(kind, kind is classes[-1]) for kind in classes]
    text = "\n\n\n".join([_preamble(name, shapes, "".join(bodies)), *bodies, _check(classes[-1].name)])
    return f"{_HEADER}\n{text}\n"


def _preamble(name: str, shapes: Sequence[Shape], used: str) -> str:
    lines = []
    if "OrderedDict(" in used:
        lines += ["from collections import OrderedDict", ""]
    lines += ["import torch", "from torch import nn"]
    if "StochasticDepth(" in used:
        lines.append("from torchvision.ops import StochasticDepth")
    lines += [
        "",
        f"NETWORK = {literal(name)}",
        f"INPUT_SHAPES = {literal(tuple(shapes))}  # without the batch",
    ]
    return "\n".join(lines)


def _class_text(kind: BlockClass, outermost: bool) -> str:
    methods = Methods(kind)
    made_with = "".join(f", {name}" for name in kind.parameters)
    taken = ", ".join(f"{name}: torch.Tensor" for name in argument_names(kind.scope.arguments))
    many = len(kind.scope.results) > 1
    gives = "tuple[torch.Tensor, ...]" if many else "torch.Tensor"
    lines = [f"class {kind.name}(nn.Module):"]
    lines += [f"    def __init__(self{made_with}):", "        super().__init__()"]
    lines += [f"        {line}" for line in methods.init()]
    lines += ["", f"    def forward(self, {taken}) -> {gives}:"]
    lines += [f"        {line}" for line in methods.forward(with_shapes=outermost)]
    return "\n".join(lines)


def _check(name: str) -> str:
    return "\n".join(
        [
            'if __name__ == "__main__":',
            f"    network = {name}().eval()",
            "    pictures = [torch.zeros(1, *shape) for shape in INPUT_SHAPES]",
            "    with torch.inference_mode():",
            "        print(network(*pictures))",
        ]
    )


def _check_targets(classes: Sequence[BlockClass]) -> None:
    """Refuse a target that is no plain name of torch: it would be written out as code.

    Raises:
        ExplorerError: with the target.
    """
    for kind in classes:
        for step in kind.steps:
            if step.call is not None and not _TARGET.match(step.call.target):
                raise ExplorerError(f"{step.call.target!r} cannot be written as PyTorch source")

"""What the place of a layer in its network says of its first weights: classifiers, and ends of branches."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import fx, nn

Weighted = nn.Conv2d | nn.ConvTranspose2d | nn.Linear
"""The layers with a matrix or kernels."""


@dataclass(frozen=True)
class Scale:
    """How the first weights of a layer depart from √(2 / fan-in) and a bias of 0.

    The deviation is multiplied by `factor`.
    """

    factor: float = 1.0
    bias: float = 0.0


_CLASSIFIER = Scale(math.sqrt(1 / 6))
"""√(1 / (3 · fan-in)): before VGG's classes, with 4,096 numbers, that is the 0.01 that it begins with."""

_BEFORE_RELU = Scale(0.1 * math.sqrt(1 / 2), bias=1.0)
"""The sums of a classifier lie within a tenth of 1: no class is behind its ReLU from the first step on."""


def scales(module: fx.GraphModule) -> dict[str, Scale]:
    """The layers whose place asks for other first weights, by path.

    A classifier, from which a row of numbers is reached with no other weights on the way, begins with
    √(1 / (3 · fan-in)), so that the first loss is about that of guessing. Where a ReLU stands behind
    it, as in SqueezeNet, its bias is 1 and its weights begin with 0.1 / √fan-in, so that no class is
    silent before it has learnt anything. The last weights of a branch whose result is added to others
    keep the sum as large as what went in, where no normalization does: divided by the root of the
    number of branches, or, where the input itself passes by, by the root of the number of such sums.

    Source: the deviation of torch's dense layers, which are the classifiers of torchvision's ResNet
    and DenseNet; of VGG's, Simonyan and Zisserman, arXiv:1409.1556, sec. 3.1; Krizhevsky et al. 2012,
    sec. 5 (biases of 1 before a ReLU); Zhang et al., arXiv:1901.09321, sec. 2 (sums without
    normalization), with the root of the depth as in De and Smith, arXiv:2002.10444, sec. 3. Departs
    from Zhang et al. in that no weight begins with 0: a ReLU behind it would stay dead.
    """
    found = {path: _BEFORE_RELU if behind else _CLASSIFIER for path, behind in _classifiers(module)}
    sums = [branches for node in module.graph.nodes if (branches := _branches(module, node))]
    passing = sum(any(not ends for ends in branches) for branches in sums)
    for branches in sums:
        count = passing if any(not ends for ends in branches) else len(branches)
        for path, rectified in (end for ends in branches for end in ends):
            known = found.get(path, Scale())
            factor = 1 / math.sqrt(count if rectified else 2 * count)
            found[path] = replace(known, factor=known.factor * factor)
    return found


def _classifiers(module: fx.GraphModule) -> Iterator[tuple[str, bool]]:
    """The path of every classifier, and whether a ReLU stands behind it."""
    output = next(node for node in reversed(module.graph.nodes) if node.op == "output")
    asked = [(node, False) for node in output.all_input_nodes if len(node.meta.get("shape", ())) == 1]
    seen = set(asked)
    while asked:
        node, rectified = asked.pop()
        layer = _layer(module, node)
        if isinstance(layer, Weighted):
            yield str(node.target), rectified
        elif _is_bare(layer):
            new = {(item, rectified or _rectifies(layer)) for item in node.all_input_nodes} - seen
            seen |= new
            asked += new


def _branches(module: fx.GraphModule, node: fx.Node) -> list[list[tuple[str, bool]]]:
    """The ends of each branch of a sum: the last weights by path, and whether a ReLU follows them.

    A branch has no ends where the input passes by as it is. The list is empty where the node is no
    sum, or a normalization keeps one of its branches in bounds.
    """
    if node.op != "call_function" or node.target is not torch.add:
        return []
    after = any(_rectifies(_layer(module, user)) for user in node.users)
    found: list[list[tuple[str, bool]]] = []
    for start in node.all_input_nodes:
        ends: list[tuple[str, bool]] = []
        asked = [(start, after)]
        while asked:
            item, rectified = asked.pop()
            if len(item.users) > 1:
                continue  # it goes into the branches as well
            layer = _layer(module, item)
            if isinstance(layer, Weighted):
                ends.append((str(item.target), rectified))
            elif not _is_bare(layer):
                return []
            elif item.target is not torch.add:
                asked += [(given, rectified or _rectifies(layer)) for given in item.all_input_nodes]
        found.append(ends)
    return found if any(found) else []


def _layer(module: fx.GraphModule, node: fx.Node) -> nn.Module | None:
    return module.get_submodule(str(node.target)) if node.op == "call_module" else None


def _is_bare(layer: nn.Module | None) -> bool:
    """Whether a layer has nothing to learn."""
    return layer is None or next(layer.parameters(), None) is None


def _rectifies(layer: nn.Module | None) -> bool:
    return isinstance(layer, (nn.ReLU, nn.ReLU6))

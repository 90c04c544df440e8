"""What looking inside shows of catalogue networks, against hooks, sums by hand and gradients.

`python -m tests.engine.catalogue_truth [NAME...]` checks them all, at the sides they were made for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import torch
from torch import fx, nn

from explorer.architectures import catalog
from explorer.core.analysis import Row, analyze
from explorer.core.field_box import Box, field_box, pixels_read
from explorer.core.graph import Graph
from explorer.core.outline import flatten, outline
from explorer.engine.cells.explanation import explain
from explorer.engine.running.activations import capture
from explorer.engine.running.module import build, input_shapes, layer_nodes

CLOSE = 1e-4
Place = tuple[int, ...]


def drawn(module: fx.GraphModule, seed: int = 0) -> np.ndarray:
    """A picture of noise for the first input."""
    return np.random.default_rng(seed).normal(size=(1, *input_shapes(module)[0])).astype(np.float32)


def ready(graph: Graph, seed: int = 0) -> fx.GraphModule:
    """The network in evaluation mode, its batch norms with statistics that are not trivial."""
    torch.manual_seed(seed)
    module = build(graph).eval()
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.running_mean.normal_(0, 0.1)
            part.running_var.uniform_(0.8, 1.5)
    return module


def check_maps_and_values(module: fx.GraphModule, cells: int, seed: int = 0) -> tuple[int, int]:
    """Every map equals that of a hook on the same module, and drawn cells are explained.

    How many layers and how many cells were compared.
    """
    picture = drawn(module, seed)
    seen: dict[str, np.ndarray] = {}
    handles = []
    nodes = layer_nodes(module)
    for name, node in nodes.items():
        if node.op == "call_module":
            keep = lambda _, __, out, name=name: seen.__setitem__(name, out.numpy().copy())  # noqa: E731
            handles.append(module.get_submodule(str(node.target)).register_forward_hook(keep))
    functions = _Functions(module)
    with torch.no_grad():
        functions.run(torch.from_numpy(picture))
    for handle in handles:
        handle.remove()
    seen.update(functions.seen)
    found = capture(module, picture)
    assert list(found) == list(nodes)
    for name in nodes:
        assert np.array_equal(found[name], seen[name], equal_nan=True), name
    random = Random(seed)
    for name in random.sample(list(nodes), min(cells, len(nodes))):
        place = tuple(random.randrange(side) for side in nodes[name].meta["shape"])
        cell = explain(module, found, name, place)
        assert abs(cell.value - cell.activation) <= CLOSE * (1 + abs(cell.activation)), cell
    return len(nodes), min(cells, len(nodes))


class _Functions(fx.Interpreter):
    """torch's own walk through the graph: keeps what functions give, as hooks keep what modules give."""

    def __init__(self, module: fx.GraphModule) -> None:
        super().__init__(module)
        self.seen: dict[str, np.ndarray] = {}

    def run_node(self, n: fx.Node) -> Any:
        result = super().run_node(n)
        if "layer" in n.meta and n.op != "call_module":
            self.seen[n.meta["layer"]] = result.numpy().copy()
        return result


def check_boxes(graph: Graph, layers: int, seed: int = 0) -> int:
    """The box of a cell holds all pixels whose gradient is not 0, and its edges touch them.

    Maxima become means over the same windows: the gradient of a maximum is that of one number.
    How many cells were compared.
    """
    module = _linear(build(graph).double().eval())
    # so dark that no sum of residual paths reaches the upper end of a ReLU6
    picture = torch.full((1, *input_shapes(module)[0]), 1e-9, dtype=torch.float64, requires_grad=True)
    analysis = analyze(graph)
    flat = flatten(analysis)
    rows = {line.name: line for line in outline(analysis) if isinstance(line.entry, Row)}
    results = _results(module, picture)
    random = Random(seed)
    maps = [name for name, value in results.items() if value.ndim == 4 and value.requires_grad]
    compared = 0
    for name in sorted(random.sample(maps, min(layers, len(maps))), key=maps.index):
        _, high, wide = results[name].shape[1:]
        for row, column in ((0, 0), (high // 2, wide // 2), (high - 1, wide // 3)):
            place = (0, row, column)  # all channels together: one of a Concat may see less than others
            reading = results[name][0, :, row, column].sum()
            (slope,) = torch.autograd.grad(reading, picture, retain_graph=True)
            found, read = _touched(slope), pixels_read(flat, name, place)
            assert found == read, f"{name} {place}: the gradient lies in {found}, the box is {read}"
            held = field_box(rows[name].field, results[name].shape[1:], place).within(*picture.shape[2:])
            assert read is None or (held is not None and held.around(read) == held), f"{name} {place}"
            compared += 1
    return compared


def _results(module: fx.GraphModule, picture: torch.Tensor) -> dict[str, torch.Tensor]:
    from explorer.engine.running.forward import results

    return {node.meta["layer"]: value for node, value in results(module, [picture]).items() if node.meta}


def _linear(module: fx.GraphModule) -> fx.GraphModule:
    """Positive weights that average, no bias, means for maxima: nothing that is read is lost."""
    for name, part in list(module.named_modules()):
        if isinstance(part, nn.MaxPool2d):
            module.set_submodule(name, _Mean(part))
        for item, tensor in part.named_parameters(recurse=False):
            with torch.no_grad():
                tensor.fill_(0.0 if item == "bias" else 1 / max(1, tensor[0].numel()))
    return module


class _Mean(nn.Module):
    """The mean over the windows of a pooling by maximum."""

    def __init__(self, pool: nn.MaxPool2d) -> None:
        super().__init__()
        settings = (pool.kernel_size, pool.stride, pool.padding)
        self.pool = nn.AvgPool2d(*settings, ceil_mode=pool.ceil_mode)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.pool(x)


def _touched(slope: torch.Tensor) -> Box | None:
    places = slope[0].abs().sum(0).nonzero()
    if not len(places):
        return None
    low, high = places.min(0).values.tolist(), places.max(0).values.tolist()
    return Box(low[0], low[1], high[0], high[1])


def check_all(names: list[str]) -> Iterator[str]:
    """One line per network."""
    for name in names or [item.name for item in catalog.architectures().values()]:
        graph = catalog.build(name)
        nodes, cells = check_maps_and_values(ready(graph), 40)
        boxes = check_boxes(graph, 8)
        yield f"{name}: {nodes} layers equal hooks, {cells} cells explained, {boxes} boxes touched"


if __name__ == "__main__":
    for told in check_all(sys.argv[1:]):
        print(told, flush=True)

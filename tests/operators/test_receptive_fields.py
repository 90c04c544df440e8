"""Receptive fields against the gradient: what an output position depends on is what autograd says."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import torch
from torch import fx, nn

import explorer.operators  # noqa: F401  (registers all operators)
from explorer.core.analysis import Analysis, analyze, facts_of
from explorer.core.errors import ShapeError
from explorer.core.fields import Fields
from explorer.core.graph import Graph, Node
from explorer.core.operator import Operator
from explorer.core.outline import outline
from explorer.core.receptive_field import Reach
from explorer.engine.running import module as engine
from explorer.operators.activation import ReLU, Sigmoid
from explorer.operators.convolution import Conv2d, ConvTranspose2d, DepthwiseConv2d
from explorer.operators.merge import Add, Concat, Multiply
from explorer.operators.normalization import BatchNorm2d, GroupNorm
from explorer.operators.pooling import AdaptiveAvgPool2d, AvgPool2d, GlobalAvgPool, MaxPool2d
from explorer.operators.repeat import Repeat
from explorer.operators.sources import Input
from explorer.operators.spatial import PadChannels, PixelShuffle, Subsample, Upsample, ZeroPad2d

Ends = tuple[int, int]

_DRAWS: tuple[Callable[[Random], Operator], ...] = (
    lambda r: Conv2d(
        4, (r.randint(1, 4), r.randint(1, 4)), r.randint(1, 3), r.randint(0, 3), r.randint(1, 2)
    ),
    lambda r: DepthwiseConv2d(r.randint(1, 3), r.randint(1, 2), r.randint(0, 1)),
    lambda r: ConvTranspose2d(4, (k := r.randint(2, 4)), r.randint(1, k)),
    lambda r: AvgPool2d(r.randint(2, 3), r.randint(1, 3), r.randint(0, 1), r.random() < 0.5),
    lambda r: Upsample(r.randint(1, 3)),
    lambda r: ZeroPad2d(r.randint(0, 3), r.randint(0, 3), r.randint(0, 3), r.randint(0, 3)),
    lambda r: Subsample((r.randint(1, 3), r.randint(1, 3))),
    lambda r: AdaptiveAvgPool2d((r.randint(1, 7), r.randint(1, 7))),
    lambda _: PadChannels(1, 2),
    lambda _: ReLU(),
    lambda _: Repeat(block=Conv2d(4, 3, padding=1), n=2),
)
"""Operators through which positive weights and pictures leave a gradient wherever something is read."""


def _random_network(seed: int) -> Graph:
    """A small network of those operators that branches and merges where shapes allow it."""
    random = Random(seed)
    nodes = [Node("input", Input(shape=(2, random.randint(6, 14), random.randint(6, 14))))]
    shapes = {"input": nodes[0].operator.infer()}
    for number in range(random.randint(2, 6)):
        name = f"n{number}"
        source = nodes[-1].id if random.random() < 0.7 else random.choice(nodes).id
        fitting = [other for other in shapes if shapes[other][1:] == shapes[source][1:] and other != source]
        if fitting and random.random() < 0.6:
            other = random.choice(fitting)
            merge: Operator = Add() if shapes[other] == shapes[source] else Concat()
            nodes.append(Node(name, merge, (source, other)))
        else:
            nodes.append(Node(name, random.choice(_DRAWS)(random), (source,)))
        facts = facts_of(nodes[-1].operator, tuple(shapes[item] for item in nodes[-1].inputs if item))
        if isinstance(facts, ShapeError) or max(facts.output) > 60:
            nodes.pop()
            continue
        shapes[name] = facts.output
    return Graph(nodes)


class _Outputs(fx.Interpreter):
    def __init__(self, module: fx.GraphModule) -> None:
        super().__init__(module)
        self.found: dict[str, torch.Tensor] = {}

    def run_node(self, n: fx.Node) -> Any:
        result = super().run_node(n)
        if "layer" in n.meta:
            self.found[n.meta["layer"]] = result
        return result


def _positive(module: nn.Module) -> None:
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for item in module.parameters():
            item.copy_(torch.rand(item.shape, generator=generator, dtype=item.dtype) + 0.5)


def _support(graph: Graph) -> Callable[[str, int, int], dict[str, tuple[Ends, Ends] | None]]:
    """For a position of a layer, the rows and columns of each input that its gradient touches."""
    module = engine.build(graph).double().eval()
    _positive(module)
    generator = torch.Generator().manual_seed(1)
    pictures = [
        (torch.rand(1, *shape, generator=generator, dtype=torch.float64) + 0.5).requires_grad_()
        for shape in engine.input_shapes(module)
    ]
    names = graph.sources
    outputs = _Outputs(module)
    outputs.run(*pictures)

    def support(layer: str, row: int, column: int) -> dict[str, tuple[Ends, Ends] | None]:
        reading = outputs.found[layer][0, :, row, column].sum()
        gradients = torch.autograd.grad(reading, pictures, retain_graph=True, allow_unused=True)
        return {name: _touched(gradient) for name, gradient in zip(names, gradients, strict=True)}

    return support


def _touched(gradient: torch.Tensor | None) -> tuple[Ends, Ends] | None:
    if gradient is None or not gradient.any():
        return None
    places = gradient[0].abs().sum(0).nonzero()
    low, high = places.min(0).values, places.max(0).values
    return (int(low[0]), int(high[0])), (int(low[1]), int(high[1]))


def _clipped(reach: Reach, position: int, side: int) -> Ends:
    low, high = reach.at(position)
    return max(low, 0), min(high, side - 1)


def _inside(reach: Reach, position: int, side: int) -> bool:
    low, high = reach.at(position)
    return low >= 0 and high < side


def _merges_unequal_rates(analysis: Analysis, name: str) -> bool:
    """Whether paths of different rates meet above a node: there the union is a hull, and says so."""
    graph, stack, seen = analysis.graph, [name], set()
    while stack:
        current = stack.pop()
        seen.add(current)
        feeding = [analysis.rows[source].field for source in graph[current].inputs if source]
        for axis in (0, 1):
            if len({field[axis].stride for field in feeding}) > 1:
                return True
        stack += [source for source in graph[current].inputs if source and source not in seen]
    return False


def _compare(graph: Graph, name: str, fields: Fields, *, exact: bool) -> int:
    """Compare positions of one layer; how many were compared exactly."""
    analysis = analyze(graph)
    high, wide = next(line.entry.output for line in outline(analysis) if line.name == name)[1:]  # type: ignore[union-attr]
    support = _support(graph)
    compared = 0
    places = {
        (0, 0),
        (high - 1, wide - 1),
        (high // 2, wide // 2),
        (high // 3, wide - 1),
        (high - 1, wide // 3),
    }
    for row, column in sorted(places):
        for source, found in support(name, row, column).items():
            if found is None:
                continue
            _, *sides = analysis.rows[source].output
            for axis, position in enumerate((row, column)):
                claimed = _clipped(fields[source][axis], position, sides[axis])
                low, upper = found[axis]
                assert claimed[0] <= low, f"{name} at {position} reads {low}, left of {claimed}"
                assert claimed[1] >= upper, f"{name} at {position} reads {upper}, right of {claimed}"
                if exact and _inside(fields[source][axis], position, sides[axis]):
                    assert claimed == found[axis], f"{name} at {position}"
                    compared += 1
    return compared


@pytest.mark.parametrize("batch", range(4))
def test_random_networks_see_what_their_gradient_sees(batch: int) -> None:
    compared = 0
    for seed in range(batch, 60, 4):
        graph = _random_network(seed)
        analysis = analyze(graph)
        assert not analysis.problems
        for name in graph.sinks:
            if name == "input":
                continue
            row = analysis.rows[name]
            exact = not _merges_unequal_rates(analysis, name)
            last = [line.name for line in outline(analysis) if line.path[0] == name][-1]
            compared += _compare(graph, last, row.fields, exact=exact)
    assert compared > 25, "hardly anything was compared exactly"


def _chain(*operators: Operator, shape: tuple[int, int, int] = (2, 24, 24)) -> Graph:
    nodes = [Node("input", Input(shape=shape))]
    for number, operator in enumerate(operators):
        nodes.append(Node(f"n{number}", operator, (nodes[-1].id,)))
    return Graph(nodes)


@pytest.mark.parametrize(
    ("operators", "size", "stride"),
    [
        ((Conv2d(4, 3), Conv2d(4, 3)), 5, 1),
        ((Conv2d(4, 3), Conv2d(4, 3), Conv2d(4, 3)), 7, 1),
        ((Conv2d(4, 3, stride=2), Conv2d(4, 3)), 7, 2),
        ((Conv2d(4, 3, dilation=2),), 5, 1),
        ((Conv2d(4, 3, dilation=3), AvgPool2d(2, 2)), 8, 2),
        ((Conv2d(4, 3), ConvTranspose2d(4, 2, 2)), 3, 0.5),
        ((ConvTranspose2d(4, 3, 2), Conv2d(4, 3)), 3, 0.5),
        ((AvgPool2d(2, 2), Upsample(2), Conv2d(4, 3)), 4, 1),
        ((ZeroPad2d(2, 0, 2, 0), Conv2d(4, 5)), 5, 1),
        ((Subsample(3), Conv2d(4, 2)), 4, 3),
        ((Conv2d(4, 5), PixelShuffle(2), Conv2d(4, 3)), 6, 0.5),
    ],
    ids=lambda value: "-".join(item.kind() for item in value) if isinstance(value, tuple) else None,
)
def test_known_stacks(operators: tuple[Operator, ...], size: int, stride: float) -> None:
    graph = _chain(*operators)
    analysis = analyze(graph)
    row = analysis.rows[graph.sinks[0]]
    assert (row.field[0].size, float(row.field[0].stride)) == (size, stride)
    exact = not any(isinstance(operator, PixelShuffle) for operator in operators)
    assert _compare(graph, row.id, row.fields, exact=exact) or not exact


def test_adaptive_pooling_reads_windows_of_different_sizes() -> None:
    graph = _chain(AdaptiveAvgPool2d(5), shape=(2, 13, 13))
    row = analyze(graph).rows["n0"]
    support = _support(graph)
    for position in range(5):
        found = support("n0", position, position)["input"]
        assert found is not None
        assert found[0] == row.field[0].at(position)


def test_unequal_paths_take_the_union() -> None:
    """A shortcut that was shifted by its padding: the field is not the larger of the two."""
    graph = Graph(
        [
            Node("input", Input(shape=(2, 20, 20))),
            Node("left", Conv2d(4, 5), ("input",)),
            Node("shift", ZeroPad2d(4, 0, 4, 0), ("input",)),
            Node("right", Conv2d(4, 9), ("shift",)),
            Node("add", Add(), ("left", "right")),
        ]
    )
    row = analyze(graph).rows["add"]
    assert row.field[0].at(8) == (4, 12)
    assert _compare(graph, "add", row.fields, exact=True) > 0


def test_two_pictures_have_a_field_each() -> None:
    graph = Graph(
        [
            Node("one", Input(shape=(2, 16, 16))),
            Node("two", Input(shape=(2, 16, 16))),
            Node("near", Conv2d(4, 3, padding=1), ("one",)),
            Node("far", Conv2d(4, 7, padding=3), ("two",)),
            Node("add", Add(), ("near", "far")),
        ]
    )
    row = analyze(graph).rows["add"]
    assert {name: field[0].size for name, field in row.fields.items()} == {"one": 3, "two": 7}
    assert _compare(graph, "add", row.fields, exact=True) > 0


@pytest.mark.parametrize(
    "operator",
    [
        MaxPool2d(3, 2, 1),
        MaxPool2d(3, 2, 0, True),
        GroupNorm(2),
        BatchNorm2d(),
        Sigmoid(),
        GlobalAvgPool(),
        ConvTranspose2d(4, 4, 2, 3),
        ConvTranspose2d(4, 1, 3),
    ],
    ids=lambda operator: operator.kind(),
)
def test_what_is_read_is_never_outside_the_field(operator: Operator) -> None:
    graph = _chain(Conv2d(4, 3, padding=1), operator, Conv2d(4, 1), shape=(2, 12, 12))
    row = analyze(graph).rows["n2"]
    _compare(graph, "n2", row.fields, exact=False)


def test_a_gate_sees_the_whole_picture() -> None:
    graph = Graph(
        [
            Node("input", Input(shape=(4, 12, 12))),
            Node("squeeze", GlobalAvgPool(), ("input",)),
            Node("gate", Conv2d(4, 1), ("squeeze",)),
            Node("scale", Multiply(), ("input", "gate")),
        ]
    )
    row = analyze(graph).rows["scale"]
    assert row.field[0].at(3) == (0, 11)
    assert _compare(graph, "scale", row.fields, exact=True) > 0

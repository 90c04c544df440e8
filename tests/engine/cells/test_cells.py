"""How single numbers came about: every rule against what torch computed."""

from __future__ import annotations

import itertools
from random import Random

import numpy as np
import pytest
import torch

import explorer.operators  # noqa: F401  (registers all operators)
from explorer.architectures import catalog
from explorer.core.analysis import analyze
from explorer.core.composite import Composite
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph, Node
from explorer.core.operator import operators
from explorer.engine.cells.cell_terms import Cell, Rule
from explorer.engine.cells.explanation import chain, explain, feeding_layers, following_layers
from explorer.engine.running.activations import capture
from explorer.engine.running.module import build, input_shapes, layer_nodes
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d, ConvTranspose2d, DepthwiseConv2d
from explorer.operators.merge import Add, Concat
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.pooling import MaxPool2d
from explorer.operators.sketch import Sketch
from explorer.operators.sources import Input
from tests.operators.random_graphs import random_graph

CLOSE = 1e-4


def looked_at(graph: Graph, seed: int = 0):
    """The built network with weights and statistics that are not trivial, and all activations."""
    torch.manual_seed(seed)
    module = build(graph).eval()
    for part in module.modules():
        if isinstance(part, torch.nn.BatchNorm2d):
            part.running_mean.normal_(0, 0.3)
            part.running_var.uniform_(0.5, 2)
            if part.affine:
                torch.nn.init.normal_(part.weight, 1, 0.3)
                torch.nn.init.normal_(part.bias, 0, 0.3)
    draw = np.random.default_rng(seed)
    pictures = [draw.normal(size=(1, *shape)).astype(np.float32) for shape in input_shapes(module)]
    return module, capture(module, pictures)


def drawn_place(shape: tuple[int, ...], random: Random) -> tuple[int, ...]:
    return tuple(random.choice((0, side - 1, random.randrange(side))) for side in shape)


def remade(cell: Cell) -> float:
    """What the terms alone make, without the engine's own sum."""
    gives = [float(term.products.astype(np.float64).sum()) for term in cell.terms]
    if cell.rule is Rule.WEIGHTED:
        return sum(gives) + (cell.bias or 0.0)
    if cell.rule is Rule.STRONGEST:
        return float(cell.terms[0].patch[cell.terms[0].strongest])
    if cell.rule is Rule.PRODUCT:
        return float(np.prod(gives))
    return cell.value if cell.rule is Rule.FUNCTION else sum(gives)


def check(cell: Cell) -> None:
    scale = 1 + abs(cell.activation)
    assert abs(cell.value - cell.activation) <= CLOSE * scale, cell
    if cell.rule is not Rule.GIVEN:
        assert abs(remade(cell) - cell.activation) <= CLOSE * scale, cell


VARIANTS = [
    Conv2d(8, 3, padding=1),
    Conv2d(8, 5, 2, 2),
    Conv2d(8, (1, 7), 1, (0, 3), bias=False),
    Conv2d(8, 3, (2, 1), (3, 0), 2),
    Conv2d(8, 3, 1, 2, (2, 3), groups=4),
    Conv2d(12, 1, 3, groups=2),
    DepthwiseConv2d(3, 2, bias=True),
    DepthwiseConv2d(5, 1, 4, dilation=2, multiplier=3),
    ConvTranspose2d(6, 2, 2),
    ConvTranspose2d(8, 3, 2, 1, 1, groups=4),
    ConvTranspose2d(5, (4, 3), (3, 2), (1, 0), (2, 1)),
]


@pytest.mark.parametrize("variant", VARIANTS, ids=repr)
def test_the_sum_of_products_is_the_activation(variant):
    module, found = looked_at(
        Graph([Node("input", Input(shape=(8, 11, 9))), Node("conv", variant, ("input",))])
    )
    random = Random(repr(variant))
    shape = found["conv"].shape[1:]
    for _ in range(20):  # 220 in all
        cell = explain(module, found, "conv", drawn_place(shape, random))
        assert cell.rule is Rule.WEIGHTED
        check(cell)


def test_every_operator_explains_its_numbers():
    seen = {type(variant).__name__.replace("Depthwise", "") for variant in VARIANTS}  # above
    random = Random(7)
    for seed in range(90):
        graph = random_graph(seed)
        if analyze(graph).totals.macs > 10**7:
            continue  # one huge layer would take the time of all the others
        module, found = looked_at(graph, seed)
        for name, node in layer_nodes(module).items():
            if not found[name].size or found[name].size > 10**6 or not np.isfinite(found[name]).all():
                continue
            for _ in range(2):
                cell = explain(module, found, name, drawn_place(node.meta["shape"], random))
                check(cell)
                assert cell.told
            if node.op == "placeholder":
                seen.add("Input")
            elif node.op == "call_module":
                seen.add(type(module.get_submodule(node.target)).__name__)
            else:
                seen.add(node.target.__name__)
    plain = [kind for kind in operators().values() if not issubclass(kind, Composite)]
    expected = {
        {"DepthwiseConv2d": "Conv2d", "GlobalAvgPool": "AdaptiveAvgPool2d"}.get(kind.kind(), kind.kind())
        for kind in plain
    }
    functions = {"Add": "add", "Concat": "cat", "Multiply": "mul", "Flatten": "flatten"}
    functions |= {"SliceChannels": "narrow", "PadChannels": "ZeroPad3d", "Subsample": "MaxPool2d"}
    missing = {functions.get(kind, kind) for kind in expected} - seen
    assert not missing


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "squeezenet1_0", "densenet121", "lenet5"])
def test_networks_of_the_catalogue(name):
    module, found = looked_at(catalog.build(name, side=32 if name == "lenet5" else 64))
    random = Random(name)
    for layer, node in layer_nodes(module).items():
        check(explain(module, found, layer, drawn_place(node.meta["shape"], random)))


def network() -> Graph:
    sketch = Sketch()
    entering = sketch.input((3, 8, 8))
    top = sketch.chain(
        entering, ("conv", Conv2d(4, 3, padding=1, bias=False)), ("bn", BatchNorm2d()), ("relu", ReLU())
    )
    other = sketch.chain(entering, ("side", Conv2d(4, 1)))
    sketch.add("add", Add(), top, other)
    sketch.add("concat", Concat(), top, "add")
    sketch.chain("concat", ("pool", MaxPool2d()))
    return sketch.graph()


def test_the_chain_goes_on_through_batch_norm_and_relu():
    module, found = looked_at(network())
    assert following_layers(module, "conv") == ("bn", "relu")
    assert following_layers(module, "relu") == ()  # it is used twice
    assert feeding_layers(module, "concat") == ("relu", "add")
    cells = chain(module, found, "conv", (1, 2, 3))
    assert [cell.layer for cell in cells] == ["conv", "bn", "relu"]
    assert {name for name, _ in cells[1].figures} == {"mean", "variance", "eps", "weight"}
    for cell in cells:
        check(cell)
    for before, after in itertools.pairwise(cells):
        assert after.terms[0].gives == pytest.approx(before.activation)


def test_the_padding_is_told_apart():
    module, found = looked_at(network())
    term = explain(module, found, "conv", (0, 0, 7)).terms[2]
    assert (term.row, term.column, term.channel) == (-1, 6, 2)
    assert term.inside.tolist() == [[False] * 3, [True, True, False], [True, True, False]]
    assert (term.patch[~term.inside] == 0).all()


def test_places_and_layers_that_are_not_there():
    module, found = looked_at(network())
    with pytest.raises(ExplorerError, match="no place 4, 0, 0"):
        explain(module, found, "conv", (4, 0, 0))
    with pytest.raises(ExplorerError, match="no place 0"):
        explain(module, found, "conv", (0,))
    with pytest.raises(ExplorerError, match="nowhere"):
        explain(module, found, "nowhere", (0, 0, 0))
    with pytest.raises(ExplorerError, match="activation of input is not there"):
        explain(module, {"conv": found["conv"]}, "conv", (0, 0, 0))

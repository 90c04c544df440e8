"""All that is asked of a switched network equals what is asked of one that was built without those parts."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.core.graph import Graph
from explorer.engine.causes.attribution import attribute
from explorer.engine.causes.exciting import ranked
from explorer.engine.causes.influence import influence
from explorer.engine.causes.maximisation import maximised
from explorer.engine.causes.methods import METHODS
from explorer.engine.cells.effective_field import effective_field
from explorer.engine.cells.explanation import chain, explain
from explorer.engine.looking.cell_findings import CellRequest, FieldRequest, KernelRequest
from explorer.engine.looking.cell_requests import answer
from explorer.engine.looking.findings import Maps, Request, WeightsSource
from explorer.engine.looking.inspection import inspect
from explorer.engine.running.ablation import switched, switching
from explorer.engine.running.activations import capture
from explorer.engine.running.module import build
from explorer.engine.running.switches import Switch
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.merge import Add, Concat
from explorer.operators.pooling import GlobalAvgPool
from explorer.operators.sketch import Sketch

SWITCHES = (
    Switch("input", channel=2),
    Switch("conv1", channel=1),
    Switch("relu1", factor=0.5),
    Switch("add", port=1),
    Switch("fc", factor=2.0),
)


def residual(*, skip: bool = True) -> Graph:
    """Two convolutions with a skip around the second, averaged into four classes."""
    sketch = Sketch()
    first = sketch.chain(sketch.input((3, 12, 12)), ("conv1", Conv2d(5, 3, padding=1)), ("relu1", ReLU()))
    second = sketch.chain(first, ("conv2", Conv2d(5, 3, padding=1)))
    joined = sketch.add("add", Add(), second, first) if skip else second
    sketch.chain(
        joined, ("relu2", ReLU()), ("pool", GlobalAvgPool()), ("flatten", Flatten()), ("fc", Linear(4))
    )
    return sketch.graph()


def shown() -> np.ndarray:
    return np.random.default_rng(4).normal(size=(1, 3, 12, 12)).astype(np.float32)


@pytest.fixture
def pair():
    """The network with its switches, and one whose weights and graph say the same."""
    torch.manual_seed(6)
    module, without = build(residual()).eval(), build(residual(skip=False)).eval()
    without.load_state_dict(module.state_dict())
    part = without.get_submodule
    with torch.no_grad():
        part("conv1").weight[:, 2] = 0
        part("conv1").weight[1] = 0
        part("conv1").bias[1] = 0
        part("conv2").weight *= 0.5
        part("fc").weight *= 2
        part("fc").bias *= 2
    return module, without, switching(module, SWITCHES)


@pytest.mark.parametrize("method", [method.name for method in METHODS])
def test_every_method_follows_the_switches(pair, method):
    module, without, step = pair
    *_, found = attribute(module, shown(), method, 1, step=step)
    *_, expected = attribute(without, shown(), method, 1)
    *_, plain = attribute(module, shown(), method, 1)
    np.testing.assert_allclose(found.heat, expected.heat, rtol=1e-4, atol=1e-6)
    assert dict(found.figures) == pytest.approx(dict(expected.figures), rel=1e-4, abs=1e-6)
    assert not np.allclose(found.heat, plain.heat, rtol=1e-2)


def test_the_influence_of_maps_follows_the_switches(pair):
    module, without, step = pair
    found = influence(module, shown(), "conv2", 1, step)
    assert found == pytest.approx(influence(without, shown(), "conv2", 1), rel=1e-4, abs=1e-7)
    assert found != pytest.approx(influence(module, shown(), "conv2", 1), rel=1e-2)
    assert influence(module, shown(), "conv1", 1, step)[1] == 0  # what is off moves nothing


def test_the_effective_field_follows_the_switches(pair):
    module, without, step = pair
    place = (2, 5, 6)
    found = effective_field(module, [shown()], "conv2", place, step=step)
    expected = effective_field(without, [shown()], "conv2", place)
    np.testing.assert_allclose(found.influence, expected.influence, rtol=1e-4, atol=1e-8)
    plain = effective_field(module, [shown()], "conv2", place)
    assert not np.allclose(found.influence, plain.influence, rtol=1e-2)
    dark = switching(module, [Switch("conv2", channel=2)])
    assert not effective_field(module, [shown()], "conv2", place, step=dark).influence.any()


def test_climbing_and_ranking_follow_the_switches(pair):
    module, without, step = pair
    settings = {"mean": (0.5,) * 3, "std": (0.25,) * 3, "seed": 3, "steps": 4}
    *_, found = maximised(module, "conv2", 0, step_of=step, **settings)
    *_, expected = maximised(without, "conv2", 0, **settings)
    assert found.strength == pytest.approx(expected.strength, rel=1e-4)
    many = np.random.default_rng(8).normal(size=(6, 3, 12, 12)).astype(np.float32)

    class Shown:
        def picture(self, number):
            return many[number]

    ask = {"enter": lambda made: made, "top": 4}
    *_, ranking = ranked(module, "conv2", 0, Shown(), range(6), step=step, **ask)
    *_, other = ranked(without, "conv2", 0, Shown(), range(6), **ask)
    assert [item.index for item in ranking.responses] == [item.index for item in other.responses]
    values = [item.value for item in other.responses]
    assert [item.value for item in ranking.responses] == pytest.approx(values, rel=1e-4)


def test_cells_of_a_switched_network_add_up_to_what_it_computed(pair):
    module, _, step = pair
    looked = capture(module, shown(), step=step)
    draw = np.random.default_rng(1)
    for layer in ("conv1", "conv2", "add", "pool", "fc"):
        shape = looked[layer].shape[1:]
        own = switches_of(layer)
        for _ in range(5):
            place = tuple(int(draw.integers(side)) for side in shape)
            cell = explain(module, looked, layer, place, SWITCHES)
            factor = np.prod([item.factor for item in own if item.channel in (None, place[0])])
            assert cell.value * factor == pytest.approx(cell.activation, abs=1e-4)
    add = explain(module, looked, "add", (0, 3, 3), SWITCHES)
    assert add.terms[1].gives == 0
    assert [cell.layer for cell in chain(module, looked, "add", (0, 3, 3), SWITCHES)] == ["add", "relu2"]


def switches_of(layer: str) -> list[Switch]:
    return [item for item in SWITCHES if item.layer == layer and item.port is None]


@pytest.mark.parametrize(("merge", "ports"), [(Add(), 2), (Concat(), 2), (Add(), 3)])
def test_one_layer_that_enters_twice_is_switched_at_one_port_alone(merge, ports):
    sketch = Sketch()
    before = sketch.chain(sketch.input((2, 4, 4)), ("conv", Conv2d(3, 1)))
    sketch.chain(sketch.add("merge", merge, *(before for _ in range(ports))), ("relu", ReLU()))
    module = build(sketch.graph()).eval()
    seen = np.random.default_rng(2).normal(size=(1, 2, 4, 4)).astype(np.float32)
    kept = capture(module, seen)
    fed = kept["conv"]
    for port in range(ports):
        factors = [0.25 if index == port else 1.0 for index in range(ports)]
        parts = [fed * factor for factor in factors]
        expected = sum(parts) if isinstance(merge, Add) else np.concatenate(parts, 1)
        switch = Switch("merge", port=port, factor=0.25)
        for found in (
            switched(module, kept, [switch]),
            capture(module, seen, step=switching(module, [switch])),
        ):
            np.testing.assert_allclose(found["merge"], expected, rtol=1e-6)
            np.testing.assert_allclose(found["relu"], np.maximum(expected, 0), rtol=1e-6)
        cell = explain(module, switched(module, kept, [switch]) | {"conv": fed}, "merge", (1, 2, 3), [switch])
        assert cell.value == pytest.approx(cell.activation, abs=1e-6)
    both = switched(module, kept, [Switch("merge", port=0, factor=2), Switch("merge", port=0, factor=0.5)])
    np.testing.assert_allclose(both["merge"], kept["merge"], rtol=1e-6)


@pytest.mark.usefixtures("nothing_kept")
def test_what_the_window_asks_of_cells_fields_and_kernels_follows_the_switches(picture):
    graph = residual()

    def asked(kind, layer, *settings, switches=SWITCHES):
        look = Request(graph, WeightsSource(), picture, layer, switches=switches)
        return list(answer(kind(look, *settings)))[-1]

    story = asked(CellRequest, "add", (3, 4, 5))
    assert story.cells[0].value == pytest.approx(story.cells[0].activation, abs=1e-4)
    assert story.cells[0].terms[1].gives == 0
    plain = asked(CellRequest, "add", (3, 4, 5), switches=())
    assert plain.cells[0].terms[1].gives != 0 or plain.cells[0].value != story.cells[0].value
    assert 1 in asked(KernelRequest, "conv1").silent
    field = asked(FieldRequest, "conv2", (3, 4, 5))
    other = asked(FieldRequest, "conv2", (3, 4, 5), switches=())
    assert not np.allclose(field.influence, other.influence, rtol=1e-2)
    maps = [
        next(
            item
            for item in inspect(
                Request(graph, WeightsSource(), picture, "conv2", switches=used, influence=True)
            )
            if isinstance(item, Maps)
        )
        for used in (SWITCHES, (*SWITCHES, Switch("conv2", channel=2)))
    ]
    assert len(maps[0].influence) == 5
    assert maps[1].influence[2] == 0

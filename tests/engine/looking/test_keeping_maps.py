"""Maps are exact however little memory there is, and a pass ends soon when nobody waits for it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.architectures import catalog
from explorer.core.outline import flatten
from explorer.engine.looking import inspection, kept_network
from explorer.engine.looking.findings import Answer, Maps, Request, WeightsSource
from explorer.engine.looking.inspection import inspect
from explorer.engine.pictures.images import IMAGENET_MEAN, IMAGENET_STD, fit
from explorer.engine.running.activations import capture
from explorer.engine.running.module import layer_nodes
from explorer.engine.running.switches import Switch
from explorer.engine.running.weights import initialized

pytestmark = pytest.mark.usefixtures("nothing_kept")

SIDE = 64


@pytest.fixture(scope="module")
def graph():
    return catalog.build("resnet18", side=SIDE)


@pytest.fixture(scope="module")
def true(graph, picture):
    return capture(initialized(graph, 0), fit(picture, (3, SIDE, SIDE), IMAGENET_MEAN, IMAGENET_STD)[None])


def looked(graph, picture, layer, **settings):
    return [
        item
        for item in inspect(Request(graph, WeightsSource(), picture, layer, **settings))
        if isinstance(item, Maps)
    ]


@pytest.mark.parametrize("room", [0, 2**17, 2**19, 2**20])
def test_every_layer_is_exact_whatever_is_kept(monkeypatch, graph, picture, true, room):
    monkeypatch.setattr(kept_network, "KEPT_BYTES", room)
    monkeypatch.setattr(kept_network, "LAST_BYTES", 2**19)
    for layer in [*list(true)[::9], "conv1", "fc"]:
        (maps,) = looked(graph, picture, layer)
        assert np.array_equal(maps.values, true[layer][0])
    kept = kept_network._kept[0]
    lasting = [values for name, values in kept.activations.items() if name in kept.lasting]
    assert sum(values.nbytes for values in lasting) <= room
    assert sum(values.nbytes for values in kept.activations.values()) <= room + 2**19
    assert (len(kept.lasting) < len(true)) == (not kept.all_fit)


def test_a_layer_beside_kept_ones_costs_no_second_pass(monkeypatch, graph, picture, true):
    monkeypatch.setattr(kept_network, "KEPT_BYTES", 2**20)
    looked(graph, picture, "conv1")
    kept = kept_network._kept[0]
    assert not kept.all_fit
    lost = [name for name in true if name not in kept.activations and not name.startswith("fc")]
    assert lost
    computed = []
    hooks = [
        kept.module.get_submodule(str(node.target)).register_forward_hook(
            lambda *_args, name=name: computed.append(name)
        )
        for name, node in layer_nodes(kept.module).items()
        if node.op == "call_module"
    ]
    passing = inspect(Request(graph, WeightsSource(), picture, lost[-1]))
    maps = next(item for item in passing if isinstance(item, Maps))
    passing.close()
    for hook in hooks:
        hook.remove()
    assert np.array_equal(maps.values, true[lost[-1]][0])
    assert 0 < len(computed) < len(true) / 3
    assert "conv1" not in computed


def test_switches_work_where_not_all_is_kept(monkeypatch, graph, picture, true):
    switches = (Switch("conv1", channel=3, factor=0.0),)
    (whole,) = looked(graph, picture, "layer2.0", switches=switches)
    kept_network.forget()
    monkeypatch.setattr(kept_network, "KEPT_BYTES", 2**20)
    (maps,) = looked(graph, picture, "layer2.0", switches=switches)
    assert not kept_network._kept[0].all_fit
    assert np.array_equal(maps.values, whole.values)
    assert not np.array_equal(maps.values, true[maps.giver][0])
    (plain,) = looked(graph, picture, "layer2.0")
    assert np.array_equal(plain.values, true[maps.giver][0])


def test_figures_of_large_layers_come_twice_in_a_hurry(monkeypatch, graph, picture, true):
    monkeypatch.setattr(inspection, "_AT_ONCE", 2**12)
    first, last = looked(graph, picture, "conv1", hurry=True)
    assert (first.sampled, last.sampled) == (4, 1)
    assert first.pixels is last.pixels
    assert first.values is last.values
    (calm,) = looked(graph, picture, "conv1")
    assert last.figures.mean == calm.figures.mean == pytest.approx(true["conv1"][0].mean((1, 2)), abs=1e-5)
    assert last.histogram == calm.histogram
    assert sum(first.histogram[0]) * 16 == sum(last.histogram[0])
    assert first.figures.minimum == last.figures.minimum  # the ends of the colours are exact at once
    (again,) = looked(graph, picture, "conv1", hurry=True)
    assert again.figures == last.figures  # what took long is not done twice


def test_a_pass_ends_between_two_layers(monkeypatch, graph, picture):
    passed = []
    plain = torch.nn.Conv2d.forward

    def counted(self, entering):
        passed.append(self)
        return plain(self, entering)

    monkeypatch.setattr(torch.nn.Conv2d, "forward", counted)
    reports = list(inspect(Request(graph, WeightsSource(), picture, "fc"), lambda: len(passed) > 4))
    assert len(passed) == 5
    assert not [item for item in reports if isinstance(item, Maps | Answer)]
    assert all(np.isfinite(values).all() for values in kept_network._kept[0].activations.values())


def test_what_is_kept_is_said(monkeypatch, graph, picture, true):
    answer = next(
        item for item in inspect(Request(graph, WeightsSource(), picture, "fc")) if isinstance(item, Answer)
    )
    size = sum(values.nbytes for values in true.values()) / 2**20
    assert answer.keeping == f"{size:.2f} MiB kept"
    kept_network.forget()
    monkeypatch.setattr(kept_network, "KEPT_BYTES", 2**20)
    answer = next(
        item for item in inspect(Request(graph, WeightsSource(), picture, "fc")) if isinstance(item, Answer)
    )
    kept = kept_network._kept[0]
    assert answer.keeping.startswith(f"{len(kept.lasting)} of {len(true)} layers kept")


def test_a_small_machine_is_left_three_quarters_of_its_free_memory(monkeypatch, graph, picture, true):
    size = sum(values.nbytes for values in true.values())
    monkeypatch.setattr(kept_network, "free_memory", lambda: 2 * size)
    looked(graph, picture, "conv1")
    kept = kept_network._kept[0]
    chosen = [layer for layer in flatten_of(graph) if layer.name in kept.lasting]
    assert 0 < 4 * sum(int(np.prod(layer.output)) for layer in chosen) <= size // 2


def flatten_of(graph):
    from explorer.core.analysis import analyze

    return flatten(analyze(graph))

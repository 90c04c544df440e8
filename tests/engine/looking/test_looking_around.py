"""Beside the maps of one layer: influence, scales of the whole network, mean maps, what is fetched ahead."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.architectures import catalog
from explorer.engine.drawing.map_colours import NETWORK, MapColours
from explorer.engine.looking import kept_network
from explorer.engine.looking.findings import Answer, Maps, MeanMaps, Request, WeightsSource
from explorer.engine.looking.inspection import inspect
from explorer.engine.looking.mean_maps import averaged, mean_maps, shrunk
from explorer.engine.pictures.images import IMAGENET_MEAN, IMAGENET_STD, fit
from explorer.engine.running.activations import capture
from explorer.engine.running.weights import initialized

pytestmark = pytest.mark.usefixtures("nothing_kept")


@pytest.fixture(scope="module")
def graph():
    return catalog.build("lenet5")


@pytest.fixture(scope="module")
def true(graph, picture):
    return capture(initialized(graph, 0), fit(picture, (1, 32, 32), IMAGENET_MEAN, IMAGENET_STD)[None])


def asked(graph, picture, layer, **settings):
    reports = list(inspect(Request(graph, WeightsSource(), picture, layer, **settings)))
    return next(item for item in reports if isinstance(item, Maps)), reports


@pytest.mark.parametrize("layer", ["c1", "s2", "output"])
def test_influence_is_the_first_order_effect_of_each_map(graph, picture, true, layer):
    maps, reports = asked(graph, picture, layer, influence=True)
    answer = next(item for item in reports if isinstance(item, Answer))
    assert maps.moved == answer.predictions[0].label
    best = answer.predictions[0].index
    module = initialized(graph, 0).double()
    fed = fit(picture, (1, 32, 32), IMAGENET_MEAN, IMAGENET_STD)[None]
    kept = {}

    def keep(_module, _inputs, result):
        result.retain_grad()
        kept["here"] = result

    module.get_submodule(layer).register_forward_hook(keep)
    module.eval()(torch.from_numpy(fed).double())[0, best].backward()
    effect = (kept["here"] * kept["here"].grad)[0].reshape(len(maps.values), -1).sum(1)
    assert maps.influence == pytest.approx(effect.tolist(), rel=1e-3, abs=1e-4)
    assert asked(graph, picture, layer)[0].influence == ()


@pytest.mark.parametrize("room", [kept_network.KEPT_BYTES, 0])
def test_one_scale_for_the_network_reaches_over_all_layers(monkeypatch, graph, picture, true, room):
    monkeypatch.setattr(kept_network, "KEPT_BYTES", room)
    maps, _ = asked(graph, picture, "c1", colours=MapColours(NETWORK, cut=0.0))
    top = max(float(np.abs(values).max()) for name, values in true.items() if name != "input")
    assert maps.highs == pytest.approx([top] * 6)
    # cut, it ends where one percent of all numbers of all layers but zeros are beyond
    sizes = np.concatenate([np.abs(values).ravel() for name, values in true.items() if name != "input"])
    sizes = np.sort(sizes[sizes > 0])
    maps, _ = asked(graph, picture, "c1", colours=MapColours(NETWORK, cut=1.0))
    assert maps.highs == pytest.approx([sizes[-1 - len(sizes) // 100]] * 6)
    assert maps.highs[0] < top


def test_all_layers_are_fetched_when_nothing_else_is_asked(graph, picture, true):
    _, reports = asked(graph, picture, "c1")
    assert isinstance(reports[-1], Answer)
    kept = kept_network._kept[0]
    assert set(kept.activations) == set(true)
    assert all(np.array_equal(kept.activations[name], values) for name, values in true.items())
    kept_network.forget()
    stopped = [False]
    for report in inspect(Request(graph, WeightsSource(), picture, "c1"), lambda: stopped[0]):
        stopped[0] = isinstance(report, Answer)
    assert set(kept_network._kept[0].activations) == {"c1", "output"}


def test_neighbours_are_kept_where_not_all_fit(monkeypatch, graph, picture, true):
    monkeypatch.setattr(kept_network, "KEPT_BYTES", 0)
    asked(graph, picture, "s2")
    kept = kept_network._kept[0]
    names = list(true)
    place = names.index("s2")
    assert set(kept.activations) == {*names[place - 1 : place + 2], "output"}
    monkeypatch.setattr(kept_network, "LAST_BYTES", true["c3"].nbytes + true["output"].nbytes)
    asked(graph, picture, "c3")
    assert set(kept.activations) == {"c3", "output"}


def test_mean_maps_are_small_pictures_of_every_layer(graph, picture, true):
    request = Request(graph, WeightsSource(), picture, "c1", theme="light")
    found = next(item for item in mean_maps(request, list(true)) if isinstance(item, MeanMaps))
    assert set(found.pictures) == set(true)
    assert "random weights" in found.said
    for name, values in true.items():
        assert found.pictures[name].shape[:2] == shrunk(averaged(values[0])).shape
    mean = true["c1"][0].mean(0)
    bright = np.unravel_index(np.abs(mean).argmax(), mean.shape)
    assert tuple(found.pictures["c1"][bright]) in {(0xC4, 0x57, 0x0F), (0x1F, 0x5F, 0xA8)}


def test_averages_and_squares_of_numbers():
    values = np.arange(24.0, dtype=np.float32).reshape(2, 3, 4)
    assert np.array_equal(averaged(values), values.mean(0))
    assert averaged(np.arange(10.0)).shape == (3, 4)
    assert averaged(np.arange(10.0)).reshape(-1)[:10].tolist() == list(range(10))
    assert averaged(np.arange(5.0).reshape(5, 1, 1)).shape == (2, 3)
    big = np.arange(100.0 * 300).reshape(100, 300).astype(np.float32)
    small = shrunk(big, 72)
    assert small.shape == (20, 60)
    assert small[0, 0] == big[:5, :5].mean()

"""Requests of a window are answered as the engine's parts answer, and what can be kept is kept."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.architectures import catalog
from explorer.core.errors import ExplorerError
from explorer.engine.drawing.map_colours import MapColours
from explorer.engine.looking import kept_network
from explorer.engine.looking.findings import Answer, Doing, Maps, Request, WeightsSource, facts_of
from explorer.engine.looking.inspection import inspect
from explorer.engine.looking.map_figures import histogram
from explorer.engine.pictures.images import IMAGENET_MEAN, IMAGENET_STD, Picture, fit
from explorer.engine.running.activations import capture
from explorer.engine.running.weights import initialized

pytestmark = pytest.mark.usefixtures("nothing_kept")


@pytest.fixture(scope="module")
def graph():
    return catalog.build("lenet5")


def asked(graph, picture, layer, **settings):
    weights = settings.pop("weights", WeightsSource())
    reports = list(inspect(Request(graph, weights, picture, layer, **settings)))
    maps = [item for item in reports if isinstance(item, Maps)]
    answers = [item for item in reports if isinstance(item, Answer)]
    return maps[0], answers[0], [item.text for item in reports if isinstance(item, Doing)]


@pytest.mark.parametrize("room", [kept_network.KEPT_BYTES, 0])
def test_maps_equal_a_capture_whether_or_not_all_are_kept(monkeypatch, graph, picture, room):
    monkeypatch.setattr(kept_network, "KEPT_BYTES", room)
    fed = fit(picture, (1, 32, 32), IMAGENET_MEAN, IMAGENET_STD)
    true = capture(initialized(graph, 0), fed[None])
    for number, layer in enumerate(["c1", "s2", "output", "c1"]):
        maps, answer, doing = asked(graph, picture, layer)
        assert np.array_equal(maps.values, true[layer][0])
        assert maps.giver == maps.layer == layer
        scores = true["output"][0].astype(np.float64)
        best = answer.predictions[0]
        assert best.index == scores.argmax()
        assert best.probability == pytest.approx(np.exp(scores).max() / np.exp(scores).sum())
        assert len(answer.predictions) == 5
        assert answer.rest == (5, pytest.approx(1 - sum(p.probability for p in answer.predictions)))
        assert ("Building the network…" in doing) == (number == 0)
        if room:  # one pass answers all layers
            assert ("Looking…" in doing) == (number == 0)


def test_another_seed_picture_or_network_is_computed_anew(graph, picture):
    first = asked(graph, picture, "c1")[0].values
    assert not np.array_equal(asked(graph, picture, "c1", weights=WeightsSource(seed=1))[0].values, first)
    other = Picture("black", np.zeros((40, 50, 3), np.uint8), "RGB", (50, 40))
    assert not np.array_equal(asked(graph, other, "c1")[0].values, first)
    assert np.array_equal(asked(graph, picture, "c1")[0].values, first)


def test_figures_of_every_map(graph, picture):
    maps = asked(graph, picture, "c1", colours=MapColours(cut=0.0))[0]
    values = maps.values.astype(np.float64)
    assert maps.figures.mean == pytest.approx(values.mean((1, 2)))
    assert maps.figures.variance == pytest.approx(values.var((1, 2)))
    assert facts_of(maps, 2)["max"] == values[2].max()
    counts, low, high = maps.histogram
    assert sum(counts) == values.size
    assert (low, high) == (values.min(), values.max())
    assert maps.signed
    assert maps.highs == tuple([pytest.approx(np.abs(values).max())] * 6)


def test_histogram_of_one_value_of_none_and_with_nan():
    counts, low, high = histogram(np.full(7, 3.0))
    assert (sum(counts), low, high) == (7, 2.5, 3.5)
    assert histogram(np.array([np.nan, np.inf]))[1:] == (0.0, 0.0)
    assert sum(histogram(np.array([1.0, np.nan, 2.0]))[0]) == 2


def test_a_stopped_request_answers_nothing_and_spoils_nothing(monkeypatch, graph, picture):
    monkeypatch.setattr(kept_network, "KEPT_BYTES", 0)
    request = Request(graph, WeightsSource(), picture, "c3")
    reports = list(inspect(request, lambda: True))
    assert not [item for item in reports if isinstance(item, Maps | Answer)]
    fed = fit(picture, (1, 32, 32), IMAGENET_MEAN, IMAGENET_STD)
    true = capture(initialized(graph, 0), fed[None], ["c3"])["c3"][0]
    assert np.array_equal(asked(graph, picture, "c3")[0].values, true)


def test_bad_requests_are_sentences(graph, picture, tmp_path):
    with pytest.raises(ExplorerError, match="no layer"):
        asked(graph, picture, "c11")
    missing = WeightsSource("file", path=tmp_path / "none.safetensors")
    with pytest.raises(ExplorerError):
        asked(graph, picture, "c1", weights=missing)
    with pytest.raises(ExplorerError, match="no run"):
        asked(graph, picture, "c1", weights=WeightsSource("run", path=tmp_path))
    assert asked(graph, picture, "c1")[0].values.shape == (6, 28, 28)

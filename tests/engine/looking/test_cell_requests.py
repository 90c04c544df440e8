"""Questions about single numbers and kernels are answered with the network that is looked into."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.architectures import catalog
from explorer.core.errors import ExplorerError
from explorer.core.field_box import field_box
from explorer.engine import device
from explorer.engine.cells.cell_terms import Rule
from explorer.engine.cells.kernels import nearest_pairs
from explorer.engine.looking import kept_network
from explorer.engine.looking.cell_findings import (
    CellRequest,
    CellStory,
    FieldMeasured,
    FieldRequest,
    KernelRequest,
)
from explorer.engine.looking.cell_requests import answer
from explorer.engine.looking.findings import Doing, Request, WeightsSource
from explorer.engine.looking.inspection import inspect
from explorer.engine.running.weights import initialized

pytestmark = pytest.mark.usefixtures("nothing_kept")


@pytest.fixture(scope="module")
def graph():
    return catalog.build("resnet18", side=32)


def look(graph, picture, layer):
    return Request(graph, WeightsSource(), picture, layer)


def answered(request):
    reports = list(answer(request))
    return reports[-1], [item.text for item in reports[:-1] if isinstance(item, Doing)]


@pytest.mark.parametrize("room", [kept_network.KEPT_BYTES, 0])
def test_a_number_is_followed_through_what_comes_after(monkeypatch, graph, picture, room):
    monkeypatch.setattr(kept_network, "KEPT_BYTES", room)
    request = look(graph, picture, "layer1.0.conv1")
    maps = next(item for item in inspect(request) if not isinstance(item, Doing))
    story, doing = answered(CellRequest(request, (5, 2, 3)))
    assert isinstance(story, CellStory)
    assert "Building the network…" not in doing  # it is the one that gave the maps
    assert [cell.layer for cell in story.cells] == ["layer1.0.conv1", "layer1.0.bn1", "layer1.0.relu"]
    first = story.cells[0]
    assert first.activation == maps.values[5, 2, 3]
    assert first.value == pytest.approx(first.activation, abs=1e-4)
    assert first.rule is Rule.WEIGHTED
    assert len(first.terms) == 64
    assert story.feeding == ("maxpool",)
    assert story.signed == (False,)  # after a ReLU
    again, doing = answered(CellRequest(request, (5, 2, 3)))
    assert "Looking…" not in doing  # kept, also where not all layers are
    assert again.cells[0].value == first.value


def test_a_place_that_is_not_there_is_a_sentence(graph, picture):
    with pytest.raises(ExplorerError, match="has no place"):
        answered(CellRequest(look(graph, picture, "conv1"), (64, 0, 0)))


def test_a_stopped_question_is_not_answered(graph, picture):
    request = look(graph, picture, "conv1")
    for asked in (CellRequest(request, (0, 0, 0)), FieldRequest(request, (0, 0, 0)), KernelRequest(request)):
        assert not [item for item in answer(asked, lambda: True) if not isinstance(item, Doing)]


@pytest.mark.parametrize("pictures", [0, 3])
def test_the_effective_field_lies_in_the_theoretical_one(graph, picture, pictures):
    from explorer.core.analysis import analyze
    from explorer.core.outline import outline

    name, place = "layer1.0.conv2", (3, 4, 5)
    found, _ = answered(FieldRequest(look(graph, picture, name), place, pictures))
    assert isinstance(found, FieldMeasured)
    line = next(line for line in outline(analyze(graph)) if line.name == name)
    box = field_box(line.field, line.entry.output, place).within(32, 32)
    assert found.influence.shape == (32, 32)
    assert found.influence.sum() == pytest.approx(1, abs=1e-5)
    outside = found.influence.copy()
    outside[box.top : box.bottom + 1, box.left : box.right + 1] = 0
    assert not outside.any()
    assert box.around(found.held) == box
    assert found.pixels.shape == found.fed.shape == (32, 32, 3)


def test_kernels_are_drawn_in_colour_by_channel_folded_and_one_by_one(graph, picture):
    weights = dict(initialized(graph, 0).named_parameters())
    first, _ = answered(KernelRequest(look(graph, picture, "conv1")))
    assert first.pixels.shape == (64, 7, 7, 3)
    assert first.kernels.colour
    true = weights["conv1.weight"].detach().numpy()
    assert first.high == pytest.approx(np.abs(true).max())
    share = true[9, 2, 3, 4] / first.high / 2 + 0.5
    assert first.pixels[9, 3, 4, 2] == round(share * 255)

    later, _ = answered(KernelRequest(look(graph, picture, "layer1.0.conv1"), channel=7))
    true = weights["layer1.0.conv1.weight"].detach().numpy()
    assert np.array_equal(later.numbers, true[:, 7])
    assert later.pixels.shape == (64, 3, 3, 3)
    assert later.matrix.shape == (64, 64)
    flat = true.reshape(64, -1).astype(np.float64)
    best = later.pairs[0]
    cosine = flat[best.first] @ flat[best.second]
    cosine /= np.linalg.norm(flat[best.first]) * np.linalg.norm(flat[best.second])
    assert best.cosine == pytest.approx(cosine, abs=1e-5)
    assert list(later.pairs) == sorted(later.pairs, key=lambda pair: -pair.cosine)

    one, _ = answered(KernelRequest(look(graph, picture, "layer1.0.conv1"), kernel=5))
    assert np.array_equal(one.numbers, true[5])
    point, _ = answered(KernelRequest(look(graph, picture, "layer2.0.downsample.0")))
    assert point.folded
    assert point.pixels.shape == (128, 8, 8, 3)
    with pytest.raises(ExplorerError, match="choose one from 0 to 63"):
        answered(KernelRequest(look(graph, picture, "layer1.0.conv1"), channel=64))
    with pytest.raises(ExplorerError, match="no kernels"):
        answered(KernelRequest(look(graph, picture, "bn1")))


def test_kernels_are_silent_where_the_activation_behind_them_is_zero(graph, picture):
    maps = next(
        item for item in inspect(look(graph, picture, "layer2.0.relu")) if not isinstance(item, Doing)
    )
    true = np.flatnonzero(maps.values.max((1, 2)) == 0).tolist()
    sheet, _ = answered(KernelRequest(look(graph, picture, "layer2.0.conv1")))
    assert list(sheet.silent) == true


def test_a_gradient_that_does_not_fit_is_refused_before_it_is_begun(monkeypatch, graph, picture):
    answered(CellRequest(look(graph, picture, "conv1"), (0, 0, 0)))  # the network is built
    monkeypatch.setattr(device, "free_memory", lambda _: 200_000)
    with pytest.raises(ExplorerError, match="choose an earlier layer"):
        answered(FieldRequest(look(graph, picture, "layer4.1.conv2"), (0, 0, 0)))


def test_the_nearest_pairs_are_those_of_a_sorted_list():
    draw = np.random.default_rng(3).normal(size=(9, 9)).astype(np.float32)
    matrix = (draw + draw.T) / 2
    found = nearest_pairs(matrix, 5)
    true = sorted(((matrix[i, j], i, j) for i in range(9) for j in range(i + 1, 9)), reverse=True)[:5]
    assert [(pair.cosine, pair.first, pair.second) for pair in found] == [
        (pytest.approx(value), i, j) for value, i, j in true
    ]
    assert nearest_pairs(matrix[:1, :1]) == ()

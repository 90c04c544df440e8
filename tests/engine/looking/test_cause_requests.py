"""Questions about causes and switches: answered as the engine's parts answer, and nothing kept is changed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.architectures import catalog
from explorer.core.errors import ExplorerError
from explorer.engine.causes.attribution import attribute
from explorer.engine.causes.methods import METHODS, Share
from explorer.engine.data.digits import read_digits
from explorer.engine.looking import kept_network
from explorer.engine.looking.cause_findings import (
    Cause,
    CauseRequest,
    DreamRequest,
    Dreamt,
    Excited,
    ExcitingRequest,
)
from explorer.engine.looking.cause_requests import answer
from explorer.engine.looking.findings import Answer, Maps, Request, WeightsSource
from explorer.engine.looking.inspection import inspect
from explorer.engine.pictures.images import IMAGENET_MEAN, IMAGENET_STD, Picture, fit
from explorer.engine.running.activations import capture
from explorer.engine.running.switches import Switch
from explorer.engine.running.weights import initialized

pytestmark = pytest.mark.usefixtures("nothing_kept")


@pytest.fixture(scope="module")
def graph():
    return catalog.build("cifar_resnet20")


def looked(request):
    reports = list(inspect(request))
    maps = next(item for item in reports if isinstance(item, Maps))
    return maps, next(item for item in reports if isinstance(item, Answer))


def fed(picture):
    return fit(picture, (3, 32, 32), IMAGENET_MEAN, IMAGENET_STD)[None]


def layers_of(graph):
    return list(capture(initialized(graph, 0), np.zeros((1, 3, 32, 32), np.float32)))


@pytest.mark.parametrize("room", [kept_network.KEPT_BYTES, 0])
def test_switches_change_what_lies_behind_and_are_restored_bit_for_bit(monkeypatch, graph, picture, room):
    monkeypatch.setattr(kept_network, "KEPT_BYTES", room)
    layers = layers_of(graph)
    first, middle, last = layers[1], layers[len(layers) // 2], layers[-1]
    look = {name: Request(graph, WeightsSource(), picture, name) for name in (first, middle, last)}
    plain = {name: looked(request) for name, request in look.items()}
    for switches in ((Switch(middle),), (Switch(middle, 0), Switch(middle, 1, factor=3.0))):
        changed = {
            name: looked(Request(graph, WeightsSource(), picture, name, switches=switches)) for name in look
        }
        np.testing.assert_array_equal(changed[first][0].values, plain[first][0].values)
        assert not np.array_equal(changed[middle][0].values, plain[middle][0].values)
        assert not np.array_equal(changed[last][0].values, plain[last][0].values)
        said = changed[last][1]
        told = {item.index: item.probability for item in plain[last][1].predictions}
        assert {item.index: item.probability for item in said.before if item.index in told} == told
        assert {item.index for item in said.predictions} <= {item.index for item in said.before}
        if said.fallen is not None:
            assert said.fallen.index == plain[last][1].predictions[0].index
    for name, request in look.items():
        again = looked(request)
        np.testing.assert_array_equal(again[0].values, plain[name][0].values)
        assert again[1].before == ()
        assert again[1].predictions == plain[name][1].predictions


@pytest.mark.parametrize("method", [method.name for method in METHODS])
def test_a_cause_equals_that_of_the_engine_and_is_drawn_on_what_is_fed(graph, picture, method):
    request = CauseRequest(Request(graph, WeightsSource(), picture, "conv1"), method, 3)
    cause = list(answer(request))[-1]
    assert isinstance(cause, Cause)
    found = list(attribute(initialized(graph, 0).eval(), fed(picture), method, 3))[-1]
    np.testing.assert_allclose(cause.found.heat, found.heat, rtol=1e-4, atol=1e-5)
    assert cause.pixels.shape == (32, 32, 4)
    assert cause.label == "class 3"
    assert cause.high <= cause.strongest
    assert cause.low == (-cause.high if found.signed else 0.0)
    if found.heat.shape == (32, 32):  # the strongest place hides the picture most
        size = np.abs(found.heat)
        assert cause.pixels[..., 3].flat[size.argmax()] == 255
        assert (cause.pixels[..., 3][size == 0] == 0).all()


def test_causes_ask_the_network_as_it_is_switched(graph, picture):
    layers = layers_of(graph)
    last_maps = "layer3.2.relu_out" if "layer3.2.relu_out" in layers else layers[-4]
    plain = Request(graph, WeightsSource(), picture, "conv1")
    off = Request(graph, WeightsSource(), picture, "conv1", switches=(Switch("conv1"),))
    one, other = (list(answer(CauseRequest(look, "saliency", 1)))[-1] for look in (plain, off))
    assert one.found.heat.any()
    assert not other.found.heat.any()  # nothing of the picture gets through
    gone = Request(graph, WeightsSource(), picture, "conv1", switches=(Switch(last_maps),))
    assert not list(answer(CauseRequest(gone, "grad_cam", 1, last_maps)))[-1].found.heat.any()


def test_the_likeliest_class_is_asked_when_none_is_named(graph, picture):
    look = Request(graph, WeightsSource(), picture, "conv1")
    _, said = looked(look)
    assert list(answer(CauseRequest(look, "grad_cam")))[-1].found.index == said.predictions[0].index


def test_slow_causes_say_how_far_they_are_and_stop(graph, picture):
    look = Request(graph, WeightsSource(), picture, "conv1")
    shares = [item.done for item in answer(CauseRequest(look, "occlusion", 0)) if isinstance(item, Share)]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    asked = []

    def stop():
        asked.append(1)
        return len(asked) > 4

    assert not [item for item in answer(CauseRequest(look, "occlusion", 0), stop) if isinstance(item, Cause)]
    assert looked(look)[1].predictions  # what is kept works on


def test_a_picture_is_climbed_to(graph, picture):
    look = Request(graph, WeightsSource(), picture, "layer1")
    answering = answer(DreamRequest(look, 2))
    dreams = [item for item, _ in zip(answering, range(8), strict=False) if isinstance(item, Dreamt)]
    answering.close()
    assert dreams[-1].dream.strength > dreams[0].dream.strength
    assert dreams[-1].dream.pixels.shape == (32, 32, 3)


def test_the_most_exciting_digits_are_those_of_a_forward_pass():
    graph = catalog.build("lenet5")
    values = read_digits()[0]
    picture = Picture("any", np.zeros((8, 8, 3), np.uint8), "L", (8, 8))
    request = ExcitingRequest(Request(graph, WeightsSource(), picture, "c3"), 4, "digits", most=120)
    found = [item for item in answer(request) if isinstance(item, Excited)]
    assert [item.done for item in found] == sorted(item.done for item in found)
    last = found[-1]
    assert (last.done, last.count, last.total, last.skipped) == (120, 120, 1797, 0)
    module = initialized(graph, 0).eval()
    strengths = [item.value for item in last.pictures]
    assert strengths == sorted(strengths, reverse=True)
    assert len(strengths) == 9
    chosen = sorted(np.random.default_rng(0).choice(1797, 120, replace=False).tolist())
    pictures = [
        fit(
            Picture("", np.repeat(values[i][:, :, None], 3, 2), "L", (8, 8)),
            (1, 32, 32),
            IMAGENET_MEAN,
            IMAGENET_STD,
        )
        for i in chosen
    ]
    maps = capture(module, np.stack(pictures), ["c3"])["c3"][:, 4]
    largest = np.sort(maps.reshape(len(maps), -1).max(1))[::-1][:9]
    np.testing.assert_allclose(strengths, largest, rtol=1e-5, atol=1e-6)
    best = last.pictures[0]
    index = chosen[int(maps.reshape(len(maps), -1).max(1).argmax())]
    assert best.picture.name == f"digits {index}"
    assert best.label == str(read_digits()[1][index])
    # opened in the inspector it shows the same number at the same place
    seen = looked(Request(graph, WeightsSource(), best.picture, "c3"))[0].values
    assert seen[4, best.row, best.column] == pytest.approx(best.value, rel=1e-5)


def test_damaged_pictures_of_a_folder_are_skipped_and_counted(tmp_path):
    from PIL import Image

    for name, level in (("dark", 20), ("bright", 220)):
        (tmp_path / name).mkdir()
        for number in range(3):
            Image.new("L", (12, 12), level + number).save(tmp_path / name / f"{number}.png")
    (tmp_path / "dark" / "3.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    picture = Picture("any", np.zeros((8, 8, 3), np.uint8), "L", (8, 8))
    look = Request(catalog.build("lenet5"), WeightsSource(), picture, "c1")
    last = list(answer(ExcitingRequest(look, 0, str(tmp_path))))[-1]
    assert (last.total, last.skipped) == (7, 1)
    assert len(last.pictures) == 6
    assert {item.label for item in last.pictures} == {"dark", "bright"}


def test_bad_questions_are_sentences(graph, picture, tmp_path):
    look = Request(graph, WeightsSource(), picture, "conv1")
    for request, text in (
        (CauseRequest(look, "grad_cam", 99), "classes 0 to 9"),
        (CauseRequest(look, "grad_cam", 1, "fc"), "vector"),
        (CauseRequest(look, "nothing", 1), "no method"),
        (DreamRequest(look, 99), "channels 0 to 15"),
        (ExcitingRequest(look, 99, "digits"), "channels 0 to 15"),
        (ExcitingRequest(look, 0, str(tmp_path / "nowhere")), "nowhere"),
        (
            CauseRequest(
                Request(graph, WeightsSource(), picture, "conv1", switches=(Switch("gone"),)), "cam", 1
            ),
            "gone",
        ),
    ):
        with pytest.raises(ExplorerError, match=text):
            list(answer(request))
    assert looked(look)


def test_the_kept_network_is_not_trained_and_not_changed(graph, picture):
    look = Request(graph, WeightsSource(), picture, "conv1")
    looked(look)
    module = kept_network._kept[0].module
    before = {name: item.clone() for name, item in module.state_dict().items()}
    for method in ("grad_cam", "guided", "integrated"):
        list(answer(CauseRequest(look, method, 1)))
    assert all(torch.equal(item, before[name]) for name, item in module.state_dict().items())
    assert not module.training
    assert not any(item.requires_grad or item.grad is not None for item in module.parameters())


def test_pictures_of_a_data_set_are_those_that_it_has():
    from explorer.engine.data import shapes_data
    from explorer.engine.data.data_pictures import data_pictures
    from explorer.engine.data.data_text import shapes_settings

    text = "shapes:classes=3,size=16,count=30"
    pictures = data_pictures(text)
    drawn = shapes_data.pictures(shapes_settings(text), np.array([7]))[0]
    assert len(pictures) == 30
    assert np.array_equal(pictures.picture(7).pixels.transpose(2, 0, 1), drawn)
    assert pictures.label(7) == pictures.survey.classes[7 % 3]
    assert pictures.chosen(50) == tuple(range(30))
    some = pictures.chosen(10, seed=4)
    assert some == pictures.chosen(10, seed=4) != pictures.chosen(10, seed=5)
    assert len(set(some)) == 10
    grey = data_pictures("digits").picture(3)
    assert (grey.pixels.shape, grey.mode) == ((8, 8, 3), "L")
    with pytest.raises(ExplorerError, match="MNIST is not on this computer"):
        data_pictures("mnist")


@pytest.mark.parametrize("switch", [Switch("conv1"), Switch("conv1", channel=2)])
def test_nothing_excites_what_is_switched_off(graph, picture, switch):
    look = Request(graph, WeightsSource(), picture, "conv1", switches=(switch,))
    for request in (DreamRequest(look, 2), ExcitingRequest(look, 2, "digits")):
        with pytest.raises(ExplorerError, match="is switched off: nothing excites it"):
            list(answer(request))
    # what is only scaled, or another map, is looked for as ever
    for other in (Switch("conv1", channel=3), Switch("conv1", channel=2, factor=0.5)):
        look = Request(graph, WeightsSource(), picture, "conv1", switches=(other,))
        answering = answer(DreamRequest(look, 2))
        assert any(isinstance(item, Dreamt) for item in answering)
        answering.close()

"""One picture in two networks: each side as if it stood alone, on one scale, with the true difference."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.architectures import catalog
from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError
from explorer.core.outline import flatten
from explorer.core.recipe import Recipe
from explorer.engine.drawing.map_colours import MAP, PURPLE_GREEN, MapColours
from explorer.engine.looking.findings import RUN, Answer, Doing, Maps, Request, WeightsSource
from explorer.engine.looking.inspection import inspect
from explorer.engine.looking.pair import compare
from explorer.engine.looking.pair_findings import PairAnswers, PairMaps, PairRequest, counterpart
from explorer.engine.runs.run_folder import kept_epochs, load_run
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import tiny

pytestmark = pytest.mark.usefixtures("nothing_kept")


def compared(left, right):
    reports = list(compare(PairRequest(left, right)))
    maps = [item for item in reports if isinstance(item, PairMaps)]
    answers = [item for item in reports if isinstance(item, PairAnswers)]
    return maps[0], answers[0], [item.text for item in reports if isinstance(item, Doing)]


def alone(request):
    reports = list(inspect(request))
    return (
        next(item for item in reports if isinstance(item, Maps)),
        next(item for item in reports if isinstance(item, Answer)),
    )


def test_both_sides_are_what_they_are_alone(picture):
    graph = catalog.build("lenet5")
    plain = MapColours(cut=0.0)
    left = Request(graph, WeightsSource(), picture, "c3", colours=plain)
    right = Request(graph, WeightsSource(seed=1), picture, "c3", colours=plain)
    shown, answers, doing = compared(left, right)
    assert doing.count("Building the network…") == 2
    again, _, doing = compared(left, right)
    assert "Building the network…" not in doing
    assert np.array_equal(again.left.values, shown.left.values)
    for side, request, said in ((shown.left, left, answers.left), (shown.right, right, answers.right)):
        true, answer = alone(request)
        assert np.array_equal(side.values, true.values)
        assert said.predictions == answer.predictions
    away = shown.right.values - shown.left.values
    assert np.array_equal(shown.difference.values, away)
    assert shown.difference.largest == pytest.approx(np.abs(away).max())
    assert shown.difference.sizes == pytest.approx(np.abs(away).mean((1, 2)))
    a, b = shown.left.values.ravel().astype(float), shown.right.values.ravel().astype(float)
    assert shown.difference.likeness == pytest.approx(a @ b / np.sqrt((a @ a) * (b @ b)))
    # one scale: the same number has the same colour on both sides
    ends = {*shown.left.highs, *shown.right.highs}
    assert ends == {max(np.abs(shown.left.values).max(), np.abs(shown.right.values).max())}
    # what both say of the classes that are likely to either
    names = {item.label for item in (*answers.left.predictions, *answers.right.predictions)}
    assert {name for name, _, _ in answers.shares} == names
    known = {item.label: item.probability for item in answers.right.predictions}
    assert all(known.get(name, share) == share for name, _, share in answers.shares)
    sides = [max(left or 0, right or 0) for _, left, right in answers.shares]
    assert sides == sorted(sides, reverse=True)


def test_a_cut_scale_is_one_for_both_sides_in_the_palette_of_the_bar(picture):
    graph, colours = catalog.build("lenet5"), MapColours(signed=PURPLE_GREEN, cut=1.0)
    sides = [Request(graph, WeightsSource(seed=seed), picture, "c3", colours=colours) for seed in (0, 1)]
    shown, _, _ = compared(*sides)
    ends = [alone(side)[0].highs[0] for side in sides]
    assert {*shown.left.highs, *shown.right.highs} == {max(ends)}
    assert shown.difference.high < shown.difference.largest
    most = np.unravel_index(np.argmax(shown.difference.values), shown.difference.values.shape)
    assert "#{:02x}{:02x}{:02x}".format(*shown.difference.pixels[most]) == shown.difference.stops[-1]


def test_other_shapes_have_no_difference_and_say_why(picture):
    left = Request(catalog.build("lenet5"), WeightsSource(), picture, "c1")
    right = Request(tiny((1, 32, 32)), WeightsSource(), picture, "conv", colours=MapColours(MAP))
    shown, answers, _ = compared(left, right)
    assert shown.difference is None
    assert shown.why == "no difference: the left gives 6×28×28, the right 6×32×32"
    assert answers.left.weights == "random weights, seed 0"
    same, _, _ = compared(left, left)
    assert same.difference.largest == 0
    assert same.difference.likeness == pytest.approx(1)
    with pytest.raises(ExplorerError):
        compared(left, Request(tiny(), WeightsSource(), picture, "nowhere"))


def test_a_stopped_comparison_gives_nothing(picture):
    request = Request(catalog.build("lenet5"), WeightsSource(), picture, "c1")
    reports = list(compare(PairRequest(request, request), lambda: True))
    assert all(isinstance(item, Doing) for item in reports)


def test_epochs_that_a_run_kept(picture, tmp_path):
    graph = tiny()
    recipe = Recipe(data="digits", epochs=3, batch_size=64, seed=0)
    list(train(graph, recipe, device="cpu", folder=tmp_path))
    epochs = kept_epochs(tmp_path)
    assert set(epochs) >= {1, 2, 3}
    sides = [
        Request(graph, WeightsSource(RUN, path=tmp_path, which=f"epoch {epoch}"), picture, "conv")
        for epoch in (1, 3)
    ]
    shown, answers, _ = compared(*sides)
    assert shown.difference.largest > 0
    assert answers.left.weights.endswith("epoch 1")
    last = load_run(tmp_path, "epoch 3").weights
    newest = load_run(tmp_path, "last").weights
    assert all(np.array_equal(last[name].numpy(), newest[name].numpy()) for name in newest)
    for which, message in (("epoch 9", "no sound checkpoint of epoch 9"), ("epoch x", "names no epoch")):
        with pytest.raises(ExplorerError, match=message):
            load_run(tmp_path, which)
    assert kept_epochs(tmp_path / "nothing") == ()


def test_which_layer_stands_for_which():
    small, large, other = (
        flatten(analyze(catalog.build(name))) for name in ("resnet18", "resnet34", "lenet5")
    )
    same = counterpart("layer2.0.conv1", small, large)
    assert (same.name, same.why) == ("layer2.0.conv1", "of the same name")
    ours = [layer.name for layer in small]
    theirs = {layer.name for layer in other}
    for name in ours:
        found = counterpart(name, small, other)
        assert found.name in theirs
        assert found.why
    assert counterpart(ours[0], small, other).name == "input"
    assert counterpart(ours[-1], small, other).name == other[-1].name
    assert counterpart(ours[-1], small, other).why == f"as far on the way, {len(other)} of {len(other)}"
    assert counterpart("c1", other, ()).name == ""

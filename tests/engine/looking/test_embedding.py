"""Many pictures: features are the layer's activations, planes the textbook's, mistakes the run's."""

from __future__ import annotations

import io

import numpy as np
import pytest

from explorer.architectures import catalog
from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.engine.data.data_pictures import data_pictures
from explorer.engine.events import Evaluated
from explorer.engine.looking.embedding import confusion, nearest, own_class_nearest, principal
from explorer.engine.looking.embedding_findings import (
    PCA,
    TSNE,
    FeatureRequest,
    Features,
    Neighbours,
    NeighboursWanted,
    PictureWanted,
    Placed,
    Projection,
    Taken,
)
from explorer.engine.looking.embedding_requests import answer, features_file
from explorer.engine.looking.findings import RUN, WeightsSource
from explorer.engine.pictures.images import IMAGENET_MEAN, IMAGENET_STD, Picture, fit
from explorer.engine.running.activations import capture
from explorer.engine.running.weights import initialized
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import picture_folder, tiny

pytestmark = pytest.mark.usefixtures("nothing_kept")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A LeNet that learned the digits for some epochs: its graph, the run's folder and last test."""
    graph, folder = catalog.build("lenet5"), tmp_path_factory.mktemp("run")
    recipe = Recipe(data="digits", epochs=5, batch_size=32, seed=0)
    events = list(train(graph, recipe, device="cpu", folder=folder))
    return graph, folder, [event for event in events if isinstance(event, Evaluated)]


def asked(request, kind=Features):
    found = [item for item in answer(request) if isinstance(item, kind)]
    return found[-1]


def test_features_are_what_the_layer_gives_for_each_picture():
    graph = tiny()
    request = FeatureRequest(graph, WeightsSource(), "digits", "conv", most=40, seed=3)
    pooled, whole = (
        asked(request),
        asked(FeatureRequest(graph, WeightsSource(), "digits", "conv", 40, 3, False)),
    )
    assert len(pooled) == 40
    assert pooled.numbers == whole.numbers == tuple(sorted(set(pooled.numbers)))
    pictures, module = data_pictures("digits"), initialized(graph, 0)
    mean, std = sum(IMAGENET_MEAN) / 3, sum(IMAGENET_STD) / 3
    for place in (0, 17, 39):
        picture = pictures.picture(pooled.numbers[place])
        true = capture(module, fit(picture, (1, 8, 8), mean, std)[None], ["conv"])["conv"][0]
        assert np.allclose(whole.values[place], true.reshape(-1), atol=1e-5)
        assert np.allclose(pooled.values[place], true.mean((1, 2)), atol=1e-5)
        assert np.array_equal(pooled.thumbnails[place][:, :, 0], picture.pixels[:, :, 0])
        assert pooled.labels[place] == pictures.labels[pooled.numbers[place]]
    other = asked(FeatureRequest(graph, WeightsSource(), "digits", "conv", most=40, seed=4))
    assert other.numbers != pooled.numbers


def test_reports_count_and_stop(monkeypatch):
    request = FeatureRequest(tiny(), WeightsSource(), "digits", "fc", most=100)
    counts = [item.done for item in answer(request) if isinstance(item, Taken)]
    assert counts[0] == 0
    assert counts[-1] == 100
    assert counts == sorted(counts)
    seen = []
    stopping = answer(request, lambda: len(seen) > 3)
    seen.extend(item for item in stopping)
    assert not any(isinstance(item, Features) for item in seen)
    with pytest.raises(ExplorerError, match="2 to 5,000 pictures"):
        list(answer(FeatureRequest(tiny(), WeightsSource(), "digits", "fc", most=1)))


def test_principal_components_equal_a_singular_value_decomposition():
    random = np.random.default_rng(0)
    for rows, columns in ((30, 7), (12, 40), (900, 300)):
        values = random.normal(size=(rows, columns)) * np.linspace(1, 4, columns)
        places, shares = principal(values)
        left, sizes, _ = np.linalg.svd(values - values.mean(0), full_matrices=False)
        for axis in range(2):
            true = left[:, axis] * sizes[axis]
            sign = np.sign(true @ places[:, axis])
            assert np.allclose(sign * true, places[:, axis], atol=1e-6 * sizes[0])
            assert shares[axis] == pytest.approx(sizes[axis] ** 2 / (sizes**2).sum(), rel=1e-6)


@pytest.mark.parametrize(
    "values", [np.zeros((5, 3)), np.ones((4, 1)), np.arange(3.0)[:, None], np.zeros((2, 0))]
)
def test_principal_components_of_little(values):
    places, shares = principal(values)
    assert places.shape == (len(values), 2)
    assert np.isfinite(places).all()
    assert all(0 <= share <= 1.0001 for share in shares)
    assert not places[:, 1].any()


def test_nearest_and_confusion_equal_a_loop():
    random = np.random.default_rng(1)
    values, labels = random.normal(size=(25, 6)).astype(np.float32), random.integers(0, 3, 25)
    values[4] = 0
    cosine = np.array(
        [
            [a @ b / (np.linalg.norm(a) * np.linalg.norm(b)) if a.any() and b.any() else 0.0 for b in values]
            for a in values
        ]
    )
    np.fill_diagonal(cosine, -np.inf)
    for index in (0, 4, 24):
        found = nearest(values, index, 5)
        assert [likeness for _, likeness in found] == pytest.approx(sorted(cosine[index])[::-1][:5], abs=1e-5)
        assert index not in [place for place, _ in found]
    own = np.mean([labels[cosine[row].argmax()] == labels[row] for row in range(25) if row != 4])
    assert own_class_nearest(values, labels) == pytest.approx(own, abs=1.01 / 25)
    answers = random.integers(0, 3, 25)
    counts = confusion(labels, answers, 3)
    assert counts.sum() == 25
    assert counts[1][2] == sum(1 for pair in zip(labels, answers, strict=True) if pair == (1, 2))
    with pytest.raises(ExplorerError, match="pictures 0 to 24"):
        nearest(values, 25)


def test_a_trained_layer_tells_classes_apart_better_than_pixels(trained):
    graph, folder, tested = trained
    source = WeightsSource(RUN, path=folder, which="last")
    found = asked(FeatureRequest(graph, source, "digits", "f6", most=5000, run=folder))
    assert len(found) == 359
    assert found.found > found.found_plain > 0.9
    assert found.drawn == "all 359 held-out pictures of digits"
    # the mistakes are exactly those of the run's own last test
    counts = confusion(found.labels, found.answers, 10)
    assert tuple(map(tuple, counts.tolist())) == tested[-1].confusion
    random = asked(FeatureRequest(graph, WeightsSource(), "digits", "f6", most=5000, run=folder))
    assert random.found < found.found
    epoch = asked(
        FeatureRequest(graph, WeightsSource(RUN, path=folder, which="epoch 1"), "digits", "f6", run=folder)
    )
    first = confusion(epoch.labels, epoch.answers, 10)
    assert tuple(map(tuple, first.tolist())) == tested[0].confusion
    assert "epoch 1" in epoch.said


def test_planes_keep_classes_together_and_repeat(trained):
    graph, folder, _ = trained
    source = WeightsSource(RUN, path=folder)
    features = asked(FeatureRequest(graph, source, "digits", "f6", most=150))
    plane = asked(Projection(features, PCA), Placed)
    assert np.allclose(plane.points, principal(features.values)[0], atol=1e-4)
    assert plane.done == 1
    steps = [item for item in answer(Projection(features, TSNE, 20.0)) if isinstance(item, Placed)]
    assert [item.done for item in steps] == [0.25, 0.5, 0.75, 1.0]
    last = steps[-1].points - steps[-1].points.mean(0)
    apart = np.linalg.norm(last[:, None] - last[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert np.mean(features.labels[apart.argmin(1)] == features.labels) > 0.9
    stopped = [item for item in answer(Projection(features, TSNE), lambda: True) if isinstance(item, Placed)]
    assert not stopped
    again = asked(Projection(features, TSNE, 20.0), Placed)
    assert np.array_equal(again.points, steps[-1].points)


def test_one_of_them_is_opened_and_all_are_kept_in_a_file(trained):
    graph, folder, _ = trained
    features = asked(
        FeatureRequest(graph, WeightsSource(RUN, path=folder), "digits", "f6", most=20, run=folder)
    )
    picture = asked(PictureWanted(features.request, features.numbers[7]), Picture)
    assert np.array_equal(picture.pixels, data_pictures("digits").picture(features.numbers[7]).pixels)
    neighbours = asked(NeighboursWanted(features, 3, 4), Neighbours)
    assert neighbours.found == nearest(features.values, 3, 4)
    points = principal(features.values)[0]
    with np.load(io.BytesIO(features_file(features, points)), allow_pickle=False) as kept:
        assert np.array_equal(kept["features"], features.values)
        assert np.array_equal(kept["labels"], features.labels)
        assert list(kept["classes"]) == list(features.classes)
        assert kept["points"].shape == (20, 2)


def test_damaged_pictures_of_a_folder_are_counted(tmp_path):
    folder = picture_folder(tmp_path / "data", {"red": 4, "green": 4})
    (folder / "red" / "000.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    found = asked(FeatureRequest(tiny((3, 12, 12), 2), WeightsSource(), str(folder), "conv"))
    assert (len(found), found.skipped) == (7, 1)
    assert found.classes == ("green", "red")
    assert found.found == 1.0

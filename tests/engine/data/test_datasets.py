from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.engine.data import file_pictures
from explorer.engine.data.batches import HeldPictures, Normalizer, order
from explorer.engine.data.datasets import channels, load, split, survey
from explorer.engine.data.digits import read_digits
from explorer.engine.data.picture_folder import scan
from explorer.engine.events import Evaluated, Finished, Reading, Started
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import picture_folder, tiny

CPU = torch.device("cpu")
COUNTS = {"blue": 12, "green": 10, "red": 8}


def loaded(data, shape, **settings):
    running = load(survey(str(data)), Recipe(), shape, CPU, **settings)
    reports = []
    while True:
        try:
            reports.append(next(running))
        except StopIteration as stop:
            return stop.value, reports


def all_of(pictures):
    return pictures.batch(torch.arange(len(pictures)))


def test_the_digits_are_all_there():
    pictures, labels = read_digits()
    assert pictures.shape == (1797, 8, 8)
    assert (pictures.dtype, pictures.max(), pictures.min()) == (np.uint8, 255, 0)
    assert survey("digits").counts == tuple(np.bincount(labels))
    assert sum(survey("digits").counts) == 1797


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ((1, 8, 8), "as they are"),
        ((1, 32, 32), "enlarged to 32×32"),
        ((3, 6, 6), "reduced to 6×6 and repeated in 3 channels"),
        ((1, 16, 24), "black borders to 16×24"),
    ],
)
def test_digits_are_fitted_to_the_network_and_it_is_said(shape, said):
    data, _ = loaded("digits", shape)
    assert said in data.notes[0]
    pictures, labels = all_of(data.test)
    fed = Normalizer(data.preprocessing.mean, data.preprocessing.std, CPU)(pictures)
    assert fed.shape == (359, *shape)
    assert labels.dtype == torch.int64
    middle = fed[:, :, :, (shape[2] - min(shape[1:])) // 2 :][..., : min(shape[1:])]
    assert abs(float(middle.std()) - 1) < 0.35


def test_digits_in_the_middle_keep_their_places():
    data, _ = loaded("digits", (1, 8, 12))
    whole, labels = read_digits()
    pictures, classes = all_of(data.train)
    assert not pictures[..., :2].any()
    assert not pictures[..., -2:].any()
    train, _ = split([str(index) for index in range(1797)], labels.tolist(), 0.2, 0)
    assert torch.equal(pictures[:, 0, :, 2:-2], torch.from_numpy(whole[train]))
    assert classes.tolist() == labels[train].tolist()


def test_the_split_takes_the_same_share_of_each_class_and_follows_the_seed():
    labels = [0] * 50 + [1] * 20 + [2] * 1 + [3] * 2
    keys = [str(index) for index in range(len(labels))]
    train, test = split(keys, labels, 0.2, seed=1)
    assert sorted(train + test) == list(range(len(labels)))
    assert [sum(labels[index] == label for index in test) for label in range(4)] == [10, 4, 0, 1]
    assert split(keys, labels, 0.2, seed=1) == (train, test)
    assert split(keys, labels, 0.2, seed=2) != (train, test)


def test_a_new_picture_moves_few_others_to_the_other_side():
    keys = [f"cat/{index}.png" for index in range(100)]
    _, before = split(keys, [0] * 100, 0.2, 0)
    _, after = split([*keys, "cat/new.png"], [0] * 101, 0.2, 0)
    assert len(set(before) - set(after)) <= 1


def test_the_order_is_a_permutation_of_its_own_for_each_epoch():
    orders = [order(100, seed, epoch).tolist() for seed, epoch in itertools.product((0, 1), (0, 1, 2))]
    assert all(sorted(item) == list(range(100)) for item in orders)
    assert len({tuple(item) for item in orders}) == 6
    assert order(100, 1, 2).tolist() == orders[-1]


def test_a_folder_is_scanned_without_clutter_and_links(tmp_path):
    root = picture_folder(tmp_path / "pictures", {"a": 2, "b": 3})
    (root / ".git").mkdir()
    (root / ".git" / "0.png").touch()
    (root / "a" / "._000.png").touch()
    (root / "a" / "Thumbs.db").touch()
    (root / "a" / "notes.txt").touch()
    (root / "readme.md").touch()
    (root / "empty").mkdir()
    (root / "b" / "more").mkdir()
    (root / "b" / "000.png").rename(root / "b" / "more" / "0.PNG")
    (root / "b" / "loop").symlink_to(root)
    (root / "a" / "again.png").symlink_to(root / "a" / "000.png")
    (root / "c").symlink_to(root / "a")
    found = scan(root)
    assert found.classes == ("a", "b")
    assert found.counts == (2, 3)
    assert found.empty == ("empty",)
    assert found.ignored == 2
    assert found.links == 3
    notes = " ".join(survey(str(root)).notes)
    assert "empty" in notes
    assert "2 other files" in notes
    assert "3 links" in notes


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda _: None, "neither a built-in data set"),
        (lambda root: root.mkdir(), "no folder with pictures"),
        (lambda root: picture_folder(root, {"a": 2}), "only one folder with pictures"),
        (lambda root: root.write_text("x"), "neither a built-in data set"),
    ],
)
def test_what_is_no_data_set_is_refused_in_a_sentence(tmp_path, make, sentence):
    make(tmp_path / "data")
    with pytest.raises(ExplorerError, match=sentence):
        survey(str(tmp_path / "data"))


def test_a_folder_of_pictures_is_learned_and_what_is_damaged_is_named(tmp_path):
    root = picture_folder(tmp_path / "data", COUNTS)
    (root / "red" / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"nonsense" * 9)
    (root / "red" / "web.jpg").write_text("<html>not found</html>")
    (root / "blue" / "none.png").touch()
    recipe = Recipe(data=str(root), epochs=4, batch_size=8, learning_rate=0.05, shift=1)
    found = list(
        train(tiny((3, 10, 10), classes=3, dropout=0.0), recipe, device="cpu", folder=tmp_path / "run")
    )
    started = next(event for event in found if isinstance(event, Started))
    assert [isinstance(event, Reading) for event in found[:2]] == [True, True]
    assert (found[1].done, found[1].total) == (33, 33)
    assert started.classes == ("blue", "green", "red")
    assert [name.partition(":")[0] for name in started.damaged] == [
        "blue/none.png",
        "red/bad.png",
        "red/web.jpg",
    ]
    assert started.train_pictures + started.test_pictures == 30
    assert isinstance(found[-1], Finished)
    assert found[-1].test_accuracy == 1.0


def test_a_folder_whose_classes_differ_from_the_networks_is_refused_before_reading(tmp_path):
    root = picture_folder(tmp_path / "data", COUNTS)
    with pytest.raises(ExplorerError, match="set out_features of fc to 3"):
        next(train(tiny((3, 8, 8)), Recipe(data=str(root)), device="cpu"))


def test_reading_can_be_stopped(tmp_path):
    root = picture_folder(tmp_path / "data", COUNTS)
    count = itertools.count()
    data, reports = loaded(root, (3, 8, 8), should_stop=lambda: next(count) > 3)
    assert data is None
    assert reports == [Reading(0, 30)]


def test_pictures_from_the_disk_are_those_from_memory(tmp_path, monkeypatch):
    root = picture_folder(tmp_path / "data", COUNTS)
    held, _ = loaded(root, (3, 8, 8))
    monkeypatch.setattr(file_pictures, "free_memory", lambda _: 1000)
    read, _ = loaded(root, (3, 8, 8))
    assert isinstance(held.train, HeldPictures)
    assert not isinstance(read.train, HeldPictures)
    assert any("from the disk in every epoch" in note for note in read.notes)
    assert held.preprocessing == read.preprocessing
    for one, other in ((held.train, read.train), (held.test, read.test)):
        assert all(torch.equal(a, b) for a, b in zip(all_of(one), all_of(other), strict=True))


def test_pictures_that_vanish_in_mid_epoch_are_skipped_and_counted(tmp_path, monkeypatch):
    root = picture_folder(tmp_path / "data", COUNTS)
    (root / "red" / "text.png").write_text("no picture")
    monkeypatch.setattr(file_pictures, "free_memory", lambda _: 1000)
    recipe = Recipe(data=str(root), epochs=2, batch_size=8, shift=0)
    found = []
    for event in train(tiny((3, 8, 8), classes=3), recipe, device="cpu"):
        found.append(event)
        if isinstance(event, Started):
            assert event.damaged == ("red/text.png: it is not a picture, whatever its name says",)
            for path in sorted((root / "green").iterdir())[:4]:
                path.unlink()
    assert isinstance(found[-1], Finished)
    assert [event.skipped for event in found if isinstance(event, Evaluated)][-1] == 4


def test_changed_pictures_are_noticed_before_a_run_goes_on(tmp_path):
    root = picture_folder(tmp_path / "data", COUNTS)
    recipe = Recipe(data=str(root), epochs=1, batch_size=8)
    settings = {"device": "cpu", "folder": tmp_path / "run"}
    list(train(tiny((3, 8, 8), classes=3), recipe, **settings))
    (root / "red" / "000.png").unlink()
    with pytest.raises(ExplorerError, match="pictures are not those"):
        list(train(tiny((3, 8, 8), classes=3), replace(recipe, epochs=2), resume=True, **settings))


def test_grey_and_coloured_folders_are_told_apart(tmp_path):
    root = picture_folder(tmp_path / "data", COUNTS)
    assert channels(survey(str(root))) == 3
    for path in root.rglob("*.png"):
        Image.open(path).convert("L").save(path)
    assert channels(survey(str(root))) == 1
    assert channels(survey("digits")) == 1


def test_a_class_without_a_readable_picture_is_refused(tmp_path):
    root = picture_folder(tmp_path / "data", {"a": 4, "b": 1})
    (root / "b" / "000.png").write_bytes(b"")
    with pytest.raises(ExplorerError, match="no picture of b can be read"):
        loaded(root, (3, 8, 8))

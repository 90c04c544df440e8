"""Folders of pictures as people have them: divided already, or not; and how pictures are made to fit."""

from __future__ import annotations

import shutil

import pytest
import torch

from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.engine.data import file_pictures
from explorer.engine.data.datasets import load
from explorer.engine.data.fitting import fitted
from explorer.engine.data.picture_fit import picture_fit
from explorer.engine.data.samples import samples
from explorer.engine.data.survey import split, survey
from explorer.engine.events import Started
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import picture_folder, tiny

CPU = torch.device("cpu")


def divided(root, test="test", train="train", classes=("cats", "dogs")):
    picture_folder(root / train, dict.fromkeys(classes, 6))
    picture_folder(root / test, dict.fromkeys(classes, 2))
    return root


@pytest.mark.parametrize(
    ("train_name", "test_name"), [("train", "test"), ("Train", "VAL"), ("train", "validation")]
)
def test_a_folder_that_is_divided_already_stays_so(tmp_path, train_name, test_name):
    root = divided(tmp_path / "pets", test_name, train_name)
    found = survey(str(root))
    assert found.classes == ("cats", "dogs")
    assert (found.counts, found.test_counts) == ((6, 6), (2, 2))
    assert found.division(0.9) == (12, 4)
    recipe = Recipe(data=str(root), epochs=1, batch_size=4)
    started = next(
        event
        for event in train(tiny((3, 8, 8), classes=2), recipe, device="cpu")
        if isinstance(event, Started)
    )
    assert (started.train_pictures, started.test_pictures) == (12, 4)
    assert "the folder says itself what is tested on" in started.notes


def test_of_three_parts_one_is_not_used_and_it_is_said(tmp_path):
    root = divided(tmp_path / "pets")
    shutil.copytree(root / "test", root / "val")
    found = survey(str(root))
    assert found.division(0.2) == (12, 4)
    assert found.notes == ("the folder val is not used: test is tested on",)


def test_a_class_that_cannot_be_learned_is_refused(tmp_path):
    root = divided(tmp_path / "pets")
    picture_folder(root / "test", {"birds": 2})
    with pytest.raises(ExplorerError, match="no picture of birds is in the folder train"):
        survey(str(root))


def test_classes_may_be_called_train_and_test(tmp_path):
    root = picture_folder(tmp_path / "vehicles", {"train": 3, "bus": 3})
    assert survey(str(root)).classes == ("bus", "train")
    root = picture_folder(tmp_path / "words", {"train": 3, "test": 3})
    with pytest.raises(ExplorerError, match="no folder with pictures"):  # two parts without classes
        survey(str(root))


def test_the_division_is_known_before_a_picture_is_read(tmp_path):
    root = picture_folder(tmp_path / "data", {"a": 7, "b": 1, "c": 2})
    found = survey(str(root))
    labels = [file.label for file in found.folder.files]
    chosen = split([str(index) for index in range(len(labels))], labels, 0.3, 0)
    assert found.division(0.3) == tuple(map(len, chosen))


def test_samples_of_a_folder_skip_what_cannot_be_read(tmp_path):
    root = picture_folder(tmp_path / "data", {"a": 3, "b": 3, "c": 1})
    min((root / "a").iterdir()).write_bytes(b"nothing")
    min((root / "c").iterdir()).write_bytes(b"nothing")
    found = samples(survey(str(root)), (3, 9, 7))
    assert found.labels == (0, 1)
    assert found.pictures.shape == (2, 3, 9, 7)


def test_reading_in_processes_finds_the_same(tmp_path, monkeypatch):
    root = picture_folder(tmp_path / "data", {"a": 60, "b": 60})
    sorted((root / "a").iterdir())[30].write_bytes(b"nothing")
    found, recipe = survey(str(root)), Recipe()
    sets = []
    for few in (200, 20):
        monkeypatch.setattr(file_pictures, "_FEW", few)
        running = load(found, recipe, (3, 8, 8), CPU)
        reports = []
        while True:
            try:
                reports.append(next(running))
            except StopIteration as ended:
                sets.append(ended.value)
                break
        assert (reports[0].done, reports[-1].done, reports[-1].total) == (0, 120, 120)
    one, other = sets
    assert one.damaged == other.damaged
    assert len(one.damaged) == 1
    every = torch.arange(len(one.train))
    assert all(
        torch.equal(a, b) for a, b in zip(one.train.batch(every), other.train.batch(every), strict=True)
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ((1, 28, 28), (1, 28, 28), "taken as they are"),
        ((1, 28, 28), (3, 32, 32), "enlarged to 32×32 and repeated in 3 channels"),
        ((3, 32, 32), (1, 16, 16), "reduced to 16×16 and made grey"),
        ((3, 32, 32), (3, 32, 48), "given black borders to 32×48"),
        ((3, 10, 20), (3, 10, 10), "reduced to 5×10 and given black borders to 10×10"),
    ],
)
def test_how_pictures_are_made_to_fit_is_said_and_done(old, new, said):
    assert picture_fit(old, new).text == said
    pictures = torch.randint(1, 256, (700, *old), dtype=torch.uint8)
    made, sentence = fitted(pictures, new, "the pictures")
    assert sentence.endswith(said)
    assert made.dtype == torch.uint8
    assert made.shape == (700, min(new[0], old[0]), *new[1:])
    if old == new:
        assert made is pictures


def test_grey_is_that_of_itu_601():
    picture = torch.tensor([[[[255]], [[0]], [[0]]], [[[0]], [[255]], [[0]]], [[[9]], [[9]], [[9]]]])
    made, _ = fitted(picture.to(torch.uint8), (1, 1, 1), "they")
    assert made.flatten().tolist() == [76, 150, 9]

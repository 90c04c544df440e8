"""`shapes`: its settings as text, and pictures that follow from them alone."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from explorer.core.errors import ExplorerError
from explorer.engine.data import shape_outlines
from explorer.engine.data.class_names import DIGIT_COUNTS, OUTLINES, shape_names
from explorer.engine.data.data_text import (
    Difficulty,
    ShapesSettings,
    builtin_name,
    shapes_settings,
    shapes_text,
    title,
)
from explorer.engine.data.digits import read_digits
from explorer.engine.data.shapes_data import draw, labels_of, pictures
from explorer.engine.data.survey import survey

LEVELS = [difficulty.value for difficulty in Difficulty]


def drawn(text):
    return np.concatenate(list(draw(shapes_settings(text))))


@pytest.mark.parametrize(
    "settings",
    [
        ShapesSettings(),
        ShapesSettings(classes=20, size=64, difficulty=Difficulty.HARD, count=500, seed=7),
        ShapesSettings(classes=100, count=200),
    ],
)
def test_settings_are_the_same_after_they_were_written(settings):
    assert shapes_settings(shapes_text(settings)) == settings


def test_spaces_and_capitals_do_not_matter():
    assert shapes_settings(" Shapes : size = 16 , difficulty=HARD,") == ShapesSettings(
        size=16, difficulty=Difficulty.HARD
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("shapes:sides=3", "shapes has no setting 'sides=3'; write for example shapes:classes=10"),
        ("shapes:hard", "shapes has no setting 'hard'"),
        ("shapes:size=large", "shapes: size must be a whole number, got 'large'"),
        ("shapes:size=--3", "whole number"),
        ("shapes:size=4", "shapes: size must be from 8 to 512"),
        ("shapes:size=" + "9" * 5000, "whole number"),
        ("shapes:size=٣٢", "whole number"),
        ("shapes:difficulty=insane", "must be one of easy, medium, hard"),
        ("shapes:size=9,size=9", "size is given twice"),
        ("shapes:classes=90,count=100", "100 pictures are too few for 90 classes; set count to 180"),
        ("digits:size=9", "digits has no settings"),
        ("cifar10:", "cifar10 has no settings"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(ExplorerError) as refused:
        survey(text)
    assert sentence in str(refused.value)
    assert "ShapesSettings" not in str(refused.value)


def test_names_of_data_and_of_folders_are_told_apart():
    assert builtin_name("CIFAR10") == "cifar10"
    assert builtin_name("shapes:classes=3") == "shapes"
    assert builtin_name(r"C:\pictures\shapes") == ""
    assert builtin_name("./shapes") == ""
    assert (title("shapes:size=9"), title("/data/pets"), title("fashion-mnist")) == (
        "Shapes",
        "pets",
        "Fashion-MNIST",
    )


# taken when the pictures were looked at; another figure here means other pictures for the same recipe
PRINTS = {
    "easy": "ea71b2850963761d",
    "medium": "d6b369b730a6c7eb",
    "hard": "a8ab440d3f88da65",
}


@pytest.mark.parametrize("level", LEVELS)
def test_the_same_settings_give_the_same_pictures_on_every_machine(level):
    found = drawn(f"shapes:classes=25,difficulty={level},count=50,size=24,seed=3")
    assert (found.shape, found.dtype) == ((50, 3, 24, 24), np.uint8)
    assert hashlib.sha256(found.tobytes()).hexdigest()[:16] == PRINTS[level]


def test_a_picture_follows_from_its_own_number():
    settings = shapes_settings("shapes:difficulty=hard,count=2000,size=16")
    some = pictures(settings, np.array([3, 1999, 0]))
    whole = drawn("shapes:difficulty=hard,count=2000,size=16")
    assert (some == whole[[3, 1999, 0]]).all()
    assert (drawn("shapes:difficulty=hard,count=40,size=16") == whole[:40]).all()
    assert (
        not (drawn("shapes:difficulty=hard,count=40,size=16,seed=1") == whole[:40]).all(axis=(1, 2, 3)).any()
    )


@pytest.mark.parametrize("level", LEVELS)
def test_no_two_pictures_are_the_same_and_none_is_empty(level):
    found = drawn(f"shapes:difficulty={level},count=300")
    assert len({picture.tobytes() for picture in found}) == 300
    assert (found.reshape(300, -1).std(1) > 8).all()


def test_harder_pictures_hold_more_edges():
    edges = [
        np.abs(np.diff(drawn(f"shapes:difficulty={level},count=300").astype(int))).mean() for level in LEVELS
    ]
    assert edges == sorted(edges)
    assert edges[2] > 3 * edges[0]


def test_easy_shapes_of_a_class_look_alike_and_those_of_two_do_not():
    found = drawn("shapes:difficulty=easy,count=400,size=16").astype(float).mean(1)
    masks = (found > found.mean((1, 2), keepdims=True)).reshape(400, -1).astype(float)
    labels = labels_of(shapes_settings("shapes:difficulty=easy,count=400,size=16"))
    means = np.array([masks[:200][labels[:200] == label].mean(0) for label in range(10)])
    nearest = ((masks[200:, None] - means) ** 2).sum(2).argmin(1)
    assert (nearest == labels[200:]).mean() > 0.6


def test_as_many_of_each_class_as_the_survey_says():
    found = survey("shapes:classes=30,count=100")
    assert tuple(np.bincount(labels_of(shapes_settings(found.data)))) == found.counts
    assert len(set(found.classes)) == 30
    assert found.classes[:2] == ("plain disc", "plain square")
    assert found.classes[20] == "striped disc"
    assert shape_names(3) == ("disc", "square", "triangle")
    assert survey("digits").counts == DIGIT_COUNTS == tuple(np.bincount(read_digits()[1]))


def test_other_settings_are_other_data():
    prints = {survey(text).fingerprint for text in ("shapes", "shapes:seed=1", "shapes:difficulty=hard")}
    assert len(prints) == 3
    assert survey("shapes:size=32").fingerprint == survey("shapes").fingerprint


def test_drawing_can_be_stopped():
    assert list(draw(shapes_settings("shapes"), lambda: True)) == []


def test_every_outline_is_inside_its_square_and_none_is_another():
    outer, inner = shape_outlines.tables()
    assert len(outer) == len(OUTLINES) == 20
    assert outer.max() <= 1.12
    assert (inner < outer)[outer > 0].all()
    assert len({(one.tobytes(), other.tobytes()) for one, other in zip(outer, inner, strict=True)}) == 20


def test_directions_go_round_once():
    angles = np.linspace(0, 2 * np.pi, 4000, endpoint=False, dtype=np.float32)
    steps = shape_outlines.direction(np.cos(angles), np.sin(angles))
    assert (np.diff(steps) >= 0).all()
    assert set(steps.tolist()) == set(range(shape_outlines.STEPS))

"""Batches that are changed at random: against slow references, picture by picture."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image, ImageEnhance

from explorer.core.recipe import Border, Recipe
from explorer.engine.data.augmentation import _FIGURES, Augmentation, drawn
from explorer.engine.data.batches import Normalizer
from explorer.engine.data.datasets import load
from explorer.engine.data.preview import augmented
from explorer.engine.data.samples import samples
from explorer.engine.data.survey import survey
from explorer.engine.events import Finished, Stepped, Stopped
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import tiny

CPU = torch.device("cpu")
PLAIN = Recipe(shift=0)
MEAN, STD = (0.5, 0.4, 0.3), (0.2, 0.3, 0.4)
ALL = replace(
    PLAIN, shift=3, flip=True, colour=0.4, rotation=20.0, erasing=0.5, mixup=0.4, border=Border.MEAN
)


@pytest.fixture
def pictures():
    return torch.randint(
        0, 256, (12, 3, 10, 14), dtype=torch.uint8, generator=torch.Generator().manual_seed(1)
    )


LABELS = torch.arange(12) % 4


def augment(recipe, pictures, seed=5, mean=MEAN, std=STD, **settings):
    return Augmentation(recipe, mean, std, 4, CPU)(pictures, LABELS[: len(pictures)], seed, **settings)


def as_bytes(recipe, pictures, seed=5):
    """The result with mean 0 and deviation 1/255: the levels themselves."""
    return augment(recipe, pictures, seed, mean=(0.0,) * 3, std=(1 / 255,) * 3)[0]


def test_without_any_change_the_pictures_are_normalized_only(pictures):
    fed, answers = augment(PLAIN, pictures)
    assert torch.equal(fed, Normalizer(MEAN, STD, CPU)(pictures))
    assert torch.equal(answers, LABELS)


@pytest.mark.parametrize("border", Border)
@pytest.mark.parametrize("flip", [False, True])
def test_padding_and_cropping_as_picture_by_picture(pictures, border, flip):
    shift = 2
    fed, _ = augment(replace(PLAIN, shift=shift, flip=flip, border=border), pictures)
    figures = drawn(5, len(pictures))
    how = "edge" if border is Border.EDGE else "constant"
    moves = set()
    for index, picture in enumerate(pictures.numpy()):
        values = (picture / 255 - np.reshape(MEAN, (3, 1, 1))) / np.reshape(STD, (3, 1, 1))
        if flip and figures[0, index] < 0.5:
            values = values[:, :, ::-1]
        across, down = (int(figures[which, index] * (2 * shift + 1)) for which in (1, 2))
        padded = np.pad(values, ((0, 0), (shift, shift), (shift, shift)), how)
        moves.add((across, down))
        np.testing.assert_allclose(fed[index], padded[:, down : down + 10, across : across + 14], atol=1e-5)
    assert len(moves) > 4


def test_half_of_many_are_mirrored_and_all_moves_occur():
    pictures = torch.arange(64, dtype=torch.uint8).view(1, 1, 8, 8).expand(600, 1, 8, 8)
    labels = torch.zeros(600, dtype=torch.int64)
    augmentation = Augmentation(replace(PLAIN, shift=2, flip=True), (0.0,), (1 / 255,), 1, CPU)
    fed = augmentation(pictures, labels, 1)[0].round()
    mirrored = (fed[:, 0, 4, 4] < fed[:, 0, 4, 3]).float().mean()
    assert 0.4 < mirrored < 0.6
    assert len({tuple(item) for item in fed[:, 0, ::4, 4].int().tolist()}) >= 25


def test_colours_as_pillow_changes_them(pictures):
    pictures = pictures // 3 + 80  # nothing is cut: Pillow cuts after each step
    fed = as_bytes(replace(PLAIN, colour=0.3), pictures)
    figures = drawn(5, len(pictures))
    for index, picture in enumerate(pictures.numpy()):
        light, contrast, saturation = (
            1 + (2 * figures[which, index].item() - 1) * 0.3 for which in (3, 4, 5)
        )
        values = picture.astype(float) * light
        grey = np.tensordot([0.299, 0.587, 0.114], values, 1)
        values = values * contrast + (1 - contrast) * grey.mean()
        grey = np.tensordot([0.299, 0.587, 0.114], values, 1)
        values = np.clip(values * saturation + (1 - saturation) * grey, 0, 255)
        np.testing.assert_allclose(fed[index], values, atol=0.05)
        image = Image.fromarray(picture.transpose(1, 2, 0))
        for enhancer, factor in (
            (ImageEnhance.Brightness, light),
            (ImageEnhance.Contrast, contrast),
            (ImageEnhance.Color, saturation),
        ):
            image = enhancer(image).enhance(factor)
        off = np.abs(fed[index].numpy().transpose(1, 2, 0) - np.asarray(image, float))
        assert off.max() < 5  # it rounds after each step


def test_grey_pictures_stay_grey():
    grey = torch.randint(0, 256, (6, 1, 8, 8), dtype=torch.uint8)
    fed = Augmentation(replace(PLAIN, colour=0.5), (0.0,), (1 / 255,), 4, CPU)(grey, LABELS[:6], 2)[0]
    assert fed.shape == grey.shape
    assert (fed >= 0).all()
    assert (fed <= 255).all()


def test_turning_as_pillow_turns():
    y, x = np.mgrid[0:33, 0:33]
    picture = np.stack([(127 + 120 * np.sin(x / 5 + k) * np.cos(y / 4)).astype(np.uint8) for k in range(3)])
    pictures = torch.from_numpy(np.repeat(picture[None], 8, 0))
    fed = as_bytes(replace(PLAIN, rotation=40.0), pictures)
    angles = (2 * drawn(5, 8)[6] - 1) * 40
    for index, angle in enumerate(angles.tolist()):
        image = Image.fromarray(picture.transpose(1, 2, 0)).rotate(angle, Image.Resampling.BILINEAR)
        middle = (slice(9, 24), slice(9, 24))
        ours = fed[index].numpy().transpose(1, 2, 0)[middle]
        np.testing.assert_allclose(ours, np.asarray(image, float)[middle], atol=3)
    assert angles.max() - angles.min() > 30


def test_turning_keeps_the_proportions_of_a_picture_that_is_no_square():
    pictures = torch.zeros((4, 3, 20, 60), dtype=torch.uint8)
    pictures[:, :, 7:13, 27:33] = 255  # a square in the middle stays a square
    fed = as_bytes(replace(PLAIN, rotation=45.0), pictures)
    for picture in fed:
        inside = picture[0] > 127
        high, wide = (int(inside.any(axis).sum()) for axis in (1, 0))
        assert abs(high - wide) <= 1
        assert 30 <= int(inside.sum()) <= 42


def test_erasing_takes_rectangles_of_the_right_sizes():
    pictures = torch.full((800, 1, 40, 40), 200, dtype=torch.uint8)
    labels = torch.zeros(800, dtype=torch.int64)
    fed = Augmentation(replace(PLAIN, erasing=0.5), (0.5,), (0.2,), 1, CPU)(pictures, labels, 3)[0]
    gone = (fed == 0)[:, 0]
    touched = gone.flatten(1).any(1)
    assert 0.42 < touched.float().mean() < 0.58
    areas = gone[touched].flatten(1).float().mean(1)
    assert areas.min() > 0.01
    assert areas.max() < 0.36
    assert areas.std() > 0.05
    for item in gone[touched][:50]:
        rows, columns = item.any(1), item.any(0)
        assert int(item.sum()) == int(rows.sum() * columns.sum())  # one whole rectangle


def test_mixup_blends_pictures_and_labels_alike(pictures):
    plain, _ = augment(PLAIN, pictures)
    fed, answers = augment(replace(PLAIN, mixup=0.5), pictures)
    assert answers.shape == (12, 4)
    torch.testing.assert_close(answers.sum(1), torch.ones(12))
    share = answers[1, LABELS[1]].item()
    assert 0 < share < 1
    before = torch.arange(12).roll(1)
    torch.testing.assert_close(fed, share * plain + (1 - share) * plain[before], atol=1e-5, rtol=1e-4)
    for index in range(12):
        assert math.isclose(answers[index, LABELS[before[index]]].item(), 1 - share, abs_tol=1e-6)


def test_the_same_seed_gives_the_same_batch_whatever_else_draws_random_numbers(pictures):
    first = augment(ALL, pictures)
    torch.rand(17)
    again = augment(ALL, pictures)
    other = augment(ALL, pictures, seed=6)
    assert all(torch.equal(one, two) for one, two in zip(first, again, strict=True))
    assert not torch.equal(first[0], other[0])


def test_it_leaves_the_random_numbers_of_the_training_alone(pictures):
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    augment(ALL, pictures)
    assert torch.equal(torch.rand(4), expected)


def test_a_part_of_a_batch_is_changed_as_in_the_whole(pictures):
    recipe = replace(ALL, mixup=0.0)
    whole, _ = augment(recipe, pictures)
    part, _ = augment(recipe, pictures[4:9], first=4, total=12)
    torch.testing.assert_close(part, whole[4:9])


def test_what_one_setting_does_does_not_depend_on_another(pictures):
    moved, _ = augment(replace(PLAIN, shift=3), pictures)
    both, _ = augment(replace(PLAIN, shift=3, erasing=0.5), pictures)
    kept = both != 0
    assert torch.equal(moved[kept], both[kept])
    assert drawn(1, 5).shape == (_FIGURES, 5)
    assert torch.equal(drawn(1, 9)[:, :5], drawn(1, 5))


def test_a_preview_shows_samples_as_they_will_be_met():
    found = samples(survey("shapes:classes=4,size=20"), (3, 20, 20))
    assert found.labels == (0, 1, 2, 3)
    plain = augmented(found, PLAIN, (3, 20, 20), 2)
    assert (plain.shape, plain.dtype) == ((2, 4, 3, 20, 20), np.uint8)
    assert np.abs(plain[0].astype(int) - found.pictures).max() <= 1
    changed = augmented(found, replace(ALL, mixup=0.0), (1, 32, 32), 3)
    assert changed.shape == (3, 4, 1, 32, 32)
    assert not (changed[0] == changed[1]).all()


@pytest.mark.parametrize("data", ["digits", "shapes:classes=30"])
def test_samples_are_one_of_each_of_the_first_classes(data):
    found = samples(survey(data), (1, 32, 32))
    assert found.labels == tuple(range(10))
    assert len(found.pictures) == 10


def test_a_run_that_is_resumed_sees_the_same_pictures(tmp_path):
    recipe = replace(ALL, data="shapes:classes=3,size=12,count=60", epochs=3, batch_size=8)

    def run(folder, stop_after=None, *, resume=False):
        made = []
        stopping = lambda: stop_after is not None and sum(made) >= stop_after  # noqa: E731
        for event in train(
            tiny((3, 12, 12), classes=3),
            recipe,
            device="cpu",
            folder=folder,
            resume=resume,
            should_stop=stopping,
        ):
            if isinstance(event, Stepped):
                made.append(len(event.points))
        return event

    whole = run(tmp_path / "whole")
    assert isinstance(run(tmp_path / "parts", 8), Stopped)
    again = run(tmp_path / "parts", resume=True)
    assert isinstance(whole, Finished)
    assert isinstance(again, Finished)
    weights = [max((tmp_path / name / "checkpoints").glob("*.safetensors")) for name in ("whole", "parts")]
    assert weights[0].read_bytes() == weights[1].read_bytes()


def test_without_normalization_the_network_is_fed_shares_of_white():
    found = survey("digits")
    with pytest.raises(StopIteration) as ended:
        next(load(found, replace(PLAIN, normalize=False), (3, 8, 8), CPU))
    data = ended.value.value
    pictures, _ = data.train.batch(torch.arange(20))
    fed = Normalizer(data.preprocessing.mean, data.preprocessing.std, CPU)(pictures)
    torch.testing.assert_close(fed, (pictures / 255).expand(-1, 3, -1, -1))

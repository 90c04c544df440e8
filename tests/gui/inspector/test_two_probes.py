"""Two networks, and a run that kept the weights of some epochs but the maps of all: all are gone through."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from explorer.core.recipe import Recipe
from explorer.engine.pictures.images import Picture
from explorer.engine.runs import manifest
from explorer.engine.runs.probes import read
from explorer.gui.inspector.weights.choice import Choice
from tests.engine.training.training_graphs import tiny
from tests.gui.inspector.test_two_networks import pages, settle, take, two

__all__ = ["pages", "two"]

LONG = 60_000


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder with one run whose first epochs have maps and no weights."""
    from explorer.engine.training.trainer import train

    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest, "_EPOCHS_BYTES", 0)
        recipe = Recipe(data="digits", epochs=5, batch_size=64, seed=0)
        list(train(tiny(), recipe, device="cpu", folder=folder / "thin"))
    return folder


def choose(box, index):
    box.setFocus()
    box.setCurrentIndex(index)
    box.activated.emit(index)


def press(qtbot, two, key):
    qtbot.keyClick(two.right.epochs.slider, key)
    settle(qtbot, two)


def test_all_epochs_are_scrubbed_with_a_picture_of_which_maps_were_kept(qtbot, runs, two):
    folder, scrubber = runs / "thin", two.right.epochs
    assert two.fed.isHidden()
    take(qtbot, two.weights.box, Choice("run", folder, "last"))
    settle(qtbot, two)
    weighed = scrubber.epochs
    assert 1 not in weighed
    assert f"{5 - len(set(weighed) - {0})} more epochs" in scrubber.hint.text()
    qtbot.waitUntil(lambda: two.fed.count() == 5, timeout=LONG)

    choose(two.fed, 2)
    settle(qtbot, two)
    assert scrubber.epochs == (1, 2, 3, 4, 5)
    assert scrubber.epoch is None  # it stays where it was: at the last state
    assert two.maps.shown.note == ""
    assert two.maps.shown.left.request.picture is two.maps.shown.right.request.picture

    press(qtbot, two, Qt.Key.Key_Home)
    assert scrubber.said.text() == "epoch 1, maps"
    assert two.maps.shown.note == "The right is what the run kept: in half precision."
    assert two.maps.note.text() == two.maps.shown.note
    kept = read(folder).maps(1, "conv")[1].astype(np.float32)
    assert np.array_equal(two.maps.shown.right.values, kept)
    assert two.side.said.text().endswith("below: thin, epoch 1, kept maps")
    assert all(left is not None and right is None for _, left, right in two.side.predictions.rows)

    press(qtbot, two, Qt.Key.Key_End)
    press(qtbot, two, Qt.Key.Key_Left)
    assert scrubber.said.text() == "epoch 5"
    assert two.maps.shown.right.request.weights.which == "epoch 5"
    assert two.maps.shown.note == ""

    # another picture is opened: it is looked at, and the epoch stays
    opened = Picture("opened", np.zeros((8, 8, 3), np.uint8), "RGB", (8, 8))
    two._one.pictures.add(opened)
    settle(qtbot, two)
    assert two.fed.probe is None
    assert two.maps.shown.left.request.picture.name == "opened"
    assert scrubber.epochs == weighed
    assert scrubber.said.text() == "epoch 5"


def test_a_layer_without_kept_maps_is_said_and_the_next_epoch_goes_on(qtbot, runs, two):
    take(qtbot, two.weights.box, Choice("run", runs / "thin", "last"))
    qtbot.waitUntil(lambda: two.fed.count() == 5, timeout=LONG)
    choose(two.fed, 1)
    settle(qtbot, two)
    two._workbench.select(["fc"])
    two.ask()
    settle(qtbot, two)
    press(qtbot, two, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: "not of fc" in two.notice.sentence.text(), timeout=LONG)
    press(qtbot, two, Qt.Key.Key_End)
    assert two.notice.isHidden()
    assert two.maps.shown.left.layer == "fc"


def test_another_run_takes_its_pictures_with_it(qtbot, runs, two):
    take(qtbot, two.weights.box, Choice("run", runs / "thin", "last"))
    qtbot.waitUntil(lambda: two.fed.count() == 5, timeout=LONG)
    choose(two.fed, 3)
    settle(qtbot, two)
    take(qtbot, two.weights.box, Choice("random"))
    settle(qtbot, two)
    assert two.fed.probe is None
    assert two.fed.isHidden()
    assert two.maps.shown.left.request.picture is two._one.pictures.picture

"""Epochs whose weights are gone, as one of two networks: the maps that a run kept of its probe pictures."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.engine.looking.findings import RUN, Request, WeightsSource
from explorer.engine.looking.kept_maps import as_kept, kept_values, probe_picture, probe_pictures
from explorer.engine.looking.pair import compare
from explorer.engine.looking.pair_findings import (
    KeptEpoch,
    PairAnswers,
    PairMaps,
    PairRequest,
    ProbePicture,
)
from explorer.engine.runs import manifest
from explorer.engine.runs.probes import read
from explorer.engine.runs.run_folder import kept_epochs
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import tiny

pytestmark = pytest.mark.usefixtures("nothing_kept")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of five epochs that kept the weights of some of them and the maps of all."""
    folder = tmp_path_factory.mktemp("runs") / "thin"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest, "_EPOCHS_BYTES", 0)
        list(
            train(tiny(), Recipe(data="digits", epochs=5, batch_size=64, seed=0), device="cpu", folder=folder)
        )
    assert 1 not in kept_epochs(folder)
    assert read(folder).epochs == (1, 2, 3, 4, 5)
    return folder


def asked(run, which, picture, layer="conv"):
    return Request(tiny(), WeightsSource(RUN, path=run, which=which), picture, layer)


def compared(request):
    reports = list(compare(request))
    return (
        next(item for item in reports if isinstance(item, PairMaps)),
        next(item for item in reports if isinstance(item, PairAnswers)),
    )


def test_the_pictures_of_a_run_are_named_and_stay_the_same(run, tmp_path):
    found = probe_pictures(run)
    assert len(found.names) == len(set(found.names)) == 4
    assert all(name.startswith(f"thin, picture {place + 1}: ") for place, name in enumerate(found.names))
    assert probe_picture(ProbePicture(run, 1)) is probe_picture(ProbePicture(run, 1))
    assert probe_pictures(tmp_path).names == ()
    with pytest.raises(ExplorerError, match="keeps no maps"):
        probe_picture(ProbePicture(tmp_path, 0))
    with pytest.raises(ExplorerError, match="4 pictures, and not of number 5"):
        probe_picture(ProbePicture(run, 4))


def test_kept_maps_are_those_that_the_kept_weights_give(run, picture):
    """The probe picture enters the network now as it did while it was trained."""
    request = asked(run, "epoch 5", picture)
    probe = ProbePicture(run, 2)
    shown, answers = compared(PairRequest(request, request, probe, (KeptEpoch(run, 5), None)))
    assert shown.left.values.shape == shown.right.values.shape
    scale = np.abs(shown.right.values).max()
    assert 0 < shown.difference.largest <= scale * 2**-10
    assert shown.note == "The left is what the run kept: in half precision."
    assert answers.left is None
    assert answers.said == ("thin, epoch 5, kept maps", "thin, epoch 5")
    assert answers.picture is probe_picture(probe)
    assert answers.shares
    assert all(left is None and right is not None for _, left, right in answers.shares)


def test_epochs_without_weights_stand_beside_each_other(run, picture):
    request = asked(run, "best", picture)
    both = KeptEpoch(run, 1), KeptEpoch(run, 2)
    shown, answers = compared(PairRequest(request, request, ProbePicture(run, 0), both))
    for side, kept in zip((shown.left, shown.right), both, strict=True):
        assert np.array_equal(side.values, read(run).maps(kept.epoch, "conv")[0].astype(np.float32))
    assert shown.difference.largest > 0
    assert answers.shares == ()


def test_what_was_not_kept_is_said(run, picture):
    request = asked(run, "best", picture)
    kept = KeptEpoch(run, 1), None
    with pytest.raises(ExplorerError, match="of its probe pictures only"):
        compared(PairRequest(request, request, None, kept))
    fc = asked(run, "best", picture, "fc")
    with pytest.raises(ExplorerError, match="maps of conv only, not of fc"):
        compared(PairRequest(fc, fc, ProbePicture(run, 0), kept))
    with pytest.raises(ExplorerError):
        kept_values(KeptEpoch(run, 77), "conv", probe_picture(ProbePicture(run, 0)))


def test_a_side_is_made_as_small_as_the_kept_one(run, picture, monkeypatch):
    from explorer.engine.looking import pair

    monkeypatch.setattr(pair, "kept_values", lambda *given: as_kept(kept_values(*given), (3, 4, 4)))
    request = asked(run, "epoch 5", picture)
    shown, _ = compared(PairRequest(request, request, ProbePicture(run, 0), (None, KeptEpoch(run, 5))))
    assert shown.left.values.shape == shown.right.values.shape == (3, 4, 4)
    assert shown.difference.largest <= np.abs(shown.left.values).max() * 2**-10
    assert shown.note == (
        "The right is what the run kept: in half precision, the first 3 of 6, averaged to 4×4."
        " The left was made as small."
    )


def test_a_network_without_names_takes_those_of_the_other(run, picture):
    trained, random = asked(run, "epoch 5", picture), Request(tiny(), WeightsSource(), picture, "conv")
    for left, right in ((trained, random), (random, trained)):
        _, answers = compared(PairRequest(left, right, ProbePicture(run, 0)))
        assert answers.shares
        assert all(
            name.isdigit() and one is not None and two is not None for name, one, two in answers.shares
        )
        named = {item.index: item.probability for item in answers.right.predictions}
        shown = {int(name): share for name, _, share in answers.shares}
        assert all(shown[index] == share for index, share in named.items())

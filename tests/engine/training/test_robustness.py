"""What goes wrong around a training ends in a sentence with a remedy, and the last good state stays."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.engine.data import file_pictures
from explorer.engine.events import Evaluated, Failed, Finished, Point, SaveFailed, Started, Stepped
from explorer.engine.running.module import build
from explorer.engine.runs import recorder
from explorer.engine.runs.checkpoint import Checkpoints, unpacked
from explorer.engine.runs.run_folder import load_run, summarize
from explorer.engine.runs.tensorboard_log import TensorBoardLog
from explorer.engine.training import stepper
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import picture_folder, tiny

SHORT = Recipe(epochs=2, batch_size=128, learning_rate=0.1, shift=0)
COUNTS = {"red": 12, "green": 12, "blue": 12}
COLOURS = replace(SHORT, batch_size=8, epochs=3)


def test_a_file_system_that_takes_no_more_ends_in_a_sentence_and_the_run_goes_on_later(tmp_path):
    resource = pytest.importorskip("resource")  # not on Windows
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    found = []
    try:
        for event in train(tiny(), SHORT, device="cpu", folder=tmp_path / "run"):
            found.append(event)
            if isinstance(event, Stepped):  # the first checkpoint is there; nothing longer is taken now
                resource.setrlimit(resource.RLIMIT_FSIZE, (1500, hard))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert any(isinstance(event, SaveFailed) for event in found)
    failed = found[-1]
    assert isinstance(failed, Failed)
    assert "cannot be written" in failed.message
    assert failed.remedies
    assert failed.healthy_step == 0
    build(tiny()).load_state_dict(unpacked(failed.weights))  # what was trained is not lost either
    assert Checkpoints(tmp_path / "run").newest().entry.step == 0
    again = list(train(tiny(), SHORT, device="cpu", folder=tmp_path / "run", resume=True))
    assert isinstance(again[-1], Finished)


def test_tensorboard_misses_nothing_after_the_disk_was_full_for_a_while(tmp_path):
    resource = pytest.importorskip("resource")  # not on Windows
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    board, refused = TensorBoardLog(tmp_path, 0), 0
    try:
        for step in range(1, 40):
            board.stepped(Stepped((Point(step, 1, 1 / step, 0.5, 0.1),), 100.0))
            if step == 10:
                resource.setrlimit(resource.RLIMIT_FSIZE, (1200, hard))
            elif step == 30:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            try:
                board.flush()
            except OSError:
                refused += 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused > 5
    reader = EventAccumulator(str(tmp_path))
    reader.Reload()
    assert [item.step for item in reader.Scalars("loss/train")] == list(range(1, 40))
    assert [item.value for item in reader.Scalars("pictures per second")] == [100.0] * 39


@pytest.mark.parametrize(
    "message",
    [
        "CUDA error: unspecified launch failure\nCompile with TORCH_USE_CUDA_DSA",
        "CUDA error: device-side assert triggered",
        "Accelerator lost",
    ],
)
def test_a_device_that_vanishes_is_said_and_the_run_goes_on_on_the_processor(tmp_path, monkeypatch, message):
    real, steps = stepper.Stepper.step, []

    def step(self, *args):
        steps.append(args)
        if len(steps) == 15:
            raise RuntimeError(message)
        real(self, *args)

    monkeypatch.setattr(stepper.Stepper, "step", step)
    found = list(train(tiny(), SHORT, device="cpu", folder=tmp_path))
    failed = found[-1]
    assert isinstance(failed, Failed)
    assert "stopped working" in failed.message
    assert "CUDA" not in failed.message + failed.remedy
    assert [remedy.device for remedy in failed.remedies] == ["", "cpu"]
    assert failed.healthy_step == 12  # the end of the first epoch
    assert summarize(tmp_path).state == "failed"
    again = list(train(tiny(), SHORT, device="cpu", folder=tmp_path, resume=True))
    assert isinstance(again[-1], Finished)
    whole = list(train(tiny(), SHORT, device="cpu", folder=tmp_path / "whole"))
    assert isinstance(whole[-1], Finished)
    one, other = load_run(tmp_path, "last").weights, load_run(tmp_path / "whole", "last").weights
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_picture_of_numbers_that_are_none_trains_or_is_left_out_but_never_spoils(tmp_path):
    root = picture_folder(tmp_path / "data", COUNTS)
    for index, wrong in enumerate((np.nan, np.inf, -np.inf)):
        pixels = np.linspace(0, 1, 144, dtype=np.float32).reshape(12, 12)
        pixels[3, 4] = wrong
        Image.fromarray(pixels).save(root / "red" / f"float{index}.tif")
    Image.fromarray(np.full((12, 12), np.nan, np.float32)).save(root / "green" / "nothing.tif")
    recipe = replace(COLOURS, data=str(root))
    found = list(train(tiny((3, 8, 8), classes=3), recipe, device="cpu"))
    assert isinstance(found[-1], Finished)
    points = [point for event in found if isinstance(event, Stepped) for point in event.points]
    assert np.isfinite([point.loss for point in points]).all()
    assert all(item.isfinite().all() for item in unpacked(found[-1].weights).values())


@pytest.mark.parametrize("held", [True, False], ids=["in memory", "from the disk"])
def test_data_that_is_removed_in_mid_run(tmp_path, monkeypatch, held):
    root = picture_folder(tmp_path / "data", COUNTS)
    if not held:
        monkeypatch.setattr(file_pictures, "free_memory", lambda _: 1000)
    recipe = replace(COLOURS, data=str(root))
    folder, found = tmp_path / "run", []
    for event in train(tiny((3, 8, 8), classes=3), recipe, device="cpu", folder=folder):
        found.append(event)
        if isinstance(event, Evaluated) and event.epoch == 1:
            shutil.rmtree(root)
    if held:
        assert isinstance(found[-1], Finished)
        assert found[-1].epoch == 3
        return
    failed = found[-1]
    assert isinstance(failed, Failed)
    assert "pictures" in failed.message
    assert failed.healthy_step == 4
    assert Checkpoints(folder).newest().entry.step == 4


def test_a_rate_that_is_far_too_high_leaves_the_last_good_state(tmp_path):
    wild = replace(SHORT, learning_rate=100.0, momentum=0.999, weight_decay=1.0, epochs=30)
    *_, failed = train(tiny(), wild, device="cpu", folder=tmp_path)
    assert isinstance(failed, Failed)
    assert Failed.is_divergence(failed.message)
    lower = failed.remedies[0].recipe.learning_rate
    assert lower == pytest.approx(10.0)
    kept = Checkpoints(tmp_path).newest()
    assert all(item.isfinite().all() for item in kept.weights.values())


def test_the_library_of_safetensors_reads_what_we_wrote(tmp_path):
    found = list(train(tiny(), SHORT, device="cpu", folder=tmp_path))
    assert isinstance(found[0], Started)
    path = max((tmp_path / "checkpoints").glob("step-*[0-9].safetensors"))
    own, theirs = load_run(tmp_path, "last").weights, load_file(path)
    assert own.keys() <= theirs.keys()
    assert all(torch.equal(own[name], theirs[name]) for name in own)
    with safe_open(path, framework="pt") as file:
        assert set(file.keys()) == set(theirs)
    network = build(tiny())
    network.load_state_dict({name: theirs[name] for name in network.state_dict()}, strict=True)
    for other in (tmp_path / "checkpoints").glob("*.safetensors"):
        assert all(item.numel() for item in load_file(other).values())


def test_a_folder_whose_checkpoints_cannot_be_read_is_not_left_locked(tmp_path, monkeypatch):
    def unreadable(folder):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(recorder, "Checkpoints", unreadable)
        # kept, as a window keeps what failed: its traceback holds the half-made recorder
        with pytest.raises(ExplorerError, match="Input/output error; choose another folder") as refused:
            recorder.Recorder(tmp_path / "run")
    recorder.Recorder(tmp_path / "run").close()  # refused as locked by another training, were it so
    assert refused.traceback

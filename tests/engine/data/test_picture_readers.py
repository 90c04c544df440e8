"""Processes that read pictures ahead: the same pictures, bounded, and gone when they should be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch
from PIL import Image

from explorer.core.recipe import Recipe
from explorer.engine.data import file_pictures
from explorer.engine.data.file_pictures import FilePictures
from explorer.engine.data.picture_readers import PictureReaders, read_here
from explorer.engine.events import Evaluated, Finished, Started
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import picture_folder, tiny

SHAPE = (3, 12, 10)
CPU = torch.device("cpu")


@pytest.fixture
def paths(tmp_path):
    root = picture_folder(tmp_path / "data", {"a": 9, "b": 8})
    return sorted(root.rglob("*.png"))


def children():
    return {child.pid for child in psutil.Process().children(recursive=True)}


def gone(pids, seconds=10.0):
    """Whether these processes end within a bounded time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids):
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def readers():
    made = []

    def make(workers, shape=SHAPE):
        made.append(PictureReaders(shape, workers))
        return made[-1]

    before = children()
    yield make
    for item in made:
        item.close()
    assert gone(children() - before)


def test_processes_read_what_is_read_here_and_name_what_they_cannot(paths, readers, tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    asked = [paths[0], tmp_path / "text.png", tmp_path / "vanished ü.png", *paths[1:]]
    here = read_here(asked, SHAPE)
    apart = readers(2).submit(asked).result()
    assert (apart.pictures == here.pictures).all()
    assert apart.reasons == here.reasons
    assert [bool(reason) for reason in here.reasons[:4]] == [False, True, True, False]
    assert apart.pictures.shape == (len(paths), *SHAPE)


def test_many_batches_come_back_in_order(paths, readers):
    pool = readers(2)
    asked = [[paths[index % len(paths)], paths[(3 * index) % len(paths)]] for index in range(40)]
    begun = [pool.submit(some) for some in asked]
    for some, reading in zip(asked, begun, strict=True):
        assert (reading.result().pictures == read_here(some, SHAPE).pictures).all()


def test_a_killed_process_is_replaced_and_no_picture_is_lost(paths, readers):
    pool = readers(1)
    before = children()
    pool.submit(paths[:2]).result()
    (worker,) = {child.pid for child in psutil.Process().children()} - before or children() - before
    os.kill(worker, signal.SIGKILL)
    found = pool.submit(paths).result()
    assert (found.pictures == read_here(paths, SHAPE).pictures).all()
    assert not any(found.reasons)


def test_closing_ends_everything_also_in_mid_reading(paths):
    before = children()
    pool = PictureReaders(SHAPE, 2)
    for _ in range(30):
        pool.submit(paths)
    pool.submit(paths[:1])
    pool.close()
    assert gone(children() - before)


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_the_processes_end_when_the_one_that_made_them_is_killed(paths):
    program = f"""
import sys, time
from pathlib import Path
from explorer.engine.data.picture_readers import PictureReaders
pool = PictureReaders({SHAPE!r}, 2)
paths = [Path(path) for path in {[str(path) for path in paths]!r}]
for reading in [pool.submit(paths) for _ in range(4)]:
    reading.result()
print("ready", flush=True)
for _ in range(10_000):
    pool.submit(paths)
time.sleep(60)
"""
    root = Path(__file__).resolve().parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        workers = {child.pid for child in psutil.Process(parent.pid).children(recursive=True)}
        assert len(workers) == 2
        parent.kill()
        parent.wait(10)
    assert gone(workers)


@pytest.fixture
def file_set(paths):
    made = []

    def make(workers):
        labels = [int(path.parent.name == "b") for path in paths]
        made.append(FilePictures(paths, labels, SHAPE, CPU, workers))
        return made[-1]

    yield make
    for item in made:
        item.close()


def test_batches_that_were_announced_are_those_that_are_asked_for(file_set):
    plain, ahead = file_set(0), file_set(2)
    order = torch.randperm(17, generator=torch.Generator().manual_seed(0))
    batches = order.split(4)
    ahead.announce(batches)
    for chosen in batches:
        for one, other in zip(ahead.batch(chosen), plain.batch(chosen), strict=True):
            assert torch.equal(one, other)


def test_an_epoch_can_begin_in_the_middle_or_change_its_batches(file_set):
    plain, ahead = file_set(0), file_set(1)
    batches = torch.arange(17).split(4)
    ahead.announce(batches)
    for chosen in (*batches[2:4], torch.tensor([16, 1]), batches[0], torch.arange(17)):
        assert torch.equal(ahead.batch(chosen)[0], plain.batch(chosen)[0])


def test_no_more_is_read_ahead_than_memory_allows(file_set, monkeypatch):
    pictures = file_set(2)
    batches = torch.arange(17).split(1)
    begun = []
    submit = pictures._readers.submit
    monkeypatch.setattr(pictures._readers, "submit", lambda files: (begun.append(files), submit(files))[1])
    pictures.announce(batches)
    pictures.batch(batches[0])
    assert len(begun) <= 6
    monkeypatch.setattr(file_pictures, "_AHEAD_BYTES", 0)
    begun.clear()
    pictures.announce(batches)
    pictures.batch(batches[0])
    assert len(begun) <= 2


def test_what_vanishes_is_counted_once(file_set, paths):
    pictures = file_set(1)
    paths[3].unlink()
    Image.fromarray(np.zeros((4, 4), np.uint8)).save(paths[5])
    for _ in range(2):
        batch, labels = pictures.batch(torch.arange(8))
        assert (len(batch), len(labels)) == (7, 7)
    assert pictures.skipped == 1


def test_a_training_reads_ahead_and_leaves_no_process(tmp_path, monkeypatch):
    root = picture_folder(tmp_path / "data", {"a": 12, "b": 12})
    monkeypatch.setattr(file_pictures, "free_memory", lambda _: 1000)
    recipe = Recipe(data=str(root), epochs=2, batch_size=4)
    losses = []
    for few in (200, 2):
        monkeypatch.setattr(file_pictures, "_FEW", few)
        found = list(train(tiny(SHAPE, classes=2), recipe, device="cpu"))
        assert isinstance(found[-1], Finished)
        losses.append([event.train_loss for event in found if isinstance(event, Evaluated)])
    assert losses[0] == losses[1]
    before = children()
    running = train(tiny(SHAPE, classes=2), recipe, device="cpu")
    for event in running:
        if isinstance(event, Started):
            break
    workers = children() - before
    running.close()  # as when a window stops listening
    assert gone(workers)
    assert gone(children() - before)

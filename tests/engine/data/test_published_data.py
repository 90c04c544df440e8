"""Published data sets: downloads from a server on this computer, and strict readers of small files."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.engine.data import downloads, published_data
from explorer.engine.data.datasets import load
from explorer.engine.data.downloads import RemoteFile, Unreachable
from explorer.engine.data.published_data import fetch, is_here, published
from explorer.engine.data.published_files import read
from explorer.engine.data.survey import channels, survey
from explorer.engine.events import Downloading, Finished, Started
from explorer.engine.training.trainer import train
from tests.engine.data.published_files import packed, part, remote, small_cifar, small_mnist, stored
from tests.engine.data.web_server import site
from tests.engine.training.training_graphs import tiny


@pytest.fixture
def web():
    with site() as held:
        yield held


@pytest.fixture
def mnist(web):
    data, files, parts = small_mnist(web.address)
    web.files = {f"/{name}": content for name, content in files.items()}
    return data, files, parts


def names(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_download_is_whole_and_says_how_far_it_is(mnist, web, tmp_path):
    data, files, parts = mnist
    assert not is_here(data, tmp_path)
    steps = list(fetch(data, tmp_path))
    assert is_here(data, tmp_path)
    assert names(tmp_path / "mnist") == sorted(files)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert (steps[-1].done, steps[-1].total) == (data.bytes, data.bytes)
    for (pictures, labels), (wanted, truth) in zip(read(data, tmp_path), parts, strict=True):
        assert (pictures == wanted).all()
        assert (labels == truth).all()
    web.asked.clear()
    list(fetch(data, tmp_path))
    assert not web.asked


def test_only_what_is_missing_is_fetched(mnist, web, tmp_path):
    data, files, _ = mnist
    first = data.files[0].name
    stored(data, {first: files[first]}, tmp_path)
    list(fetch(data, tmp_path))
    assert f"/{first}" not in web.asked
    assert len(web.asked) == 3


@pytest.mark.parametrize(
    ("manner", "reason"),
    [
        ("cut", "the connection ended after|there is no connection"),
        ("other", "not the published file"),
        ("long", "longer file"),
        ("missing", "the server answered 404"),
    ],
)
def test_nothing_is_left_of_a_failed_download_and_it_is_said_what_to_do(mnist, web, tmp_path, manner, reason):
    data, _, _ = mnist
    web.manner = manner
    with pytest.raises(ExplorerError, match=reason) as refused:
        list(fetch(data, tmp_path))
    said = str(refused.value)
    assert str(tmp_path / "mnist") in said
    assert "http://page" in said
    assert "train-images-idx3-ubyte.gz" in said
    assert names(tmp_path / "mnist") == []


def test_without_a_connection_one_sentence_says_where_to_put_the_files(tmp_path):
    data, _, _ = small_mnist("http://127.0.0.1:9")
    with pytest.raises(ExplorerError, match=r"there is no connection\)\. Try again later, or get"):
        list(fetch(data, tmp_path))


def test_the_second_place_is_asked_when_the_first_fails(mnist, web, tmp_path):
    data, _, _ = mnist
    file = data.files[1]
    moved = replace(file, sources=("http://127.0.0.1:9/x", *file.sources))
    assert _last(downloads.fetch(moved, tmp_path))
    assert names(tmp_path) == [file.name]


def test_a_server_that_is_silent_is_given_up(mnist, tmp_path):
    class Silent:
        def read(self, _):
            raise TimeoutError

        def close(self):
            closed.append(True)

    closed = []
    file = mnist[0].files[0]
    with pytest.raises(Unreachable, match="no answer for 20 seconds"):
        list(downloads.fetch(file, tmp_path, opener=lambda *_: Silent()))
    assert closed == [True]


@pytest.mark.parametrize("way", ["stopped", "closed"])
def test_a_cancelled_download_leaves_nothing(web, tmp_path, way):
    content = os.urandom(3_000_000)
    web.files = {"/big": content}
    file = remote("big", content, web.address)
    stopping = []
    coming = downloads.fetch(file, tmp_path, lambda: bool(stopping))
    next(coming)
    assert len(names(tmp_path)) == 1  # the temporary one
    if way == "closed":
        coming.close()
    else:
        stopping.append(True)
        assert _last(coming) is False
    assert names(tmp_path) == []


def test_what_a_killed_download_left_is_swept_away(mnist, tmp_path):
    file = mnist[0].files[0]
    (tmp_path / f".{file.name}.0123abcd.tmp").write_bytes(b"half")
    (tmp_path / "mine.tmp").write_bytes(b"")
    assert _last(downloads.fetch(file, tmp_path))
    assert names(tmp_path) == sorted([file.name, "mine.tmp"])


def test_a_disk_that_is_too_small_is_noticed_before(mnist, tmp_path):
    file = replace(mnist[0].files[0], size=10**18)
    with pytest.raises(ExplorerError, match="make room there"):
        list(downloads.fetch(file, tmp_path))


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.org/x", "data:,x"])
def test_only_the_web_is_asked(tmp_path, address):
    with pytest.raises(ExplorerError, match="from the web only"):
        list(downloads.fetch(RemoteFile("x", (address,), 1, "0" * 64), tmp_path))


@pytest.mark.parametrize("name", ["cifar10", "cifar100"])
def test_the_binary_version_of_cifar_is_read(tmp_path, name):
    data, files, parts = small_cifar(name)
    folder = stored(data, files, tmp_path)
    for (pictures, labels), (wanted, truth) in zip(read(data, tmp_path), parts, strict=True):
        assert (pictures == wanted).all()
        assert (labels == truth).all()
    assert names(folder) == list(files)  # nothing was unpacked


def test_missing_files_are_named_with_their_place(tmp_path):
    data, files, _ = small_mnist()
    first = data.files[0].name
    folder = stored(data, {first: files[first]}, tmp_path)
    with pytest.raises(ExplorerError, match="t10k-labels") as refused:
        read(data, tmp_path)
    assert str(folder) in str(refused.value)


def test_another_file_of_the_right_length_is_not_read(tmp_path):
    data, files, _ = small_cifar()
    stored(data, {name: bytes(len(content)) for name, content in files.items()}, tmp_path)
    assert is_here(data, tmp_path)
    with pytest.raises(ExplorerError, match="SHA-256 differs"):
        read(data, tmp_path)


def _with(data, name, content):
    """The same data set whose published file is this one."""
    files = [remote(name, content, "http://x") if file.name == name else file for file in data.files]
    return replace(data, files=tuple(files))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"not gzip at all",
        lambda content: content[: len(content) // 2],
        lambda _: packed({"cifar-10-batches-bin/data_batch_1.bin": b"short"}),
        lambda _: packed({"other": b""}),
        lambda _: b"",
    ],
)
def test_damaged_archives_end_in_a_sentence(tmp_path, spoil):
    data, files, _ = small_cifar()
    ((name, content),) = files.items()
    spoiled = spoil(content)
    stored(data, {name: spoiled}, tmp_path)
    with pytest.raises(ExplorerError, match="download it again"):
        read(_with(data, name, spoiled), tmp_path)


def test_labels_that_do_not_belong_are_noticed(tmp_path):
    data, files, _ = small_mnist()
    name = data.files[1].name
    from tests.engine.data.published_files import idx

    wrong = idx(part((1, 4, 5), (5, 5, 5), 0)[1])
    stored(data, files | {name: wrong}, tmp_path)
    with pytest.raises(ExplorerError, match="does not hold the classes"):
        read(_with(data, name, wrong), tmp_path)
    other = idx(np.zeros((15, 4, 6), np.uint8))
    stored(data, files | {data.files[0].name: other}, tmp_path)
    with pytest.raises(ExplorerError, match="does not hold what MNIST should"):
        read(_with(data, data.files[0].name, other), tmp_path)


def test_training_downloads_what_is_missing_and_keeps_the_published_division(
    mnist, web, tmp_path, monkeypatch
):
    data, _, _ = mnist
    monkeypatch.setattr(published_data, "_KNOWN", {"mnist": data})
    monkeypatch.setattr(published_data, "data_folder", lambda: tmp_path)
    monkeypatch.setattr("explorer.engine.data.published_files.data_folder", lambda: tmp_path)
    recipe = Recipe(data="mnist", epochs=1, batch_size=5, shift=0)
    found = list(train(tiny((3, 8, 8), classes=3), recipe, device="cpu"))
    assert isinstance(found[0], Downloading)
    assert found[0].what == "MNIST"
    started = next(event for event in found if isinstance(event, Started))
    assert (started.train_pictures, started.test_pictures) == (15, 6)
    assert "the pictures of MNIST of 4×5 pixels are enlarged to 6×8" in started.notes[0]
    assert "black borders to 8×8 and repeated in 3 channels" in started.notes[0]
    assert isinstance(found[-1], Finished)
    web.manner = "missing"
    again = list(train(tiny((3, 8, 8), classes=3), recipe, device="cpu"))
    assert not any(isinstance(event, Downloading) for event in again)
    running = load(survey("mnist"), recipe, (1, 4, 5), torch.device("cpu"))
    with pytest.raises(StopIteration) as ended:
        next(running)
    (pictures, labels), _ = read(data, tmp_path)
    held, answers = ended.value.value.train.batch(torch.arange(15))
    assert (held.numpy() == pictures).all()
    assert (answers.numpy() == labels).all()


def test_the_facts_of_the_published_sets():
    known = published()
    assert {name: (sum(data.train_counts), sum(data.test_counts)) for name, data in known.items()} == {
        "mnist": (60_000, 10_000),
        "fashion-mnist": (60_000, 10_000),
        "cifar10": (50_000, 10_000),
        "cifar100": (50_000, 10_000),
    }
    for name, data in known.items():
        assert len(data.classes) == len(set(data.classes)) == len(data.train_counts) == len(data.test_counts)
        assert all(len(file.digest) == 64 for file in data.files)
        found = survey(name)
        assert found.division(0.2) == (sum(data.train_counts), 10_000)
        assert channels(found) == data.shape[0]


def _last(coming):
    while True:
        try:
            next(coming)
        except StopIteration as ended:
            return ended.value

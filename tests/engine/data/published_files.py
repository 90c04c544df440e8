"""Small data sets in the formats of MNIST and CIFAR, with the hashes of what was made."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import tarfile

import numpy as np

from explorer.engine.data.downloads import RemoteFile
from explorer.engine.data.published_data import PublishedData

COUNTS = (6, 5, 4), (2, 1, 3)


def part(shape, counts, seed):
    draws = np.random.default_rng(seed)
    labels = draws.permutation(np.repeat(np.arange(len(counts)), counts)).astype(np.uint8)
    return draws.integers(0, 256, (len(labels), *shape), dtype=np.uint8), labels


def idx(values):
    kind = {1: 0x801, 3: 0x803}[values.ndim]
    return gzip.compress(struct.pack(f">{1 + values.ndim}i", kind, *values.shape) + values.tobytes())


def remote(name, data, address):
    return RemoteFile(name, (f"{address}/{name}",), len(data), hashlib.sha256(data).hexdigest())


def small_mnist(address="http://127.0.0.1:9"):
    """The data set, its files by name, and its pictures and labels."""
    parts = [part((1, 4, 5), counts, seed) for seed, counts in enumerate(COUNTS)]
    files = {}
    for name, (pictures, labels) in zip(("train", "t10k"), parts, strict=True):
        files[f"{name}-images-idx3-ubyte.gz"] = idx(pictures[:, 0])
        files[f"{name}-labels-idx1-ubyte.gz"] = idx(labels)
    listed = tuple(remote(name, data, address) for name, data in files.items())
    data = PublishedData("mnist", listed, (1, 4, 5), ("a", "b", "c"), *COUNTS, "http://page")
    return data, files, parts


def small_cifar(name="cifar10", address="http://127.0.0.1:9"):
    counts = (10, 5, 5), (2, 2, 2)
    parts = [part((3, 4, 4), each, seed) for seed, each in enumerate(counts)]
    stored = {}
    extra = 1 if name == "cifar100" else 0
    rows = [
        np.concatenate([np.full((len(y), extra), 9, np.uint8), y[:, None], x.reshape(len(y), -1)], 1)
        for x, y in parts
    ]
    if extra:
        stored["cifar-100-binary/train.bin"], stored["cifar-100-binary/test.bin"] = rows
    else:
        for number, piece in enumerate(np.split(rows[0], 5), 1):
            stored[f"cifar-10-batches-bin/data_batch_{number}.bin"] = piece
        stored["cifar-10-batches-bin/test_batch.bin"] = rows[1]
    data = packed({"readme.html": b"<html>", **{key: value.tobytes() for key, value in stored.items()}})
    title = "cifar-100-binary.tar.gz" if extra else "cifar-10-binary.tar.gz"
    listed = (remote(title, data, address),)
    return (
        PublishedData(name, listed, (3, 4, 4), ("a", "b", "c"), *counts, "http://page"),
        {title: data},
        parts,
    )


def packed(members):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


def stored(data, files, root):
    folder = root / data.name
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder

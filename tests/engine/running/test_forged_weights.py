"""Files of weights that are damaged, forged or none at all: refused in a sentence; nothing in them runs."""

import io
import json
import os
import pickle
import struct
import zipfile

import numpy as np
import pytest
import torch
from safetensors.torch import save as save_safetensors
from torch import nn

from explorer.core.errors import ExplorerError
from explorer.engine import device
from explorer.engine.running import weight_files
from explorer.engine.running.weight_files import safe_load
from tests.engine.running.written_weights import STATE, rewritten, saved, written


class Runs:
    """A pickle of it runs a command."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.system, (f"touch {self.mark}",)


@pytest.mark.parametrize("kind", ["zip", "old", "pickle", "inside", "renamed"])
def test_code_in_a_file_is_refused_and_does_not_run(tmp_path, kind):
    mark = tmp_path / "ran"
    path = tmp_path / "weights.pth"
    if kind == "zip":
        torch.save(Runs(mark), path)
    elif kind == "old":
        torch.save({"a": Runs(mark)}, path, _use_new_zipfile_serialization=False)
    elif kind == "inside":
        torch.save({"a": torch.ones(2), "b": Runs(mark)}, path)
    else:
        path.write_bytes(pickle.dumps(Runs(mark)))
    if kind == "renamed":
        path = path.rename(tmp_path / "weights.safetensors")
    with pytest.raises(ExplorerError) as refusal:
        safe_load(path)
    assert not mark.exists()
    assert "could run code" in str(refusal.value)
    assert "weights_only" not in str(refusal.value)


def test_a_whole_module_is_refused_and_named(tmp_path):
    with pytest.raises(ExplorerError, match=r"asks for torch\.nn\.modules\.linear\.Linear.*state dict"):
        safe_load(saved(nn.Linear(2, 2), tmp_path))


def test_sparse_and_quantized_tensors_are_refused(tmp_path):
    with pytest.raises(ExplorerError, match="more than plain tensors"):
        safe_load(saved({"a": torch.eye(3).to_sparse()}, tmp_path))
    with pytest.raises(ExplorerError):
        safe_load(saved({"a": torch.ones(2, dtype=torch.complex64)}, tmp_path))


def test_compressed_members_are_refused(tmp_path):
    path = saved({"a": torch.zeros(100_000)}, tmp_path)
    rewritten(path, lambda _, data: data, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 20_000
    with pytest.raises(ExplorerError, match="compressed"):
        safe_load(path)


def test_a_storage_that_claims_more_than_it_holds_is_refused(tmp_path):
    path = saved({"a": torch.zeros(4)}, tmp_path)
    rewritten(path, lambda name, data: data[:8] if "/data/" in name else data)
    with pytest.raises(ExplorerError, match=r"claims 16 bytes for a tensor and holds 8 bytes"):
        safe_load(path)
    rewritten(path, lambda name, data: None if "/data/" in name else data)
    with pytest.raises(ExplorerError, match="holds nothing"):
        safe_load(path)


def test_a_tensor_larger_than_its_storage_is_refused(tmp_path):
    path = saved({"a": torch.zeros(1).expand(1_000_000)}, tmp_path)
    with pytest.raises(ExplorerError, match=r"claims 1,000,000 numbers, but only 1 are stored"):
        safe_load(path)
    path = saved({"a": torch.zeros(7)}, tmp_path, _use_new_zipfile_serialization=False)
    data = path.read_bytes()
    forged = data.replace(b"K\x07\x85", b"K\x09\x85")
    assert forged != data
    with pytest.raises(ExplorerError, match="claims 9 numbers"):
        safe_load(written(forged, tmp_path))


def test_an_old_file_that_claims_too_much_is_refused_before_anything_is_allocated(tmp_path):
    path = saved({"a": torch.zeros(7)}, tmp_path, _use_new_zipfile_serialization=False)
    # storage of 7 numbers: BININT1 7 follows the location "cpu"
    data = path.read_bytes()
    place = data.index(b"cpu")
    start = data.index(b"K\x07", place)
    forged = data[:start] + b"\x8a\x05" + (10**11).to_bytes(5, "little") + data[start + 2 :]
    with pytest.raises(ExplorerError, match=r"claims 400,000,000,008 bytes"):
        safe_load(written(forged, tmp_path))


def test_a_memo_index_of_gigabytes_is_refused(tmp_path):
    path = saved({"a": torch.zeros(4)}, tmp_path)
    bomb = b"\x80\x02}r\xff\xff\xff\x7f."
    rewritten(path, lambda name, data: bomb if name.endswith("data.pkl") else data)
    with pytest.raises(ExplorerError, match="not one that torch writes"):
        safe_load(path)


def test_two_members_of_one_name_are_refused(tmp_path):
    path = saved({"a": torch.zeros(4)}, tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("WEIGHTS/data/0", b"0" * 16)
    with pytest.raises(ExplorerError, match="same name"):
        safe_load(path)


def test_a_flipped_bit_is_noticed(tmp_path):
    path = saved({"a": torch.zeros(1000)}, tmp_path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    with pytest.raises(ExplorerError, match="checksums"):
        safe_load(written(bytes(data), tmp_path))


@pytest.mark.parametrize("kind", ["zip", "old", "safetensors"])
def test_a_file_cut_off_anywhere_is_refused(tmp_path, kind):
    if kind == "safetensors":
        data = save_safetensors(dict(STATE))
    else:
        path = saved(STATE, tmp_path, _use_new_zipfile_serialization=kind == "zip")
        data = path.read_bytes()
    for length in [*range(0, len(data), max(1, len(data) // 60)), len(data) - 1]:
        with pytest.raises(ExplorerError):
            safe_load(written(data[:length], tmp_path))


@pytest.mark.parametrize("kind", ["zip", "old", "safetensors"])
def test_damaged_bytes_never_make_another_error(tmp_path, kind):
    if kind == "safetensors":
        data = save_safetensors(dict(STATE))
    else:
        data = saved(STATE, tmp_path, _use_new_zipfile_serialization=kind == "zip").read_bytes()
    chance = np.random.default_rng(7)
    for _ in range(150):
        damaged = bytearray(data)
        for place in chance.integers(0, len(data), 3):
            damaged[place] = chance.integers(0, 256)
        path = written(bytes(damaged), tmp_path)
        try:
            state = safe_load(path)
        except ExplorerError as error:
            assert "weights.pth" in str(error)  # noqa: PT017  (either outcome is right)
        else:
            assert sum(item.numel() for item in state.values()) < 1000


def forged_header(entries):
    header = json.dumps(entries).encode()
    return struct.pack("<Q", len(header)) + header


@pytest.mark.parametrize(
    "data",
    [
        forged_header({"a": {"dtype": "F32", "shape": [10**12], "data_offsets": [0, 4 * 10**12]}}),
        forged_header({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}) + b"1234",
        forged_header({"a": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}}) + b"12345678",
        forged_header({"a": {"dtype": "X9", "shape": [2], "data_offsets": [0, 8]}}) + b"12345678",
        struct.pack("<Q", 90_000_000) + b"{" + b"[" * 2000,
        struct.pack("<Q", 4) + b"{]}]" + b"12345678",
    ],
)
def test_forged_safetensors_are_refused(tmp_path, data):
    with pytest.raises(ExplorerError, match="header and its data do not agree"):
        safe_load(written(data, tmp_path, "w.safetensors"))


def npz():
    stream = io.BytesIO()
    np.savez(stream, a=np.zeros(3))
    return stream.getvalue()


def zipped():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html>quota exceeded", "web page"),
        (b"\n  <html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS pointer"),
        (b'{"weight_map": {}}', "JSON text"),
        (b"\x89HDF\r\n\x1a\n" + b"\0" * 64, "HDF5"),
        (b"\x1f\x8b\x08" + b"\0" * 64, "gzip"),
        (pickle.dumps([1, 2]), "torch.save did not write"),
        (npz(), "NumPy"),
        (zipped(), "without weights"),
        (b"just some text", "neither"),
        (b"\0" * 100, "neither"),
    ],
)
def test_what_is_no_weights_is_told(tmp_path, data, reason):
    with pytest.raises(ExplorerError, match=reason) as refusal:
        safe_load(written(data, tmp_path))
    assert "\n" not in str(refusal.value)


def test_torchscript_is_told(tmp_path):
    path = saved({"a": torch.zeros(1)}, tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("weights/constants.pkl", b"")
    with pytest.raises(ExplorerError, match="TorchScript"):
        safe_load(path)


@pytest.mark.parametrize("content", [{}, [], {"a": 1}, {1: torch.ones(1)}, torch.ones(2), {"state_dict": {}}])
def test_files_without_named_tensors_are_refused(tmp_path, content):
    with pytest.raises(ExplorerError, match="no named tensors"):
        safe_load(saved(content, tmp_path))


def test_files_that_are_not_there(tmp_path):
    for path in (tmp_path / "nothing.pth", tmp_path):
        with pytest.raises(ExplorerError, match="is not a file"):
            safe_load(path)


def test_a_file_larger_than_the_memory_is_not_read(tmp_path, monkeypatch):
    path = saved(STATE, tmp_path)
    monkeypatch.setattr(device, "free_memory", lambda _: 100)
    with pytest.raises(ExplorerError, match="only 100 bytes are free"):
        weight_files.safe_load(path)


# --- into a network ---

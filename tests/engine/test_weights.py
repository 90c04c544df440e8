"""Weights: the same seed gives the same, a file is taken whole or not at all, and nothing in it runs."""

import io
import json
import os
import pickle
import struct
import zipfile
from collections import OrderedDict

import numpy as np
import pytest
import torch
from safetensors.torch import save as save_safetensors
from torch import nn

from explorer.core.errors import ExplorerError
from explorer.engine import device
from explorer.engine.running import weight_files
from explorer.engine.running.module import build
from explorer.engine.running.weight_files import not_finite, safe_load, save
from explorer.engine.running.weights import initialized, load_into
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d, ConvTranspose2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.sketch import Sketch


def network(classes=3):
    sketch = Sketch()
    last = sketch.input((1, 6, 6))
    last = sketch.chain(
        last,
        ("conv", Conv2d(out_channels=2, bias=True)),
        ("bn", BatchNorm2d()),
        ("up", ConvTranspose2d(out_channels=2)),
        ("relu", ReLU()),
        ("flat", Flatten()),
        ("fc", Linear(out_features=classes)),
    )
    return sketch.graph()


STATE = OrderedDict(
    a=torch.arange(6.0).reshape(2, 3), b=torch.tensor(5), c=torch.zeros(4, dtype=torch.bfloat16)
)


def equal(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def saved(content, tmp_path, **settings):
    path = tmp_path / "weights.pth"
    torch.save(content, path, **settings)
    return path


def written(data, tmp_path, name="weights.pth"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def rewritten(path, change, compression=zipfile.ZIP_STORED):
    """The archive with members changed: change(name, data) -> data, or None to drop it."""
    with zipfile.ZipFile(path) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members:
            new = change(name, data)
            if new is not None:
                archive.writestr(name, new)
    return path


# --- what is sound ---


@pytest.mark.parametrize("old", [False, True], ids=["zip", "before 2020"])
def test_what_torch_saves_is_read(tmp_path, old):
    path = saved(STATE, tmp_path, _use_new_zipfile_serialization=not old)
    assert equal(safe_load(path), STATE)


@pytest.mark.parametrize("old", [False, True], ids=["zip", "before 2020"])
def test_a_checkpoint_is_unwrapped(tmp_path, old):
    module = nn.Sequential(nn.Linear(2, 2))
    optimizer = torch.optim.SGD(module.parameters(), 0.1, momentum=0.9)
    module(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    content = {
        "epoch": 3,
        "state_dict": module.state_dict(),
        "optimizer": optimizer.state_dict(),
        "note": "x",
    }
    path = saved(content, tmp_path, _use_new_zipfile_serialization=not old)
    assert equal(safe_load(path), module.state_dict())


def test_parameters_views_and_shared_storages_are_read(tmp_path):
    table = torch.arange(12.0).reshape(3, 4)
    content = {"w": nn.Parameter(table), "row": table[1], "turned": table.t(), "none": torch.zeros(0)}
    assert equal(safe_load(saved(content, tmp_path)), {name: item.detach() for name, item in content.items()})


def test_the_prefix_of_data_parallel_is_taken_off(tmp_path):
    path = saved({f"module.{name}": item for name, item in STATE.items()}, tmp_path)
    assert equal(safe_load(path), STATE)


def test_safetensors_there_and_back(tmp_path):
    module = build(network())
    path = tmp_path / "w.safetensors"
    save(module, path)
    assert equal(safe_load(path), module.state_dict())
    shared = torch.ones(3)
    save({"a": shared, "b": shared, "c": shared.expand(2, 3)}, path)
    assert safe_load(path)["c"].shape == (2, 3)


# --- what is hostile ---


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


def test_weights_enter_a_network_and_it_computes_the_same(tmp_path):
    one, other = initialized(network(), 1), initialized(network(), 2)
    save(one, tmp_path / "w.safetensors")
    report = load_into(other, safe_load(tmp_path / "w.safetensors"))
    assert report.complete
    assert set(report.taken) == set(one.state_dict())
    picture = torch.randn(2, 1, 6, 6)
    assert torch.equal(one.eval()(picture), other.eval()(picture))


@pytest.mark.parametrize("change", ["missing", "unexpected", "mismatched"])
def test_a_refused_state_changes_nothing(change):
    module = initialized(network(), 1)
    before = {name: item.clone() for name, item in module.state_dict().items()}
    state = {name: item + 1 for name, item in before.items()}
    if change == "missing":
        del state["conv.bias"]
        reason = r"it lacks conv\.bias"
    elif change == "unexpected":
        state["extra"] = torch.ones(1)
        reason = "it has extra, which the network does not"
    else:
        state["fc.weight"] = torch.ones(5, 128)
        reason = r"fc\.weight is 5×128 in it and 3×128 in the network"
    with pytest.raises(ExplorerError, match=reason):
        load_into(module, state)
    assert equal(module.state_dict(), before)


def test_another_head_takes_over_the_body():
    source = initialized(network(classes=7), 1)
    target = initialized(network(classes=3), 2)
    report = load_into(target, source.state_dict(), partial=True)
    assert report.mismatched == ("fc.weight", "fc.bias")
    assert torch.equal(target.state_dict()["conv.weight"], source.state_dict()["conv.weight"])
    with pytest.raises(ExplorerError, match="another network"):
        load_into(target, {"nothing": torch.ones(1)}, partial=True)


def test_old_files_without_batch_counters_are_taken():
    module = build(network())
    state = {name: item for name, item in module.state_dict().items() if not name.endswith("tracked")}
    assert load_into(module, state).complete


def test_a_network_on_meta_becomes_real():
    source = initialized(network(), 1)
    target = build(network(), device="meta")
    load_into(target, source.state_dict())
    picture = torch.randn(1, 1, 6, 6)
    assert torch.equal(target.eval()(picture), source.eval()(picture))
    assert all(item.requires_grad for item in target.parameters())
    other = build(network(classes=4), device="meta")
    with pytest.raises(ExplorerError, match="meta"):
        load_into(other, source.state_dict(), partial=True)


def test_numbers_that_are_none_are_reported():
    state = initialized(network(), 1).state_dict()
    state["fc.bias"][0] = float("nan")
    state["bn.weight"][0] = float("inf")
    assert not_finite(state) == ("bn.weight", "fc.bias")
    assert load_into(build(network()), state).not_finite == ("bn.weight", "fc.bias")


def test_half_precision_is_converted():
    state = {name: item.half() for name, item in initialized(network(), 1).state_dict().items()}
    module = build(network())
    load_into(module, state)
    assert module.state_dict()["conv.weight"].dtype is torch.float32


# --- at random ---


def test_the_seed_alone_decides():
    torch.manual_seed(1)
    state = torch.get_rng_state()
    one = initialized(network(), 5)
    torch.manual_seed(2)
    assert equal(one.state_dict(), initialized(network(), 5).state_dict())
    assert not torch.equal(one.state_dict()["fc.weight"], initialized(network(), 6).state_dict()["fc.weight"])
    torch.set_rng_state(state)
    initialized(network(), 5)
    assert torch.equal(torch.get_rng_state(), state)


def test_deviations_are_those_of_he():
    sketch = Sketch()
    last = sketch.input((16, 8, 8))
    sketch.chain(
        last,
        ("conv", Conv2d(out_channels=256, kernel_size=3, groups=4)),
        ("up", ConvTranspose2d(out_channels=64, kernel_size=4, stride=2)),
    )
    module = initialized(sketch.graph(), 0)
    state = module.state_dict()
    assert state["conv.weight"].std().item() == pytest.approx((2 / (4 * 9)) ** 0.5, rel=0.02)
    assert state["up.weight"].std().item() == pytest.approx((2 / (256 * 16 / 4)) ** 0.5, rel=0.02)
    assert not state["conv.bias"].any()

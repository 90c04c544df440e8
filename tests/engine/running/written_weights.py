"""A small network, its state, and files of weights as tests write and spoil them."""

import zipfile
from collections import OrderedDict

import torch

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

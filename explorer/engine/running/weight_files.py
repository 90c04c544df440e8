"""Files of weights are read so that nothing in them runs, lies about its size, or is half taken."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from safetensors.torch import save as save_safetensors
from torch import Tensor, nn

from explorer.core.errors import ExplorerError
from explorer.core.files import atomic_write
from explorer.engine.device import check_memory
from explorer.engine.running.weight_claims import read_claims

State = dict[str, Tensor]
"""A state dict: tensors by name."""

_DTYPES = frozenset(
    (
        torch.float16,
        torch.bfloat16,
        torch.float32,
        torch.float64,
        torch.int8,
        torch.int16,
        torch.int32,
        torch.int64,
        torch.uint8,
        torch.bool,
    )
)
_OLD_MAGIC = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
_OLD_PICKLES = 3  # magic number, protocol, system; then the state dict and the keys
_WRAPPERS = ("state_dict", "model_state_dict", "model", "net", "weights", "params")

_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"version https://git-lfs", "is a Git LFS pointer, not the file itself; fetch it with `git lfs pull`"),
    (b"<!doctype", "is a web page, not weights; download the file itself"),
    (b"<html", "is a web page, not weights; download the file itself"),
    (b"<?xml", "is an XML text, not weights; download the file itself"),
    (b"{", "is a JSON text, not weights; look for the .safetensors or .pth file beside it"),
    (b"\x89hdf", "is an HDF5 file (Keras); save the weights as .safetensors"),
    (b"\x1f\x8b", "is compressed with gzip; unpack it first"),
    (b"\x93numpy", "is a single NumPy array, not weights"),
)


def safe_load(path: Path) -> State:
    """The tensors of a .safetensors file, or of a .pth file that torch.save wrote.

    A state dict inside a checkpoint (under "state_dict" or the like) is taken out of it, and
    the "module." of nn.DataParallel is taken off the names.

    Raises:
        ExplorerError: it is no such file, is damaged, claims more than it holds, or could run
            code; the text says which. Nothing of it was run.
    """
    path = Path(path)
    data = _bytes(path)
    try:
        content = _content(data)
        state = _tensors(content)
        for name, tensor in state.items():
            _check_tensor(name, tensor)
    except ExplorerError as error:
        raise ExplorerError(f"{path.name} {_predicate(str(error))}") from error.__cause__
    return state


def save(module_or_state: nn.Module | Mapping[str, Tensor], path: Path) -> None:
    """Write weights as a .safetensors file, whole or not at all.

    Raises:
        OSError: the file cannot be written; the older one is untouched.
    """
    atomic_write(Path(path), to_bytes(module_or_state))


def to_bytes(module_or_state: nn.Module | Mapping[str, Tensor]) -> bytes:
    """Weights in the safetensors format."""
    state = module_or_state.state_dict() if isinstance(module_or_state, nn.Module) else module_or_state
    # copies: tensors that share memory cannot be written, and those on a device must come here
    alone = {name: tensor.detach().to("cpu", copy=True).contiguous() for name, tensor in state.items()}
    written: bytes = save_safetensors(alone, metadata={"format": "pt"})
    return written


def not_finite(state: Mapping[str, Tensor]) -> tuple[str, ...]:
    """The names of the tensors that hold NaN or infinity."""
    return tuple(
        name
        for name, tensor in state.items()
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all())
    )


def _predicate(text: str) -> str:
    """What is said of the file, as the rest of a sentence that begins with its name."""
    return text if text.startswith("is ") else f"cannot be used: {text}"


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise ExplorerError(f"{path} is not a file; check the name")
        # once as bytes, and once more as tensors
        check_memory(2 * path.stat().st_size, "cpu", f"reading {path.name}", "close other programs first")
        # read, never mapped: a mapped file that shrinks kills the process
        return path.read_bytes()
    except OSError as error:
        raise ExplorerError(f"{path} cannot be read: {error.strerror}") from error


def _content(data: bytes) -> Any:
    """Tell the format by the first bytes, and read it."""
    if not data:
        raise ExplorerError("is empty; the download or copy did not finish")
    if data.startswith(b"PK\x03\x04"):
        return _read_zip(data)
    if data.startswith(_OLD_MAGIC):
        return _read_old(data)
    if _looks_like_safetensors(data):
        return _read_safetensors(data)
    start = data[:1024].lstrip().lower()
    for sign, reason in _SIGNS:
        if start.startswith(sign):
            raise ExplorerError(reason)
    if data[:1] == b"\x80":
        raise ExplorerError(
            "is a Python pickle that torch.save did not write; it could run code, so it is not opened"
        )
    raise ExplorerError("is neither .safetensors nor a file of torch.save (or its beginning is damaged)")


def _looks_like_safetensors(data: bytes) -> bool:
    return len(data) > 8 and data[8:9] == b"{" and struct.unpack("<Q", data[:8])[0] < 100_000_000


def _read_safetensors(data: bytes) -> Any:
    try:
        return load_safetensors(data)
    except (SafetensorError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise ExplorerError("its header and its data do not agree; it is damaged or cut off") from error


def _read_zip(data: bytes) -> Any:
    """A file of torch.save since 2020: a zip archive of a pickle and one member per storage."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _checked_members(archive, len(data))
            top = _top_folder(members)
            claims = read_claims(io.BytesIO(archive.read(f"{top}/data.pkl")))
            for claim in claims:
                member = members.get(f"{top}/data/{claim.key}")
                if member is None or member.file_size != claim.bytes:
                    held = "nothing" if member is None else f"{member.file_size:,} bytes"
                    raise ExplorerError(
                        f"it claims {claim.bytes:,} bytes for a tensor and holds {held};"
                        " it is damaged or was tampered with"
                    )
            if archive.testzip() is not None:
                raise ExplorerError("its checksums do not agree; it is damaged, copy it again")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError) as error:
        raise ExplorerError("it is an incomplete or damaged archive; copy it again") from error
    except (RuntimeError, ValueError, struct.error) as error:  # encrypted members, impossible fields
        raise ExplorerError("it is an archive that torch.save did not write") from error
    return _torch_load(data)


def _checked_members(archive: zipfile.ZipFile, size: int) -> Mapping[str, zipfile.ZipInfo]:
    """The members, plainly stored, each name once, together no larger than the file.

    Raises:
        ExplorerError: one is compressed or doubled, or they claim more than there is.
    """
    infos = archive.infolist()
    if any(
        info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size for info in infos
    ):
        raise ExplorerError("its contents are compressed, which torch.save never does; unpack it first")
    if sum(info.file_size for info in infos) > size:
        raise ExplorerError("its contents claim to be larger than the file; it was tampered with")
    # torch looks names up without regard to case
    if len({info.filename.lower() for info in infos}) != len(infos):
        raise ExplorerError("it holds two contents of the same name; it was tampered with")
    return {info.filename: info for info in infos}


def _top_folder(members: Mapping[str, zipfile.ZipInfo]) -> str:
    """The folder that torch.save made inside.

    Raises:
        ExplorerError: this is another kind of archive; says which.
    """
    top = next(iter(members), "").partition("/")[0]
    if f"{top}/constants.pkl" in members or any(name.startswith(f"{top}/code/") for name in members):
        raise ExplorerError("is a TorchScript program, not weights; save its state_dict() instead")
    if any(name.endswith(".npy") for name in members):
        raise ExplorerError("is an archive of NumPy arrays; save the weights as .safetensors")
    if f"{top}/data.pkl" not in members:
        raise ExplorerError("is a zip archive without weights in it; unpack it and choose the file inside")
    return top


def _read_old(data: bytes) -> Any:
    """A file of torch.save before 2020: pickles, then the numbers of each storage."""
    stream = io.BytesIO(data)
    for _ in range(_OLD_PICKLES):
        read_claims(stream)
    claims = read_claims(stream)
    read_claims(stream)
    # each storage is preceded by its length in eight bytes
    needed = sum(claim.bytes + 8 for claim in claims)
    left = len(data) - stream.tell()
    if needed != left:
        raise ExplorerError(
            f"it claims {needed:,} bytes of numbers and holds {left:,}; it is cut off or was tampered with"
        )
    return _torch_load(data)


def _torch_load(data: bytes) -> Any:
    try:
        return torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except Exception as error:  # torch's own text advises to switch safety off
        raise ExplorerError("torch cannot read it as plain weights; it is damaged") from error


def _tensors(content: Any) -> State:
    """The state dict in what was read."""
    if isinstance(content, Mapping) and not any(isinstance(item, Tensor) for item in content.values()):
        inner = [content[name] for name in _WRAPPERS if isinstance(content.get(name), Mapping)]
        if inner:
            content = inner[0]
    if not isinstance(content, Mapping):
        raise ExplorerError("it holds no named tensors")
    state = {name: item.detach() for name, item in content.items() if isinstance(item, Tensor)}
    if not state or not all(isinstance(name, str) and len(name) <= 500 for name in state):
        raise ExplorerError("it holds no named tensors")
    if all(name.startswith("module.") for name in state):
        state = {name.removeprefix("module."): item for name, item in state.items()}
    return state


def _check_tensor(name: str, tensor: Tensor) -> None:
    """Refuse what is not a plain tensor of plain numbers, all of them there.

    Raises:
        ExplorerError: with the tensor's name.
    """
    shown = name.encode("ascii", "replace").decode()[:80]
    if tensor.layout is not torch.strided or tensor.device.type != "cpu" or tensor.is_quantized:
        raise ExplorerError(f"its tensor {shown} is not a plain one (sparse, quantized or on no device)")
    if tensor.dtype not in _DTYPES:
        raise ExplorerError(f"its tensor {shown} has numbers of type {tensor.dtype}, which are not supported")
    if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
        raise ExplorerError(f"its tensor {shown} claims more numbers than are stored; it was tampered with")

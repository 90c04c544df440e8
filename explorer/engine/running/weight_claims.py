"""What a pickled weights file says it holds, read with stand-ins before torch is let near it."""

from __future__ import annotations

import io
import pickle
import pickletools
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from explorer.core.errors import ExplorerError

_ITEM_BYTES: Mapping[str, int] = {
    "DoubleStorage": 8,
    "FloatStorage": 4,
    "HalfStorage": 2,
    "BFloat16Storage": 2,
    "LongStorage": 8,
    "IntStorage": 4,
    "ShortStorage": 2,
    "CharStorage": 1,
    "ByteStorage": 1,
    "BoolStorage": 1,
}
_PLAIN_DTYPES = frozenset(
    ("float16", "float32", "float64", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "bool")
)
_HIGHEST_MEMO = 10_000_000


@dataclass(frozen=True)
class StorageClaim:
    """A block of numbers that the pickle refers to: its key and how many bytes it should have."""

    key: str
    item_bytes: int
    count: int

    @property
    def bytes(self) -> int:
        """Bytes that the block must have."""
        return self.item_bytes * self.count


@dataclass(frozen=True)
class TensorClaim:
    """A tensor that the pickle makes of a storage."""

    storage: StorageClaim
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    def check(self) -> None:
        """Refuse a tensor that reaches beyond its storage, or repeats it.

        Raises:
            ExplorerError: the claim is not that of a plain tensor.
        """
        figures = (self.offset, *self.shape, *self.stride)
        if not all(type(figure) is int and 0 <= figure < 2**62 for figure in figures):
            raise ExplorerError(
                "a tensor in it has impossible sides; the file is damaged or was tampered with"
            )
        count = prod(self.shape)
        last = self.offset + sum(
            (side - 1) * step for side, step in zip(self.shape, self.stride, strict=True)
        )
        if count > self.storage.count or (count and last >= self.storage.count):
            raise ExplorerError(
                f"a tensor in it claims {count:,} numbers, but only {self.storage.count:,} are stored for it;"
                " the file is damaged or was tampered with"
            )


def read_claims(data: io.BytesIO) -> tuple[StorageClaim, ...]:
    """The storages that one pickle refers to, checked against the tensors made of them.

    Nothing that the file names is imported or called: harmless stand-ins take the place of
    torch's functions, and any other name ends the reading. `data` is left after the pickle.

    Raises:
        ExplorerError: it is no pickle of plain tensors; the text says why.
    """
    _check_opcodes(data)
    claims: dict[str, StorageClaim] = {}
    reader = _Reader(data, claims)
    try:
        reader.load()
    except ExplorerError:
        raise
    except Exception as error:  # a hostile pickle can make any
        raise ExplorerError("its list of tensors cannot be read; the file is damaged") from error
    return tuple(claims.values())


class _Reader(pickle.Unpickler):
    """An unpickler that knows stand-ins only."""

    def __init__(self, data: io.BytesIO, claims: dict[str, StorageClaim]) -> None:
        super().__init__(data, encoding="utf-8")
        self._claims = claims
        # made anew for each file: a pickle may set attributes on what it is given
        self._known: dict[str, Any] = {
            "collections.OrderedDict": OrderedDict,
            "torch._utils._rebuild_tensor": _checked_tensor(),
            "torch._utils._rebuild_tensor_v2": _checked_tensor(),
            "torch._utils._rebuild_parameter": lambda tensor, *_: tensor,
            "torch.nn.parameter.Parameter": lambda tensor, *_: tensor,
            "torch.Size": lambda sides=(): tuple(sides),
            "torch.device": lambda *_: None,
        }

    def find_class(self, module: str, name: str) -> Any:
        full = f"{module}.{name}"
        if full in self._known:
            return self._known[full]
        if module in ("torch", "torch.storage") and name in _ITEM_BYTES:
            return name
        if module == "torch" and name in _PLAIN_DTYPES:
            return name
        shown = full.encode("ascii", "replace").decode()[:80]
        raise ExplorerError(
            f"it holds more than plain tensors (it asks for {shown}), which could run code;"
            " ask its author for the state dict alone, best as .safetensors"
        )

    def persistent_load(self, pid: Any) -> StorageClaim:
        tag, kind, key, _, count, *view = pid
        if tag != "storage" or kind not in _ITEM_BYTES or any(item is not None for item in view):
            raise ExplorerError("it refers to data of an unknown kind; save it again with a recent torch")
        if type(count) is not int or not 0 <= count < 2**59 or not isinstance(key, str):
            raise ExplorerError("it claims data of an impossible size; the file is damaged")
        claim = StorageClaim(key, _ITEM_BYTES[kind], count)
        if self._claims.setdefault(key, claim) != claim:
            raise ExplorerError("it claims two sizes for the same data; the file is damaged")
        return claim


def _checked_tensor() -> Callable[..., TensorClaim]:
    def rebuild(storage: StorageClaim, offset: int, shape: Any, stride: Any, *_: Any) -> TensorClaim:
        claim = TensorClaim(storage, offset, tuple(shape), tuple(stride))
        claim.check()
        return claim

    return rebuild


def _check_opcodes(data: io.BytesIO) -> None:
    """Refuse a memo index that would make the unpickler set aside gigabytes.

    Raises:
        ExplorerError: there is such an index, or this is no complete pickle.
    """
    start = data.tell()
    try:
        for opcode, argument, _ in pickletools.genops(data):
            if opcode.name in ("PUT", "LONG_BINPUT") and int(argument or 0) > _HIGHEST_MEMO:
                raise ExplorerError("its list of tensors is not one that torch writes")
    except ExplorerError:
        raise
    except Exception as error:  # a hostile pickle can make any
        raise ExplorerError("its list of tensors cannot be read; the file is damaged") from error
    data.seek(start)

"""Pictures in files, fitted to a network's input; needs no torch, so that reading processes start fast."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape
from explorer.engine.pictures.images import fitted as cut
from explorer.engine.pictures.images import read_picture

_SIGNATURES = (
    b"\x89PNG", b"\xff\xd8\xff", b"BM", b"GIF8", b"RIFF", b"II", b"MM",
    b"P1", b"P2", b"P3", b"P4", b"P5", b"P6",
)  # fmt: skip


def fitted(path: Path, shape: Shape) -> NDArray[np.uint8]:
    """A picture as (C, H, W) from 0 to 255.

    Raises:
        ExplorerError: it is gone or damaged; says which.
    """
    return np.ascontiguousarray(cut(read_picture(path), shape).transpose(2, 0, 1))


def is_grey(path: Path) -> bool:
    """Whether a picture has no colours; one that cannot be read has none either."""
    try:
        mode = read_picture(path).mode
    except ExplorerError:
        return True
    return mode in ("1", "L", "LA", "F") or mode.startswith("I")


def oddity(path: Path) -> str:
    """Why a file cannot be a picture, told from its first bytes alone; "" where it may be one."""
    try:
        with path.open("rb") as stream:
            head = stream.read(8)
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    if not head:
        return "it is empty"
    return "" if head.startswith(_SIGNATURES) else "it is not a picture, whatever its name says"

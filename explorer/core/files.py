"""Files are written whole or not at all, and read with a limit."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from explorer.core.errors import DocumentError


def atomic_write(path: Path, data: bytes) -> None:
    """Write a file so that at any moment either the old or the new one is there.

    A temporary file in the same folder is written, flushed to the disk and renamed; the
    folder is flushed too. On any failure the older file is untouched and the temporary gone.

    Raises:
        OSError: no space, no permission, no such folder.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name[:100]}.{os.urandom(4).hex()}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _mode(path))
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _flush_folder(path.parent)


def read_limited(path: Path, limit: int) -> bytes:
    """The bytes of a file that is not larger than `limit`.

    Raises:
        DocumentError: it cannot be read, is no regular file, or is too large.
    """
    path = Path(path)
    try:
        if not path.is_file():
            raise DocumentError(f"{path} is not a file; check the name")
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > limit:
        raise DocumentError(f"{path} is larger than {limit:,} bytes, which no document needs")
    return data


def _mode(path: Path) -> int:
    """The permissions of the file to be replaced; a new file gets the usual ones."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return 0o666


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":  # elsewhere a folder cannot be opened; the rename itself is durable
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Files are written whole or not at all, and read with a limit."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from explorer.core.errors import DocumentError


def atomic_write(path: Path, data: bytes) -> None:
    """Write a file so that at any moment either the old or the new one is there.

    A temporary file in the same folder is written, flushed to the disk and renamed; the
    folder is flushed too. On any failure the older file is untouched and the temporary gone;
    those that killed processes left of this file are taken away.

    Raises:
        OSError: no space, no permission, no such folder.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name[:100]}.{os.urandom(4).hex()}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _mode(path))
        with os.fdopen(descriptor, "wb") as file:
            take(descriptor)  # no more: it is taken by us until it is closed
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            if os.name == "posix":  # renamed while it is still ours; elsewhere an open file cannot be
                temporary.replace(path)
        if os.name != "posix":
            temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    flush_folder(path.parent)
    sweep(path)


def append(path: Path, data: bytes) -> None:
    """Add bytes to the end of a file: all of them, or none where it fails.

    Raises:
        OSError: no space, no permission, no such folder; the file is as long as before.
    """
    # without Python's own buffer: what it still holds after a failure would be written at the next chance
    with Path(path).open("ab", buffering=0) as file:
        start, left = file.tell(), memoryview(data)
        try:
            while left:
                left = left[file.write(left) or 0 :]
        except OSError:
            with contextlib.suppress(OSError):
                file.truncate(start)
            raise


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


def sweep(path: Path) -> None:
    """Take away the temporary files of a path whose writers were killed."""
    ours = re.compile(rf"\.{re.escape(path.name[:100])}\.[0-9a-f]{{8}}\.tmp")
    # the file itself is written: what cannot be tidied here is tidied at the next time
    with contextlib.suppress(OSError):
        for item in path.parent.iterdir():
            if ours.fullmatch(item.name):
                _remove_abandoned(item)


def _remove_abandoned(temporary: Path) -> None:
    if os.name != "posix":
        temporary.unlink()  # refused there while its writer lives
        return
    descriptor = os.open(temporary, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        if take(descriptor):
            temporary.unlink()
    finally:
        os.close(descriptor)


def take(descriptor: int) -> bool:
    """Take the lock of an open file, which ends with its process; False where a living one has it."""
    if os.name == "posix":
        import fcntl  # there is none elsewhere

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # also where the file system knows no locks: then nothing is taken away
            return False
    return True


def _mode(path: Path) -> int:
    """The permissions of the file to be replaced; a new file gets the usual ones."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return 0o666


def flush_folder(folder: Path) -> None:
    """Make the disk keep what was renamed into a folder."""
    if os.name != "posix":  # elsewhere a folder cannot be opened; the rename itself is durable
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

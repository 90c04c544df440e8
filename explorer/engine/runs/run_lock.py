"""One training per run folder: a lock that the system lets go of however a process ends."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from explorer.core.errors import ExplorerError

_LOCK = ".lock"


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a run to one process. The system lets go of it when a process ends, however it ends.

    Raises:
        ExplorerError: another process trains in this folder.
        OSError: the lock file cannot be made.
    """
    with (folder / _LOCK).open("a+b") as file:
        if not _take(file):
            raise ExplorerError(
                f"another training is writing into {folder}; wait for it, or choose another folder"
            )
        try:
            yield
        finally:
            _release(file)


def is_locked(folder: Path) -> bool:
    """Whether a training is writing into a folder now."""
    try:
        with (folder / _LOCK).open("r+b") as file:
            if not _take(file):
                return True
            _release(file)
    except OSError:  # no lock file, or a folder that may only be read: nobody of ours writes there
        return False
    return False


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _release(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _release(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)

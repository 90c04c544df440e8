"""Files are fetched from the network to the disk, verified, and only then put in their places."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from explorer.core.errors import ExplorerError
from explorer.core.files import flush_folder, sweep, take

TIMEOUT = 20.0
"""Seconds without an answer after which a source is given up."""

_PIECE = 256 * 1024


@dataclass(frozen=True)
class RemoteFile:
    """A published file: where it is (several places, tried in turn), its length and its SHA-256."""

    name: str
    sources: tuple[str, ...]
    size: int
    digest: str


@dataclass(frozen=True)
class Fetched:
    """How far a download is, in bytes."""

    done: int
    total: int


class Answer(Protocol):
    """What a server sends: bytes that can be read piece by piece, then closed."""

    def read(self, amount: int, /) -> bytes:
        """At most this many bytes; none at the end."""

    def close(self) -> None:
        """Let the connection go."""


Opener = Callable[[str, float], Answer]
"""Opens an address with a time-out in seconds."""


class Unreachable(ExplorerError):
    """No source gave the file; nothing of it was kept."""


def open_address(address: str, timeout: float) -> Answer:
    """Ask a web server.

    Raises:
        ExplorerError: the address is not one of the web.
        OSError: it cannot be reached.
    """
    import urllib.request  # it and what it needs would make the window start later

    if urlsplit(address).scheme not in ("https", "http"):
        raise ExplorerError(f"data sets are fetched from the web only, not from {address}")
    request = urllib.request.Request(address, headers={"User-Agent": "architecture-explorer"})  # noqa: S310
    answer: Answer = urllib.request.urlopen(request, timeout=timeout)  # noqa: S310  (checked above)
    return answer


def is_whole(file: RemoteFile, path: Path) -> bool:
    """Whether a file is there and has the right length; `verify` looks at its contents."""
    try:
        return path.is_file() and path.stat().st_size == file.size
    except OSError:
        return False


def verify(file: RemoteFile, path: Path) -> None:
    """See that a file is the published one.

    Raises:
        ExplorerError: it cannot be read, or is another.
    """
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ExplorerError(f"{path} cannot be read: {error.strerror}") from None
    if digest != file.digest:
        raise ExplorerError(
            f"{path} is not the published file (its SHA-256 differs); delete it and fetch it again"
        )


def fetch(
    file: RemoteFile,
    folder: Path,
    should_stop: Callable[[], bool] = lambda: False,
    *,
    opener: Opener = open_address,
) -> Generator[Fetched, None, bool]:
    """Download a file into a folder; whether it is there, False where it was told to stop.

    It is written beside its place under a temporary name and moved there when its SHA-256 is
    right: whoever finds the file finds all of it. Stopping, closing the generator and every
    failure leave nothing behind.

    Raises:
        Unreachable: no source answers, or none has the right file.
        ExplorerError: the folder cannot be written, or has too little space.
    """
    _check_space(file, folder)
    reasons: list[str] = []
    for source in file.sources:
        temporary = folder / f".{file.name}.{os.urandom(4).hex()}.tmp"
        try:
            whole = yield from _passed(file, source, temporary, should_stop, opener)
            if whole:
                temporary.replace(folder / file.name)
                flush_folder(folder)
                sweep(folder / file.name)
            return whole
        except _Refused as refused:
            reasons.append(f"{urlsplit(source).hostname}: {refused}")
        except OSError as error:
            raise ExplorerError(f"{file.name} cannot be kept in {folder}: {error.strerror}") from None
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
    raise Unreachable(f"{file.name} was not fetched ({'; '.join(reasons)})")


class _Refused(Exception):
    """One source does not give the file; says why."""


def _passed(
    file: RemoteFile, source: str, temporary: Path, should_stop: Callable[[], bool], opener: Opener
) -> Generator[Fetched, None, bool]:
    """Pass the bytes from a source to a temporary file.

    Raises:
        _Refused: the source fails.
        OSError: the file cannot be written.
    """
    digest, done = hashlib.sha256(), 0
    with contextlib.ExitStack() as stack:
        answer = _asked(opener, source)
        stack.callback(answer.close)
        stream = stack.enter_context(temporary.open("xb"))
        take(stream.fileno())  # a killed program's file is told from one that is being written
        while True:
            if should_stop():
                return False
            piece = _read(answer)
            if not piece:
                break
            done += len(piece)
            if done > file.size:
                raise _Refused("it sent a longer file, a page of a proxy perhaps")
            digest.update(piece)
            stream.write(piece)
            yield Fetched(done, file.size)
        stream.flush()
        os.fsync(stream.fileno())
    if done < file.size:
        raise _Refused(f"the connection ended after {done:,} of {file.size:,} bytes")
    if digest.hexdigest() != file.digest:
        raise _Refused("what came is not the published file (its SHA-256 differs)")
    return True


def _asked(opener: Opener, source: str) -> Answer:
    from http.client import HTTPException  # as above

    try:
        return opener(source, TIMEOUT)
    except (OSError, HTTPException) as error:
        raise _Refused(_why(error)) from None


def _read(answer: Answer) -> bytes:
    from http.client import HTTPException

    try:
        return answer.read(_PIECE)
    except (OSError, HTTPException) as error:
        raise _Refused(_why(error)) from None


def _why(error: Exception) -> str:
    from urllib.error import HTTPError

    if isinstance(error, HTTPError):
        return f"the server answered {error.code}"
    if isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError):
        return f"no answer for {TIMEOUT:g} seconds"
    return "there is no connection"


def _check_space(file: RemoteFile, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise ExplorerError(f"{folder} cannot be made: {error.strerror}; choose another place") from None
    if free < file.size:
        raise ExplorerError(
            f"{file.name} needs {file.size / 1e6:,.1f} MB on the disk, but {folder} has only"
            f" {free / 1e6:,.1f} MB left; make room there"
        )

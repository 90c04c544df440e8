"""Files are written whole or not at all: simulated failures, and a process killed while it saves."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import resource
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, Self

import pytest

from explorer.core.errors import DocumentError
from explorer.core.files import append, atomic_write, read_limited

KILLS = 60


def _fails(code: int) -> Any:
    def fail(*arguments: Any, **settings: Any) -> Any:
        raise OSError(code, os.strerror(code))

    return fail


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "network.archx"
    path.write_bytes(b"old")
    return path


def test_a_file_is_written_and_replaced(old: Path) -> None:
    atomic_write(old, b"new" * 100_000)
    assert old.read_bytes() == b"new" * 100_000
    assert list(old.parent.iterdir()) == [old]


def test_permissions_of_the_old_file_stay(old: Path) -> None:
    old.chmod(0o640)
    atomic_write(old, b"new")
    assert old.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
@pytest.mark.parametrize("function", ["open", "fsync", "replace", "rename"])
def test_a_failed_save_leaves_the_old_file(
    old: Path, monkeypatch: pytest.MonkeyPatch, function: str, code: int
) -> None:
    names = ("replace", "rename") if function in ("replace", "rename") else (function,)
    with monkeypatch.context() as patch:
        for name in names:
            patch.setattr(os, name, _fails(code))
        with pytest.raises(OSError) as caught:
            atomic_write(old, b"new")
    assert caught.value.errno == code
    assert old.read_bytes() == b"old"
    assert list(old.parent.iterdir()) == [old]


def test_a_full_disk_in_the_middle_of_the_data(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first bytes fit, the rest does not, as a disk that fills up behaves."""
    real = os.fdopen

    class Filling(contextlib.closing[Any]):
        def __enter__(self) -> Self:
            return self

        def write(self, data: bytes) -> int:
            self.thing.write(data[: len(data) // 2])
            self.thing.flush()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", lambda *arguments, **settings: Filling(real(*arguments, **settings)))
        with pytest.raises(OSError, match="No space"):
            atomic_write(old, b"new" * 1_000)
    assert old.read_bytes() == b"old"
    assert list(old.parent.iterdir()) == [old]


def test_a_write_that_the_system_cuts_short(old: Path) -> None:
    """A real limit of the system: the first 4,096 bytes are taken, then writing fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            atomic_write(old, b"new" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert old.read_bytes() == b"old"
    assert list(old.parent.iterdir()) == [old]


def test_what_is_appended_is_there_whole_or_not_at_all(old: Path) -> None:
    append(old, b" and more")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            append(old, b"new" * 100_000)
        assert old.read_bytes() == b"old and more"
        append(old, b"!")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    append(old, b"new" * 100_000)
    assert old.read_bytes() == b"old and more!" + b"new" * 100_000


def test_an_interrupt_leaves_the_old_file(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            atomic_write(old, b"new")
    assert old.read_bytes() == b"old"
    assert list(old.parent.iterdir()) == [old]


def test_a_folder_that_is_missing_or_no_folder(old: Path) -> None:
    with pytest.raises(FileNotFoundError):
        atomic_write(old.parent / "nowhere" / "file", b"new")
    with pytest.raises(NotADirectoryError):
        atomic_write(old / "file", b"new")
    with pytest.raises(OSError):
        atomic_write(old.parent, b"new")
    assert list(old.parent.iterdir()) == [old]


def test_a_very_long_name_is_refused_cleanly(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        atomic_write(tmp_path / ("n" * 300), b"new")
    assert list(tmp_path.iterdir()) == []


def test_reading_has_a_limit(old: Path) -> None:
    assert read_limited(old, 3) == b"old"
    with pytest.raises(DocumentError, match="larger than 2 bytes"):
        read_limited(old, 2)


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="is not a file"):
        read_limited(tmp_path, 10)
    with pytest.raises(DocumentError, match="is not a file"):
        read_limited(tmp_path / "missing", 10)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # reading it would wait for ever
    with pytest.raises(DocumentError, match="is not a file"):
        read_limited(pipe, 10)


_KILLING = textwrap.dedent(
    """
    import os, random, signal, sys, time
    from pathlib import Path
    from explorer.core import notation
    from explorer.core.document import Document
    from explorer.core.graph import Graph, Node
    from explorer.operators.activation import ReLU
    from explorer.operators.sources import Input

    nodes = [Node("n0", Input())]
    nodes += [Node(f"n{index}", ReLU(), (f"n{index - 1}",)) for index in range(1, 1500)]
    documents = [Document(f"version {number}", Graph(nodes)) for number in range(2)]
    path, draw, number = Path(sys.argv[1]), random.Random(0), 0
    notation.save(documents[0], path)
    for kill in range(int(sys.argv[2])):
        parent, child = os.getpid(), os.fork()
        while not child:  # saves until it is killed; alone, it must not go on for ever
            if os.getppid() != parent:
                os._exit(0)
            number += 1
            notation.save(documents[number % 2], path)
        time.sleep(draw.uniform(0.0, 0.06))
        os.kill(child, signal.SIGKILL)
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
        document = notation.load(path)
        left = len(list(path.parent.glob(".*.tmp")))
        print(document.name, len(document.graph), left, flush=True)
    notation.save(documents[0], path)
    """
)


def test_a_process_killed_while_saving_leaves_a_readable_document(tmp_path: Path) -> None:
    """SIGKILL at random moments of an endless loop of saves: the file is always one whole version."""
    path = tmp_path / "network.archx"
    result = subprocess.run(
        [sys.executable, "-c", _KILLING, str(path), str(KILLS)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    lines = [line.rpartition(" ") for line in result.stdout.splitlines()]
    assert len(lines) == KILLS
    found = {name for name, _, _ in lines}
    assert found == {"version 0 1500", "version 1 1500"}, "no save was caught at its end"
    # the temporary files show that saves were cut in the middle; none of them took the document's
    # place, and each save that ends takes those away that were left before it: some kills in a
    # row may come before a save ends, but sixty do not pile up
    counts = [int(left) for _, _, left in lines]
    assert 1 <= max(counts) <= 5
    assert list(tmp_path.iterdir()) == [path]


def test_only_what_killed_writers_of_the_same_file_left_is_taken_away(old: Path) -> None:
    names = [
        ".network.archx.0123abcd.tmp",
        ".network.archx.zzzzzzzz.tmp",
        ".other.archx.0123abcd.tmp",
        "a.tmp",
    ]
    for name in names:
        (old.parent / name).write_bytes(b"half")
    living = old.parent / ".network.archx.89abcdef.tmp"
    with living.open("wb") as file:  # a writer at work, in another window
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        atomic_write(old, b"new")
        assert living.exists()
    assert not (old.parent / names[0]).exists()
    assert all((old.parent / name).exists() for name in names[1:])
    atomic_write(old, b"newer")
    assert not living.exists()
    assert old.read_bytes() == b"newer"

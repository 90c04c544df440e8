"""Counting with other tools in a process of its own, so that the window stays free; needs no torch here."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import IO, Any

from explorer.core import notation
from explorer.core.counts import Count, Difference
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph

ShouldStop = Callable[[], bool]

_ASKED_EVERY = 0.05
"""Seconds between two looks at whether to stop."""

_END_SECONDS = 5.0


def count_apart(graph: Graph, should_stop: ShouldStop = lambda: False) -> Iterator[Count]:
    """What `audit` counts, by a process that is ended at once when `should_stop` says so.

    It is also ended when the generator is closed, and ends by itself when this process is gone.
    fvcore traces a network in one call into C++, which would hold all threads of this process for
    seconds; and torch need not be loaded here.

    Raises:
        ExplorerError: the network has a problem, or the process ended before it had counted all.
    """
    request = notation.to_text(Document(graph=graph)).encode("utf-8")
    process = _started()
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    reader = threading.Thread(target=_read, args=(process.stdout, lines), name="counts")
    reader.start()
    try:
        yield from _counts(process, request, lines, should_stop)
    finally:
        _end(process)
        reader.join()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was still to be written is not wanted
                    pipe.close()


def count_from(data: dict[str, Any]) -> Count:
    """A count from what a line of JSON says."""
    differences = tuple(Difference(**item) for item in data["differences"])
    return Count(**{**data, "differences": differences})


def _counts(
    process: subprocess.Popen[bytes],
    request: bytes,
    lines: queue.SimpleQueue[bytes | None],
    should_stop: ShouldStop,
) -> Iterator[Count]:
    assert process.stdin is not None  # noqa: S101  (it is a pipe)
    with contextlib.suppress(OSError):  # a process that fails at once is noticed at its first answer
        process.stdin.write(b"%d\n" % len(request) + request)
        process.stdin.flush()
    while not should_stop():
        try:
            line = lines.get(timeout=_ASKED_EVERY)
        except queue.Empty:
            continue
        answer = json.loads(line) if line is not None and line.endswith(b"\n") else None
        if answer is None:
            raise ExplorerError(_gone(process))
        if "error" in answer:
            raise ExplorerError(answer["error"])
        if "done" in answer:
            return
        yield count_from(answer["count"])


def _started() -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "explorer.engine.counting.count_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise ExplorerError(
            f"the process that counts cannot be started: {error.strerror}; try arch-explorer audit"
        ) from None


def _read(answers: IO[bytes] | None, lines: queue.SimpleQueue[bytes | None]) -> None:
    """Pass lines on as they come, and None when the process is gone."""
    assert answers is not None  # noqa: S101  (it is a pipe)
    for line in answers:
        lines.put(line)
    lines.put(None)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait(_END_SECONDS)


def _gone(process: subprocess.Popen[bytes]) -> str:
    ended = process.wait(_END_SECONDS)
    if ended < 0:
        return (
            f"the process that counts was ended by the system (signal {-ended}), as it is where the memory"
            " does not suffice; make the picture or the network smaller, then count again"
        )
    return (
        f"the process that counts ended early (code {ended}); count again, and if it ends again,"
        " arch-explorer audit says more"
    )

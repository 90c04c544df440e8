"""A process that counts a network with other tools for the window, until its pipe closes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from dataclasses import asdict
from typing import BinaryIO

import explorer.operators  # noqa: F401  (a document can be read once all kinds of layers are registered)
from explorer.core import notation
from explorer.core.errors import ExplorerError


def serve(request: bytes, answers: BinaryIO) -> None:
    """Count the document of a request; each answer is one line of JSON.

    {"count": {...}} for each tool as it is known, {"error": sentence} where the network cannot be
    counted, {"done": true} at the end. Nothing is pickled.
    """
    try:
        graph = notation.from_text(request.decode("utf-8")).graph
        from explorer.engine.counting.audit import audit  # torch takes seconds; a wrong document needs none

        for count in audit(graph):
            _say(answers, {"count": asdict(count)})
    except ExplorerError as error:
        _say(answers, {"error": str(error)})
        return
    _say(answers, {"done": True})


def main() -> None:
    """Serve the process that started this one: its first line is the length of the document in bytes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the one that asked, which ends this
    request = sys.stdin.buffer.read(int(sys.stdin.buffer.readline()))
    threading.Thread(target=_leave_with_the_other, name="end", daemon=True).start()
    with contextlib.suppress(BrokenPipeError):
        serve(request, sys.stdout.buffer)


def _leave_with_the_other() -> None:
    """End at once when the pipe closes: the window stopped it, was closed or was killed."""
    sys.stdin.buffer.read()
    os._exit(0)


def _say(answers: BinaryIO, value: object) -> None:
    answers.write(json.dumps(value).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()

"""A process that reads pictures for another one, until that one closes the pipe or ends."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from pathlib import Path
from typing import BinaryIO

from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape
from explorer.engine.data.stored_pictures import fitted


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer one request after the other.

    The first line is the shape; each further line is a list of paths. The answer is a line
    with the reason why each picture cannot be read ("" where it can), then the bytes of the
    others in order. Nothing is pickled, and no memory is shared: a process that is killed
    leaves nothing behind.
    """
    shape: Shape = tuple(json.loads(requests.readline() or "[]"))
    for line in requests:
        reasons: list[str] = []
        pictures: list[bytes] = []
        for name in json.loads(line):
            try:
                pictures.append(fitted(Path(name), shape).tobytes())
                reasons.append("")
            except ExplorerError as error:
                reasons.append(str(error))
        answers.write(json.dumps(reasons).encode() + b"\n")
        answers.writelines(pictures)
        answers.flush()


def main() -> None:
    """Serve the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the training, which closes the pipe
    with contextlib.suppress(BrokenPipeError):
        serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()

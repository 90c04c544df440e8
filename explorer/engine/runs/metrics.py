"""The figures of a run: `metrics.jsonl`, one JSON object a line, appended while it goes on."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from explorer.core.files import append, atomic_write, read_limited

METRICS = "metrics.jsonl"
_LARGEST = 1024 * 1024 * 1024


def read_metrics(folder: Path, name: str = METRICS) -> Iterator[dict[str, Any]]:
    """The objects of `metrics.jsonl`, or of another file of its kind, oldest first.

    What comes after a line that is not whole (a computer lost power while it was written) is
    left out.
    """
    path = folder / name
    if not path.is_file():
        return
    # line by line: splitting a million of them in one go stops every thread of Python for 0.1 s
    for line in io.BytesIO(read_limited(path, _LARGEST)):
        try:
            item = json.loads(line) if line != b"\n" else None
        except ValueError:
            return
        if isinstance(item, dict):
            yield item


def truncate_metrics(folder: Path, step: int, name: str = METRICS) -> None:
    """Keep only what was logged up to a step: a resumed run writes the rest again.

    Raises:
        OSError: the file cannot be written; it is unchanged then.
    """
    kept = [
        item
        for item in read_metrics(folder, name)
        if item.get("kind") != "end" and item.get("step", 0) <= step
    ]
    atomic_write(folder / name, b"".join(_line(item) for item in kept))


def append_metrics(folder: Path, items: Iterable[Mapping[str, Any]], name: str = METRICS) -> None:
    """Add lines to `metrics.jsonl`, or to another file of its kind.

    Raises:
        OSError: they cannot be written; what was there stays readable.
    """
    data = b"".join(_line(item) for item in items)
    append(folder / name, data)


def _line(item: Mapping[str, Any]) -> bytes:
    return (json.dumps(item, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")

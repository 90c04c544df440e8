"""Processes that read pictures ahead of the training, with bounded memory and without shared memory."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape
from explorer.engine.data.stored_pictures import fitted

Room = Callable[[tuple[int, ...]], "NDArray[np.uint8]"]
"""Gives an array to read into: plain memory, or such as a graphics processor fetches by itself."""

_END_SECONDS = 5.0


@dataclass(frozen=True)
class ReadBatch:
    """Some pictures as one array; those that cannot be read are left out and have a reason."""

    pictures: NDArray[np.uint8]
    reasons: tuple[str, ...]


class PictureReaders:
    """Reads pictures in `workers` processes, started at the first need; in this one where there are none.

    The processes end when this object is closed, and when the process that made it ends in
    whatever way: their pipe closes then.
    """

    def __init__(self, shape: Shape, workers: int, room: Room | None = None) -> None:
        self.workers = 0 if getattr(sys, "frozen", False) else workers
        self._shape, self._room = tuple(shape), room or _plain
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._made: list[_Worker] = []
        self._closed = False
        self._threads = ThreadPoolExecutor(max(1, self.workers), "pictures") if self.workers else None

    def submit(self, paths: Sequence[Path]) -> Future[ReadBatch]:
        """Begin to read some pictures."""
        if self._threads is not None:
            return self._threads.submit(self._read, tuple(paths))
        done: Future[ReadBatch] = Future()
        done.set_result(read_here(paths, self._shape, self._room))
        return done

    def close(self) -> None:
        """End the processes; what was begun is given up."""
        self._closed = True
        for worker in self._made:
            worker.end()
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._made:  # one that was started meanwhile
            worker.end()
        self._made.clear()

    def _read(self, paths: tuple[Path, ...]) -> ReadBatch:
        worker = self._take()
        try:
            return worker.read(paths, self._shape, self._room)
        except (OSError, ValueError):  # it has died, or was ended
            worker.end()
            if self._closed:
                raise
            worker = _Worker(self._shape)
            self._made.append(worker)
            return self._one_by_one(worker, paths)
        finally:
            self._idle.put(worker)

    def _one_by_one(self, worker: _Worker, paths: tuple[Path, ...]) -> ReadBatch:
        """Find the picture that ended a process: no other is lost by it."""
        found: list[ReadBatch] = []
        for path in paths:
            try:
                found.append(worker.read((path,), self._shape, self._room))
            except (OSError, ValueError):
                worker.restart()
                empty = np.zeros((0, *self._shape), np.uint8)
                found.append(ReadBatch(empty, (f"{path.name} ends the program that reads it",)))
        pictures = self._room((sum(len(item.pictures) for item in found), *self._shape))
        np.concatenate([item.pictures for item in found], out=pictures)
        return ReadBatch(pictures, tuple(reason for item in found for reason in item.reasons))

    def _take(self) -> _Worker:
        """A process that has nothing to do; there are never more than threads."""
        with contextlib.suppress(queue.Empty):
            return self._idle.get_nowait()
        if self._closed:
            raise OSError("no picture is wanted any more")
        worker = _Worker(self._shape)
        self._made.append(worker)
        return worker


def read_here(paths: Sequence[Path], shape: Shape, room: Room | None = None) -> ReadBatch:
    """Read pictures in this process."""
    pictures: list[NDArray[np.uint8]] = []
    reasons: list[str] = []
    for path in paths:
        try:
            pictures.append(fitted(path, shape))
            reasons.append("")
        except ExplorerError as error:
            reasons.append(str(error))
    held = (room or _plain)((len(pictures), *shape))
    if pictures:
        np.stack(pictures, out=held)
    return ReadBatch(held, tuple(reasons))


class _Worker:
    """One reading process and its two pipes."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._process = self._started()

    def read(self, paths: Sequence[Path], shape: Shape, room: Room) -> ReadBatch:
        """Have some pictures read.

        Raises:
            OSError: the process is gone.
            ValueError: it ended in the middle of its answer.
        """
        requests, answers = self._process.stdin, self._process.stdout
        assert requests is not None  # noqa: S101  (both are pipes)
        assert answers is not None  # noqa: S101
        requests.write(json.dumps([os.fspath(path) for path in paths]).encode() + b"\n")
        requests.flush()
        reasons = tuple(json.loads(answers.readline()))
        pictures = room((reasons.count(""), *shape))
        rest = memoryview(pictures.reshape(-1).data)
        while rest:
            count = answers.readinto(rest)  # type: ignore[attr-defined]
            if not count:
                raise ValueError("the answer ends too early")
            rest = rest[count:]
        return ReadBatch(pictures, reasons)

    def restart(self) -> None:
        """Begin anew after the process has died."""
        self.end()
        self._process = self._started()

    def end(self) -> None:
        """End the process; whoever waits for its answer finds the pipe closed."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(_END_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError, ValueError):
                    pipe.close()

    def _started(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "explorer.engine.data.picture_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert process.stdin is not None  # noqa: S101  (it is a pipe)
        with contextlib.suppress(OSError):  # a process that fails at once is noticed at the first question
            process.stdin.write(json.dumps(list(self._shape)).encode() + b"\n")
            process.stdin.flush()
        return process


def _plain(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    return np.empty(shape, np.uint8)

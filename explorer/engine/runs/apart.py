"""A run in a process of its own, which lives on when the window closes; needs no torch here."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import explorer
from explorer.core import notation
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.engine.runs.run_folder import is_run, read_record

OUTPUT = ".output.log"
"""What the process printed, in the folder of the run: why it did not begin, say."""

_DOCUMENT = ".document.archx"
_DETACHED = 0x00000008 | 0x00000200
"""Windows: DETACHED_PROCESS and CREATE_NEW_PROCESS_GROUP."""

_STARTED: list[subprocess.Popen[bytes]] = []
"""Processes that were started here: kept, so that their ends are noticed."""


def command(document: Path, folder: Path, device: str = "auto", *, resume: bool = False) -> list[str]:
    """The command line that trains a document in a process of its own."""
    arguments = [sys.executable, "-m", "explorer", "train", str(document), "--run", str(folder)]
    return [*arguments, "--device", device, *(["--resume"] if resume else [])]


def start(document: Document, folder: Path, device: str = "auto") -> int:
    """Begin to train a document in a process of its own; the number of the process.

    It is steered with `Steering(folder)`, followed with `watch(folder)` and found again among
    the runs; it does not end with the process that started it.

    Raises:
        ExplorerError: the folder holds something, or the process cannot be started.
    """
    if folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir()):
        raise ExplorerError(f"{folder} is not empty; a run needs an empty or new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        notation.save(document, folder / _DOCUMENT)
    except OSError as error:
        raise ExplorerError(
            f"the run cannot be written into {folder}: {error.strerror}; choose another folder"
        ) from None
    return _launch(command(folder / _DOCUMENT, folder, device), folder)


def go_on(folder: Path, device: str = "auto", changes: Mapping[str, Any] | None = None) -> int:
    """Resume a run in a process of its own, with other settings if so; the number of the process.

    Raises:
        ExplorerError: the folder holds no run, or the process cannot be started.
    """
    read_record(folder)
    settings = [part for item in (changes or {}).items() for part in ("--set", "{}={}".format(*item))]
    return _launch([*command(folder, folder, device, resume=True), *settings], folder)


def wait_for_run(
    folder: Path, process: int, should_stop: Callable[[], bool] = lambda: False, seconds: float = 120.0
) -> bool:
    """Wait until the process has begun its run; False where it was stopped meanwhile.

    Raises:
        ExplorerError: the process ended before it began; the text is what it said.
    """
    until = time.monotonic() + seconds
    started = next((item for item in _STARTED if item.pid == process), None)
    while not should_stop():
        if is_run(folder):
            return True
        if (started is not None and started.poll() is not None) or time.monotonic() > until:
            raise ExplorerError(_last_line(folder))
        time.sleep(0.1)
    return False


def _launch(arguments: list[str], folder: Path) -> int:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    # a copy of the program that was not installed is found from anywhere
    top = str(Path(explorer.__file__).resolve().parent.parent)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (top, os.environ.get("PYTHONPATH", ""))))
    windows = os.name == "nt"
    _STARTED[:] = [item for item in _STARTED if item.poll() is None]
    try:
        with (folder / OUTPUT).open("ab") as output:
            process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603  (our own program)
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=folder.parent,
                env=environment,
                start_new_session=not windows,
                creationflags=_DETACHED if windows else 0,
            )
    except OSError as error:
        raise ExplorerError(
            f"the process of the training cannot be started: {error.strerror}; train in the window instead"
        ) from None
    _STARTED.append(process)
    return process.pid


def _last_line(folder: Path) -> str:
    with contextlib.suppress(OSError):  # then there is nothing to quote
        lines = (folder / OUTPUT).read_text("utf-8", "replace").strip().splitlines()
        if lines:
            return lines[-1].removeprefix("error: ")
    return "the process of the training ended before it began; try again, or train in the window"

"""A run in a process of its own, which lives on when the window closes; needs no torch here."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import explorer
from explorer.core import notation
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.recipe import changes_between
from explorer.engine.runs.run_folder import current_recipe, is_run, read_record

OUTPUT = ".output.log"
"""What the process printed, in the folder of the run: why it did not begin, say."""

_DOCUMENT = ".document.archx"
_DETACHED = 0x00000008 | 0x00000200
"""Windows: DETACHED_PROCESS and CREATE_NEW_PROCESS_GROUP."""

_STARTED: list[subprocess.Popen[bytes]] = []
"""Processes that were started here: kept, so that their ends are noticed."""


def command(network: Path, folder: Path, device: str = "auto", *more: str) -> list[str]:
    """The words after `arch-explorer` that train a document, or the network of a run."""
    return ["train", str(network), "--run", str(folder), "--device", device, *more]


def start(document: Document, folder: Path, device: str = "auto", *, single: bool = False) -> int:
    """Begin to train a document in a process of its own; the number of the process.

    It is steered with `Steering(folder)`, followed with `watch(folder)` and found again among
    the runs; it does not end with the process that started it. A `single` one waits after a step.

    Raises:
        ExplorerError: the folder holds something, or the process cannot be started.
    """
    kept = _kept(document, folder)
    return launch(command(kept, folder, device, *(["--single-step"] if single else [])), folder)


def branch(document: Document, folder: Path, parent: Path, epoch: int, device: str = "auto") -> int:
    """Begin with the weights of another run at the end of an epoch, with the recipe of the document.

    Raises:
        ExplorerError: as `start`; or the parent holds no run.
    """
    settings = _settings(changes_between(current_recipe(parent), document.recipe))
    kept = _kept(document, folder)
    return launch(command(kept, folder, device, "--branch", f"{parent}@{epoch}", *settings), folder)


def reproduce(run: Path, folder: Path, device: str = "auto") -> int:
    """Start a run again as it was; the record of the new one says which it reproduces.

    Raises:
        ExplorerError: as `start`; or there is no run to reproduce.
    """
    read_record(run)
    _made(folder)
    return launch(command(run, folder, device, "--reproduce"), folder)


def go_on(folder: Path, device: str = "auto", changes: Mapping[str, Any] | None = None) -> int:
    """Resume a run in a process of its own, with other settings if so; the number of the process.

    Raises:
        ExplorerError: the folder holds no run, or the process cannot be started.
    """
    read_record(folder)
    return launch(command(folder, folder, device, "--resume", *_settings(changes or {})), folder)


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


def launch(words: Sequence[str], folder: Path) -> int:
    """Run `arch-explorer` with these words in a process that lives on; what it prints goes to the folder.

    Raises:
        ExplorerError: it cannot be started.
    """
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    # a copy of the program that was not installed is found from anywhere
    top = str(Path(explorer.__file__).resolve().parent.parent)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (top, os.environ.get("PYTHONPATH", ""))))
    windows = os.name == "nt"
    _STARTED[:] = [item for item in _STARTED if item.poll() is None]
    try:
        with (folder / OUTPUT).open("ab") as output:
            process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603  (our own program)
                [sys.executable, "-m", "explorer", *words],
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


def _made(folder: Path) -> None:
    if folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir()):
        raise ExplorerError(f"{folder} is not empty; a run needs an empty or new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritten(folder, error) from None


def _kept(document: Document, folder: Path) -> Path:
    """The document as a file in the new folder of its run."""
    _made(folder)
    try:
        notation.save(document, folder / _DOCUMENT)
    except OSError as error:
        raise _unwritten(folder, error) from None
    return folder / _DOCUMENT


def _unwritten(folder: Path, error: OSError) -> ExplorerError:
    return ExplorerError(f"the run cannot be written into {folder}: {error.strerror}; choose another folder")


def _settings(changes: Mapping[str, Any]) -> list[str]:
    """Other settings as options; a row of numbers has commas there, an enumeration its word."""
    words = []
    for name, value in changes.items():
        plain = getattr(value, "value", value)
        text = ",".join(map(str, plain)) if isinstance(plain, tuple) else str(plain)
        words += ["--set", f"{name}={text}"]
    return words


def _last_line(folder: Path) -> str:
    with contextlib.suppress(OSError):  # then there is nothing to quote
        lines = (folder / OUTPUT).read_text("utf-8", "replace").strip().splitlines()
        if lines:
            return lines[-1].removeprefix("error: ")
    return "the process of the training ended before it began; try again, or train in the window"

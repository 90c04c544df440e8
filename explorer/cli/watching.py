"""Watching a training from the command line: its events as lines, Ctrl-C as a request to stop."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

from explorer.cli.program import DONE, FAILED, INTERRUPTED, complain
from explorer.cli.progress import ProgressLine
from explorer.core.errors import ExplorerError
from explorer.engine.events import Event, Finished, Stopped


def watched(events: Iterator[Event], *, silent: bool = False) -> Event:
    """Show the events as they come; the last one.

    Raises:
        ExplorerError: there was none.
    """
    line = ProgressLine()
    event: Event | None = None
    try:
        for event in events:
            if not silent:
                line.show(event)
    finally:
        line.close()
    if event is None:
        raise ExplorerError("the training ended before it began; try again")
    return event


def code_of(event: Event) -> int:
    """The exit code that the last event of a training means."""
    return DONE if isinstance(event, Finished) else INTERRUPTED if isinstance(event, Stopped) else FAILED


@contextlib.contextmanager
def interruptible(stopping: threading.Event) -> Iterator[None]:
    """Let the first Ctrl-C (or a request to end) stop the training; a second one interrupts at once."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals reach the main thread only
        return

    def stop(*_: object) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()
        complain("stopping after this step …", label="")

    old = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)

"""What happens when the program itself fails: a log, a sentence in the window, a recovery copy."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal

_log = logging.getLogger("explorer")
_LOG_BYTES = 1_000_000
_SILENCE_MS = 1_000

INTERRUPTED = 130
"""The exit code after Ctrl+C, as shells have it."""


class Failures(QObject):
    """Receives the exceptions that nobody caught, of any thread, in the window's thread.

    What is done about them waits until Qt has come back to its loop: a bar that appears in the
    middle of a paint event would be no remedy. The same error again and again (at each frame,
    say) is said once a second at most.

    Signals:
        happened(details): an exception reached the end of a slot, a paint event or a thread.
    """

    happened = Signal(str)
    _received = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._guard = threading.Lock()
        self._waiting = ""
        self._last = self._told = ""
        self._times = 0
        self._silence = QTimer(self, singleShot=True, interval=_SILENCE_MS)
        self._silence.timeout.connect(self._tell)
        self._received.connect(self._come_back, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over `sys.excepthook` and `threading.excepthook`."""
        self._before = sys.excepthook, threading.excepthook
        self._hooks = self._hook, self._thread_hook  # bound once, so that `remove` can compare
        sys.excepthook, threading.excepthook = self._hooks

    def remove(self) -> None:
        """Give the hooks back, if nobody else took them since."""
        if sys.excepthook is self._hooks[0]:
            sys.excepthook = self._before[0]
        if threading.excepthook is self._hooks[1]:
            threading.excepthook = self._before[1]

    def _hook(self, kind: type[BaseException], value: BaseException, where: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QCoreApplication.exit(INTERRUPTED)
            return
        details = "".join(traceback.format_exception(kind, value, where))
        with self._guard:
            self._times = self._times + 1 if details == self._last else 1
            times, self._last = self._times, details
            first, self._waiting = not self._waiting, details
        if times == 1:
            _log.error("an error in the program\n%s", details)
        elif str(times).strip("0") == "1":  # 10, 100, ...: the log keeps room for the first one
            _log.error("the same error for the %dth time", times)
        if first:
            self._received.emit()

    def _come_back(self) -> None:
        if not self._silence.isActive() or self._waiting != self._told:
            self._tell()

    def _tell(self) -> None:
        with self._guard:
            details, self._waiting = self._waiting, ""
        if details:
            self._told = details
            self._silence.start()
            self.happened.emit(details)

    def _thread_hook(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and args.exc_type is not SystemExit:
            self._hook(args.exc_type, args.exc_value, args.exc_traceback)


@contextlib.contextmanager
def logged(folder: Path) -> Iterator[None]:
    """Write the log and the traces of crashes into a folder for as long as the program runs.

    A folder that cannot be written is no reason not to start: it is said on standard error.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "log.txt", maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8"
        )
        crashes: TextIO = (folder / "crashes.txt").open("a", encoding="utf-8")
    except OSError as error:
        sys.stderr.write(f"no log can be written to {folder}: {error.strerror}\n")
        yield
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    faulthandler.enable(crashes)
    try:
        yield
    finally:
        faulthandler.disable()
        crashes.close()
        _log.removeHandler(handler)
        handler.close()

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

from PySide6.QtCore import QObject, Signal

_log = logging.getLogger("explorer")
_LOG_BYTES = 1_000_000


class Failures(QObject):
    """Receives the exceptions that nobody caught, of any thread, in the window's thread.

    Signals:
        happened(details): an exception reached the end of a slot, a paint event or a thread.
    """

    happened = Signal(str)

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
            self._before[0](kind, value, where)
            return
        details = "".join(traceback.format_exception(kind, value, where))
        _log.error("an error in the program\n%s", details)
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

"""Copies of unsaved work in the user's folder, so that a crash loses at most a few seconds."""

from __future__ import annotations

import contextlib
import json
import logging
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer

from explorer.core import notation
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.files import atomic_write, read_limited
from explorer.gui.workbench import Workbench

_DELAY = 2000
"""Milliseconds from a change to its copy; changes in between wait no longer than the first."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Copy:
    """A copy that a window left behind. `origin` is the document's own file, if it had one."""

    path: Path
    document: Document
    origin: Path | None


class Recovery(QObject):
    """Keeps one copy of what the workbench shows while it is unsaved.

    The copy is locked as long as this window lives, so that another window does not offer it.
    """

    def __init__(self, workbench: Workbench, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self.folder = folder
        self._path = folder / f"{secrets.token_hex(8)}{notation.SUFFIX}"
        self._lock: QLockFile | None = None
        self._timer = QTimer(self, singleShot=True, interval=_DELAY)
        self._timer.timeout.connect(self._write_quietly)
        workbench.changed.connect(self._changed)
        workbench.file_changed.connect(self._changed)

    def write(self) -> None:
        """Write the copy now if there is anything unsaved; else take it away.

        Raises:
            OSError: the folder cannot be written.
        """
        self._timer.stop()
        if not self._workbench.modified:
            self._remove()
            return
        self._hold()
        origin = self._workbench.path
        atomic_write(self._path, notation.to_text(self._workbench.document).encode("utf-8"))
        atomic_write(_origin_file(self._path), json.dumps(str(origin) if origin else "").encode("utf-8"))

    def end(self) -> None:
        """The window closes in order: nothing needs recovery."""
        self._timer.stop()
        self._remove()

    def offer(self, ask: Callable[[list[str]], bool]) -> Iterator[str]:
        """Ask, by the names, about work that a crash left behind; open the newest, or move all aside.

        What a person should know of it comes as sentences.
        """
        copies = self.left_behind()
        if not copies:
            return
        if not ask([copy.document.name for copy in copies]):
            for copy in copies:
                self.decline(copy.path)
            return
        try:
            self.adopt(copies[0])
        except OSError as error:
            yield f"the recovered work is open, but no copy could be kept: {error.strerror}; save it now"
        if len(copies) > 1:
            yield (
                f"the newest of {len(copies)} copies is open; the others are offered at the next start"
                f" and lie in {self.folder}"
            )

    def left_behind(self) -> list[Copy]:
        """The copies of windows that are gone, the newest first; damaged ones are moved aside."""
        found = []
        for path in sorted(self.folder.glob(f"*{notation.SUFFIX}"), key=_age, reverse=True):
            if path == self._path or not _abandoned(path):
                continue
            try:
                found.append(Copy(path, notation.load(path), _origin(path)))
            except ExplorerError as error:
                _log.warning("the recovery copy %s cannot be read: %s", path, error)
                self.decline(path)
        return found

    def decline(self, path: Path) -> None:
        """Move a copy aside; it is not deleted."""
        aside = self.folder / "declined"
        aside.mkdir(parents=True, exist_ok=True)
        path.replace(aside / path.name)
        _origin_file(path).unlink(missing_ok=True)

    def adopt(self, copy: Copy) -> None:
        """Show a recovered document as unsaved, and write it as this window's own copy.

        Raises:
            OSError: it cannot be written; the old copy stays.
        """
        self._workbench.show(copy.document, copy.origin, saved=False)
        self.write()
        copy.path.unlink(missing_ok=True)
        _origin_file(copy.path).unlink(missing_ok=True)

    def _changed(self, *_: object) -> None:
        if self._workbench.modified and self._timer.isActive():
            return
        self._timer.start()

    def _write_quietly(self) -> None:
        try:
            self.write()
        except OSError as error:
            # the work itself is in memory and unharmed; the next change tries again
            _log.error("no recovery copy could be written to %s: %s", self.folder, error)

    def _hold(self) -> None:
        if self._lock is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(self._path)
            self._lock.tryLock(0)

    def _remove(self) -> None:
        with contextlib.suppress(OSError):  # a copy that stays is offered once more, no harm done
            self._path.unlink(missing_ok=True)
            _origin_file(self._path).unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None


def _lock(path: Path) -> QLockFile:
    lock = QLockFile(str(path.with_suffix(".lock")))
    lock.setStaleLockTime(0)  # only a dead process makes a lock stale, never its age
    return lock


def _abandoned(path: Path) -> bool:
    """Whether no living window holds a copy."""
    lock = _lock(path)
    if not lock.tryLock(0):
        return False
    lock.unlock()
    return True


def _origin_file(path: Path) -> Path:
    return path.with_suffix(".origin")


def _origin(path: Path) -> Path | None:
    try:
        name = json.loads(read_limited(_origin_file(path), 65_536).decode("utf-8"))
    except (ExplorerError, ValueError):
        return None
    return Path(name) if isinstance(name, str) and name else None


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0

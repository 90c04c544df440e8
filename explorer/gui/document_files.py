"""Opening and saving without ever losing work: questions, recent files, changes by other programs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal

from explorer.core import notation
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.gui.dialogs import Answer, Dialogs
from explorer.gui.settings import Settings
from explorer.gui.workbench import Workbench

Stamp = tuple[int, int] | None


class DocumentFiles(QObject):
    """The files of one window.

    Signals:
        failed(sentence): something could not be opened or saved; nothing was lost.
        recent_changed(): the list of recent files is another.
    """

    failed = Signal(str)
    recent_changed = Signal()

    def __init__(
        self,
        workbench: Workbench,
        settings: Settings,
        folder: Path,
        dialogs: Callable[[], Dialogs],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._settings = settings
        self._locks = folder / "locks"
        self._dialogs = dialogs
        self._lock: QLockFile | None = None
        self._seen: tuple[Path | None, Stamp] = (None, None)
        workbench.file_changed.connect(self._remember)

    def new(self) -> bool:
        """Start with an empty network; False where the user chose to keep what is open."""
        if not self.may_lose():
            return False
        self._workbench.show(Document(), None)
        return True

    def choose(self) -> bool:
        """Ask for a file and open it."""
        if not self.may_lose():
            return False
        path = self._dialogs().file_to_open(self._settings.folder)
        return path is not None and self._open(path)

    def open(self, path_or_name: str | Path) -> bool:
        """Open a file or a network of the catalogue, after asking about unsaved changes."""
        return self.may_lose() and self._open(path_or_name)

    def show(self, document: Document) -> bool:
        """Open a network that lies in no file, such as that of a run, after asking about unsaved changes."""
        if not self.may_lose():
            return False
        self._workbench.show(document, None)
        return True

    def begin(self, path_or_name: str | Path) -> None:
        """Open a file or a network of the catalogue; of a file that another window has, a copy.

        Raises:
            ExplorerError: neither, or it cannot be read; what was open stays open.
        """
        path = Path(path_or_name)
        if path.is_file() and self._taken(path):
            self._open_copy(path)
        else:
            self._workbench.open(path_or_name)

    def save(self) -> bool:
        """Save where it came from, or ask where; False where it was not saved."""
        path = self._workbench.path
        return self.save_as() if path is None else self._save(path)

    def save_as(self) -> bool:
        """Ask where to save."""
        folder = self._settings.folder
        name = f"{self._workbench.document.name}{notation.SUFFIX}"
        path = self._dialogs().file_to_save(str(Path(folder) / name) if folder else name)
        return path is not None and self._save(path, chosen=True)

    def may_lose(self) -> bool:
        """Whether what is open may be replaced: nothing is unsaved, or the user said what to do."""
        if not self._workbench.modified:
            return True
        answer = self._dialogs().unsaved(self._workbench.document.name)
        return self.save() if answer is Answer.SAVE else answer is Answer.DISCARD

    def changed_by_others(self) -> bool:
        """Whether the open file is not as it was read or written last."""
        path, stamp = self._seen
        return path is not None and stamp is not None and _stamp(path) not in (stamp, None)

    def close(self) -> None:
        """Let others have the file."""
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _open(self, path_or_name: str | Path) -> bool:
        path = Path(path_or_name)
        try:
            self.begin(path_or_name)
        except ExplorerError as error:
            if not path.exists() and str(path) in self._settings.recent:
                self._settings.forget(path)
                self.recent_changed.emit()
            self.failed.emit(f"{error}. What was open stays open.")
            return False
        return True

    def _open_copy(self, path: Path) -> None:
        document = notation.load(path)
        self._workbench.show(replace(document, name=f"{document.name} copy"), None, saved=False)
        self.failed.emit(
            f"{path.name} is open in another window; this is a copy, to be saved under another name"
        )

    def _save(self, path: Path, *, chosen: bool = False) -> bool:
        if not chosen and self.changed_by_others() and not self._dialogs().overwrite_changed(path):
            return False
        if chosen and path != self._workbench.path and self._taken(path):
            self.failed.emit(f"{path.name} is open in another window; save under another name")
            return False
        try:
            self._workbench.save(path)
        except (OSError, ExplorerError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            self.failed.emit(
                f"{path.name} could not be saved: {reason}. The older file and your work are unharmed;"
                " choose another place with Save as"
            )
            return False
        return True

    def _remember(self) -> None:
        path = self._workbench.path
        self._seen = (path, _stamp(path) if path else None)
        self._hold(path)
        if path is not None:
            self._settings.remember(path)
            self.recent_changed.emit()

    def _hold(self, path: Path | None) -> None:
        """Tell other windows that this file is open here."""
        self.close()
        if path is not None:
            self._locks.mkdir(parents=True, exist_ok=True)
            self._lock = self._lock_of(path)
            self._lock.tryLock(0)

    def _taken(self, path: Path) -> bool:
        """Whether another living window has a file open."""
        if self._workbench.path is not None and path.resolve() == self._workbench.path.resolve():
            return False
        if not self._locks.is_dir():
            return False
        lock = self._lock_of(path)
        free = lock.tryLock(0)
        lock.unlock()
        return not free

    def _lock_of(self, path: Path) -> QLockFile:
        name = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogatepass")).hexdigest()[:24]
        lock = QLockFile(str(self._locks / f"{name}.lock"))
        lock.setStaleLockTime(0)  # only the death of its process frees a lock, not its age
        return lock


def _stamp(path: Path) -> Stamp:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size

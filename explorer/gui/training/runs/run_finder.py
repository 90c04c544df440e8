"""Finds runs on the disk, also those that something else writes, and has those that go on followed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from explorer.engine.runs.run_shelf import disk_size
from explorer.gui.job import Job
from explorer.gui.panel import sentence
from explorer.gui.training.run import Run
from explorer.gui.training.runs import past_runs
from explorer.gui.training.runs.run_list import RunModel
from explorer.gui.training.session import Session

_MOST_FOLLOWED = 8
"""Each has a thread of its own; more would be slow to draw as well."""


class RunFinder(QObject):
    """Keeps the list in step with the folders of runs.

    Signals:
        said(text): for the status line.
        changed(): runs came or went.
        watched(folders): the other folders that are looked through, as texts.
    """

    said = Signal(str)
    changed = Signal()
    watched = Signal(object)

    def __init__(self, session: Session, model: RunModel, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._model = session, model
        self._places = past_runs.Places((session.runs_folder,))
        self._job: Job | None = None

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that are looked through."""
        return self._places.folders

    def start(self) -> None:
        """Begin to look, and go on with it."""
        if self._job is None:
            job = self._job = Job(past_runs.finding(self._places), "Looking for runs", self)
            job.event.connect(self._take)
            job.failed.connect(lambda message, _details: self.said.emit(sentence(message)))
            job.start()

    def watch(self, folder: Path) -> None:
        """Look through another folder too; it may be one of runs, or a run itself."""
        if folder not in self._places.folders:
            self._places.folders = (*self._places.folders, folder)
            self.watched.emit(tuple(str(other) for other in self._places.folders[1:]))
        self.start()

    def ask(self, parent: QWidget) -> Path | None:
        """Ask for a folder."""
        name = QFileDialog.getExistingDirectory(parent, "Watch a folder of runs")
        return Path(name) if name else None

    def open_folder(self) -> None:
        """Show the folder of the runs in the system's own window."""
        self._session.runs_folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._session.runs_folder)))

    def measure(self, run: Run) -> None:
        """Take over how large the folder of a run has become."""
        if run.folder is not None and run.folder.is_dir():
            run.size = disk_size(run.folder)

    def shutdown(self) -> bool:
        """Stop looking; whether the thread is gone."""
        if self._job is None:
            return True
        self._job.stop()
        return self._job.wait(5000)

    def _take(self, item: object) -> None:
        if isinstance(item, Run):
            self._add(item)
        elif isinstance(item, past_runs.Alive):
            known = self._model.of_folder(item.folder)
            if known is not None:
                self._follow(known)
        elif isinstance(item, past_runs.Gone):
            self._forget(item.folder)
        elif isinstance(item, past_runs.Unreadable):
            self.said.emit(sentence(item.message))

    def _add(self, run: Run) -> None:
        if self._model.of_folder(run.folder) is not None:
            return
        self._model.add(run, first=run.state.active)
        if run.state.active:
            self._follow(run)
        self.changed.emit()

    def _follow(self, run: Run) -> None:
        if run not in self._session.live and len(self._session.live) < _MOST_FOLLOWED:
            self._session.follow(run)

    def _forget(self, folder: Path) -> None:
        run = self._model.of_folder(folder)
        if run is not None and run not in self._session.live:
            self._model.remove(run)
            self.changed.emit()

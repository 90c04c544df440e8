"""What the network learns from: a built-in data set, or a folder that is chosen or dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from explorer.gui.job import Job, ShouldStop, Work
from explorer.gui.panel import IconButton, label
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

DIGITS = "digits"


@dataclass(frozen=True)
class DataFacts:
    """What is known of the data before training."""

    data: str
    classes: tuple[str, ...]
    pictures: int
    notes: tuple[str, ...] = ()


class DataPanel(QFrame):
    """The recipe's data. A change is an edit of the document.

    Signals:
        known(facts): classes and counts of the data are known.
    """

    known = Signal(object)

    def __init__(
        self,
        workbench: Workbench,
        parent: QWidget | None = None,
        choose_folder: Callable[[QWidget], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("trainData")
        self.setProperty("role", "panel")
        self.setAcceptDrops(True)
        self._workbench = workbench
        self._choose_folder = choose_folder or _ask_folder
        self._job: Job | None = None
        self.facts: DataFacts | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 12)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.addWidget(label("Data", "title"), 1)
        self._open = IconButton("open", "Choose a folder that holds one folder of pictures per class")
        self._open.clicked.connect(lambda: self.choose())
        row.addWidget(self._open)
        column.addLayout(row)
        self.choice = QComboBox()
        self.choice.setAccessibleName("Data set")
        self.choice.setToolTip("The pictures to learn from; a folder can be dropped here.")
        self.choice.activated.connect(self._chosen)
        column.addWidget(self.choice)
        self.summary = label(role="hint", wrap=True)
        column.addWidget(self.summary)
        workbench.changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._open.set_theme(theme)

    def choose(self) -> None:
        """Ask for a folder."""
        folder = self._choose_folder(self)
        if folder:
            self.set_data(folder)

    def set_data(self, data: str) -> None:
        """Learn from a built-in data set or a folder, as a step of the history."""
        document = self._workbench.document
        if data != document.recipe.data:
            recipe = replace(document.recipe, data=data)
            self._workbench.apply("set the data", replace(document, recipe=recipe))

    def refresh(self, *_: object) -> None:
        """Show the document's data, and look into it where it is another than before."""
        data = self._workbench.document.recipe.data
        if self.facts is not None and self.facts.data == data and self.choice.count():
            return
        with QSignalBlocker(self.choice):
            self.choice.clear()
            self.choice.addItem("Digits (1,797 of 8×8)", DIGITS)
            if data != DIGITS:
                self.choice.addItem(Path(data).name or data, data)
            self.choice.addItem("Folder…", "")
            self.choice.setCurrentIndex(self.choice.findData(data))
        if self._job is not None:
            self._job.stop()
            self._job = None
        if data == DIGITS:
            self._learn(DataFacts(DIGITS, tuple("0123456789"), 1797))
        else:
            self._scan(data)

    def shutdown(self) -> bool:
        """Stop looking into a folder; whether the thread is gone."""
        if self._job is None:
            return True
        self._job.stop()
        return self._job.wait(5000)

    def _chosen(self, index: int) -> None:
        data = self.choice.itemData(index)
        if data:
            self.set_data(data)
            return
        with QSignalBlocker(self.choice):
            self.choice.setCurrentIndex(self.choice.findData(self._workbench.document.recipe.data))
        self.choose()

    def _scan(self, data: str) -> None:
        self.facts = None
        self.summary.setText("Looking into the folder…")
        job = self._job = Job(_looking(data), "Looking into the folder", self)
        job.event.connect(lambda facts: self._learn(facts, job))
        job.failed.connect(lambda sentence, _details: self._refuse(sentence, job))
        job.ended.connect(lambda: self._forget(job))
        job.start()

    def _forget(self, job: Job) -> None:
        if job is self._job:
            self._job = None
        job.deleteLater()

    def _refuse(self, sentence: str, job: Job) -> None:
        if job is self._job:
            self._say(sentence, wrong=True)

    def _learn(self, facts: DataFacts, job: Job | None = None) -> None:
        if job is not self._job:  # another data set was chosen meanwhile
            return
        self.facts = facts
        held = self._workbench.document.recipe.held_out
        names = ", ".join(facts.classes[:4]) + (", …" if len(facts.classes) > 4 else "")
        classes = f"{len(facts.classes):,} classes ({names})"
        text = f"{facts.pictures:,} pictures, {classes}; {100 * held:g} % kept for the test"
        self._say(". ".join((text, *facts.notes)))
        self.known.emit(facts)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self.summary.setProperty("role", "error" if wrong else "hint")
        self.summary.style().unpolish(self.summary)
        self.summary.style().polish(self.summary)
        self.summary.setText(text)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_folder(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        folder = _dropped_folder(event)
        if folder:
            event.acceptProposedAction()
            self.set_data(folder)


def _looking(data: str) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[DataFacts]:
        from explorer.engine.picture_folder import scan  # the window starts without the engine

        found = scan(Path(data), should_stop)
        if not should_stop():
            notes = []
            if found.empty:
                notes.append(f"No pictures in {', '.join(found.empty[:3])}")
            if found.links:
                notes.append(f"{found.links:,} links not followed")
            yield DataFacts(data, found.classes, len(found.files), tuple(notes))

    return work


def _ask_folder(parent: QWidget) -> str:
    return QFileDialog.getExistingDirectory(parent, "Choose a folder with one folder of pictures per class")


def _dropped_folder(event: QDropEvent) -> str:
    """The one folder that is dragged; "" for anything else."""
    paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and Path(paths[0]).is_dir() else ""

"""The notice above the plots: why a training cannot start, or why one ended, and what a button can do."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from explorer.core import edits
from explorer.core.errors import ExplorerError
from explorer.core.operator import Repair
from explorer.engine.runs.run_folder import is_run
from explorer.engine.training.readiness import NotReady, check_result, picture_shape
from explorer.gui.panel import Notice, button, sentence
from explorer.gui.training.data.data_jobs import DataFacts
from explorer.gui.training.run import Run, State
from explorer.gui.training.runs.run_actions import RunActions
from explorer.gui.training.runs.run_panel import RESUME
from explorer.gui.workbench import Workbench


class Notices(QObject):
    """Fills the notice.

    Signals:
        said(text): the same, for the status line.
        experiments_wanted(): the experiment that trains shall be seen.
    """

    said = Signal(str)
    experiments_wanted = Signal()

    def __init__(self, notice: Notice, workbench: Workbench, does: RunActions, parent: QObject) -> None:
        super().__init__(parent)
        self._notice, self._workbench, self._does = notice, workbench, does
        self._about_network = False
        self._waiting: Run | None = None
        does.session.withdrawn.connect(self._forget_turn)
        does.put_away.connect(self.offer_return)

    def is_ready(self, facts: DataFacts | None) -> bool:
        """Whether the network fits the data as far as that is known; else the notice says it."""
        document = self._workbench.document
        self._about_network = True
        try:
            picture_shape(document.graph)
            if facts is not None and facts.data == document.recipe.data:
                check_result(document.graph, len(facts.classes), Path(facts.data).name)
        except NotReady as problem:
            fixes = [self._repair_button(problem.path, repair) for repair in problem.repairs[:2]]
            self._notice.say(sentence(str(problem)), *fixes, grave=not fixes)
            return False
        except ExplorerError as error:
            self._notice.say(sentence(str(error)))
            return False
        self._notice.say("")
        return True

    def recheck(self, facts: DataFacts | None) -> None:
        """After an edit: a notice about the network that no longer holds goes away."""
        if self._about_network:
            self.is_ready(facts)

    def complain(self, message: str, details: str = "") -> None:
        """Say what could not be done."""
        copy = "Copy what a developer needs"
        buttons = [button("Copy details", lambda: _copy(details), copy)] if details else []
        self._about_network = False
        self._notice.say(sentence(message), *buttons)
        self.said.emit(sentence(message))

    def offer(self, run: Run) -> None:
        """Say why a run ended, with what a button can do about it."""
        self._about_network = False
        if run.state is State.LOST and run.folder is not None and not is_run(run.folder):
            buttons = []
        elif run.state is State.LOST:
            tip = "Go on from the newest checkpoint"
            buttons = [button("Resume", lambda: self._does.do(RESUME, run), tip, primary=True)]
        else:
            buttons = [
                button(
                    remedy.label,
                    lambda remedy=remedy: self._does.apply(run, remedy),
                    f"{remedy.label}: {'the same run' if remedy.resume else 'a new run'}",
                    primary=not place,
                )
                for place, remedy in enumerate(run.remedies[:2])
            ]
        self._notice.say(sentence(run.message), *buttons)
        self.said.emit(sentence(run.message))

    def offer_turn(self, run: Run) -> None:
        """Say what a training waits for, and offer not to wait for an experiment."""
        session = self._does.session
        holder = session.turns.holder
        before = holder.title if holder is not None else "another training"
        waits = f"{run.name} waits for its turn: {before} is training."
        self.said.emit(waits)
        self._waiting = run if session.trained is None else None
        if self._waiting is run:  # else it was queued on purpose, behind one that is seen here
            now = "Begin at once beside it: both are slower on the same cores"
            self._about_network = False
            self._notice.say(
                sentence(waits),
                button("Show the experiment", self.experiments_wanted.emit, "Show how far it is"),
                button("Train now, apart", lambda: session.hurry(run), now),
                grave=False,
            )

    def offer_return(self, run: Run, place: Path) -> None:
        """Say that a run lies in the bin, and offer to take it out again."""
        self._about_network = False
        tip = f"Move it back from {place}"
        back = button("Put it back", lambda: self._return(run, place), tip)
        self._notice.say(f"{run.name} was moved to the bin.", back, grave=False)

    def _return(self, run: Run, place: Path) -> None:
        self._notice.say("")
        self._does.bring_back(run, place)

    def _forget_turn(self, run: Run) -> None:
        if run is self._waiting:
            self._waiting = None
            self._notice.say("")

    def _repair_button(self, path: tuple[str, ...], repair: Repair) -> QPushButton:
        return button(
            repair.label,
            lambda: self._repair(path, repair),
            "Edit the network, then start again",
            primary=True,
        )

    def _repair(self, path: tuple[str, ...], repair: Repair) -> None:
        document = edits.apply_repair(self._workbench.document, path, repair)
        self._workbench.apply(repair.label[0].lower() + repair.label[1:], document)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)

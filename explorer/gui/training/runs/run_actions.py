"""What can be done with a run of the list: go on, branch, reproduce, open, compare, put away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QFile, QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.engine.events import Remedy
from explorer.engine.runs.manifest import kept_epochs
from explorer.engine.runs.run_folder import current_recipe, is_run, read_record
from explorer.engine.runs.run_shelf import bring_back, discard
from explorer.gui.panel import sentence
from explorer.gui.training.orders import Order
from explorer.gui.training.run import Run
from explorer.gui.training.runs import run_panel
from explorer.gui.training.runs.run_list import RunModel
from explorer.gui.training.runs.sweep_dialog import BranchDialog, SweepDialog, told
from explorer.gui.training.session import Session
from explorer.gui.workbench import Workbench


class RunActions(QObject):
    """Carries out the verbs of the run panel. `ask` and `to_bin` may be exchanged, for tests.

    `apart` says whether runs that begin shall have processes of their own.

    Signals:
        said(text): what was done, for the status line.
        failed(sentence): what could not be done.
        document_wanted(document): this network shall be opened.
        compare_wanted(folder): the network of this run shall be compared.
        notes_wanted(run): its notes shall have the focus.
        put_away(run, place): it was moved there, from where `bring_back` takes it.
    """

    said = Signal(str)
    failed = Signal(str)
    document_wanted = Signal(object)
    compare_wanted = Signal(object)
    notes_wanted = Signal(object)
    put_away = Signal(object, object)

    def __init__(self, session: Session, model: RunModel, workbench: Workbench, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self._session, self._model, self._workbench, self._widget = session, model, workbench, parent
        session.withdrawn.connect(self._put_back)
        self.ask: Callable[[str, str, str], bool] = self._confirm
        self.to_bin: Callable[[Path], bool] = self._to_bin
        self._in_bin: dict[Path, Path] = {}
        self.apart: Callable[[], bool] = lambda: False
        self._verbs: dict[str, Callable[[Run], None]] = {
            run_panel.RESUME: self.resume,
            run_panel.BRANCH: self.branch,
            run_panel.REPRODUCE: self.reproduce,
            run_panel.OPEN: self.open,
            run_panel.COPY: self.copy,
            run_panel.COMPARE: lambda run: self.compare_wanted.emit(run.folder),
            run_panel.NOTES: self.notes_wanted.emit,
            run_panel.FOLDER: lambda run: _show_folder(run.folder),
            run_panel.WITHDRAW: self.withdraw,
            run_panel.DELETE: self.delete,
        }

    def do(self, verb: str, run: Run) -> None:
        """Carry out a verb of the run panel; what cannot be done is said."""
        try:
            self._verbs[verb](run)
        except ExplorerError as error:
            self.failed.emit(str(error))

    def overlay(self, run: Run, other: Run) -> None:
        """Draw both runs and say what differs; where both are drawn already, compare their networks."""
        drawn = [item for item in (run, other) if item.slot is not None]
        for item in (run, other):
            self._model.tick(item, on=True)
        if len(drawn) == 2:
            self.do(run_panel.COMPARE, other)

    def resume(self, run: Run) -> None:
        """Go on from the newest checkpoint, where the run was trained before: here or apart.

        Raises:
            ExplorerError: its folder cannot be read.
        """
        document, recipe = self._document(run)
        order = Order(
            replace(document, recipe=recipe), _folder(run), self._device(run), run.apart, resume=True
        )
        self._session.resume_as(run, order)

    def branch(self, run: Run, epoch: int | None = None) -> None:
        """Ask from which epoch and with which rate, and begin a new run there.

        Raises:
            ExplorerError: its folder cannot be read, or no epoch was kept.
        """
        folder = _folder(run)
        epochs = kept_epochs(folder)
        if not epochs:
            raise ExplorerError(f"{folder} keeps the end of no epoch: there is nothing to branch from")
        document, recipe = self._document(run)
        wanted = epoch if epoch is not None else run.best_epoch or epochs[-1]
        dialog = BranchDialog(run.name, recipe, epochs, wanted, self._widget)
        if dialog.exec():
            self.begin_branch(run, document, dialog.epoch.currentData(), dialog.recipe)
        dialog.deleteLater()

    def begin_branch(self, run: Run, document: Document, epoch: int, recipe: Recipe) -> Run:
        """Begin a run with the weights of another at the end of an epoch."""
        name = f"{document.name} from epoch {epoch}"
        return self._session.take(
            Order(
                replace(document, recipe=recipe, name=name),
                self._session.new_folder(name),
                self._device(run),
                apart=self.apart(),
                branch=(_folder(run), epoch),
            )
        )

    def reproduce(self, run: Run) -> None:
        """Start the run again as it was; its end says whether the curves agree.

        Raises:
            ExplorerError: its folder cannot be read.
        """
        record = read_record(_folder(run))
        document = Document(name=f"{record.name} again", graph=record.graph, recipe=record.recipe)
        self._session.take(
            Order(
                document,
                self._session.new_folder(document.name),
                self._device(run),
                apart=self.apart(),
                reproduces=_folder(run),
            )
        )

    def open(self, run: Run) -> None:
        """Open the network of the run, with the recipe that it was started with.

        Raises:
            ExplorerError: its folder cannot be read.
        """
        record = read_record(_folder(run))
        self.document_wanted.emit(Document(name=record.name, graph=record.graph, recipe=record.recipe))

    def copy(self, run: Run) -> None:
        """Make the recipe of the run that of the document; its network is opened where it is another.

        Raises:
            ExplorerError: its folder cannot be read.
        """
        document, recipe = self._document(run)
        open_one = self._workbench.document
        if document.graph == open_one.graph:
            if recipe != open_one.recipe:
                copied = replace(open_one, recipe=recipe)
                self._workbench.apply(f"take the recipe of {run.name}", copied)
            self.said.emit(f"The recipe is that of {run.name}")
        else:
            self.document_wanted.emit(replace(document, recipe=recipe))

    def withdraw(self, run: Run) -> None:
        """Take a run off the queue."""
        self._session.withdraw(run)

    def _put_back(self, run: Run) -> None:
        """One that waited begins no more: it leaves the list, unless it lies on the disk."""
        if run.folder is not None and is_run(run.folder):
            self._model.update(run)
        else:
            self._model.remove(run)

    def delete(self, run: Run) -> None:
        """Move the folder of a run to the bin, after asking.

        Raises:
            ExplorerError: it is being trained, or cannot be moved.
        """
        folder = _folder(run)
        if not self.ask(
            f"Move the run {run.name} to the bin?",
            f"{folder} with all its figures and weights.",
            "Move to the bin",
        ):
            return
        place = discard(folder, self.to_bin)
        self._model.remove(run)
        self.said.emit(f"{run.name} lies in the bin" if place is None else f"{run.name} was moved to {place}")
        place = place or self._in_bin.pop(folder, None)
        if place is not None:
            self.put_away.emit(run, place)

    def bring_back(self, run: Run, place: Path) -> None:
        """Take a run out of the bin again; what hinders it is said."""
        try:
            bring_back(place, _folder(run))
        except ExplorerError as error:
            self.failed.emit(str(error))
            return
        if self._model.of_folder(run.folder) is None:
            self._model.add(run)
        self.said.emit(f"{run.name} is back")

    def _to_bin(self, folder: Path) -> bool:
        file = QFile(str(folder))
        moved = file.moveToTrash()
        if moved and Path(file.fileName()) != folder:  # not every system says where its bin is
            self._in_bin[folder] = Path(file.fileName())
        return moved

    def sweep(self) -> None:
        """Ask which setting takes which values, and queue a run for each."""
        document = self._workbench.document
        dialog = SweepDialog(document.recipe, self._widget)
        if dialog.exec():
            self.queue_sweep(dialog.recipes)
        dialog.deleteLater()

    def queue_sweep(self, recipes: tuple[tuple[str, Recipe], ...]) -> list[Run]:
        """A run of the open network with each of these recipes, one after the other."""
        document, device = self._workbench.document, self._workbench.device
        runs = [
            self._session.start(
                replace(document, recipe=recipe, name=f"{document.name} {told(label)}"), device
            )
            for label, recipe in recipes
        ]
        self.said.emit(f"{len(runs):,} runs are queued")
        return runs

    def apply(self, run: Run, remedy: Remedy) -> None:
        """Do what a remedy says."""
        try:
            self._session.apply(run, remedy)
        except ExplorerError as error:
            self.failed.emit(str(error))

    def _document(self, run: Run) -> tuple[Document, Recipe]:
        record = read_record(_folder(run))
        document = Document(name=record.name, graph=record.graph, recipe=record.recipe)
        return document, current_recipe(_folder(run), record)

    def _device(self, run: Run) -> str:
        """Where a run was trained, unless the person chose a device."""
        chosen = self._workbench.device
        return chosen if chosen != "auto" else run.device or chosen

    def _confirm(self, text: str, more: str, yes: str) -> bool:
        box = QMessageBox(
            QMessageBox.Icon.Question, "Architecture Explorer", text, parent=self._widget.window()
        )
        box.setInformativeText(sentence(more))
        accept = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        box.setEscapeButton(box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole))
        box.exec()
        return box.clickedButton() is accept


def _folder(run: Run) -> Path:
    assert run.folder is not None  # noqa: S101  (only such runs are offered these verbs)
    return run.folder


def _show_folder(folder: Path | None) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

"""The window's one mutable object: the open document, its history, its analysis and the selection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from explorer.architectures import catalog
from explorer.core import notation
from explorer.core.analysis import Analysis, analyze
from explorer.core.conventions import Conventions
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.history import History
from explorer.core.outline import Line, Outline

AUTO = "auto"
"""The device that the engine chooses by itself: the first graphics processor, else the processor."""


class Workbench(QObject):
    """What is open. Everything that is shown is computed from `document`.

    Signals:
        changed(old, new): the shown document is another value; also after undo and opening.
        selection_changed(names): full names of the selected nodes, a tuple.
        file_changed(): another file is open, or the document was saved.
        conventions_changed(conventions): figures are counted or written in another way.
        device_changed(name): networks run on another device from now on.
    """

    changed = Signal(object, object)
    selection_changed = Signal(object)
    file_changed = Signal()
    conventions_changed = Signal(object)
    device_changed = Signal(str)

    def __init__(self, document: Document | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = History(document or Document())
        self._analysis = analyze(self.document.graph)
        self._outline: Outline | None = None
        self._selection: tuple[str, ...] = ()
        self._conventions = Conventions()
        self._device = AUTO
        self.path: Path | None = None

    @property
    def document(self) -> Document:
        """The shown state."""
        return self._history.document

    @property
    def opened_document(self) -> Document:
        """The document as it was when it was opened."""
        return self._history.opened

    @property
    def analysis(self) -> Analysis:
        """What is known of the shown graph, never stale."""
        return self._analysis

    @property
    def modified(self) -> bool:
        """Whether the file lacks something that is shown."""
        return self._history.modified

    @property
    def undo_label(self) -> str | None:
        """What undo would take back."""
        return self._history.undo_label

    @property
    def redo_label(self) -> str | None:
        """What redo would bring again."""
        return self._history.redo_label

    @property
    def selection(self) -> tuple[str, ...]:
        """Full names of the selected nodes, the last chosen one last."""
        return self._selection

    @property
    def conventions(self) -> Conventions:
        """How figures are counted and written wherever they are shown."""
        return self._conventions

    def count_by(self, conventions: Conventions) -> None:
        """Count and write figures in another way."""
        if conventions != self._conventions:
            self._conventions = conventions
            self.conventions_changed.emit(conventions)

    @property
    def device(self) -> str:
        """Where networks run: "auto", "cpu", "cuda:0" …"""
        return self._device

    def run_on(self, device: str) -> None:
        """Let networks run on another device; what runs now stays where it is."""
        if device != self._device:
            self._device = device
            self.device_changed.emit(device)

    @property
    def lines(self) -> Mapping[str, Line]:
        """Every node and every node inside blocks, by full name; made at first need."""
        return self.outline.lines

    @property
    def outline(self) -> Outline:
        """The lines of the shown graph, and their names by path; made at first need."""
        if self._outline is None or self._outline.analysis is not self._analysis:
            self._outline = Outline(self._analysis, self._outline)
        return self._outline

    def apply(self, label: str, document: Document, merge: str = "") -> None:
        """Show an edited document as one step of the history."""
        old = self.document
        self._history.apply(label, document, merge)
        self._announce(old)

    def undo(self) -> None:
        """Take the last edit back."""
        old = self.document
        self._history.undo()
        self._announce(old)

    def redo(self) -> None:
        """Bring an edit again that was taken back."""
        old = self.document
        self._history.redo()
        self._announce(old)

    def seal(self) -> None:
        """A dragged value was let go: the next edit is a step of its own."""
        self._history.seal()

    def open(self, path_or_name: str | Path) -> None:
        """Open a document file, or a network of the catalogue by name.

        Raises:
            ExplorerError: neither; what was open stays open.
        """
        path = Path(path_or_name)
        if path.suffix == notation.SUFFIX or path.exists():
            self.show(notation.load(path), path)
            return
        name = str(path_or_name)
        self.show(Document(name=name, graph=catalog.build(name)), None)

    def show(self, document: Document, path: Path | None, *, saved: bool = True) -> None:
        """Show another document with a history of its own."""
        old = self.document
        self._history = History(document)
        if not saved:
            self._history.mark_unsaved()
        self.path = path
        self._selection = ()
        self._announce(old)
        self.selection_changed.emit(())
        self.file_changed.emit()

    def save(self, path: str | Path | None = None) -> None:
        """Write the document; without a path to where it came from.

        Raises:
            ExplorerError: it has no file yet.
            OSError: it cannot be written; the older file is untouched.
        """
        target = Path(path) if path else self.path
        if target is None:
            raise ExplorerError("this network has no file yet; choose one with Save as")
        if target.suffix != notation.SUFFIX:
            target = target.with_name(target.name + notation.SUFFIX)
        notation.save(replace(self.document, name=target.stem), target)
        self.path = target
        self._history.mark_saved()
        self.file_changed.emit()

    def select(self, names: Iterable[str]) -> None:
        """Select nodes by full name; unknown names are left out."""
        chosen = tuple(name for name in dict.fromkeys(names) if name in self.lines)
        if chosen != self._selection:
            self._selection = chosen
            self.selection_changed.emit(chosen)

    def _announce(self, old: Document) -> None:
        new = self.document
        if new is old:
            return
        if new.graph is not old.graph:
            self._analysis = analyze(new.graph, self._analysis)
        before = self._selection
        if before and new.graph is not old.graph:
            # before the change is announced: receivers look the selected names up
            self._selection = tuple(name for name in before if name in self.lines)
        pruned = self._selection != before
        self.changed.emit(old, new)
        if pruned:
            self.selection_changed.emit(self._selection)

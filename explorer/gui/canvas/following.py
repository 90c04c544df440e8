"""The canvas follows the workbench: another document, another file, another selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core.document import Document
from explorer.gui.canvas.drop import DropZone
from explorer.gui.canvas.motion import ARRANGE, GAP
from explorer.gui.canvas.pointer import Pointer
from explorer.gui.canvas.showing import Showing

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas


class Following:
    """Connects one canvas with its workbench; what a person was about to do ends where it is too late."""

    def __init__(self, canvas: Canvas, showing: Showing, pointer: Pointer, dropping: DropZone) -> None:
        self._canvas, self._showing = canvas, showing
        self._pointer, self._dropping = pointer, dropping
        bench = canvas.workbench
        bench.changed.connect(self._document_changed)
        bench.selection_changed.connect(self._selection_changed)
        bench.file_changed.connect(self._file_changed)

    def _document_changed(self, old: Document, new: Document) -> None:
        self._pointer.interrupt()
        self._dropping.interrupt()
        self._showing.forget()
        arranged = new.graph is old.graph and new.positions != old.positions
        self._canvas.show_picture(ARRANGE if arranged else GAP)
        if not old.graph.nodes:
            self._canvas.camera.start()

    def _file_changed(self) -> None:
        self._showing.motion.finish()
        self._canvas.camera.start()

    def _selection_changed(self, names: tuple[str, ...]) -> None:
        if names:
            self._pointer.edge = None
        self._canvas.show_marks()
        if names and not self._canvas.in_gesture:
            self._canvas.camera.reveal(names[-1])

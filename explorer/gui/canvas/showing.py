"""Which picture the canvas draws: that of the open document, or of one that is only proposed."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from explorer.core.analysis import Analysis, analyze
from explorer.core.document import Document
from explorer.gui.canvas.distant import Distant
from explorer.gui.canvas.drafting import Draftsman, Opening
from explorer.gui.canvas.motion import GAP, Motion
from explorer.gui.canvas.picture import EdgeKey, Picture
from explorer.gui.canvas.scene import NetworkScene

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas


class Showing:
    """Keeps the items of one canvas equal to one picture.

    `picture` is a value and always the newest; only what is painted may still be on its way there.
    """

    def __init__(self, canvas: Canvas, scene: NetworkScene) -> None:
        self._canvas, self._scene = canvas, scene
        self.picture = Picture()
        self.motion = Motion(scene)
        self._draftsman = Draftsman()
        self._proposed: tuple[Document, Analysis] | None = None
        self._opening: Opening | None = None
        self._opened: EdgeKey | None = None
        self._faded: Collection[str] = ()
        self._distant: Distant | None = None

    def show(self, milliseconds: int = 0) -> None:
        """Draw the open document, or the one that is proposed; only what differs changes."""
        bench = self._canvas.workbench
        document, analysis = self._proposed or (bench.document, bench.analysis)
        drawn = self.motion.halt()
        self._distant = None
        old = self.picture
        look = self._canvas.look
        # the open document's names were just read for the table and the properties
        names = bench.outline.names if self._proposed is None else None
        self.picture = self._draftsman.picture(
            document, analysis, self._opening, across=look.across, names=names
        )
        look.colour(analysis)
        self._scene.show_picture(old, self.picture)
        if self._canvas.isVisible():
            self.motion.run(old, self.picture, milliseconds, drawn)

    def recoloured(self) -> None:
        """Colours stand for something else now."""
        self._distant = None
        self._scene.refresh()

    def paint_far(self, painter: QPainter, part: QRect) -> None:
        """Draw a part of the viewport as one sees it from far away, without items."""
        painter.fillRect(part, self._canvas.ink.brush["canvas"])
        painter.setTransform(self._canvas.viewportTransform())
        if self._distant is None:
            self._distant = Distant(self.picture, self._canvas.ink)
        shown = [self.picture.shown(name) for name in self._canvas.workbench.selection]
        chosen = [QRectF(*node.rect) for node in shown if node is not None]
        self._distant.paint(painter, chosen, self._scene.rail)

    def propose(self, document: Document | None) -> None:
        """Draw a document that is not applied (yet); None goes back to the open one."""
        bench = self._canvas.workbench
        if document is None or document is bench.document:
            self._proposed = None
        elif document.graph is bench.document.graph:
            self._proposed = document, bench.analysis
        elif self._proposed is not None and self._proposed[1].graph is document.graph:
            self._proposed = document, self._proposed[1]
        else:
            self._proposed = document, analyze(document.graph, bench.analysis)

    def forget(self) -> None:
        """The open document changed: what was proposed began from another one."""
        self._proposed, self._opening, self._opened = None, None, None

    @property
    def opened(self) -> EdgeKey | None:
        """The edge that is held open."""
        return self._opened

    def open_edge(self, opening: Opening | None, key: EdgeKey | None) -> None:
        """Hold an edge open while something may be put on it."""
        self._opened = key
        if opening != self._opening:
            self._opening = opening
            self._canvas.show_picture(GAP)

    def fade(self, names: Collection[str], edge: EdgeKey | None) -> None:
        """Dim the nodes that would refuse an edge, and the edge that is being pulled."""
        self._faded = names
        self._scene.fade_edge(edge)

    def mark(self, edge: EdgeKey | None, hovered: str, hovered_edges: Collection[EdgeKey]) -> None:
        """Draw what is selected and hovered."""
        shown = [self.picture.shown(name) for name in self._canvas.workbench.selection]
        self._scene.mark({node.name for node in shown if node is not None}, hovered, self._faded)
        self._scene.mark_edges(edge, hovered_edges, self._opened)

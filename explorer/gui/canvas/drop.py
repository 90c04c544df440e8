"""A drag from the palette over the canvas: it shows where it would go and what would become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QPainter

from explorer.core.errors import ExplorerError
from explorer.core.operator import Operator
from explorer.gui.canvas.face import is_tall, title_of
from explorer.gui.canvas.placing import (
    NETWORK_MIME,
    OPERATOR_MIME,
    OnEdge,
    OnPage,
    Proposal,
    Target,
    added_names,
    block_of,
    dragged_network,
    dragged_operator,
    propose,
    target_at,
    variants,
)
from explorer.gui.canvas.slots import Slot, held, opening_of, paint_slots, slot_rects

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

_NEAR = 14.0  # px on the screen from an edge
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class Drop:
    """One drag over the canvas, from entering to leaving or being let go.

    Where the block as it is would not fit, the variants that do are offered in slots below it:
    the pointer over a slot chooses it, Shift takes the first that fits.
    """

    def __init__(self, canvas: Canvas, operator: Operator, network: str = "") -> None:
        self._canvas = canvas
        self._operator, self._network = operator, network
        self._target: Target | None = None
        self._offers: list[tuple[Slot, Proposal]] = []
        self._chosen = 0

    @property
    def target(self) -> Target | None:
        """Where it would go now."""
        return self._target

    @property
    def slots(self) -> list[Slot]:
        """What is offered there: the block as it is, then its variants that fit."""
        return [slot for slot, _ in self._offers]

    @property
    def proposal(self) -> Proposal | None:
        """What would become of it now."""
        return self._offers[self._chosen][1] if self._offers else None

    def move(self, at: QPointF, *, fit: bool = False) -> None:
        """The pointer is over this place of the picture; `fit` asks for the variant."""
        rects = self._rects()
        fixed = isinstance(self._target, OnEdge) or len(self._offers) > 1
        if not (fixed and held(rects, at)):
            target = target_at(self._canvas.picture, at.x(), at.y(), _NEAR / self._canvas.zoom)
            if target != self._target:
                self._show(target)
                rects = self._rects()
        self._choose(at, rects, fit=fit)

    def drop(self, at: QPointF, *, fit: bool = False) -> bool:
        """It was let go here; whether anything came of it."""
        self.move(at, fit=fit)
        proposal, target = self.proposal, self._target
        canvas = self._canvas
        self.leave()
        if self._network and not len(canvas.workbench.document.graph):
            canvas.workbench.open(self._network)
            return True
        if proposal is None or target is None or proposal.document is canvas.workbench.document:
            if proposal is not None:
                canvas.complained.emit(proposal.says)
            return False
        before = canvas.workbench.lines
        canvas.workbench.apply(proposal.label, proposal.document)
        canvas.workbench.select(added_names(before, canvas.workbench.lines, block_of(target)))
        return True

    def leave(self) -> None:
        """The drag went elsewhere: close the gap."""
        self._target, self._offers, self._chosen = None, [], 0
        self._canvas.open_edge(None)

    def paint(self, painter: QPainter) -> None:
        """The slots, and the pills that say what shape comes out."""
        rects = self._rects()
        if rects:
            canvas = self._canvas
            view, across = canvas.camera.in_view(), canvas.picture.across
            paint_slots(painter, canvas.ink, rects, self.slots, self._chosen, view, across=across)

    def _rects(self) -> list[QRectF]:
        if self._target is None or not self._offers:
            return []
        tall = is_tall(type(self._operator))
        return slot_rects(self._canvas.picture, self._target, len(self._offers), tall=tall)

    def _choose(self, at: QPointF, rects: list[QRectF], *, fit: bool) -> None:
        over = next((number for number, rect in enumerate(rects) if rect.contains(at)), None)
        chosen = self._chosen if over is None else over
        if fit and len(self._offers) > 1 and not chosen:
            chosen = 1
        elif not fit and over is None:
            chosen = 0
        if chosen != self._chosen:
            self._chosen = chosen
            self._canvas.viewport().update()

    def _show(self, target: Target) -> None:
        canvas, bench = self._canvas, self._canvas.workbench
        self._target, self._chosen = target, 0

        def proposed(operator: Operator) -> Proposal:
            return propose(bench.document, bench.analysis, canvas.picture, operator, target)

        plain = proposed(self._operator)
        verb = "Place" if isinstance(target, OnPage) else "Insert"
        self._offers = [(_slot(f"{verb} {title_of(self._operator)}", plain), plain)]
        if not self._network:
            for operator in variants(bench.analysis, self._operator, target):
                proposal = proposed(operator)
                self._offers.append((_slot(f"Fit: {title_of(operator)}", proposal), proposal))
        key = target.key if isinstance(target, OnEdge) else None
        canvas.open_edge(opening_of(canvas.picture, target, len(self._offers)), key)
        canvas.viewport().update()


class DropZone:
    """What is dragged over one canvas from elsewhere."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.drop: Drop | None = None
        self._landing = False

    def enter(self, event: QDragEnterEvent) -> None:
        """A drag came over the canvas; only blocks and networks are taken."""
        self.drop = _drop_of(self._canvas, event.mimeData())
        if self.drop is None:
            event.ignore()
            return
        self._canvas.show_marks()
        event.acceptProposedAction()

    def move(self, event: QDragMoveEvent) -> None:
        """It is elsewhere now."""
        drop = self.drop
        if drop is None:
            event.ignore()
            return
        fit = bool(event.modifiers() & _SHIFT)

        def follow(at: QPointF, _: QPoint) -> None:
            drop.move(at, fit=fit)

        screen = event.position().toPoint()
        follow(self._canvas.place_of(event.position()), screen)
        self._canvas.rim.watch(screen, follow)
        event.acceptProposedAction()

    def let_go(self, event: QDropEvent) -> None:
        """It was dropped."""
        if self.drop is None:
            event.ignore()
            return
        at = self._canvas.place_of(event.position())
        self._landing = True  # the edit that follows is the drop's own
        done = self.drop.drop(at, fit=bool(event.modifiers() & _SHIFT))
        self._landing = False
        self.end()
        event.setAccepted(done)
        self._canvas.setFocus()

    def interrupt(self) -> None:
        """The document became another one: what was offered began from one that is gone."""
        if self.drop is not None and not self._landing:
            self.end()

    def end(self) -> None:
        """It left, or was dropped."""
        self._canvas.rim.stop()
        drop, self.drop = self.drop, None
        if drop is not None:
            drop.leave()
        self._canvas.show_marks()
        self._canvas.viewport().update()


def _slot(title: str, proposal: Proposal) -> Slot:
    return Slot(title, proposal.says, proposal.wrong)


def _drop_of(canvas: Canvas, data: QMimeData) -> Drop | None:
    """The drag that just came over the canvas; None where it carries nothing for it."""
    try:
        if data.hasFormat(OPERATOR_MIME):
            return Drop(canvas, dragged_operator(data.data(OPERATOR_MIME).data()))
        if data.hasFormat(NETWORK_MIME):
            name = data.data(NETWORK_MIME).data().decode("utf-8", "replace")
            return Drop(canvas, dragged_network(name), name)
    except ExplorerError as error:
        canvas.complained.emit(str(error))
    return None


__all__ = ["Drop", "DropZone"]

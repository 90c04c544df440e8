"""A drag from the palette over the canvas: it shows where it would go and what would become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from explorer.core.errors import ExplorerError
from explorer.core.operator import Operator
from explorer.gui.canvas.drafting import LOW, TALL, WIDE, Opening
from explorer.gui.canvas.face import is_tall, title_of
from explorer.gui.canvas.ink import no_pen
from explorer.gui.canvas.placing import (
    NETWORK_MIME,
    OPERATOR_MIME,
    Below,
    OnEdge,
    OnPage,
    Proposal,
    Target,
    added_names,
    dragged_network,
    dragged_operator,
    propose,
    target_at,
)

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

_OPEN = 84.0  # px between two nodes while something may be dropped between them
_SLOT_WIDE, _SLOT_HIGH, _PILL = 224.0, 38.0, 26.0
_NEAR = 14.0  # px on the screen from an edge


class Drop:
    """One drag over the canvas, from entering to leaving or being let go."""

    def __init__(self, canvas: Canvas, operator: Operator | None, network: str) -> None:
        self._canvas = canvas
        self._operator, self._network = operator, network
        self._target: Target | None = None
        self._proposal: Proposal | None = None

    @property
    def target(self) -> Target | None:
        """Where it would go now."""
        return self._target

    @property
    def proposal(self) -> Proposal | None:
        """What would become of it now."""
        return self._proposal

    def move(self, at: QPointF) -> None:
        """The pointer is over this place of the picture."""
        if self._held(at):
            return
        target = target_at(self._canvas.picture, at.x(), at.y(), _NEAR / self._canvas.zoom)
        if target == self._target:
            return
        self._show(target)

    def drop(self, at: QPointF) -> bool:
        """It was let go here; whether anything came of it."""
        self.move(at)
        proposal = self._proposal
        canvas = self._canvas
        self.leave()
        if self._network and not len(canvas.workbench.document.graph):
            canvas.workbench.open(self._network)
            return True
        if proposal is None or proposal.document is canvas.workbench.document:
            return False
        before = canvas.workbench.lines
        canvas.workbench.apply(proposal.label, proposal.document)
        canvas.workbench.select(added_names(before, canvas.workbench.lines))
        return True

    def leave(self) -> None:
        """The drag went elsewhere: close the gap."""
        self._target, self._proposal = None, None
        self._canvas.open_edge(None)

    def paint(self, painter: QPainter) -> None:
        """The slot, and the pill that says what shape comes out."""
        if self._target is None or self._operator is None or self._proposal is None:
            return
        ink = self._canvas.ink
        slot = self._slot()
        pen = QPen(ink.colour["accent"], 1.5)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(ink.brush["accentbg"])
        painter.drawRoundedRect(slot, 6, 6)
        painter.setPen(ink.colour["text"])
        painter.setFont(ink.shape_font)
        verb = "Place" if isinstance(self._target, OnPage) else "Insert"
        text = ink.shape_metrics.elidedText(
            f"{verb} {title_of(self._operator)}", Qt.TextElideMode.ElideRight, slot.width() - 20
        )
        painter.drawText(slot, Qt.AlignmentFlag.AlignCenter, text)
        if self._proposal.says:
            self._paint_pill(painter, slot, self._proposal)

    def _paint_pill(self, painter: QPainter, slot: QRectF, proposal: Proposal) -> None:
        ink = self._canvas.ink
        text = ink.shape_metrics.elidedText(proposal.says, Qt.TextElideMode.ElideRight, 520)
        wide = ink.shape_metrics.horizontalAdvance(text) + 24
        pill = QRectF(slot.right() + 12, slot.center().y() - _PILL / 2, wide, _PILL)
        painter.setPen(QPen(ink.colour["err"], 1) if proposal.wrong else no_pen())
        painter.setBrush(ink.brush["errbg" if proposal.wrong else "accent"])
        painter.drawRoundedRect(pill, 6, 6)
        painter.setPen(ink.colour["err" if proposal.wrong else "onaccent"])
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

    def _show(self, target: Target) -> None:
        canvas = self._canvas
        self._target, self._proposal = target, None
        if self._operator is not None:
            workbench = canvas.workbench
            self._proposal = propose(
                workbench.document, workbench.analysis, canvas.picture, self._operator, target
            )
        if isinstance(target, OnEdge):
            opening: Opening = (target.path[:-1], (target.path[-1], target.key[1]), _OPEN)
            canvas.open_edge(opening, target.key)
        else:
            canvas.open_edge(None)
        canvas.viewport().update()

    def _slot(self) -> QRectF:
        """Where the new node would stand."""
        picture, target = self._canvas.picture, self._target
        wide, high = _SLOT_WIDE, _SLOT_HIGH
        if isinstance(target, OnEdge) and target.key in picture.edges:
            samples = picture.edges[target.key].route.samples(8)
            if len(samples) == 2:
                (x, y), (_, end) = samples
                y = (y + end) / 2
            else:
                x, y = samples[len(samples) // 2]
        elif isinstance(target, Below) and target.name in picture.nodes:
            x, y = picture.nodes[target.name].outlet
            y += 20 + high / 2
        elif isinstance(target, OnPage):
            x, y = target.x, target.y
            wide = WIDE
            high = TALL if self._operator is not None and is_tall(type(self._operator)) else LOW
        else:
            return QRectF()
        return QRectF(x - wide / 2, y - high / 2, wide, high)

    def _held(self, at: QPointF) -> bool:
        """Whether the pointer is still in the gap that opened: it must not close under it."""
        if not isinstance(self._target, OnEdge):
            return False
        return self._slot().adjusted(-8, -20, 8, 20).contains(at)


def carries_block(data: QMimeData) -> bool:
    """Whether a drag comes from the palette."""
    return data.hasFormat(OPERATOR_MIME) or data.hasFormat(NETWORK_MIME)


def drop_of(canvas: Canvas, data: QMimeData) -> Drop | None:
    """The drag that just came over the canvas; None where it carries nothing for it."""
    try:
        if data.hasFormat(OPERATOR_MIME):
            return Drop(canvas, dragged_operator(data.data(OPERATOR_MIME).data()), "")
        if data.hasFormat(NETWORK_MIME):
            name = data.data(NETWORK_MIME).data().decode("utf-8", "replace")
            return Drop(canvas, dragged_network(name), name)
    except ExplorerError as error:
        canvas.complained.emit(str(error))
    return None

"""The dashed slots where something that is dragged would go, and the pills that say what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from explorer.gui.canvas.boxes import LOW, TALL, WIDE
from explorer.gui.canvas.drafting import Opening
from explorer.gui.canvas.ink import Ink, no_pen
from explorer.gui.canvas.picture import Picture
from explorer.gui.canvas.placing import Below, OnEdge, Target

_OPEN, _MORE = 84.0, 46.0  # px between two nodes for one slot, and for each further one
_WIDE, _HIGH, _PILL, _BETWEEN = 224.0, 38.0, 26.0, 8.0
_LONGEST = 520.0  # px on the screen of what a pill says
_ASIDE, _RIM = 12.0, 8.0  # between a slot and its pill, and between a pill and the border of the view
_HINT = "Shift"


@dataclass(frozen=True)
class Slot:
    """One way to put what is dragged: what would be done, what would come of it."""

    title: str
    says: str
    wrong: bool


def opening_of(picture: Picture, target: Target, slots: int) -> Opening | None:
    """How an edge is held open for some slots; None where the target is no edge."""
    if not isinstance(target, OnEdge):
        return None
    long = _OPEN if picture.across else _OPEN + _MORE * (slots - 1)  # slots stand one below the other
    return target.path[:-1], (target.path[-1], target.key[1]), long


def slot_rects(picture: Picture, target: Target, count: int, *, tall: bool = False) -> list[QRectF]:
    """Where the slots of a target stand, one below the other; none where the target is gone."""
    wide, high = _WIDE, _HIGH
    if isinstance(target, OnEdge):
        if target.key not in picture.edges:
            return []
        samples = picture.edges[target.key].route.samples(8)
        x, y = samples[len(samples) // 2]
        if len(samples) == 2:
            (left, above), (right, below) = samples
            x, y = (left + right) / 2, (above + below) / 2
    elif isinstance(target, Below):
        if target.name not in picture.nodes:
            return []
        x, y = picture.nodes[target.name].outlet
        if picture.across:
            x += 20 + wide / 2
        else:
            y += 20 + (high + (count - 1) * (high + _BETWEEN)) / 2
    else:
        x, y = target.x, target.y
        wide, high = WIDE, TALL if tall else LOW
    step = high + _BETWEEN
    top = y - (high + (count - 1) * step) / 2
    return [QRectF(x - wide / 2, top + number * step, wide, high) for number in range(count)]


def held(rects: Sequence[QRectF], at: QPointF) -> bool:
    """Whether a pointer is still among the slots: the gap must not close under it."""
    around = QRectF()
    for rect in rects:
        around = around.united(rect)
    return bool(rects) and around.adjusted(-8, -20, 8, 20).contains(at)


def paint_slots(
    painter: QPainter,
    ink: Ink,
    rects: Sequence[QRectF],
    slots: Sequence[Slot],
    chosen: int,
    view: QRectF,
    *,
    across: bool = False,
) -> None:
    """Draw the slots; the chosen one stands out, and so does what it says.

    A pill stands where there is room for it in the `view`, at the right side at best. Where the
    network runs `across`, the next node stands beside: only the chosen slot says something, below
    all slots.
    """
    for number, (rect, slot) in enumerate(zip(rects, slots, strict=True)):
        active = number == chosen
        pen = QPen(ink.colour["accent" if active else "line2"], 1.5)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(ink.brush["accentbg" if active else "canvas"])
        painter.drawRoundedRect(rect, 6, 6)
        painter.setFont(ink.shape_font)
        painter.setPen(ink.colour["text" if active else "text3"])
        whole = _paint_title(painter, ink, rect, slot.title, key=number > 0 and not active)
        if slot.says and (active or not across):
            says = slot.says if whole else f"{slot.title}: {slot.says}"
            text = ink.shape_metrics.elidedText(
                says, Qt.TextElideMode.ElideRight, _LONGEST / min(1.0, ink.zoom)
            )
            wide = ink.shape_metrics.horizontalAdvance(text) + 24
            pill = pill_rect(rects, number, wide, view, across=across)
            _paint_pill(painter, ink, pill, text, wrong=slot.wrong, active=active)


def _paint_title(painter: QPainter, ink: Ink, rect: QRectF, title: str, *, key: bool) -> bool:
    """What a slot would do, and its key where there is room for both; whether all of it was drawn."""
    room, words = rect.width() - 20, f"{_HINT} ⇧"
    needed, hint = (ink.shape_metrics.horizontalAdvance(text) for text in (title, words))
    if key and needed + 2 * hint <= room:
        painter.drawText(rect.adjusted(0, 0, -10, 0), _RIGHT, words)
    text = ink.shape_metrics.elidedText(title, Qt.TextElideMode.ElideRight, room)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    return text == title


def pill_rect(slots: Sequence[QRectF], number: int, wide: float, view: QRectF, *, across: bool) -> QRectF:
    """Where what a slot says stands: wholly in the view, and on no slot where there is room beside."""
    return _pill_below(slots, wide, view) if across else _pill_beside(slots[number], wide, view)


def _pill_beside(slot: QRectF, wide: float, view: QRectF) -> QRectF:
    """Right of a slot, left of it, or as far right as can be seen."""
    x, left = slot.right() + _ASIDE, slot.left() - _ASIDE - wide
    if x + wide > view.right() - _RIM:
        x = left if left >= view.left() + _RIM else view.right() - _RIM - wide
    return QRectF(x, slot.center().y() - _PILL / 2, wide, _PILL)


def _pill_below(slots: Sequence[QRectF], wide: float, view: QRectF) -> QRectF:
    """Below all slots, or above them where that could not be seen."""
    y = slots[-1].bottom() + _ASIDE
    if y + _PILL > view.bottom() - _RIM:
        y = slots[0].top() - _ASIDE - _PILL
    x = max(view.left() + _RIM, min(slots[0].left(), view.right() - _RIM - wide))
    return QRectF(x, y, wide, _PILL)


def _paint_pill(painter: QPainter, ink: Ink, pill: QRectF, text: str, *, wrong: bool, active: bool) -> None:
    """What comes of a slot."""
    if wrong:
        border, fill, words = QPen(ink.colour["err"], 1), "errbg", "err"
    elif active:
        border, fill, words = no_pen(), "accent", "onaccent"
    else:
        border, fill, words = QPen(ink.colour["line2"], 1), "raised", "text2"
    painter.setPen(border)
    painter.setBrush(ink.brush[fill])
    painter.drawRoundedRect(pill, 6, 6)
    painter.setPen(ink.colour[words])
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

__all__ = ["Slot", "held", "opening_of", "paint_slots", "pill_rect", "slot_rects"]

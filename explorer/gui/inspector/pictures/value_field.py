"""What one number sees, drawn over the picture: its box, and the padding hatched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from explorer.core.field_box import Box
from explorer.gui.theme import Theme

_ROOM = 0.12


@dataclass(frozen=True)
class SeenField:
    """What one number sees, in pixels of the network's input.

    `box` reaches into the padding; `read` is what it truly reads of the picture, None where it
    reads padding alone. `reach` holds the boxes of all numbers of the layer.
    """

    box: Box
    read: Box | None
    reach: Box

    def texts(self) -> dict[str, str]:
        """The figures that stand below the picture."""
        found = {"this value sees": f"{self.box.height}×{self.box.width} px"}
        if self.read is None:
            return {**found, "on the picture": "nothing, padding alone"}
        read = self.read
        found["on the picture"] = f"x {read.left}–{read.right}, y {read.top}–{read.bottom}"
        if read != self.box:
            sides = {
                "left": read.left - self.box.left,
                "right": self.box.right - read.right,
                "top": read.top - self.box.top,
                "bottom": self.box.bottom - read.bottom,
            }
            found["in the padding"] = ", ".join(f"{by} px {side}" for side, by in sides.items() if by > 0)
        return found


def area_of(box: Box) -> QRectF:
    """A box as a rectangle."""
    return QRectF(box.left, box.top, box.width, box.height)


def room_for(reach: Box, high: int, wide: int) -> float:
    """Which share of the picture's sides is left free around it, so that the padding is seen."""
    over = max(
        -reach.top / high, -reach.left / wide, (reach.bottom + 1) / high - 1, (reach.right + 1) / wide - 1
    )
    return min(_ROOM, max(0.0, over))


def draw_field(
    painter: QPainter, seen: SeenField, on_screen: Callable[[QRectF], QRectF], edge: QRectF, theme: Theme
) -> None:
    """Draw the box; what lies in the padding is hatched. `edge` is where drawing ends."""
    whole = on_screen(area_of(seen.box)).intersected(edge)
    padding = QPainterPath()
    padding.addRect(whole)
    if seen.read is not None:
        read = QPainterPath()
        read.addRect(on_screen(area_of(seen.read)))
        padding = padding.subtracted(read)
    painter.save()
    painter.setClipRect(edge)
    veil = QColor(theme["panel"])
    veil.setAlpha(120)
    painter.fillPath(padding, veil)
    painter.fillPath(padding, QBrush(theme["accent"], Qt.BrushStyle.BDiagPattern))
    mark = whole.adjusted(1, 1, -1, -1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(QColor("white"), 4), QPen(QColor("#4B50D6"), 2)):
        painter.setPen(pen)
        painter.drawRect(mark)
    painter.restore()

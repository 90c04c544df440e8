"""One row of the layer table: what it says, and how its cells are drawn."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from explorer.core.analysis import Problem
from explorer.core.outline import Line
from explorer.gui.chips import draw_chip
from explorer.gui.fonts import MEDIUM, SEMIBOLD
from explorer.gui.layers.columns import NONE, Column
from explorer.gui.lettering import draw_line
from explorer.gui.theme import Theme

_BAR_LEFT, _BAR_HEIGHT = 58, 8
_QUIET = frozenset({"operator", "input", "stride", "memory"})


@dataclass(frozen=True, slots=True)
class RowFace:
    """All that is painted of a row but its ground; equal faces look the same.

    `cells` are the text and the share of each shown column; a row with a problem has those
    before its sentence.
    """

    name: str
    depth: int
    block: bool
    category: str
    problem: Problem | None
    cells: tuple[tuple[str, float | None], ...]

    @property
    def waiting(self) -> bool:
        """Whether it has no shape because of another layer."""
        return self.problem is not None and self.problem.waits_for is not None


def own_name(line: Line) -> str:
    """The name without that of the block around, which says where its parts are."""
    own = line.name
    if line.block and own.startswith(f"{line.block}."):
        short = own[len(line.block) + 1 :]
        deep = len(line.path) > 2 or "." not in short
        return short if deep and not short.isdecimal() else own
    return own


def draw_name(painter: QPainter, box: QRectF, row: RowFace, theme: Theme) -> None:
    """The chip of the category and the name."""
    chip = QRectF(box.left() + 4, box.center().y() - 7, 14, 14)
    draw_chip(painter, chip, row.category, theme, row.waiting)
    painter.setPen(theme["text3" if row.waiting else "text"])
    weight = SEMIBOLD if row.block else MEDIUM
    draw_line(painter, box.adjusted(26, 0, -6, 0), row.name, 12, weight, cut=Qt.TextElideMode.ElideMiddle)


def draw_share(
    painter: QPainter, box: QRectF, text: str, share: float, theme: Theme, *, selected: bool
) -> None:
    """A share as a figure and as a bar."""
    painter.setPen(theme["text3" if text == NONE else "text"])
    draw_line(painter, QRectF(box.left(), box.top(), 52, box.height()), text, right=True)
    middle, width = box.center().y(), box.width() - _BAR_LEFT - 10
    if not share or width < 8:
        return
    track = QRectF(box.left() + _BAR_LEFT, middle - _BAR_HEIGHT / 2, width, _BAR_HEIGHT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme["line" if selected else "hover"])
    painter.drawRoundedRect(track, 2, 2)
    track.setWidth(max(2.0, width * share))
    painter.setBrush(theme["accent" if selected else "edge"])
    painter.drawRoundedRect(track, 2, 2)


def draw_text(
    painter: QPainter, box: QRectF, column: Column, text: str, theme: Theme, *, waiting: bool
) -> None:
    """A text or a figure; what is known from elsewhere is quieter."""
    pale = waiting or text == NONE
    painter.setPen(theme["text3" if pale else "text2" if column.key in _QUIET else "text"])
    draw_line(painter, box.adjusted(8, 0, -8, 0), text, right=column.right)

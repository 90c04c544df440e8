"""What texts and papers say of the compared networks, beside what is counted here."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from explorer.export.texts import Claim
from explorer.gui.comparison.plate import Plate, put_text, text_width
from explorer.gui.fonts import NORMAL, SEMIBOLD
from explorer.gui.icons import draw_icon
from explorer.gui.theme import Theme

_ROW, _SHORT, _HEAD, _MARGIN, _INDENT = 50.0, 32.0, 28.0, 14.0, 26.0


class TextsPlate(Plate):
    """Two lines for each claim: what is said and what is counted; below, why they differ."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("comparisonTexts", parent)
        self.setAccessibleName("What the texts say, and what is counted here")
        self.setToolTip("A tick: as printed; a circle: it differs, and why")
        self._claims: tuple[Claim, ...] = ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What stands there."""
        return self._claims

    @property
    def row_count(self) -> int:
        return len(self._claims)

    def show_claims(self, claims: tuple[Claim, ...]) -> None:
        """Show these claims."""
        self._claims = claims
        told = (f"{item.source}: {item.said}, here {item.here}. {item.note}" for item in claims)
        self.setAccessibleDescription("; ".join(told))
        self.refit()

    def plate_height(self, width: float) -> float:
        return self._top(self.row_count) + 4

    def row_box(self, row: int) -> QRectF:
        return QRectF(0, self._top(row) + (_HEAD if self._begins(row) else 0), self.width(), self._high(row))

    def row_tip(self, row: int) -> str:
        item = self._claims[row]
        about = f"{item.about}, " if item.about else ""
        return f"{about}{item.source}: {item.said}\nhere: {item.here}\n{item.note}".rstrip()

    def paint_plate(self, painter: QPainter, theme: Theme, width: float, height: float) -> None:
        for row, item in enumerate(self._claims):
            top = self._top(row)
            if self._begins(row):
                head = QRectF(_MARGIN, top, width - 2 * _MARGIN, _HEAD)
                put_text(painter, head, item.about, theme["text2"], 11.5, SEMIBOLD)
                top += _HEAD
            box = QRectF(_MARGIN, top, width - 2 * _MARGIN, self._high(row))
            if row:
                painter.fillRect(QRectF(box.left(), top, box.width(), 1), theme["line"])
            self._paint_claim(painter, theme, box, item)

    def _paint_claim(self, painter: QPainter, theme: Theme, box: QRectF, item: Claim) -> None:
        sign, token = ("check", "ok") if item.equal else ("info", "accent")
        draw_icon(painter, sign, QRectF(box.left(), box.top() + 9, 15, 15), theme[token])
        upper = QRectF(box.left() + _INDENT, box.top() + 7, box.width() - _INDENT, 18)
        said = f"{item.source}: {item.said}"
        half = min(max(text_width(said, 12) + 22, upper.width() * 0.5), upper.width() * 0.64)
        put_text(painter, QRectF(upper.left(), upper.top(), half - 14, 18), said, theme["text2"])
        beside = QRectF(upper.left() + half, upper.top(), upper.width() - half, 18)
        used = put_text(painter, beside, "here:", theme["text3"])
        figure = beside.adjusted(used + 10, 0, 0, 0)
        put_text(painter, figure, item.here, theme["text"], 12, SEMIBOLD)
        put_text(painter, upper.translated(0, 18), item.note, theme["text"], 12, NORMAL)

    def _begins(self, row: int) -> bool:
        """Whether a heading stands above this row: the first claim about a network."""
        item = self._claims[row]
        return bool(item.about) and (row == 0 or self._claims[row - 1].about != item.about)

    def _top(self, row: int) -> float:
        return sum(self._high(before) + _HEAD * self._begins(before) for before in range(row))

    def _high(self, row: int) -> float:
        """A claim that needs no explanation takes one line."""
        return _ROW if self._claims[row].note else _SHORT

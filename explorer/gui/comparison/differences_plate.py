"""The list of what differs between the first network and the others."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from explorer.core.units import count_text
from explorer.export.differences import FED, ONLY_FIRST, ONLY_SECOND, Difference
from explorer.export.side_by_side import SideBySide, brief
from explorer.gui.comparison.plate import RIGHT, Plate, put_text, slot_colour, text_width
from explorer.gui.fonts import MEDIUM, NORMAL, SEMIBOLD
from explorer.gui.theme import Theme

_ROW, _HEAD, _MARGIN, _INDENT = 40.0, 26.0, 14.0, 16.0
_NOTHING = "No difference: the same layers with the same settings."


class DifferencesPlate(Plate):
    """One row per difference: a layer that only one network has, or the settings that changed.

    Signals:
        difference_chosen(place, difference): a row was chosen; `place` is that of the other network.
    """

    difference_chosen = Signal(object, object)
    clickable = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("comparisonDifferences", parent)
        self.setAccessibleName("Differences between the compared networks")
        self.setToolTip("Click a difference to see it in both networks")
        self._compared: SideBySide | None = None
        self._rows: tuple[tuple[int, Difference], ...] = ()
        self.row_chosen.connect(lambda row: self.difference_chosen.emit(*self._rows[row]))

    @property
    def rows(self) -> tuple[tuple[int, Difference], ...]:
        """What stands there: (place of the other network, difference)."""
        return self._rows

    @property
    def row_count(self) -> int:
        return len(self._rows)

    def show_comparison(self, compared: SideBySide | None) -> None:
        """Show how these networks differ."""
        self._compared = compared
        self._rows = tuple(
            (place, item)
            for place, found in enumerate(compared.differences if compared is not None else (), 1)
            for item in found
        )
        told = (f"{item.name}: {item.text}" for _, item in self._rows)
        self.setAccessibleDescription("; ".join(told) or _NOTHING)
        self.refit()

    def plate_height(self, width: float) -> float:
        others = len(self._compared.differences) if self._compared is not None else 0
        return _HEAD * others + _ROW * max(1, self.row_count) + 4

    def row_box(self, row: int) -> QRectF:
        return QRectF(0, self._top(row), self.width(), _ROW)

    def row_tip(self, row: int) -> str:
        place, item = self._rows[row]
        assert self._compared is not None  # noqa: S101  (there are rows)
        titles = self._compared.subjects[0].title, self._compared.subjects[place].title
        by = self._compared.conventions
        done = item.operations(by)
        lines = [f"{item.kind}: {item.text}"]
        for at, title in enumerate(titles):
            name = (item.first, item.second)[at]
            if name:
                learned = f"{count_text(item.parameters[at])} parameters"
                figures = f"{learned}, {count_text(done[at])} {by.operations_said}"
                lines.append(f"{title}, {name}: {figures}")
        return "\n".join(lines)

    def paint_plate(self, painter: QPainter, theme: Theme, width: float, height: float) -> None:
        if self._compared is None:
            return
        first = self._compared.subjects[0].title
        for place, found in enumerate(self._compared.differences, 1):
            top = self._head_top(place)
            box = QRectF(_MARGIN, top, width - 2 * _MARGIN, _HEAD)
            count = "1 difference" if len(found) == 1 else f"{len(found)} differences"
            title = f"{self._compared.subjects[place].title} against {first}"
            used = put_text(painter, box, title, slot_colour(theme, place), 11.5, SEMIBOLD)
            put_text(painter, box.adjusted(used + 10, 0, 0, 0), count, theme["text3"], 11)
            if not found:
                under = box.translated(0, _HEAD)
                put_text(painter, under, _NOTHING, theme["text2"], 12)
        for row, (place, item) in enumerate(self._rows):
            box = QRectF(_MARGIN, self._top(row), width - 2 * _MARGIN, _ROW)
            painter.fillRect(QRectF(box.left(), box.top(), box.width(), 1), theme["line"])
            self._paint_difference(painter, theme, box, place, item)

    def _paint_difference(
        self, painter: QPainter, theme: Theme, box: QRectF, place: int, item: Difference
    ) -> None:
        bars = [slot_colour(theme, 0)] if item.kind != ONLY_SECOND else []
        bars += [slot_colour(theme, place)] if item.kind != ONLY_FIRST else []
        for at, colour in enumerate(bars):
            painter.fillRect(QRectF(box.left() + at * 5, box.top() + 8, 3, box.height() - 16), colour)
        texts = box.adjusted(_INDENT, 0, 0, 0)
        costs = self._costs(item)
        wide = max((text_width(text, 11) for text in costs), default=0.0) + 12 if costs else 0.0
        upper = QRectF(texts.left(), texts.top() + 4, texts.width() - wide, 17)
        name = item.first if item.first == item.second or not item.second else item.second
        if item.first and item.second and item.first != item.second:
            name = f"{item.first} / {item.second}"
        used = put_text(painter, upper, name, theme["text"], 12, MEDIUM)
        kind = "" if item.changes or item.kind == FED else item.kind
        if item.kind in (ONLY_FIRST, ONLY_SECOND) and self._compared is not None:
            owner = self._compared.subjects[0 if item.kind == ONLY_FIRST else place]
            kind = f"only in {owner.title}"
        put_text(painter, upper.adjusted(used + 10, 0, 0, 0), kind, theme["text3"], 11)
        put_text(painter, upper.translated(0, 16), item.text, theme["text2"], 12, NORMAL)
        for line, text in enumerate(costs):
            where = QRectF(texts.right() - wide, texts.top() + 4 + 16 * line, wide, 17)
            put_text(painter, where, text, theme["text3"], 11, NORMAL, RIGHT)

    def _costs(self, item: Difference) -> list[str]:
        """What the layer has more or less in the other network."""
        assert self._compared is not None  # noqa: S101  (it is one of its differences)
        by, lines = self._compared.conventions, []
        for word, (one, two) in (
            ("parameters", item.parameters),
            (by.operations_word, item.operations(by)),
        ):
            if one != two:
                sign = "+" if two > one else "−"
                lines.append(f"{sign}{brief(abs(two - one))} {word}")
        return lines

    def _head_top(self, place: int) -> float:
        """Where the heading of one network stands."""
        assert self._compared is not None  # noqa: S101  (asked by the caller)
        above = self._compared.differences[: place - 1]
        return sum(_HEAD + _ROW * max(1 if not found else 0, len(found)) for found in above)

    def _top(self, row: int) -> float:
        place = self._rows[row][0]
        before = sum(1 for at, _ in self._rows[:row] if at == place)
        return self._head_top(place) + _HEAD + before * _ROW

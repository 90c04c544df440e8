"""The totals of the compared networks: figures, bars side by side, and how far they are from the first."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from explorer.architectures.titles import short_title
from explorer.export.measures import Figure, Measure
from explorer.export.side_by_side import SideBySide, brief
from explorer.gui.comparison.plate import RIGHT, Plate, put_bar, put_text, slot_colour, text_width
from explorer.gui.fonts import MEDIUM, NORMAL, SEMIBOLD
from explorer.gui.theme import Theme

_HEAD, _ROW, _MARGIN, _GAP, _INDENT = 26.0, 26.0, 14.0, 18.0, 16.0
_LEAST_BARS, _MOST_BARS, _LEAST_LABEL = 56.0, 220.0, 116.0
_BAR = 6.0
_LONG = 1_000_000
_SHORT_LABEL, _SHORT_BARS = 146.0, 28.0  # where there is little room
_SIDE, _RATIO = "side by side", "ratio"


@dataclass(frozen=True)
class _Columns:
    """Where the columns stand: right edges of the figures, left of their notes, bars, right of ratios."""

    label: float
    figures: tuple[float, ...]
    notes: tuple[float, ...]
    bars: tuple[float, float]
    ratio: float
    short: bool = False


class TotalsPlate(Plate):
    """A row per figure. The first network is what the others are measured against."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("comparisonTotals", parent)
        self.setAccessibleName("Totals of the compared networks")
        self.setToolTip("Totals of the compared networks; the first is what the others are measured against")
        self._compared: SideBySide | None = None

    def show_comparison(self, compared: SideBySide | None) -> None:
        """Show these networks."""
        self._compared = compared
        self.setAccessibleDescription("; ".join(self._told(row) for row in range(self.row_count)))
        self.refit()

    @property
    def rows(self) -> tuple[Measure, ...]:
        """What stands there."""
        return self._compared.measures if self._compared is not None else ()

    @property
    def row_count(self) -> int:
        return len(self.rows)

    def plate_height(self, width: float) -> float:
        return _HEAD + self._row_height(width) * self.row_count + 2

    def row_box(self, row: int) -> QRectF:
        each = self._fitted(self.width(), self.height())
        return QRectF(0, _HEAD + row * each, self.width(), each)

    def row_tip(self, row: int) -> str:
        measure, compared = self.rows[row], self._compared
        assert compared is not None  # noqa: S101  (there are rows)
        exact = zip(compared.subjects, measure.figures, strict=True)
        figures = "\n".join(f"{subject.title}: {figure.text}" for subject, figure in exact)
        return f"{measure.label}: {measure.help}\n{figures}"

    def paint_plate(self, painter: QPainter, theme: Theme, width: float, height: float) -> None:
        if self._compared is None:
            return
        columns = self._columns(width)
        painter.fillRect(QRectF(0, 0, width, _HEAD), theme["window"])
        for place, subject in enumerate(self._compared.subjects):
            box = QRectF(columns.figures[place] - 200, 0, 200, _HEAD)
            room = columns.figures[place] - (columns.notes[place - 1] if place else columns.label - 40)
            box.setLeft(box.right() - min(200.0, room))
            title = short_title(subject.title) if columns.short else subject.title
            put_text(painter, box, title, slot_colour(theme, place), 11.5, SEMIBOLD, RIGHT)
        left, right = columns.bars
        if right > left:
            head = QRectF(left, 0, right - left, _HEAD)
            if text_width(_SIDE, 11, SEMIBOLD) <= head.width():
                put_text(painter, head, _SIDE, theme["text3"], 11, SEMIBOLD)
        if self._is_pair:
            last = QRectF(columns.ratio - 60, 0, 60, _HEAD)
            put_text(painter, last, _RATIO, theme["text3"], 11, SEMIBOLD, RIGHT)
        each = self._fitted(width, height)
        for row, measure in enumerate(self.rows):
            box = QRectF(0, _HEAD + row * each, width, each)
            if row and not measure.part:
                painter.fillRect(QRectF(0, box.top(), width, 1), theme["line"])
            self._paint_row(painter, theme, box, measure, columns)

    def _paint_row(
        self, painter: QPainter, theme: Theme, box: QRectF, measure: Measure, columns: _Columns
    ) -> None:
        indent = _INDENT if measure.part else 0.0
        ink = theme["text2" if measure.part else "text"]
        label = QRectF(_MARGIN + indent, box.top(), columns.label - _MARGIN - indent, box.height())
        put_text(painter, label, measure.label, ink, 12, NORMAL if measure.part else MEDIUM)
        known = {item.value for item in measure.figures}
        weight = NORMAL if measure.part or len(known) == 1 else MEDIUM
        for place, figure in enumerate(measure.figures):
            right = columns.figures[place]
            number = QRectF(right - 190, box.top(), 190, box.height())
            put_text(painter, number, _written(figure, short=columns.short), ink, 12, weight, RIGHT)
            if self._note(measure, place):
                note = QRectF(right + 8, box.top(), columns.notes[place] - right, box.height())
                put_text(painter, note, self._note(measure, place), theme["text3"], 11)
        self._paint_bars(painter, theme, box, measure, columns.bars)
        self._paint_ratio(painter, theme, box, measure, columns.ratio)

    def _paint_bars(
        self, painter: QPainter, theme: Theme, box: QRectF, measure: Measure, span: tuple[float, float]
    ) -> None:
        left, right = span
        count = len(measure.figures)
        top = box.center().y() - (count * (_BAR + 2) - 2) / 2
        for place in range(count):
            wide = measure.share(place) * (right - left)
            bar = QRectF(left, top + place * (_BAR + 2), wide, _BAR)
            put_bar(painter, bar, slot_colour(theme, place))

    def _paint_ratio(
        self, painter: QPainter, theme: Theme, box: QRectF, measure: Measure, right: float
    ) -> None:
        text = measure.against_first(1) if self._is_pair else ""
        ink = theme["text3" if text == "=" else "text"]
        where = QRectF(right - 80, box.top(), 80, box.height())
        put_text(painter, where, text, ink, 12, SEMIBOLD, RIGHT)

    @property
    def _is_pair(self) -> bool:
        """Whether there is one ratio for each row; of more networks, each stands beside its figure."""
        return self._compared is not None and len(self._compared.subjects) == 2

    def _note(self, measure: Measure, place: int) -> str:
        """What stands beside a figure: its share; with more than two networks its ratio to the first."""
        if self._is_pair or place == 0 or measure.part:
            return measure.figures[place].note
        return measure.against_first(place)

    def _row_height(self, width: float) -> float:
        """Room for a bar of every network, where there are bars."""
        if self._compared is None:
            return _ROW
        left, right = self._columns(width).bars
        return max(_ROW, len(self._compared.subjects) * (_BAR + 2) + 6) if right > left else _ROW

    def _fitted(self, width: float, height: float) -> float:
        """Rows are a little higher where there is room."""
        least = self._row_height(width)
        if not self.row_count:
            return least
        return min(least + 8, max(least, (height - _HEAD - 2) / self.row_count))

    def _columns(self, width: float) -> _Columns:
        """Exact figures where bars fit beside them; else three digits, and the exact ones in the tooltip."""
        exact = self._arranged(width, short=False)
        return exact if exact.bars[0] < exact.bars[1] else self._arranged(width, short=True)

    def _arranged(self, width: float, *, short: bool) -> _Columns:
        assert self._compared is not None  # noqa: S101  (asked by the caller)
        count = len(self._compared.subjects)
        figures = [self._figure_width(place, short=short) for place in range(count)]
        notes = [self._note_width(place) for place in range(count)]
        labels = max(text_width(row.label, 12, MEDIUM) + _INDENT * row.part for row in self.rows) + _MARGIN
        labels = min(labels, _SHORT_LABEL) if short else labels
        ratio = _MARGIN
        if self._is_pair:
            ratios = [text_width(row.against_first(1), 12, SEMIBOLD) for row in self.rows]
            ratio += max(text_width(_RATIO, 11, SEMIBOLD), *ratios)
        enough = sum(figures) + sum(notes) + _LEAST_LABEL + _GAP * (count + 2) + ratio
        gap = _GAP if width > enough and not short else 8.0
        fixed = sum(figures) + sum(notes) + gap * (count + 1) + ratio
        bars = min(_MOST_BARS, width - labels - fixed - gap)
        if bars < (_SHORT_BARS if short else _LEAST_BARS):
            bars = 0.0
        label = max(_LEAST_LABEL, min(labels, width - fixed - bars))
        slack = max(0.0, width - label - fixed - bars) / (count + 1)
        at, rights, ends = label + gap, [], []
        for wide, note in zip(figures, notes, strict=True):
            at += slack + wide
            rights.append(at)
            at += note
            ends.append(at)
            at += gap
        return _Columns(label, tuple(rights), tuple(ends), (at, at + bars), width - _MARGIN, short)

    def _figure_width(self, place: int, *, short: bool) -> float:
        return max(text_width(_written(row.figures[place], short=short), 12, MEDIUM) for row in self.rows)

    def _note_width(self, place: int) -> float:
        texts = [text for row in self.rows if (text := self._note(row, place))]
        return max((text_width(text, 11) + 8 for text in texts), default=0.0)

    def _told(self, row: int) -> str:
        measure = self.rows[row]
        return f"{measure.label}: {', '.join(item.text for item in measure.figures)}"


def _written(figure: Figure, *, short: bool) -> str:
    """A figure in words; a long count in three digits where there is little room."""
    value = figure.value
    long = short and isinstance(value, int) and figure.text == f"{value:,}" and value >= _LONG
    return brief(int(value or 0)) if long else figure.text

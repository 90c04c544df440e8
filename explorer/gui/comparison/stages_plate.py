"""The stages of the compared networks in rows: what they compute above, what they learn below."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from explorer.core.graph import Path
from explorer.core.units import count_text, share_text
from explorer.export.alignment import Align, Alignment
from explorer.export.side_by_side import SideBySide, brief
from explorer.export.stages import Stage
from explorer.gui.comparison.plate import (
    LEFT,
    MIDDLE,
    RIGHT,
    Plate,
    put_bar,
    put_text,
    slot_colour,
    text_width,
)
from explorer.gui.fonts import MEDIUM, NORMAL, SEMIBOLD
from explorer.gui.theme import Theme

_HEAD, _LEAST_ROW, _MOST_ROW, _MARGIN = 24.0, 34.0, 54.0, 14.0
_PILL_WIDE, _PILL_HIGH, _GAP = 78.0, 22.0, 8.0
_ABOVE, _BELOW = 11.0, 9.0
_LEAST_LABEL, _MOST_LABEL, _NUMBER = 0.24, 0.58, 58.0
_COLUMN_ROW, _WORDS = 50.0, 19.0


class StagesPlate(Plate):
    """Two networks stand left and right of the sides of their maps, more in columns.

    Signals:
        stage_chosen(place, names): a stage of a network was clicked; `names` are its layers.
    """

    stage_chosen = Signal(object, object)
    clickable = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("comparisonStages", parent)
        self.setAccessibleName("Stages of the compared networks")
        self.setToolTip("Click a stage to select its layers")
        self._compared: SideBySide | None = None
        self._by = Align.SIDE
        self._rows: tuple[Alignment, ...] = ()
        self._selected: tuple[int, tuple[Path, ...]] = (-1, ())
        self._at = QPointF()
        self.row_chosen.connect(self._choose)

    @property
    def rows(self) -> tuple[Alignment, ...]:
        """What stands there."""
        return self._rows

    @property
    def row_count(self) -> int:
        return len(self._rows)

    def show_comparison(self, compared: SideBySide | None, by: Align) -> None:
        """Show the stages of these networks in rows."""
        self._compared, self._by = compared, by
        self._rows = compared.rows(by) if compared is not None else ()
        self.setAccessibleDescription("; ".join(map(self._told, self._rows)))
        self.refit()

    def mark(self, place: int, paths: tuple[Path, ...]) -> None:
        """Show in which stages the selected layers or blocks of one network are, by their paths."""
        self._selected = place, paths
        self.update()

    def is_marked(self, place: int, stage: Stage) -> bool:
        """Whether a stage holds what is selected, or lies in a selected block."""
        chosen, paths = self._selected
        units = [unit.line.path for unit in stage.units] if chosen == place else []
        return any(path[: len(unit)] == unit or unit[: len(path)] == path for unit in units for path in paths)

    def plate_height(self, width: float) -> float:
        return _HEAD + self._least_row * self.row_count + 2

    @property
    def _least_row(self) -> float:
        return _LEAST_ROW if self._is_pair else _COLUMN_ROW

    def row_box(self, row: int) -> QRectF:
        each = self._fitted(self.height())
        return QRectF(0, _HEAD + row * each, self.width(), each)

    def row_tip(self, row: int) -> str:
        if self._compared is None:
            return ""
        same = ", the same in all networks" if self._is_same(self._rows[row]) else ""
        lines = [f"{self._rows[row].heading}{same}"]
        for subject, stage in zip(self._compared.subjects, self._rows[row].stages, strict=True):
            if stage is None:
                lines.append(f"{subject.title}: nothing")
                continue
            figures = self._compared.figures(stage)
            word = self._compared.conventions.operations_word
            lines.append(
                f"{subject.title}: {stage.text}, {count_text(figures.operations)} {word},"
                f" {count_text(figures.parameters)} parameters"
            )
        return "\n".join(lines)

    def paint_plate(self, painter: QPainter, theme: Theme, width: float, height: float) -> None:
        if self._compared is None:
            return
        self._paint_head(painter, theme, width)
        each = self._fitted(height)
        for row, item in enumerate(self._rows):
            box = QRectF(0, _HEAD + row * each, width, each)
            painter.fillRect(QRectF(_MARGIN, box.top(), width - 2 * _MARGIN, 1), theme["line"])
            self._paint_heading(painter, theme, self._pill(box), item)
            for place, stage in enumerate(item.stages):
                self._paint_stage(painter, theme, self._room(box, place), place, stage)

    def _paint_head(self, painter: QPainter, theme: Theme, width: float) -> None:
        assert self._compared is not None  # noqa: S101  (asked by the caller)
        row = QRectF(0, 0, width, _HEAD)
        what = f"{self._compared.conventions.operations_word} above, parameters below"
        for place, subject in enumerate(self._compared.subjects):
            box = self._room(row, place)
            outside, inside = (LEFT, RIGHT) if self._is_mirrored(place) else (RIGHT, LEFT)
            if not self._is_pair:
                outside, inside = LEFT, RIGHT
            used = put_text(painter, box, subject.title, slot_colour(theme, place), 11.5, SEMIBOLD, outside)
            if used + text_width(what, 11) + 26 < box.width():
                put_text(painter, box, what, theme["text3"], 11, NORMAL, inside)
        heading = {Align.SIDE: "side", Align.DEPTH: "stage", Align.SHARE: "share"}[self._by]
        put_text(painter, self._pill(row), heading, theme["text3"], 11, SEMIBOLD, MIDDLE)

    def _paint_heading(self, painter: QPainter, theme: Theme, box: QRectF, row: Alignment) -> None:
        painter.setPen(theme["hover"])
        painter.setBrush(theme["hover"])
        painter.drawRoundedRect(box, 6, 6)
        same = self._is_same(row)
        ink, weight = (theme["text3"], NORMAL) if same else (theme["text"], SEMIBOLD)
        put_text(painter, box, row.heading, ink, 11.5, weight, MIDDLE)

    def _is_same(self, row: Alignment) -> bool:
        """Whether all networks have the same there."""
        assert self._compared is not None  # noqa: S101  (it has rows)
        found = [(s.text, self._compared.figures(s)) if s is not None else None for s in row.stages]
        return len(found) > 1 and all(item == found[0] for item in found)

    def _paint_stage(
        self, painter: QPainter, theme: Theme, box: QRectF, place: int, stage: Stage | None
    ) -> None:
        """The words of a stage at the outer side of its room, its bars at the inner side."""
        mirrored = self._is_mirrored(place)
        words, bars = self._parts(box, place)
        if stage is None:
            side = RIGHT if mirrored else LEFT
            middle = QRectF(bars.left() + 4, box.top(), bars.width() - 8, box.height())
            put_text(painter, middle, "–", theme["text3"], 12, NORMAL, side)
            return
        self._paint_words(painter, theme, words, place, stage)
        assert self._compared is not None  # noqa: S101  (it has stages)
        figures = self._compared.figures(stage)
        most = self._largest(place)
        lines = (
            (figures.operations, most[0], _ABOVE, bars.center().y() - _ABOVE - 1.5, False),
            (figures.parameters, most[1], _BELOW, bars.center().y() + 1.5, True),
        )
        for value, largest, high, top, pale in lines:
            line = QRectF(bars.left(), top, bars.width(), high)
            self._paint_bar(painter, theme, line, (value, largest), place, pale)

    def _parts(self, box: QRectF, place: int) -> tuple[QRectF, QRectF]:
        """Where words and bars of a stage stand: beside each other, in columns one above the other."""
        words, bars = QRectF(box), QRectF(box)
        if not self._is_pair:
            words.setHeight(min(_WORDS, box.height() / 2))
            bars.setTop(words.bottom() - 2)
            return words.translated(0, 2), bars
        label = self._label_width(place, box.width())
        if self._is_mirrored(place):
            words.setWidth(label)
            bars.setLeft(words.right())
        else:
            words.setLeft(box.right() - label)
            bars.setRight(words.left())
        return words, bars

    def _paint_words(self, painter: QPainter, theme: Theme, words: QRectF, place: int, stage: Stage) -> None:
        side = LEFT if self._is_mirrored(place) or not self._is_pair else RIGHT
        words = words.adjusted(0, 0, -8, 0) if side == LEFT else words.adjusted(8, 0, 0, 0)
        selected = self.is_marked(place, stage)
        ink = theme["accent" if selected else "text" if any(u.has_weights for u in stage.units) else "text3"]
        if self._by is Align.SIDE or not self._is_pair:
            text = stage.text if self._by is Align.SIDE else f"{stage.side_text}: {stage.text}"
            put_text(painter, words, text, ink, 12, MEDIUM if selected else NORMAL, side)
            return
        upper = QRectF(words.left(), words.center().y() - 16, words.width(), 16)
        put_text(painter, upper, stage.text, ink, 12, MEDIUM if selected else NORMAL, side)
        put_text(painter, upper.translated(0, 16), stage.side_text, theme["text3"], 11, NORMAL, side)

    def _paint_bar(
        self,
        painter: QPainter,
        theme: Theme,
        line: QRectF,
        figure: tuple[int, int],
        place: int,
        pale: bool,
    ) -> None:
        value, largest = figure
        wide = (line.width() - _NUMBER - _GAP) * (value / largest if largest else 0.0)
        text = self._figure_text(place, value, pale)
        bar, beside = QRectF(line), QRectF(line.left(), line.top() - 3, line.width(), line.height() + 6)
        if self._is_mirrored(place):
            bar.setLeft(line.right() - max(wide, 1.0 if value else 0.0))
            beside.setRight(bar.left() - 6)
            side = RIGHT
        else:
            bar.setWidth(max(wide, 1.0 if value else 0.0))
            beside.setLeft(bar.right() + 6)
            side = LEFT
        put_bar(painter, bar, slot_colour(theme, place, pale=pale))
        put_text(painter, beside, text, theme["text2" if value else "text3"], 11, NORMAL, side)

    def _figure_text(self, place: int, value: int, learned: bool) -> str:
        if not value:
            return "–"
        if self._by is not Align.SHARE or self._compared is None:
            return brief(value)
        totals = self._compared.subjects[place].analysis.totals
        whole = totals.parameters if learned else self._compared.conventions.operations(totals)
        return share_text(value, whole)

    def _largest(self, place: int) -> tuple[int, int]:
        """The longest bars: of all networks, or of each where shares are compared."""
        assert self._compared is not None  # noqa: S101  (asked by the caller)
        if self._by is Align.SHARE:
            totals = self._compared.subjects[place].analysis.totals
            return self._compared.conventions.operations(totals), totals.parameters
        figures = [
            self._compared.figures(stage) for row in self._rows for stage in row.stages if stage is not None
        ]
        return max(item.operations for item in figures), max(item.parameters for item in figures)

    def _label_width(self, place: int, room: float) -> float:
        """How much of its room the words of one network take."""
        texts = [stage.text for row in self._rows if (stage := row.stages[place]) is not None]
        needed = max((text_width(text, 12) for text in texts), default=0.0) + 16
        return min(_MOST_LABEL * room, max(_LEAST_LABEL * room, needed))

    @property
    def _is_pair(self) -> bool:
        return self._compared is not None and len(self._compared.subjects) == 2

    def _is_mirrored(self, place: int) -> bool:
        """Whether the bars of a network grow to the left."""
        return self._is_pair and place == 0

    def _pill(self, row: QRectF) -> QRectF:
        high = min(_PILL_HIGH, row.height())
        left = (row.width() - _PILL_WIDE) / 2 if self._is_pair else _MARGIN
        return QRectF(left, row.center().y() - high / 2, _PILL_WIDE, high)

    def _room(self, row: QRectF, place: int) -> QRectF:
        """Where one network's stage stands in a row."""
        if self._is_pair:
            half = (row.width() - _PILL_WIDE) / 2 - _MARGIN - _GAP
            left = _MARGIN if place == 0 else (row.width() + _PILL_WIDE) / 2 + _GAP
            return QRectF(left, row.top(), half, row.height())
        count = len(self._compared.subjects) if self._compared is not None else 1
        start = _MARGIN + _PILL_WIDE + 2 * _GAP
        wide = (row.width() - start - _MARGIN) / count
        return QRectF(start + place * wide, row.top(), wide - _GAP, row.height())

    def _fitted(self, height: float) -> float:
        if not self._rows:
            return self._least_row
        return min(_MOST_ROW, max(self._least_row, (height - _HEAD - 2) / len(self._rows)))

    def _choose(self, row: int) -> None:
        """Say which stage was meant: the one under the pointer, or with the keys the first there is."""
        stages = self._rows[row].stages
        box = self.row_box(row)
        under = [
            at
            for at in range(len(stages))
            if self._room(box, at).contains(self.mapFromGlobal(self.cursor().pos()))
        ]
        place = next((at for at in (*under, *range(len(stages))) if stages[at] is not None), None)
        if place is not None:
            self.stage_chosen.emit(place, tuple(unit.line.name for unit in stages[place].units))

    def _told(self, row: Alignment) -> str:
        return f"{row.heading}: {', '.join('nothing' if item is None else item.text for item in row.stages)}"

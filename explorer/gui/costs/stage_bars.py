"""Stacked bars: which stage of the network has how much of the parameters, MACs, activations and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.units import share_text
from explorer.export.cost_tree import Measure
from explorer.export.stage_costs import StageCost
from explorer.gui.costs.pointed import Pointed
from explorer.gui.fonts import MEDIUM, NORMAL, SEMIBOLD
from explorer.gui.lettering import draw_line, line_width
from explorer.gui.theme import Theme

_TITLE, _HIGHEST, _GAP = 17.0, 40.0, 8.0
_PAD, _TWO_LINES = 5.0, 34.0
_DARK = 0.179  # luminance below which white letters have more contrast than black ones
_FIRST, _LAST = 0.22, 0.92  # how much of the accent the first and the last stage have


@dataclass(frozen=True)
class Bar:
    """One measure over the whole network. `missing` says why there is no bar."""

    title: str
    whole: int
    stages: tuple[StageCost, ...]
    measure: Measure | None = None
    missing: str = ""

    @property
    def note(self) -> str:
        """How it is counted."""
        return self.measure.note if self.measure is not None else ""

    @property
    def total(self) -> str:
        """The sum in a few letters."""
        return self.measure.short(self.whole) if self.measure is not None else ""


class StageBars(Pointed):
    """One bar for each measure, divided by stages. Arrows walk over the parts, Enter selects one.

    Signals:
        chosen(names): a stage was clicked; the full names of its layers and blocks.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("stageBars", parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("What each stage costs")
        self._theme: Theme | None = None
        self._bars: tuple[Bar, ...] = ()
        self._selected: frozenset[str] = frozenset()
        self._at: tuple[int, int] | None = None

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is shown."""
        return self._bars

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show these bars, from top to bottom."""
        self._bars = tuple(bars)
        self._hovered = None
        if self._at is not None and self._part(self._at) is None:
            self._at = None
        self.update()

    def show_selection(self, names: tuple[str, ...]) -> None:
        """Ring the stages that these layers are in."""
        self._selected = frozenset(names)
        self.update()

    def box(self, row: int, place: int) -> QRectF:
        """Where the part of a bar stands; nothing of it where it has no share."""
        bar, track = self._bars[row], self._track(row)
        if not bar.whole:
            return QRectF()
        before = sum(stage.amount for stage in bar.stages[:place]) / bar.whole
        share = bar.stages[place].amount / bar.whole
        return QRectF(
            track.left() + before * track.width(), track.top(), share * track.width(), track.height()
        )

    def said(self, row: int, place: int) -> str:
        """A part of a bar in words, with its exact figure."""
        bar, stage = self._bars[row], self._bars[row].stages[place]
        exact = bar.measure.text(stage.amount) if bar.measure is not None else ""
        return f"{stage.side}: {stage.words}\n{exact}\n{share_text(stage.amount, bar.whole)} of the network"

    def paint_on(self, painter: QPainter, theme: Theme) -> None:
        """Draw the bars with any painter: for the screen and for a file."""
        for row, bar in enumerate(self._bars):
            track = self._track(row)
            title = QRectF(track.left(), track.top() - _TITLE, track.width(), _TITLE - 1)
            painter.setPen(theme["text"])
            draw_line(painter, title, bar.title, 12, SEMIBOLD)
            painter.setPen(theme["text2"])
            draw_line(painter, title, bar.total, 12, right=True)
            painter.setPen(theme["text3"])
            beside = line_width(bar.title, 12, SEMIBOLD) + _PAD
            room = title.adjusted(beside, 0, -line_width(bar.total, 12, NORMAL) - _PAD, 0)
            draw_line(painter, room, bar.note, 11)
            painter.fillRect(track, theme["hover"])
            if bar.missing:
                painter.setPen(theme["text2"])
                draw_line(painter, track.adjusted(_PAD, 0, -_PAD, 0), bar.missing, 11)
            for place, stage in enumerate(bar.stages):
                share = place / max(1, len(bar.stages) - 1)
                self._paint_part(painter, self.box(row, place), stage, bar.whole, share, theme)

    def _paint_part(
        self, painter: QPainter, box: QRectF, stage: StageCost, whole: int, share: float, theme: Theme
    ) -> None:
        if box.width() <= 0:
            return
        fill = _blend(theme["panel"], theme["accent"], _FIRST + (_LAST - _FIRST) * share)
        painter.fillRect(box, fill)
        if box.width() > 3:
            painter.fillRect(QRectF(box.right() - 1, box.top(), 1, box.height()), theme["panel"])
        room = box.adjusted(_PAD, 0, -_PAD, 0)
        painter.setPen(QColor("#FFFFFF" if _luminance(fill) < _DARK else "#14161A"))
        text = share_text(stage.amount, whole)
        if line_width(stage.side, 11, MEDIUM) > room.width():
            return
        if room.height() >= _TWO_LINES and line_width(text, 11) <= room.width():
            draw_line(painter, room.adjusted(0, 4, 0, -room.height() / 2), stage.side, 11, MEDIUM)
            draw_line(painter, room.adjusted(0, room.height() / 2, 0, -4), text, 11)
        elif line_width(f"{stage.side}  {text}", 11, MEDIUM) <= room.width():
            draw_line(painter, room, f"{stage.side}  {text}", 11, MEDIUM)
        else:
            draw_line(painter, room, stage.side, 11, MEDIUM)

    def _track(self, row: int) -> QRectF:
        count = max(1, len(self._bars))
        step = self.height() / count
        high = max(8.0, min(_HIGHEST, step - _TITLE - _GAP))
        return QRectF(1, row * step + _TITLE, max(1, self.width() - 2), high)

    def _part(self, at: tuple[int, int]) -> StageCost | None:
        row, place = at
        if row < len(self._bars) and place < len(self._bars[row].stages):
            return self._bars[row].stages[place]
        return None

    def part_at(self, point: QPointF) -> tuple[int, int] | None:
        return next(
            (
                (row, place)
                for row, bar in enumerate(self._bars)
                for place in range(len(bar.stages))
                if self.box(row, place).contains(point)
            ),
            None,
        )

    def told(self, part: tuple[int, int]) -> tuple[str, QRectF]:
        return self.said(*part), self.box(*part)

    def _choose(self, at: tuple[int, int] | None) -> None:
        stage = self._part(at) if at is not None else None
        if stage is not None:
            self._at = at
            self.setAccessibleDescription(self.said(*at) if at is not None else "")
            self.chosen.emit(stage.names)

    def _step(self, down: int, along: int) -> None:
        filled = [row for row, bar in enumerate(self._bars) if bar.stages]
        if not filled:
            return
        row, place = self._at or (filled[0], 0)
        if self._at is not None:
            row = filled[max(0, min(len(filled) - 1, filled.index(row) + down))]
            place = max(0, min(len(self._bars[row].stages) - 1, place + along))
        self._choose((row, place))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is not None:
            self._step(*step)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self.part_at(event.position()))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        if theme is None:
            return
        painter = QPainter(self)
        self.paint_on(painter, theme)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for row, bar in enumerate(self._bars):
            for place, stage in enumerate(bar.stages):
                held = not self._selected.isdisjoint(stage.names)
                if not held and (row, place) != self._hovered:
                    continue
                box = self.box(row, place)
                if box.width() > 2:
                    painter.setPen(QPen(theme["text" if held else "text3"], 2))
                    painter.drawRect(box.adjusted(1, 1, -1, -1))
        self.paint_focus(painter, theme)
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(360, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 60)


def _blend(one: QColor, other: QColor, share: float) -> QColor:
    """A colour between two."""
    channels = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)  # type: ignore[index, call-overload]
    return QColor(*(round(a + (b - a) * share) for a, b in channels))


def _luminance(colour: QColor) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

"""Pictures of an experiment: curves with their spread over the seeds, or points with their front."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.core.pareto import Point
from explorer.gui.fonts import SEMIBOLD, font
from explorer.gui.lettering import draw_line, line_width
from explorer.gui.theme import Theme
from explorer.gui.training.run_pen import colour_token, run_pen
from explorer.gui.training.scale import linear_ticks, log_ticks, percent, short

_LEFT, _TOP, _BOTTOM, _GAP = 52.0, 14.0, 36.0, 8.0
_LABEL, _DOT, _NEAR = 17.0, 5.0, 14.0
_MOST_LABEL = 190.0
_EMPTY = "Here are the results, epoch by epoch, once the first training has begun."


@dataclass(frozen=True)
class Spread:
    """A figure over the epochs: (epoch, mean, lowest, highest) over the seeds; `slot` is colour and dash."""

    name: str
    slot: int
    points: tuple[tuple[int, float, float, float], ...]

    @property
    def last(self) -> float | None:
        """The newest mean."""
        return self.points[-1][1] if self.points else None


class ExperimentPlot(QWidget):
    """Draws what it is given; both pictures have shares from 0 upwards at the left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="experimentPlot")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 150)
        self._theme: Theme | None = None
        self._below = ""
        self._last = 1
        self.lines: tuple[Spread, ...] = ()
        self.points: tuple[Point, ...] = ()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_lines(self, lines: Sequence[Spread], last: int, what: str) -> None:
        """Draw lines over the epochs from 1 to `last`."""
        self.lines, self.points, self._last, self._below = tuple(lines), (), max(2, last), "epochs"
        self.setAccessibleName(f"{what} over the epochs")
        said = [f"{line.name} {percent(line.last)}" for line in lines if line.last is not None]
        self.setAccessibleDescription("; ".join(said))
        self.update()

    def show_points(self, points: Sequence[Point], below: str) -> None:
        """Draw points by cost and error, and a step line along their front."""
        self.lines, self.points, self._below = (), tuple(points), below
        self.setAccessibleName(f"Test error against {below}")
        said = [
            f"{item.label} {percent(item.error)}, {item.cost:,} {below}" for item in points if item.on_front
        ]
        self.setAccessibleDescription("; ".join(said))
        self.update()

    def place(self, label: str) -> QPointF | None:
        """Where a point is drawn; None where it is not."""
        found = next((item for item in self.points if item.label == label), None)
        return None if found is None else self._at(math.log10(max(1, found.cost)), found.error)

    def sizeHint(self) -> QSize:
        return QSize(560, 200)

    def _plot(self) -> QRectF:
        names = [line.name for line in self.lines]
        right = max((line_width(name, 12, SEMIBOLD) for name in names), default=60.0) + 20
        return QRectF(self.rect()).adjusted(_LEFT, _TOP, -min(_MOST_LABEL, right), -_BOTTOM)

    def _across(self) -> tuple[float, float]:
        """What the lower axis runs from and to: epochs, or powers of ten."""
        if not self.points:
            return 1.0, float(self._last)
        costs = [math.log10(max(1, item.cost)) for item in self.points]
        return min(costs) - 0.1, max(costs) + 0.1

    def _highest(self) -> float:
        tops = [high for line in self.lines for *_, high in line.points]
        return min(1.0, max([0.02, *tops, *(item.error for item in self.points)]) * 1.06)

    def _at(self, x: float, share: float) -> QPointF:
        box, (left, right) = self._plot(), self._across()
        across = (x - left) / (right - left) if right > left else 0.5
        return QPointF(
            box.left() + across * box.width(), box.bottom() - share / self._highest() * box.height()
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.points and not any(line.points for line in self.lines):
            painter.setPen(self._theme["text3"])
            painter.setFont(font(13))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, _EMPTY)
            return
        self._paint_axes(painter, self._theme)
        for line in reversed(self.lines):
            self._paint_line(painter, line, self._theme)
        self._paint_names(painter, self._theme)
        if self.points:
            self._paint_points(painter, self._theme)

    def _paint_axes(self, painter: QPainter, theme: Theme) -> None:
        box, (left, right) = self._plot(), self._across()
        for tick in linear_ticks(0, self._highest(), 5):
            y = self._at(left, tick).y()
            painter.setPen(QPen(theme["line"], 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(theme["text3"])
            draw_line(painter, QRectF(0, y - 8, _LEFT - 8, 16), f"{100 * tick:g} %", 11, right=True)
        most = max(2, int(box.width() // 70))
        for tick in log_ticks(left, right, most) if self.points else linear_ticks(left, right, most):
            if not self.points and tick != round(tick):
                continue
            text = short(10.0**tick) if self.points else f"{tick:g}"
            wide = line_width(text, 11)
            place = QRectF(self._at(tick, 0).x() - wide / 2, box.bottom() + 4, wide + 1, 14)
            painter.setPen(theme["text3"])
            draw_line(painter, place, text, 11)
        wide = line_width(self._below, 11)
        draw_line(
            painter, QRectF(box.center().x() - wide / 2, box.bottom() + 19, wide + 1, 14), self._below, 11
        )

    def _paint_line(self, painter: QPainter, line: Spread, theme: Theme) -> None:
        if not line.points:
            return
        upper = [self._at(epoch, high) for epoch, _, _, high in line.points]
        lower = [self._at(epoch, low) for epoch, _, low, _ in line.points]
        band = QColor(theme[colour_token(line.slot)])
        band.setAlphaF(0.16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(band)
        painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(run_pen(theme, line.slot))
        painter.drawPolyline(QPolygonF([self._at(epoch, mean) for epoch, mean, *_ in line.points]))
        end = self._at(*line.points[-1][:2])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme[colour_token(line.slot)])
        painter.drawEllipse(end, 3, 3)

    def _paint_names(self, painter: QPainter, theme: Theme) -> None:
        """The names at the right, in the order of the lines' ends, none over another."""
        box = self._plot()
        shown = [(self._at(self._last, line.last).y(), line) for line in self.lines if line.last is not None]
        shown.sort(key=lambda item: item[0])
        floor = box.bottom() - _LABEL * len(shown) + _LABEL / 2
        at = box.top() - _LABEL
        for wanted, line in shown:
            at = max(at + _LABEL, min(wanted, floor))
            floor += _LABEL
            painter.setPen(theme[colour_token(line.slot)])
            place = QRectF(box.right() + _GAP, at - _LABEL / 2, self.width() - box.right() - _GAP - 4, _LABEL)
            draw_line(painter, place, line.name, 12, SEMIBOLD)

    def _paint_points(self, painter: QPainter, theme: Theme) -> None:
        front = [item for item in self.points if item.on_front]
        steps: list[QPointF] = []
        for item in front:
            here = self.place(item.label) or QPointF()
            if steps:
                steps.append(QPointF(here.x(), steps[-1].y()))
            steps.append(here)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme["accent"], 1.5))
        painter.drawPolyline(QPolygonF(steps))
        for item in self.points:
            here = self.place(item.label) or QPointF()
            painter.setPen(QPen(theme["accent" if item.on_front else "edge"], 1.5))
            painter.setBrush(theme["accent" if item.on_front else "panel"])
            painter.drawEllipse(here, _DOT, _DOT)
        taken: list[QRectF] = []
        for item in front:
            here = self.place(item.label) or QPointF()
            wide = min(line_width(item.label, 11), 170.0)
            left = min(here.x() + _DOT + 4, self.width() - wide - 4)
            place = QRectF(left, here.y() - 18, wide + 1, 14)
            if not any(place.intersects(other) for other in taken):
                taken.append(place)
                painter.setPen(theme["text2"])
                draw_line(painter, place, item.label, 11)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = QPointF(event.pos())
            near = [
                item
                for item in self.points
                if (here := self.place(item.label)) is not None
                and math.hypot(here.x() - at.x(), here.y() - at.y()) < _NEAR
            ]
            text = "\n".join(
                f"{item.label}: {percent(item.error)}, {item.cost:,} {self._below}" for item in near
            )
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

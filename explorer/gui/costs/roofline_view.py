"""The roofline of a device: every layer by its operations for each byte and the speed it reaches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.gui.fonts import SEMIBOLD
from explorer.gui.lettering import draw_line, line_width
from explorer.gui.theme import Theme

if TYPE_CHECKING:
    from explorer.engine.counting.ceilings import Ceilings

_LEFT, _TOP, _RIGHT, _BOTTOM = 54.0, 22.0, 14.0, 34.0
_DOT, _NEAR = 6.5, 12.0
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class LayerPoint:
    """A layer under the roofs: FLOPs per byte, FLOPs per second, its category, and what is said of it."""

    name: str
    category: str
    intensity: float
    speed: float
    said: str


class RooflineView(QWidget):
    """Both axes are logarithmic. Left and right walk from layer to layer.

    Source: Williams, Waterman and Patterson 2009, Roofline, fig. 1.

    Signals:
        chosen(name): a layer was clicked or walked to.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="roofline")
        self.setAccessibleName("Roofline")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(300, 120)
        self._theme: Theme | None = None
        self._roof: Ceilings | None = None
        self._selected: tuple[str, ...] = ()
        self._hovered = ""
        self.points: tuple[LayerPoint, ...] = ()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_points(self, points: Sequence[LayerPoint], roof: Ceilings | None) -> None:
        """Show layers under the roofs of a device."""
        self.points = tuple(sorted(points, key=lambda point: point.intensity))
        self._roof = roof
        self._hovered = ""
        self.update()

    def show_selection(self, names: tuple[str, ...]) -> None:
        """Ring these layers."""
        if names != self._selected:
            self._selected = names
            found = next((point for point in self.points if point.name in names), None)
            self.setAccessibleDescription(found.said if found is not None else "")
            self.update()

    def place(self, name: str) -> QPointF | None:
        """Where a layer is drawn; None where it is not."""
        found = next((point for point in self.points if point.name == name), None)
        return None if found is None else self._at(found.intensity, found.speed)

    def sizeHint(self) -> QSize:
        return QSize(460, 220)

    def _ranges(self) -> tuple[float, float, float, float]:
        """Powers of ten that both axes run over: lowest and highest intensity, lowest and highest speed."""
        roof = self._roof
        across = [point.intensity for point in self.points] + ([roof.ridge] if roof else [])
        up = [point.speed for point in self.points] + ([roof.flops] if roof else [])
        left, right = math.log10(min(across)) - 0.3, math.log10(max(across)) + 0.4
        low, high = math.log10(min(up)) - 0.3, math.log10(max(up)) + 0.3
        return left, max(right, left + 1), low, max(high, low + 1)

    def _plot(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)

    def _at(self, intensity: float, speed: float) -> QPointF:
        left, right, low, high = self._ranges()
        box = self._plot()
        across = (math.log10(intensity) - left) / (right - left)
        up = (math.log10(speed) - low) / (high - low)
        return QPointF(box.left() + across * box.width(), box.bottom() - up * box.height())

    def _near(self, at: QPointF) -> LayerPoint | None:
        def distance(point: LayerPoint) -> float:
            place = self._at(point.intensity, point.speed)
            return math.hypot(place.x() - at.x(), place.y() - at.y())

        found = min(self.points, key=distance, default=None)
        return found if found is not None and distance(found) <= _NEAR else None

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None or not self.points:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_grid(painter, self._theme)
        painter.save()
        painter.setClipRect(self._plot().adjusted(-_DOT, -_DOT, _DOT, _DOT))
        if self._roof is not None:
            self._paint_roof(painter, self._roof, self._theme)
        chosen = [point for point in self.points if point.name in (*self._selected, self._hovered)]
        for point in (*(point for point in self.points if point not in chosen), *chosen):
            self._paint_point(painter, point, self._theme)
        painter.restore()
        if self._roof is not None:
            self._name_roof(painter, self._roof, self._theme)
        if self.hasFocus():
            painter.setPen(self._theme["accent"])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_grid(self, painter: QPainter, theme: Theme) -> None:
        left, right, low, high = self._ranges()
        box = self._plot()
        for power in range(math.ceil(low), math.floor(high) + 1):
            y = self._at(10.0**left, 10.0**power).y()
            painter.setPen(QPen(theme["line"], 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(theme["text3"])
            draw_line(painter, QRectF(0, y - 8, _LEFT - 6, 16), _speed(power), 11, right=True)
        for power in range(math.ceil(left), math.floor(right) + 1):
            x = self._at(10.0**power, 10.0**low).x()
            painter.setPen(QPen(theme["line"], 1))
            painter.drawLine(QPointF(x, box.bottom()), QPointF(x, box.bottom() + 4))
            painter.setPen(theme["text3"])
            text = _power(power)
            wide = line_width(text, 11)
            draw_line(painter, QRectF(x - wide / 2, box.bottom() + 4, wide + 2, 14), text, 11)
        painter.setPen(theme["text3"])
        draw_line(painter, QRectF(4, 2, 60, 16), "FLOP/s", 11)
        words = "FLOPs for each byte moved"
        wide = line_width(words, 11)
        draw_line(painter, QRectF(box.right() - wide, box.bottom() + 17, wide + 2, 14), words, 11)

    def _paint_roof(self, painter: QPainter, roof: Ceilings, theme: Theme) -> None:
        left, right, _, _ = self._ranges()
        ridge = self._at(roof.ridge, roof.flops)
        painter.setPen(QPen(theme["text2"], 2))
        start = 10.0 ** (left - 1)
        painter.drawLine(self._at(start, roof.attainable(start)), ridge)
        painter.drawLine(ridge, self._at(10.0 ** (right + 1), roof.flops))
        painter.setPen(QPen(theme["line2"], 1, Qt.PenStyle.DashLine))
        painter.drawLine(ridge, QPointF(ridge.x(), self._plot().bottom()))

    def _name_roof(self, painter: QPainter, roof: Ceilings, theme: Theme) -> None:
        text = (
            f"roof {roof.flops / 1e9:,.0f} GFLOP/s · {roof.bandwidth / 1e9:,.0f} GB/s"
            f" · ridge {roof.ridge:,.1f} FLOPs per byte"
        )
        painter.setPen(theme["text2"])
        box = self._plot()
        draw_line(painter, QRectF(box.left() + 10, 2, box.width() - 10, 16), text, 11, right=True)

    def _paint_point(self, painter: QPainter, point: LayerPoint, theme: Theme) -> None:
        at = self._at(point.intensity, point.speed)
        mark = theme.category(point.category)
        selected = point.name in self._selected
        if selected or point.name == self._hovered:
            painter.setPen(QPen(theme["accent"], 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, _DOT + 3, _DOT + 3)
        edge = QColor(theme["panel"])
        painter.setPen(QPen(edge, 1))
        painter.setBrush(QColor(mark.fill))
        painter.drawEllipse(at, _DOT, _DOT)
        painter.setPen(QColor(mark.ink))
        wide = line_width(mark.letter, 9, SEMIBOLD)
        letter = QRectF(at.x() - wide / 2, at.y() - 7, wide + 1, 14)
        draw_line(painter, letter, mark.letter, 9, SEMIBOLD)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = self._near(event.position())
        name = near.name if near is not None else ""
        if name != self._hovered:
            self._hovered = name
            self.setCursor(Qt.CursorShape.PointingHandCursor if name else Qt.CursorShape.ArrowCursor)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        near = self._near(event.position())
        if near is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(near.name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        if not step or not self.points:
            super().keyPressEvent(event)
            return
        names = [point.name for point in self.points]
        here = next((names.index(name) for name in self._selected if name in names), None)
        there = 0 if here is None else min(len(names) - 1, max(0, here + step))
        self.chosen.emit(names[there])

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            near = self._near(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), near.said if near is not None else "", self)
            return True
        return super().event(event)


def _speed(power: int) -> str:
    for least, letter in ((12, "T"), (9, "G"), (6, "M"), (3, "k")):
        if least <= power < 15:
            return f"{10 ** (power - least):,} {letter}"
    return _power(power)


def _power(power: int) -> str:
    if 0 <= power <= 4:
        return f"{10**power:,}"
    return f"{10.0**power:g}" if -3 <= power < 0 else "10" + str(power).translate(_SUPERSCRIPT)

"""Parallel coordinates: every run a line over the settings in which runs differ, to their test accuracy."""

from __future__ import annotations

import enum
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from explorer.core.attribute import attributes, value_text
from explorer.core.recipe import Recipe
from explorer.gui.attributes.editors import label_text
from explorer.gui.fonts import SEMIBOLD, font
from explorer.gui.theme import Theme
from explorer.gui.training.differences import data_names
from explorer.gui.training.run import Run
from explorer.gui.training.run_pen import run_pen
from explorer.gui.training.scale import linear_ticks, percent, short

_MANY = 50.0
"""From this ratio of largest to smallest on, an axis is logarithmic."""

_NEAR = 8.0
_TOP, _BELOW, _SIDE = 52, 28, 70


@dataclass(frozen=True)
class Axis:
    """One upright line: a setting, with the height (0 to 1) of each run on it, and its marks."""

    name: str
    heights: tuple[float | None, ...]
    ticks: tuple[tuple[float, str], ...]


def axes_of(runs: Sequence[Run]) -> list[Axis]:
    """The settings that differ between runs, then the best test accuracy."""
    found = []
    for declared in attributes(Recipe):
        values = [getattr(run.recipe, declared.name) if run.recipe else None for run in runs]
        if declared.name == "data":
            values = list(data_names(runs))
        if len({value_text(value) for value in values if value is not None}) > 1:
            found.append(_axis(label_text(declared.name), values))
    names = [run.name for run in runs]
    if len(set(names)) > 1:
        found.insert(0, _axis("network", names))
    accuracies = [run.best_accuracy for run in runs]
    return [*found, _accuracy_axis([0.0 if share is None else share for share in accuracies])]


def _accuracy_axis(shares: Sequence[float]) -> Axis:
    """From the twentieth below the lowest to that above the highest."""
    low = math.floor(20 * min(shares)) / 20
    high = max(math.ceil(20 * max(shares)) / 20, low + 0.05)
    heights = tuple((share - low) / (high - low) for share in shares)
    marks = linear_ticks(low, high, 6)
    ticks = tuple(((mark - low) / (high - low), percent(mark)) for mark in marks)
    return Axis("best test accuracy", heights, ticks)


def _axis(name: str, values: Sequence[Any]) -> Axis:
    plain = [value.value if isinstance(value, enum.Enum) else value for value in values]
    numbers = [float(value) for value in plain if type(value) in (int, float)]
    if len(numbers) < len([value for value in plain if value is not None]):
        kinds = sorted({_text(value) for value in plain if value is not None})
        places = {kind: index / max(1, len(kinds) - 1) for index, kind in enumerate(kinds)}
        heights = tuple(None if value is None else places[_text(value)] for value in plain)
        return Axis(name, heights, tuple((place, kind) for kind, place in places.items()))
    low, high = min(numbers), max(numbers)
    logarithmic = low > 0 and high / low >= _MANY
    first, last = (math.log10(low), math.log10(high)) if logarithmic else (low, high)

    def height(value: float) -> float:
        at = math.log10(value) if logarithmic else value
        return (at - first) / (last - first)

    heights = tuple(None if value is None else height(float(value)) for value in plain)
    marks = sorted(set(numbers)) if len(set(numbers)) <= 6 else linear_ticks(low, high, 5)
    return Axis(
        name, heights, tuple((height(mark), short(mark)) for mark in marks if mark > 0 or not logarithmic)
    )


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value_text(value)


class ParallelCoordinates(QWidget):
    """Drag along an axis to keep only the runs within; click a line to tick its run, the axis to free it.

    Signals:
        chosen(run): a line was clicked.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="parallelCoordinates")
        self.setAccessibleName("Recipes of all runs and their test accuracy")
        self.setToolTip("Drag along an axis to keep only the runs within; click it to free it.")
        self.setMouseTracking(True)
        self.setMinimumHeight(180)
        self._theme: Theme | None = None
        self._plate = QColor()
        self.runs: tuple[Run, ...] = ()
        self.axes: list[Axis] = []
        self.brushes: dict[str, tuple[float, float]] = {}
        self._pressed: tuple[str, float] | None = None
        self._near: Run | None = None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._plate = QColor(theme["panel"])
        self._plate.setAlphaF(0.8)
        self.update()

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Show these runs, as far as they have been tested."""
        self.runs = tuple(run for run in runs if run.best_accuracy is not None and run.recipe is not None)
        self.axes = axes_of(self.runs) if self.runs else []
        known = {axis.name for axis in self.axes}
        self.brushes = {name: ends for name, ends in self.brushes.items() if name in known}
        self.update()

    @property
    def kept(self) -> tuple[Run, ...]:
        """The runs that lie within all that was dragged over."""
        return tuple(run for place, run in enumerate(self.runs) if self._is_kept(place))

    def _is_kept(self, place: int) -> bool:
        for axis in self.axes:
            ends, height = self.brushes.get(axis.name), axis.heights[place]
            if ends is not None and (height is None or not ends[0] <= height <= ends[1]):
                return False
        return True

    def x_of(self, index: int) -> float:
        """Where an axis stands."""
        room = self.width() - 2 * _SIDE
        return _SIDE + room * index / max(1, len(self.axes) - 1)

    def y_of(self, height: float) -> float:
        """Where a height from 0 to 1 is drawn."""
        return self.height() - _BELOW - height * (self.height() - _BELOW - _TOP)

    def _height_at(self, y: float) -> float:
        return (self.height() - _BELOW - y) / max(1, self.height() - _BELOW - _TOP)

    def _points(self, place: int) -> QPolygonF:
        return QPolygonF(
            [
                QPointF(self.x_of(index), self.y_of(height))
                for index, axis in enumerate(self.axes)
                if (height := axis.heights[place]) is not None
            ]
        )

    def _run_near(self, at: QPointF) -> Run | None:
        found: tuple[float, Run | None] = (_NEAR, None)
        for place, run in enumerate(self.runs):
            points = self._points(place)
            for one, two in itertools.pairwise(points):  # type: ignore[call-overload]
                if one.x() <= at.x() <= two.x() and two.x() > one.x():
                    y = one.y() + (two.y() - one.y()) * (at.x() - one.x()) / (two.x() - one.x())
                    found = min(found, (abs(y - at.y()), run), key=lambda item: item[0])
        return found[1]

    def _axis_near(self, x: float) -> Axis | None:
        for index, axis in enumerate(self.axes):
            if abs(self.x_of(index) - x) <= _NEAR:
                return axis
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        axis = self._axis_near(event.position().x())
        if axis is not None:
            self._pressed = axis.name, self._height_at(event.position().y())
            return
        run = self._run_near(event.position())
        if run is not None:
            self.chosen.emit(run)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            name, start = self._pressed
            now = self._height_at(event.position().y())
            self.brushes[name] = min(start, now), max(start, now)
            self.update()
            return
        near = self._run_near(event.position())
        if near is not self._near:
            self._near = near
            self.setToolTip(f"{near.name}: {near.detail}, {percent(near.best_accuracy)}" if near else "")
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            name, start = self._pressed
            if abs(self._height_at(event.position().y()) - start) < 0.01:  # a click frees the axis
                self.brushes.pop(name, None)
            self._pressed = None
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._theme["panel"])
        if len(self.runs) < 2:
            painter.setPen(self._theme["text2"])
            painter.setFont(font(13))
            text = "Two runs that were tested are needed to see what their settings did."
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
            return
        order = sorted(
            range(len(self.runs)), key=lambda place: (self._is_kept(place), self.runs[place] is self._near)
        )
        for place in order:
            self._paint_run(painter, place)
        for index, axis in enumerate(self.axes):
            self._paint_axis(painter, self.x_of(index), axis)

    def _paint_run(self, painter: QPainter, place: int) -> None:
        assert self._theme is not None  # noqa: S101  (asked by the caller)
        run = self.runs[place]
        if not self._is_kept(place):
            pen = QPen(self._theme["line"], 1)
        elif run.slot is not None:
            pen = run_pen(self._theme, run.slot, 2.0)
        else:
            pen = QPen(self._theme["edge"], 1.2)
        if run is self._near:
            pen.setWidthF(3.0)
        painter.setPen(pen)
        painter.drawPolyline(self._points(place))

    def _paint_axis(self, painter: QPainter, x: float, axis: Axis) -> None:
        assert self._theme is not None  # noqa: S101  (as above)
        theme = self._theme
        painter.setPen(QPen(theme["text3"], 1))
        painter.drawLine(QPointF(x, self.y_of(0)), QPointF(x, self.y_of(1)))
        if axis.name in self.brushes:
            low, high = self.brushes[axis.name]
            box = QRectF(x - 5, self.y_of(high), 10, self.y_of(low) - self.y_of(high))
            painter.setPen(QPen(theme["accent"], 1))
            painter.setBrush(theme["accentbg"])
            painter.drawRoundedRect(box, 3, 3)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(font(12, SEMIBOLD))
        painter.setPen(theme["text"])
        room = (self.width() - 2 * _SIDE) / max(1, len(self.axes) - 1) if len(self.axes) > 1 else self.width()
        wide = min(max(60.0, room - 6), 2.0 * _SIDE)
        name = QFontMetricsF(painter.font()).elidedText(axis.name, Qt.TextElideMode.ElideRight, wide)
        head = QRectF(x - wide / 2, self.y_of(1) - 34, wide, 18)
        painter.drawText(head, Qt.AlignmentFlag.AlignCenter, name)
        painter.setFont(font(11))
        painter.setPen(theme["text3"])
        for height, text in axis.ticks:
            y = self.y_of(height)
            painter.drawLine(QPointF(x - 3, y), QPointF(x + 3, y))
            shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, wide - 10)
            plate = QRectF(x + 4, y - 8, QFontMetricsF(painter.font()).horizontalAdvance(shown) + 6, 16)
            painter.fillRect(plate, self._plate)
            painter.drawText(plate.translated(3, 0), Qt.AlignmentFlag.AlignVCenter, shown)

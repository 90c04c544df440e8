"""A slider over a row of values, for settings that are tried out: channels, counts, sides, factors."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

FACTORS = (
    *(round(0.25 + 0.05 * step, 2) for step in range(15)),
    *(round(1 + 0.1 * step, 1) for step in range(10)),
    *(2 + 0.25 * step for step in range(9)),
)
"""From a quarter to four times, finer near one."""

_MULTIPLE = 8
_FEWEST_COUNTS = 12
_COARSE, _FINE, _LARGE = 32, 4, 96


def widths_around(value: int) -> tuple[int, ...]:
    """Channel counts from a quarter of a value to four times it, in steps that machines like."""
    step = _MULTIPLE if value >= 4 * _MULTIPLE else 1
    near = {max(step, step * round(value * factor / step)) for factor in FACTORS}
    return tuple(sorted({*near, value}))


def counts_around(value: int) -> tuple[int, ...]:
    """Counts of blocks: one to twice the value."""
    most = max(_FEWEST_COUNTS, 2 * value)
    if most > 10 * _FEWEST_COUNTS:  # hundreds of blocks: a slider of few pixels cannot tell each
        step = most // (5 * _FEWEST_COUNTS)
        return tuple(sorted({1, value, *range(step, most + 1, step)}))
    return tuple(range(1, most + 1))


def sides_around(value: int) -> tuple[int, ...]:
    """Sides of the picture, in steps of 32 pixels, or of 4 for small pictures."""
    step = _COARSE if value >= _LARGE else _FINE
    most = max(16 * step, 2 * value)
    return tuple(sorted({value, *range(step, most + 1, step)}))


class ScaleSlider(QSlider):
    """A slider whose positions stand for values.

    Signals:
        chosen(value): a person moved it; during a drag at every step.
        let_go(): the drag ended, or the focus left.
    """

    chosen = Signal(object)
    let_go = Signal()

    def __init__(self, values: Sequence[Any], parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._values: tuple[Any, ...] = ()
        self.setPageStep(4)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_values(values)
        self.valueChanged.connect(lambda place: self.chosen.emit(self._values[place]))
        self.sliderReleased.connect(self.let_go)

    @property
    def values(self) -> tuple[Any, ...]:
        """What its positions stand for."""
        return self._values

    def set_values(self, values: Sequence[Any]) -> None:
        """Let the positions stand for other values; announces nothing."""
        with QSignalBlocker(self):
            self._values = tuple(values)
            self.setRange(0, len(self._values) - 1)

    def show_value(self, value: Any) -> None:
        """Stand at the nearest position; announces nothing, and leaves a slider that is held alone."""
        if self.isSliderDown():
            return
        place = min(bisect_left(self._values, value), len(self._values) - 1)
        if place and value - self._values[place - 1] < self._values[place] - value:
            place -= 1
        with QSignalBlocker(self):
            self.setValue(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # scrolling the form must not turn figures under the pointer

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.let_go.emit()

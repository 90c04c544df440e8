"""The table "What differs": one row for everything that tells the ticked runs apart."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from explorer.gui.canvas.colouring import short_count
from explorer.gui.elided import ElidedLabel
from explorer.gui.fonts import SEMIBOLD, font
from explorer.gui.panel import label
from explorer.gui.theme import Theme
from explorer.gui.training.differences import differences, titles
from explorer.gui.training.run import Run
from explorer.gui.training.run_pen import colour_token
from explorer.gui.training.scale import short

MOST = 4
_NAMES, _WIDEST = 82, 84
_BRIEF = {"layers with weights": "layers", "changed on the way": "changed"}
"""What stands before a row, where the name is too long for it."""
_BAR = "━━"
"""Stands for a run by its colour, where a name would say nothing."""


class DifferencesTable(QWidget):
    """Recipe and network of up to four runs, as far as they differ; hidden while there are not two."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="whatDiffers")
        self.setAccessibleName("What differs between the ticked runs")
        self._theme: Theme | None = None
        self._shown: object = None
        self._heads: list[tuple[QLabel, int]] = []
        self.rows: list[tuple[str, tuple[str, ...]]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(6)
        column.addWidget(label("What differs", "title"))
        self.same = label("Recipe and network are the same.", "hint", wrap=True)
        column.addWidget(self.same)
        self._holder = QWidget()
        column.addWidget(self._holder)
        self._column = column
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for head, slot in self._heads:
            head.setStyleSheet(f"color: {theme.hex(colour_token(slot))}; font-size: 11px; font-weight: 600;")

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Compare these runs."""
        chosen = [run for run in runs if run.slot is not None][:MOST]
        key = [(run, run.slot, run.recipe, run.name) for run in chosen]
        if key == self._shown:
            return
        self._shown = key
        self.rows = [row for row in differences(chosen) if row[0] != "network"]  # it stands in the heads
        self.setVisible(len(chosen) > 1)
        self.same.setVisible(not self.rows)
        old, self._holder = self._holder, QWidget()
        self._column.replaceWidget(old, self._holder)
        old.hide()
        old.deleteLater()
        self._fill(chosen)

    def _fill(self, runs: Sequence[Run]) -> None:
        grid = QGridLayout(self._holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        self._heads = []
        names = titles(runs)
        right = Qt.AlignmentFlag.AlignRight
        for place, run in enumerate(runs, start=1):
            alike = len({other.name for other in runs}) == 1
            head = label(_BAR, "hint") if alike else ElidedLabel("hint", Qt.TextElideMode.ElideMiddle)
            head.setText(_BAR if alike else run.name)
            head.setAccessibleName(names[run])
            head.setToolTip(names[run])
            head.setAlignment(right)
            self._heads.append((head, run.slot or 0))
            grid.addWidget(head, 0, place)
            grid.setColumnStretch(place, self._need(place - 1, run.name))
        grid.setColumnMinimumWidth(0, _NAMES)
        for row, (name, values) in enumerate(self.rows, start=1):
            caption = ElidedLabel("label")
            caption.setText(_BRIEF.get(name, name))
            caption.setFixedWidth(_NAMES)
            caption.setAccessibleName(name)
            grid.addWidget(caption, row, 0)
            for place, value in enumerate(values, start=1):
                cell = ElidedLabel("value")
                cell.setText(_brief(value))
                cell.setAccessibleName(f"{name}: {value}")
                cell.setAlignment(right)
                grid.addWidget(cell, row, place)
        if self._theme is not None:
            self.set_theme(self._theme)

    def _need(self, place: int, name: str) -> int:
        """The room that a run's column asks for, in pixels; long texts are shortened first."""
        figures = QFontMetricsF(font(12))
        texts = [figures.horizontalAdvance(_brief(values[place])) for _, values in self.rows]
        head = QFontMetricsF(font(11, SEMIBOLD)).horizontalAdvance(name)
        return round(min(_WIDEST, max([head, *texts])))


def _brief(value: str) -> str:
    """A figure of seven digits or more, or one behind three zeros, in short; anything else as it is."""
    digits = value.replace(",", "")
    if value.startswith("0.000") and value[2:].isdecimal():
        return short(float(value))
    return short_count(int(digits)) if digits.isdecimal() and len(digits) >= 7 else value

"""The table of an experiment: its networks with their exact costs and what their trainings gave."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from explorer.gui.theme import Theme
from explorer.gui.training.experiments.figures import Standing
from explorer.gui.training.run_pen import run_pen

_HEADS = ("Network", "Parameters", "MACs", "Training error", "Test error", "State")
_TIPS = (
    "With the colour of its curve",
    "Numbers to learn, exactly",
    "Multiply-accumulates for one picture, bias not counted",
    "Of the last epoch, on the pictures it is trained on; the mean over the seeds and how far they lie",
    "After the last epoch, on the pictures that were held out; the mean over the seeds and how far they lie",
    "How many of its trainings are over",
)
_SWATCH = QSize(32, 12)
_NUMBER, _STATE = 104, 150
"""Widths of a column, in pixels."""


class ExperimentTable(QTreeWidget):
    """Shows a line for each network; nothing can be edited."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("experimentTable")
        self.setAccessibleName("Networks of the experiment")
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIconSize(_SWATCH)
        self.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHeaderLabels((*_HEADS[:5], f"   {_HEADS[5]}"))
        head = self.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setMinimumSectionSize(40)
        for column in range(1, 5):
            head.resizeSection(column, _NUMBER)
        head.resizeSection(5, _STATE)
        for column, tip in enumerate(_TIPS):
            self.headerItem().setToolTip(column, tip)
            side = Qt.AlignmentFlag.AlignRight if 0 < column < 5 else Qt.AlignmentFlag.AlignLeft
            self.headerItem().setTextAlignment(column, side | Qt.AlignmentFlag.AlignVCenter)
        self._theme: Theme | None = None
        self._lines: tuple[Standing, ...] = ()
        self._coloured = True

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._fill()

    def show_standings(self, lines: Sequence[Standing], *, coloured: bool = True) -> None:
        """Show these lines; without colours where no curves are drawn."""
        self._lines, self._coloured = tuple(lines), coloured
        self._fill()

    def texts(self) -> list[tuple[str, ...]]:
        """What stands in the table, line by line."""
        items = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return [tuple(item.text(column).strip() for column in range(len(_HEADS))) for item in items if item]

    def _fill(self) -> None:
        while self.topLevelItemCount() > len(self._lines):
            self.takeTopLevelItem(self.topLevelItemCount() - 1)
        for row, line in enumerate(self._lines):
            item = self.topLevelItem(row)
            if item is None:
                item = QTreeWidgetItem()
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                for column in range(1, 5):
                    item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.addTopLevelItem(item)
            texts = (
                line.name,
                f"{line.parameters:,}",
                f"{line.macs:,}",
                line.train_error,
                line.test_error,
                f"   {line.state}",
            )
            for column, text in enumerate(texts):
                if item.text(column) != text:
                    item.setText(column, text)
            item.setIcon(0, self._swatch(line.slot))

    def _swatch(self, slot: int) -> QIcon:
        if self._theme is None or not self._coloured:
            return QIcon()
        ratio = self.devicePixelRatioF()
        picture = QPixmap(_SWATCH * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setPen(run_pen(self._theme, slot))
        painter.drawLine(0, 6, _SWATCH.width() - 4, 6)
        painter.end()
        return QIcon(picture)

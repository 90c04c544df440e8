"""The counters as a tree: each with the reasons why it differs, each reason with its layers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from explorer.core.counts import Count, Difference
from explorer.core.units import count_text
from explorer.export.audit_table import more_than_ours, share_of
from explorer.gui.fonts import font
from explorer.gui.theme import Theme

_HEADER = ("Counter", "Parameters", "MACs as it counts", "More than ours", "Share", "Seconds")
_TIPS = (
    "Who counted, and what; open a row for the reasons why it differs, and a reason for its layers",
    "Learned numbers that it counts",
    "Multiply-accumulates for one picture, or what the tool takes for them",
    "How many more than ours; below, how many of them a reason or a layer makes up",
    "Of our own count of the network, or of the layer",
    "How long it took, in seconds",
)
_WIDTHS = (96, 128, 112, 76, 70)
_LAYER = Qt.ItemDataRole.UserRole
_PENDING = Qt.ItemDataRole.UserRole + 1
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
NOT_EXPLAINED = "not explained: no known rule of the tool gives this difference"


class CountTree(QTreeWidget):
    """One row per counter.

    Signals:
        layer_chosen(name): the row of a layer was chosen.
    """

    layer_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("auditTree")
        self.setAccessibleName("What other tools count")
        self.setToolTip(
            "Open a row for the reasons and the layers; a layer that is chosen is selected everywhere"
        )
        self.setColumnCount(len(_HEADER))
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        titles = QTreeWidgetItem(list(_HEADER))
        for column, tip in enumerate(_TIPS):
            titles.setToolTip(column, tip)
            if column:
                titles.setTextAlignment(column, _RIGHT)
        self.setHeaderItem(titles)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate(_WIDTHS, 1):
            self.setColumnWidth(column, width)
        self._theme: Theme | None = None
        self._counts: tuple[Count, ...] = ()
        self.itemExpanded.connect(self._fill)
        self.currentItemChanged.connect(self._choose)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        counts, self._counts = self._counts, ()
        self.show_counts(counts)

    def show_counts(self, counts: Sequence[Count]) -> None:
        """Show what was counted so far; rows that are there stay as they are."""
        counts = tuple(counts)
        if counts[: len(self._counts)] != self._counts:
            self._counts = ()
        if not self._counts:
            self.clear()
        for item in counts[len(self._counts) :]:
            self._add(item, counts)
        self._counts = counts

    def _add(self, item: Count, counts: Sequence[Count]) -> None:
        more = more_than_ours(item, counts)
        told = f"{item.tool}: {item.failure or item.convention}"
        if more == 0 and not item.differences:
            told += "; agrees to the last digit"
        figures = (
            _number(item.parameters),
            _number(item.macs),
            _signed(more),
            share_of(more or 0, counts[0].macs),
        )
        spent = f"{item.seconds:.1f}" if item.macs is not None else "–"
        row = self._row(self.invisibleRootItem(), told, *figures, spent)
        for column in (0, 2):
            row.setFont(column, font(12, 600))
        if item.macs is None:
            self._colour(row, "warn")
        for part in item.parts:
            layers = f"{len(part.layers):,} layer{'s' if len(part.layers) != 1 else ''}"
            share = share_of(part.operations, counts[0].macs)
            inner = self._row(row, f"{part.reason}, {layers}", "", "", _signed(part.operations), share, "")
            inner.setData(0, _PENDING, (item, part.reason))
            inner.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        for puzzle in item.puzzling:
            self._colour(self._layer(row, puzzle, NOT_EXPLAINED), "warn")
        row.setExpanded(True)

    def _fill(self, row: QTreeWidgetItem) -> None:
        """Make the rows of a reason's layers when it is opened: there may be thousands."""
        pending = row.data(0, _PENDING)
        if pending is None or row.childCount():
            return
        item, reason = pending
        for difference in item.differences:
            if difference.reason == reason:
                self._layer(row, difference, difference.operator)

    def _layer(self, above: QTreeWidgetItem, item: Difference, told: str) -> QTreeWidgetItem:
        name = item.layer or "outside of layers"
        row = self._row(
            above,
            f"{name}   {told}" if told else name,
            "",
            count_text(item.theirs),
            _signed(item.operations),
            share_of(item.operations, item.ours),
            "",
        )
        row.setData(0, _LAYER, item.layer)
        return row

    def _row(self, above: QTreeWidgetItem, *texts: str) -> QTreeWidgetItem:
        row = QTreeWidgetItem(above, list(texts))
        for column in range(1, len(texts)):
            row.setTextAlignment(column, _RIGHT)
        row.setToolTip(0, texts[0])
        return row

    def _colour(self, row: QTreeWidgetItem, token: str) -> None:
        if self._theme is not None:
            row.setForeground(0, QBrush(self._theme[token]))

    def _choose(self, row: QTreeWidgetItem | None, before: QTreeWidgetItem | None) -> None:
        name = row.data(0, _LAYER) if row is not None else None
        if name:
            self.layer_chosen.emit(name)


def _number(count: int | None) -> str:
    return "–" if count is None else count_text(count)


def _signed(count: int | None) -> str:
    if count is None:
        return "–"
    return "0" if not count else f"{count:+,}".replace("-", "−")

"""The layers of the network as a tree for Qt's views, updated by what an edit changed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from explorer.core.filters import Filter
from explorer.core.outline import Line
from explorer.core.quantities import Reading
from explorer.gui.layers.arrangement import Arrangement, blocks_around
from explorer.gui.layers.columns import COLUMNS
from explorer.gui.layers.roles import said_of_cell, said_of_head
from explorer.gui.layers.times import Times
from explorer.gui.workbench import Workbench

LINE = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_USABLE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _Item:
    """A line in the tree. `children` are None until somebody asked for them.

    Qt's indexes hold the `key`, never the object: a stale index then finds nothing.
    """

    __slots__ = ("children", "key", "line", "parent", "row")

    def __init__(self, key: int, line: Line | None, parent: _Item | None, row: int) -> None:
        self.key, self.line, self.parent, self.row = key, line, parent, row
        self.children: list[_Item] | None = None


class LayerTableModel(QAbstractItemModel):
    """One row per node; blocks hold their insides. `figure` gives exact counts.

    It filters and sorts by itself: figures may exceed 64 bits, and Qt's own proxy asks for
    every row of an open tree after each edit.

    Signals:
        timed(known): measured times are shown, or forgotten.
    """

    timed = Signal(bool)

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._arrangement = Arrangement()
        self._times = Times({}, {})
        self._keys = itertools.count(1)
        self._items: dict[int, _Item] = {}
        self._root = _Item(0, None, None, 0)
        self._reading = Reading(workbench.conventions, workbench.analysis.totals)
        self._inside: dict[str, list[Line]] = {}
        self._read()
        self._root.children = self._made(self._root)

    @property
    def flat(self) -> bool:
        """Whether plain layers stand in one row instead of inside their blocks."""
        return self._arrangement.flat

    def set_flat(self, flat: bool) -> None:
        """Show plain layers in one row, or blocks that hold them."""
        if flat != self._arrangement.flat:
            self.beginResetModel()
            self._arrangement.flat = flat
            self._items.clear()
            self._read()
            self._root.children = self._made(self._root)
            self.endResetModel()

    def search(self, wanted: Filter) -> None:
        """Show only the lines that a filter wants, and the blocks around them."""
        self._arrangement.filter = wanted
        self._rearrange()

    @property
    def filtered(self) -> bool:
        """Whether a filter leaves lines out."""
        return self._arrangement.filter.test is not None

    def hits(self) -> set[str] | None:
        """The names of the lines that the filter wants; None where it wants all."""
        return self._arrangement.found

    def count(self) -> int:
        """How many lines are shown when all blocks are open."""
        return sum(map(len, self._inside.values()))

    def first_blocks(self, lines: int) -> Iterator[QModelIndex]:
        """The blocks among the first lines, from top to bottom, each after the one around it."""
        left = lines

        def walk(item: _Item) -> Iterator[QModelIndex]:
            nonlocal left
            for child in self._children(item):
                left -= 1
                if left < 0:
                    return
                if self._lines(child):
                    yield self.createIndex(child.row, 0, child.key)
                    yield from walk(child)

        return walk(self._root)

    def set_times(self, times: Mapping[str, float]) -> None:
        """Show measured times of a forward pass: milliseconds by full name; none forgets them.

        The time of a layer is forgotten by itself when an edit changes the layer.
        """
        self._times = Times(times, self._workbench.lines)
        self._rearrange()
        self.timed.emit(bool(self._reading.times))

    def count_anew(self) -> None:
        """Take over other conventions: all figures, and the titles that name them."""
        self._rearrange()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def line(self, index: Index) -> Line | None:
        """The line that a row shows."""
        return self._item(index).line

    @property
    def reading(self) -> Reading:
        """How figures are read: conventions, the sums that shares are of, measured times."""
        return self._reading

    def figure(self, index: Index) -> Any:
        """What a cell sorts by: a Python number of any size (a role could hold 64 bits at most)."""
        line = self.line(index)
        return None if line is None else COLUMNS[index.column()].figure(line, self._reading)

    def index_of(self, name: str) -> QModelIndex:
        """The first column of the line with a full name; invalid where it is not shown."""
        line = self._workbench.lines.get(name)
        if line is None:
            return QModelIndex()
        above = [] if self.flat else blocks_around(line, self._workbench.lines)
        item = self._root
        for wanted in (*above, name):
            found = next((child for child in self._children(item) if child.line.name == wanted), None)
            if found is None:
                return QModelIndex()
            item = found
        return self.createIndex(item.row, 0, item.key)

    def _read(self) -> None:
        """Take over the figures and arrange the lines."""
        bench = self._workbench
        self._reading = Reading(bench.conventions, bench.analysis.totals, self._times.of(bench.lines))
        self._inside = self._arrangement.arrange(bench.lines, self._reading)

    def _lines(self, item: _Item) -> Sequence[Line]:
        return self._inside.get(item.line.name if item.line is not None else "", ())

    def _made(self, item: _Item) -> list[_Item]:
        return [self._new(line, item, row) for row, line in enumerate(self._lines(item))]

    def _new(self, line: Line, parent: _Item, row: int) -> _Item:
        item = _Item(next(self._keys), line, parent, row)
        self._items[item.key] = item
        return item

    def _forget(self, items: Sequence[_Item]) -> None:
        for item in items:
            self._items.pop(item.key, None)
            self._forget(item.children or ())

    def _children(self, item: _Item) -> list[_Item]:
        if item.children is None:
            item.children = self._made(item)
        return item.children

    def update(self) -> None:
        """Take over what an edit changed; rows that stayed are kept."""
        whole = self._reading.totals
        self._read()
        totals = self._reading.totals
        shares = (whole.parameters, whole.macs) != (totals.parameters, totals.macs)
        self._update(self._root, QModelIndex(), shares)

    def _rearrange(self) -> None:
        self._read()
        self._update(self._root, QModelIndex(), shares=True)

    def _update(self, item: _Item, index: QModelIndex, shares: bool) -> None:
        """Bring the known children of one item up to date: rows that stayed are kept.

        Changed figures are announced for the top rows alone, and stand for what is inside them:
        Qt walks the open tree at every announcement. The view repaints itself after an update.
        """
        if item.children is None:
            return
        lines = self._lines(item)
        self._fit(item, index, lines)
        first, last = len(lines), -1
        for child, line in zip(item.children, lines, strict=True):
            before, child.line = child.line, line
            if before.entry is not line.entry or before.fields != line.fields:
                first, last = min(first, child.row), child.row
            if child.children is not None:
                self._update(child, self.createIndex(child.row, 0, child.key), shares)
        if item is not self._root:
            return
        if shares and lines:
            first, last = 0, len(lines) - 1
        if first <= last:
            top, bottom = item.children[first], item.children[last]
            self.dataChanged.emit(
                self.createIndex(first, 0, top.key), self.createIndex(last, len(COLUMNS) - 1, bottom.key)
            )

    def _fit(self, item: _Item, index: QModelIndex, lines: Sequence[Line]) -> None:
        """Remove and insert rows so that the names are those of the lines: the middle that differs."""
        children = item.children
        assert children is not None  # noqa: S101  (the caller asked)
        old, new = [child.line.name for child in children], [line.name for line in lines]
        if old == new:
            return
        start = 0
        while start < min(len(old), len(new)) and old[start] == new[start]:
            start += 1
        end = 0
        while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
            end += 1
        if len(old) - end > start:
            self.beginRemoveRows(index, start, len(old) - end - 1)
            self._forget(children[start : len(old) - end])
            del children[start : len(old) - end]
            _number(children)
            self.endRemoveRows()
        if len(new) - end > start:
            self.beginInsertRows(index, start, len(new) - end - 1)
            children[start:start] = [self._new(line, item, 0) for line in lines[start : len(new) - end]]
            _number(children)
            self.endInsertRows()

    def _item(self, index: Index) -> _Item:
        return self._items.get(index.internalId(), self._root) if index.isValid() else self._root

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        falling = order == Qt.SortOrder.DescendingOrder
        self._arrangement.sorted = (column, falling) if column >= 0 else None
        self._rearrange()

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        children = self._children(self._item(parent))
        if 0 <= row < len(children) and 0 <= column < len(COLUMNS):
            return self.createIndex(row, column, children[row].key)
        return QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        above = self._item(index).parent
        if above is None or above is self._root:
            return QModelIndex()
        return self.createIndex(above.row, 0, above.key)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return len(self._children(self._item(parent))) if parent.column() <= 0 else 0

    def hasChildren(self, parent: Index = _NOWHERE) -> bool:
        return parent.column() <= 0 and bool(self._lines(self._item(parent)))

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self._item(index).line
        if line is None:
            return None
        return line if role == LINE else said_of_cell(line, COLUMNS[index.column()], self._reading, role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        return said_of_head(COLUMNS[section], self._reading.conventions, role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _USABLE


def _number(children: list[_Item]) -> None:
    for row, child in enumerate(children):
        child.row = row

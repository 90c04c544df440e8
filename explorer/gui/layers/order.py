"""Filters and sorts the layer table by exact figures."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel

from explorer.gui.layers.columns import operator_text
from explorer.gui.layers.model import FIGURE, LayerTableModel

Index = QModelIndex | QPersistentModelIndex


class LayerOrder(QSortFilterProxyModel):
    """Rows whose name or operator has all the words, and the blocks around them.

    Figures are compared as Python numbers: they may exceed 64 bits.
    """

    def __init__(self, model: LayerTableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self._model = model
        self.setDynamicSortFilter(True)
        self.setSourceModel(model)

    @property
    def filtering(self) -> bool:
        """Whether some rows may be hidden."""
        return bool(self._words)

    def search(self, text: str) -> None:
        """Show only what has all these words."""
        self._words = text.lower().split()
        self.setRecursiveFilteringEnabled(bool(self._words))
        self.setAutoAcceptChildRows(bool(self._words))
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        if not self._words:
            return True
        line = self._model.line(self._model.index(source_row, 0, source_parent))
        if line is None:
            return False
        said = f"{line.name} {line.entry.node.operator.kind()} {operator_text(line)}".lower()
        return all(word in said for word in self._words)

    def lessThan(self, source_left: Index, source_right: Index) -> bool:
        left, right = source_left.data(FIGURE), source_right.data(FIGURE)
        if left is None or right is None:
            return left is None and right is not None
        return bool(left < right)

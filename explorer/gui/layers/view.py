"""The layer table's view: a tree with chips, exact figures, bars and problems where they are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAccessible, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from explorer.core.analysis import Problem
from explorer.core.outline import Line
from explorer.core.quantities import Reading
from explorer.gui.fonts import MEDIUM, NORMAL, font
from explorer.gui.icons import draw_icon
from explorer.gui.layers import cell_keys
from explorer.gui.layers.column_layout import arrange, described
from explorer.gui.layers.columns import COLUMNS, PLACE, Column
from explorer.gui.layers.row import RowFace, draw_name, draw_share, draw_text, own_name
from explorer.gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

_ROW = 24
_MOST_FACES = 2_000
_NAME, _OUTPUT = PLACE["name"], PLACE["output"]
_SHORTEST_NAME, _SHORTEST_SHARE = 170, 66
_LONGEST_NAME = 320


class LayerTableView(QTreeView):
    """Rows of layers; a problem's sentence runs over the columns that have no figures.

    Signals:
        columns_changed(): other columns are shown.
    """

    columns_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="layerTable")
        self.setAccessibleName("Layers")
        self.setAccessibleDescription(cell_keys.SAID)
        self.theme: Theme | None = None
        self._columns: list[tuple[int, Column]] = []
        self._painted: dict[int, RowFace] = {}
        self._faces: dict[int, tuple[Line, Reading, RowFace]] = {}
        self._widths: dict[int, int] = {}
        self._laying = False
        self.setUniformRowHeights(True)
        self.setIndentation(16)
        self.setSortingEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setItemDelegate(_Delegate(self))
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(False)
        header.setSectionsClickable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorShown(True)
        header.setSortIndicatorClearable(True)
        header.setMinimumSectionSize(40)
        header.setAccessibleName("Columns of the layer table")
        header.sectionResized.connect(self._resized)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.theme = theme
        self.viewport().update()

    def lay_out_columns(self) -> None:
        """Give the columns their widths: in a narrow window bars get shorter before names do."""
        self._laying = True
        shown = [place for place in range(len(COLUMNS)) if not self.isColumnHidden(place)]
        bars = [place for place in shown if COLUMNS[place].bar is not None and place not in self._widths]
        own = {place: self._widths.get(place, COLUMNS[place].width) for place in shown}
        fixed = sum(own[place] for place in shown if place != _NAME and place not in bars)
        room = self.viewport().width() - fixed - COLUMNS[_NAME].width
        width = max(_SHORTEST_SHARE, min(COLUMNS[bars[0]].width, room // len(bars))) if bars else 0
        rest = self.viewport().width() - fixed - width * len(bars)
        # in a wide window what names do not need goes to all: figures stay near their names
        free = [place for place in shown if place != _NAME and place not in self._widths]
        more = max(0, rest - _LONGEST_NAME) // (len(free) + 1)
        header = self.header()
        for place in shown:
            if place in self._widths:
                header.resizeSection(place, own[place])
            elif place == _NAME:
                header.resizeSection(place, max(_SHORTEST_NAME, rest - more * len(free)))
            else:
                header.resizeSection(place, more + (width if place in bars else own[place]))
        self._laying = False

    def shown_columns(self) -> list[Column]:
        """The columns that are shown, in their order."""
        header = self.header()
        order = [header.logicalIndex(position) for position in range(len(COLUMNS))]
        return [COLUMNS[place] for place in order if not header.isSectionHidden(place)]

    def show_column(self, place: int, on: bool) -> None:
        """Show or hide a column."""
        self.setColumnHidden(place, not on)
        self.lay_out_columns()
        self.columns_changed.emit()

    @property
    def column_words(self) -> tuple[str, ...]:
        """Columns, order and widths as words, to be remembered; nothing while they are as at first."""
        return described(self.header(), self._widths)

    def arrange_columns(self, words: Sequence[str]) -> None:
        """Show the columns that `column_words` described; without words those of the start."""
        self._laying = True
        self._widths = arrange(self.header(), words)
        self.lay_out_columns()
        self.columns_changed.emit()

    def _resized(self, place: int, _before: int, width: int) -> None:
        if not self._laying and width:
            self._widths[place] = width

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.lay_out_columns()

    def refresh(self) -> None:
        """Paint the rows in view that say something else than they did: an edit changes few of them."""
        index, bottom = self.indexAt(QPoint(0, 0)), self.viewport().height()
        said: dict[int, RowFace] = {}
        while index.isValid() and (box := self.visualRect(index)).top() < bottom:
            key, row = index.internalId(), self._row(index)
            before = self._painted.get(key)
            if row is None or row != before:
                self.viewport().update(0, box.top(), self.viewport().width(), box.height())
            if before is not None:
                said[key] = before
            index = self.indexBelow(index)
        self._painted = said

    def _sentence_position(self) -> int:
        """Where the sentence of a problem begins: in the place of the output, else after the name."""
        return 1 if self.isColumnHidden(_OUTPUT) else self.header().visualIndex(_OUTPUT)

    def _row(self, index: Index) -> RowFace | None:
        """What a row says; None where it has no line."""
        model = self.model()
        line: Line | None = model.line(index)  # type: ignore[attr-defined]  (not through Qt: rows are many)
        if line is None:
            return None
        reading: Reading = model.reading  # type: ignore[attr-defined]
        key = index.internalId()
        known = self._faces.get(key)
        if known is not None and known[0] is line and known[1] is reading:
            return known[2]  # asked after an edit, and when the row is painted
        problem = line.entry if isinstance(line.entry, Problem) else None
        cells = tuple(
            (column.text(line, reading), None if column.bar is None else round(column.bar(line, reading), 4))
            for place, column in self._columns
            if problem is None or self.header().visualIndex(place) < self._sentence_position()
        )
        kind = type(line.entry.node.operator)
        face = RowFace(own_name(line), len(line.path), line.inner is not None, kind.category, problem, cells)
        self._faces[key] = line, reading, face
        return face

    def dataChanged(self, first: QModelIndex, last: QModelIndex, roles: Sequence[int] = ()) -> None:
        # `refresh` paints what changed; Qt would paint all rows from the first to the last
        if QAccessible.isActive():
            super().dataChanged(first, last, list(roles))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not cell_keys.pressed(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        columns = [(PLACE[column.key], column) for column in self.shown_columns()]
        if columns != self._columns or len(self._faces) > _MOST_FACES:
            self._columns = columns
            self._faces.clear()
        super().paintEvent(event)

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:
        # the whole row at once: Qt would ask the model and a delegate about every cell
        theme, row = self.theme, self._row(index)
        if theme is None or row is None:
            return
        self._painted[index.internalId()] = row
        problem = row.problem
        selected = self.selectionModel().isSelected(index.siblingAtColumn(0))
        box = QRect(options.rect)  # type: ignore[attr-defined]
        box.setLeft(0)
        box.setRight(max(self.viewport().width(), self.header().length()))
        if selected:
            painter.fillRect(box, theme["accentbg"])
        elif problem is not None and problem.waits_for is None:
            painter.fillRect(box, theme["errbg"])
        elif self.underMouse() and box.contains(self.viewport().mapFromGlobal(self.cursor().pos())):
            painter.fillRect(box, theme["hover"])
        self._draw_cells(painter, box, index, row, selected=selected)
        if problem is not None:
            self._say(painter, box, problem, theme)

    def _draw_cells(
        self, painter: QPainter, box: QRect, index: Index, row: RowFace, *, selected: bool
    ) -> None:
        header, theme = self.header(), self.theme
        assert theme is not None  # noqa: S101  (the caller asked)
        top, high, edge = float(box.top()), float(box.height()), self.viewport().width()
        for (place, column), (text, share) in zip(self._columns, row.cells, strict=False):
            left, width = header.sectionViewportPosition(place), header.sectionSize(place)
            if left >= edge or left + width <= 0:
                continue
            cell = QRectF(left, top, width, high)
            if place == _NAME:
                cell.setLeft(left + self.indentation() * (1 if self.model().flat else row.depth))
                branch = QRect(left, box.top(), round(cell.left()) - left, box.height())
                self.drawBranches(painter, branch, index)
                draw_name(painter, cell, row, theme)
            elif share is not None:
                draw_share(painter, cell, text, share, theme, selected=selected)
            else:
                draw_text(painter, cell, column, text, theme, waiting=row.waiting)
        if self.hasFocus() and self.currentIndex().siblingAtColumn(0) == index:
            self._draw_focus(painter, top, high, theme)

    def _draw_focus(self, painter: QPainter, top: float, high: float, theme: Theme) -> None:
        place = self.currentIndex().column()
        left, width = self.header().sectionViewportPosition(place), self.header().sectionSize(place)
        painter.setPen(theme["accent"])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(left, top, width, high).adjusted(0.5, 0.5, -1, -1))

    def _say(self, painter: QPainter, box: QRect, problem: Problem, theme: Theme) -> None:
        """Write why there is no shape, from the output column to the right edge."""
        header = self.header()
        left = header.sectionViewportPosition(header.logicalIndex(self._sentence_position()))
        place = QRectF(left + 8, box.top(), max(0, self.viewport().width() - left - 20), box.height())
        cause = problem.waits_for is None
        if cause:
            draw_icon(painter, "warning", QRectF(place.left(), box.center().y() - 6, 14, 14), theme["err"])
            place.setLeft(place.left() + 20)
        painter.setFont(font(12, MEDIUM if cause else NORMAL))
        painter.setPen(theme["err" if cause else "text3"])
        text = problem.message
        if cause and problem.repairs:
            text = f"{text}   ·   {problem.repairs[0].label}: double click"
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        if self.theme is None or not self.model().hasChildren(index.siblingAtColumn(0)):
            return
        box = QRectF(rect.right() - 13, rect.center().y() - 4, 10, 10)
        draw_icon(painter, "down" if self.isExpanded(index) else "right", box, self.theme["text3"])


class _Delegate(QStyledItemDelegate):
    """Says how high a row is; the view draws rows itself."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, _ROW)

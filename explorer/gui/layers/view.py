"""The layer table's view: a tree with chips, exact figures, bars and problems where they are."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from explorer.core.analysis import Problem, Totals
from explorer.core.outline import Line
from explorer.gui.chips import draw_chip
from explorer.gui.fonts import MEDIUM, NORMAL, SEMIBOLD, font
from explorer.gui.icons import draw_icon
from explorer.gui.layers.columns import COLUMNS, NONE, Column
from explorer.gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

_ROW = 24
_WIDEST = 14.0  # px that no letter of the small font exceeds
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter  # made once: cells are many
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_NAME, _OUTPUT = 0, next(place for place, column in enumerate(COLUMNS) if column.key == "output")
_BAR_LEFT, _BAR_HEIGHT = 58, 8
_SHORTEST_NAME, _SHORTEST_SHARE = 170, 66
_LONGEST_NAME = 320


class LayerTableView(QTreeView):
    """Rows of layers; a problem's sentence runs over the columns that have no figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="layerTable")
        self.setAccessibleName("Layers")
        self.theme: Theme | None = None
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

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.theme = theme
        self.viewport().update()

    def lay_out_columns(self) -> None:
        """Give the columns their widths: in a narrow window bars get shorter before names do."""
        shown = [place for place in range(len(COLUMNS)) if not self.isColumnHidden(place)]
        bars = [place for place in shown if COLUMNS[place].bar is not None]
        fixed = sum(COLUMNS[place].width for place in shown if place != _NAME and place not in bars)
        room = self.viewport().width() - fixed - COLUMNS[_NAME].width
        width = max(_SHORTEST_SHARE, min(COLUMNS[bars[0]].width, room // len(bars))) if bars else 0
        rest = self.viewport().width() - fixed - width * len(bars)
        # in a wide window what names do not need goes to all: figures stay near their names
        more = max(0, rest - _LONGEST_NAME) // len(shown)
        header = self.header()
        for place in shown:
            if place == _NAME:
                header.resizeSection(place, max(_SHORTEST_NAME, rest - more * (len(shown) - 1)))
            else:
                header.resizeSection(place, more + (width if place in bars else COLUMNS[place].width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.lay_out_columns()

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:
        line = self.model().line(index)  # type: ignore[attr-defined]  (not through Qt: cells are many)
        theme = self.theme
        if theme is None or line is None:
            return
        problem = line.entry if isinstance(line.entry, Problem) else None
        selected = self.selectionModel().isSelected(index.siblingAtColumn(0))
        box = QRect(options.rect)  # type: ignore[attr-defined]
        box.setLeft(0)
        box.setRight(max(self.viewport().width(), self.header().length()))
        hovered = box.contains(self.viewport().mapFromGlobal(self.cursor().pos())) and self.underMouse()
        if selected:
            painter.fillRect(box, theme["accentbg"])
        elif problem is not None and problem.waits_for is None:
            painter.fillRect(box, theme["errbg"])
        elif hovered:
            painter.fillRect(box, theme["hover"])
        super().drawRow(painter, options, index)
        if problem is not None:
            self._say(painter, box, problem, theme)

    def _say(self, painter: QPainter, box: QRect, problem: Problem, theme: Theme) -> None:
        """Write why there is no shape, from the output column to the right edge."""
        left = self.header().sectionViewportPosition(_OUTPUT)
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
    """Draws one cell: the chip before a name, the bar behind a share, figures at the right."""

    def __init__(self, view: LayerTableView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, model, column = self._view.theme, self._view.model(), index.column()
        line: Line | None = model.line(index)  # type: ignore[attr-defined]
        if theme is None or line is None:
            return
        totals: Totals = model.totals  # type: ignore[attr-defined]
        box = QRectF(option.rect)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        waiting = isinstance(line.entry, Problem) and line.entry.waits_for is not None
        if column == _NAME:
            self._name(painter, box, line, waiting, theme)
        elif column >= _OUTPUT and isinstance(line.entry, Problem):
            pass  # the row says why
        elif (bar := COLUMNS[column].bar) is not None:
            text, selected = COLUMNS[column].text(line, totals), bool(state & QStyle.StateFlag.State_Selected)
            self._share(painter, box, text, bar(line, totals), selected, theme)
        else:
            self._text(painter, box, COLUMNS[column], COLUMNS[column].text(line, totals), waiting, theme)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme["accent"])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(0.5, 0.5, -1, -1))

    def _name(self, painter: QPainter, box: QRectF, line: Line, waiting: bool, theme: Theme) -> None:
        middle = box.center().y()
        category = type(line.entry.node.operator).category
        draw_chip(painter, QRectF(box.left() + 4, middle - 7, 14, 14), category, theme, waiting)
        own = line.name
        if line.block and own.startswith(f"{line.block}."):
            deep = len(line.path) > 2 or "." not in own[len(line.block) + 1 :]
            # a block's name says where its parts are; they need not repeat it
            own = own[len(line.block) + 1 :] if deep and not _is_number(own[len(line.block) + 1 :]) else own
        painter.setFont(font(12, SEMIBOLD if line.inner is not None else MEDIUM))
        painter.setPen(theme["text3" if waiting else "text"])
        place = box.adjusted(26, 0, -6, 0)
        shown = painter.fontMetrics().elidedText(own, Qt.TextElideMode.ElideMiddle, int(place.width()))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)

    def _share(
        self, painter: QPainter, box: QRectF, text: str, share: float | None, selected: bool, theme: Theme
    ) -> None:
        painter.setFont(font(12))
        painter.setPen(theme["text3" if text == NONE else "text"])
        number = QRectF(box.left(), box.top(), 52, box.height())
        painter.drawText(number, _RIGHT, text)
        if not share:
            return
        track = QRectF(
            box.left() + _BAR_LEFT,
            box.center().y() - _BAR_HEIGHT / 2,
            box.width() - _BAR_LEFT - 10,
            _BAR_HEIGHT,
        )
        if track.width() < 8:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme["line" if selected else "hover"])
        painter.drawRoundedRect(track, 2, 2)
        track.setWidth(max(2.0, track.width() * share))
        painter.setBrush(theme["accent" if selected else "edge"])
        painter.drawRoundedRect(track, 2, 2)

    def _text(
        self, painter: QPainter, box: QRectF, column: Column, text: str, waiting: bool, theme: Theme
    ) -> None:
        quiet = waiting or text == NONE or column.key in ("operator", "input", "stride", "memory")
        painter.setFont(font(12))
        painter.setPen(theme["text3" if waiting or text == NONE else "text2" if quiet else "text"])
        place = box.adjusted(8, 0, -8, 0)
        shown = text
        if len(text) * _WIDEST > place.width():  # measuring takes as long as drawing
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(place, _RIGHT if column.right else _LEFT, shown)


def _is_number(text: str) -> bool:
    return text.isdecimal()

"""The list of runs: tick to overlay, newest first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from explorer.gui.fonts import NORMAL, SEMIBOLD, font
from explorer.gui.theme import Theme
from explorer.gui.training.run import Run, State
from explorer.gui.training.run_pen import run_pen
from explorer.gui.training.scale import figure, percent

RUN = Qt.ItemDataRole.UserRole
_LOSS, _TEST = 56, 60
ROW = 44
"""Height of a row, in pixels."""

_Index = QModelIndex | QPersistentModelIndex


class RunModel(QAbstractListModel):
    """Runs, newest first. Ticking gives a run the first free colour."""

    ticked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runs: list[Run] = []

    def add(self, run: Run, *, first: bool = True) -> None:
        """One more run, at the top or at the end."""
        place = 0 if first else len(self.runs)
        self.beginInsertRows(QModelIndex(), place, place)
        self.runs.insert(place, run)
        self.endInsertRows()

    def remove(self, run: Run) -> None:
        """A run is not there any more."""
        if run in self.runs:
            self.tick(run, on=False)
            place = self.runs.index(run)
            self.beginRemoveRows(QModelIndex(), place, place)
            del self.runs[place]
            self.endRemoveRows()

    def of_folder(self, folder: Path | None) -> Run | None:
        """The run in a folder."""
        return next((run for run in self.runs if folder is not None and run.folder == folder), None)

    def update(self, run: Run) -> None:
        """A run has other figures."""
        if run in self.runs:
            index = self.index(self.runs.index(run))
            self.dataChanged.emit(index, index)

    def tick(self, run: Run, on: bool) -> None:
        """Overlay a run, or take it away."""
        if on == (run.slot is not None):
            return
        taken = {other.slot for other in self.runs}
        run.slot = next(slot for slot in range(len(self.runs) + 1) if slot not in taken) if on else None
        self.update(run)
        self.ticked.emit(run)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.runs)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        run = self.runs[index.row()]
        if role == RUN:
            return run
        if role == Qt.ItemDataRole.DisplayRole:
            return run.name
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Unchecked if run.slot is None else Qt.CheckState.Checked
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(
                part for part in (run.name, run.detail, run.message, str(run.folder or "")) if part
            )
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{run.name}, {run.detail}, {state_text(run) or run.state}, loss {figure(run.last_loss)}"
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.tick(self.runs[index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True


class RunList(QListView):
    """The runs as rows with loss and test accuracy. Click or Space ticks a row."""

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runList")
        self.setAccessibleName("Runs")
        self.setToolTip("Tick a run to draw it.")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self._delegate = _RunDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setModel(model)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._delegate.theme = theme
        self.setStyleSheet(f"QListView {{ background: {theme.hex('panel')}; border: 0; outline: 0; }}")
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            _turn(self.model(), self.currentIndex())
            return
        super().keyPressEvent(event)


def state_text(run: Run) -> str:
    """How a run stands, in a word or three; nothing of a finished one, as that is usual."""
    if run.state is State.FAILED and "finite number" in run.message:
        return f"diverged at {int(run.step) + 1:,}"
    return "" if run.state is State.FINISHED else run.state.value


def _turn(model: Any, index: _Index) -> None:
    on = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    state = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
    model.setData(index, state, Qt.ItemDataRole.CheckStateRole)


class _RunDelegate(QStyledItemDelegate):
    theme: Theme | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(200, ROW)

    def editorEvent(self, event: QEvent, model: Any, option: QStyleOptionViewItem, index: _Index) -> bool:
        released = isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease
        if released and event.button() == Qt.MouseButton.LeftButton:
            _turn(model, index)
            return True
        return False

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        if self.theme is None:
            return
        theme, run, box = self.theme, index.data(RUN), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme["hover"])
        elif run.state.active:
            painter.fillRect(box, theme["accentbg"])
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme["accent"], 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        self._paint_tick(painter, box, run)
        texts = QRectF(box.left() + 64, box.top() + 5, box.width() - 64 - _LOSS - _TEST - 14, 17)
        _text(painter, texts, run.name, theme, "text", 13, bold=True)
        below = QRectF(texts.left(), texts.top() + 18, box.right() - 12 - texts.left(), 17)
        state = state_text(run)
        token = "err" if run.state is State.FAILED else "ok" if run.state.active else "text3"
        wide = _text(painter, below, state, theme, token, 11)
        detail = f"{', ' if state else ''}{run.detail}"
        _text(painter, below.adjusted(wide, 0, 0, 0), detail, theme, "text3", 11)
        right = QRectF(box.right() - _TEST - 12, texts.top(), _TEST, texts.height())
        _text(painter, right, percent(run.last_accuracy), theme, "text", 12, right=True)
        right = right.adjusted(-_LOSS, 0, -_TEST, 0)
        _text(painter, right, figure(run.last_loss), theme, "text", 12, right=True)
        painter.restore()

    def _paint_tick(self, painter: QPainter, box: QRectF, run: Run) -> None:
        assert self.theme is not None  # noqa: S101  (asked by the caller)
        square = QRectF(box.left() + 14, box.center().y() - 8, 16, 16)
        on = run.slot is not None
        painter.setPen(QPen(self.theme["accent" if on else "line2"], 1))
        painter.setBrush(self.theme["accent" if on else "raised"])
        painter.drawRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if on:
            pen = QPen(self.theme["onaccent"], 1.8)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPolyline([square.center() + shift for shift in _CHECK])
        middle = box.center().y()
        painter.setPen(_swatch(self.theme, run.slot))
        painter.drawLine(box.left() + 38, middle, box.left() + 56, middle)


_CHECK = (QPointF(-4.2, 0.0), QPointF(-1.4, 3.0), QPointF(4.2, -3.4))


def _swatch(theme: Theme, slot: int | None) -> QPen:
    return QPen(theme["line2"], 2) if slot is None else run_pen(theme, slot)


def _text(
    painter: QPainter,
    box: QRectF,
    text: str,
    theme: Theme,
    token: str,
    pixels: int,
    *,
    bold: bool = False,
    right: bool = False,
) -> float:
    """Draw one line of text, shortened at its end where it does not fit; how wide it became."""
    painter.setFont(font(pixels, SEMIBOLD if bold else NORMAL))
    painter.setPen(theme[token])
    measure = QFontMetricsF(painter.font())
    shown = measure.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, shown)
    return measure.horizontalAdvance(shown)

"""The strip of layers over time: colours for figures, a profile at the pointer, rows that can be selected."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui.fonts import SEMIBOLD, font
from explorer.gui.right_of_way import POINTING_MS, Tick
from explorer.gui.theme import Theme
from explorer.gui.training.insights.strip_picture import StripPicture
from explorer.gui.training.insights.strip_rows import row_labels, rows_of
from explorer.gui.training.insights.strip_scale import draw_bar, draw_profile
from explorer.gui.training.layer_tracks import TITLES, Track
from explorer.gui.training.scale import linear_ticks, short

_LEFT, _PROFILE, _BAR, _BAR_TEXT, _BELOW, _TOP = 96, 88, 8, 34, 22, 4
_GAP = 22
_NARROW = 460
"""Below this width there is no profile."""


class GradientStrip(QWidget):
    """Shows one track. A click selects a layer; the arrow keys move through layers and steps.

    Signals:
        layer_chosen(name): a person chose a row.
        pointed(text): what is under the pointer, in words; "" for nothing.
    """

    layer_chosen = Signal(str)
    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gradientPlot")
        self.setAccessibleName("Layers over steps")
        self.setToolTip("Each row is a layer, each column a moment: click a row to select the layer")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)
        self._theme: Theme | None = None
        self._track: Track | None = None
        self._picture = StripPicture()
        self._selected: tuple[str, ...] = ()
        self._moment: int | None = None
        self._batches = 0
        self._soon = Tick(self, POINTING_MS)
        self._soon.timeout.connect(self.update)
        self._area = QRectF()
        self._profile = QRectF()
        self._bar = QRectF()

    @property
    def track(self) -> Track | None:
        """What is shown."""
        return self._track

    @property
    def moment(self) -> int | None:
        """The column under the pointer; None for the newest."""
        return self._moment

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_track(self, track: Track | None, batches: int = 0) -> None:
        """Show a track; call again when it has more columns. An epoch has so many `batches`, where known."""
        self._batches = batches
        if track is not self._track:
            self._track, self._moment = track, None
        if track is not None and self._moment is not None and self._moment >= len(track.columns):
            self._moment = None
        if track is not None:
            self.setAccessibleDescription(self.text_at(None))
        self.update()

    def select(self, names: tuple[str, ...]) -> None:
        """Mark the rows of the selected layer or block."""
        if names != self._selected:
            self._selected = names
            self.update()

    def row_box(self, name: str) -> QRectF:
        """Where the row of a layer lies; empty for one that has none."""
        if self._track is None or name not in self._track.names:
            return QRectF()
        high = self._area.height() / len(self._track.names)
        return QRectF(
            self._area.left(),
            self._area.top() + self._track.names.index(name) * high,
            self._area.width(),
            high,
        )

    def value_text(self, value: float) -> str:
        """A stored value as it is read: a factor or a share."""
        if self._track is None or not math.isfinite(value):
            return "–"
        return short(10.0**value) if self._track.by_factors else f"{100 * value:.0f} %"

    def text_at(self, row: int | None) -> str:
        """What a row is at the moment, in words; without a row, what is shown."""
        track = self._track
        if track is None or not track.columns:
            return ""
        place = len(track.columns) - 1 if self._moment is None else self._moment
        step = (place + 1) * track.width
        title = TITLES[track.quantity][0]
        if row is None:
            return f"{title} of {len(track.names):,} layers up to step {track.steps:,}"
        epoch = f", epoch {-(-step // self._batches):,}" if self._batches else ""
        value = self.value_text(track.columns[place][row])
        return f"{track.names[row]}: {title} {value}, step {step:,}{epoch}"

    def _place(self) -> None:
        wide = self.width() >= _NARROW
        right = _BAR + _BAR_TEXT + (_PROFILE + 2 * _GAP if wide else _GAP)
        box = QRectF(self.rect()).adjusted(_LEFT, _TOP, -right, -_BELOW)
        self._area = QRectF(box.left(), box.top(), max(40.0, box.width()), max(20.0, box.height()))
        self._profile = QRectF(
            self._area.right() + _GAP, self._area.top(), _PROFILE if wide else 0, self._area.height()
        )
        self._bar = QRectF(self.width() - _BAR - _BAR_TEXT, self._area.top(), _BAR, self._area.height())

    def _row_at(self, point: QPointF) -> int | None:
        track = self._track
        if track is None or not track.names:
            return None
        inside = self._area.top() <= point.y() < self._area.bottom() and point.x() <= self._profile.right()
        if not inside:
            return None
        row = int((point.y() - self._area.top()) / self._area.height() * len(track.names))
        return min(row, len(track.names) - 1)

    def _point(self, point: QPointF) -> None:
        track = self._track
        if track is None or not track.columns:
            return
        share = (point.x() - self._area.left()) / self._area.width()
        self._moment = (
            min(len(track.columns) - 1, int(share * len(track.columns))) if 0 <= share < 1 else None
        )
        row = self._row_at(point)
        self.pointed.emit(self.text_at(row) if row is not None else "")
        self._soon.ask()

    def _step_through(self, key: int) -> bool:
        track = self._track
        if track is None or not track.columns:
            return False
        last = len(track.columns) - 1
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            at = last if self._moment is None else self._moment
            at = min(last, max(0, at + (1 if key == Qt.Key.Key_Right else -1)))
            self._moment = None if at == last else at
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            rows = rows_of(track.names, self._selected)
            row = -1 if rows is None else rows[0]
            row = min(len(track.names) - 1, max(0, row + (1 if key == Qt.Key.Key_Down else -1)))
            self.layer_chosen.emit(track.names[row])
        elif key == Qt.Key.Key_Escape and self._moment is not None:
            self._moment = None
        else:
            return False
        rows = rows_of(track.names, self._selected)
        self.pointed.emit(self.text_at(rows[0]) if rows else "")
        self.update()
        return True

    def _draw(self, painter: QPainter, theme: Theme, track: Track) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        image = self._picture.image(track, theme)
        painter.drawImage(self._area, image, QRectF(0, 0, len(track.columns), len(track.names)))
        self._draw_names(painter, theme, track)
        self._draw_steps(painter, theme, track)
        draw_bar(painter, theme, track, self._bar)
        if self._profile.width() > 0:
            draw_profile(painter, theme, track, self._profile, self._moment)
        if self.hasFocus():
            painter.setPen(QPen(theme["accent"], 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self._area.adjusted(-1, -1, 1, 1), 2, 2)

    def _draw_names(self, painter: QPainter, theme: Theme, track: Track) -> None:
        high = self._area.height() / len(track.names)
        chosen = rows_of(track.names, self._selected)
        right = self._area.left() - 14
        taken: QRectF | None = None
        if chosen is not None:
            middle = self._area.top() + (chosen[0] + chosen[1] + 1) / 2 * high
            self._draw_triangles(painter, theme, middle)
            taken = self._name(painter, theme, self._selected[-1], middle, right, strong=True)
        for label in row_labels(track.names, high):
            middle = self._area.top() + label.middle * high
            box = QRectF(0, middle - 8, right, 16)
            if taken is None or not box.intersects(taken):
                self._name(painter, theme, label.text, middle, right)
            if label.first < label.last:
                painter.setPen(QPen(theme["line2"], 1))
                edge = self._area.top() + label.first * high
                if label.first:
                    painter.drawLine(
                        QPointF(self._area.left() - 8, edge), QPointF(self._area.left() - 2, edge)
                    )

    def _name(
        self, painter: QPainter, theme: Theme, text: str, middle: float, right: float, strong: bool = False
    ) -> QRectF:
        painter.setFont(font(11, SEMIBOLD) if strong else font(11))
        painter.setPen(theme["text" if strong else "text2"])
        box = QRectF(2, middle - 8, right - 2, 16)
        shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        return box

    def _draw_triangles(self, painter: QPainter, theme: Theme, middle: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme["accent"])
        for x, towards in ((self._area.left() - 3, -1), (self._area.right() + 3, 1)):
            painter.drawPolygon(
                QPolygonF(
                    [
                        QPointF(x, middle),
                        QPointF(x + 7 * towards, middle - 4),
                        QPointF(x + 7 * towards, middle + 4),
                    ]
                )
            )

    def _draw_steps(self, painter: QPainter, theme: Theme, track: Track) -> None:
        painter.setFont(font(11))
        painter.setPen(theme["text3"])
        box, steps = self._area, track.steps
        for tick in linear_ticks(0, steps, max(2, min(6, int(box.width() // 90)))):
            x = box.left() + tick / steps * box.width()
            text = short(tick)
            wide = QFontMetricsF(painter.font()).horizontalAdvance(text)
            x = min(max(x - wide / 2, box.left()), box.right() - wide)
            painter.drawText(QPointF(x, box.bottom() + 15), text)
        if self._moment is not None:
            x = box.left() + (self._moment + 0.5) / len(track.columns) * box.width()
            painter.setPen(QPen(Qt.GlobalColor.white, 1, Qt.PenStyle.DashLine))  # on viridis, in both themes
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))

    def sizeHint(self) -> QSize:
        return QSize(760, 300)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        if self._track is None or not self._track.columns or not self._track.names:
            painter.setFont(font(12))
            painter.setPen(self._theme["text3"])
            said = "No layer has this figure." if self._track and self._track.columns else "No figures yet."
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, said)
        else:
            self._draw(painter, self._theme, self._track)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and row is not None and self._track is not None:
            self.layer_chosen.emit(self._track.names[row])

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._moment = None
        self.pointed.emit("")
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._step_through(event.key()):
            super().keyPressEvent(event)

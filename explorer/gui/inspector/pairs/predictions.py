"""What two networks say of one picture, class by class."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.units import probability_text
from explorer.engine.looking.pair_findings import PairAnswers
from explorer.gui.fonts import font
from explorer.gui.theme import Theme

_ROW, _BAR, _MOST = 44, 6, 8


class PairPredictions(QWidget):
    """For each class that is among the likeliest of either: its name and two bars, left above right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pairPredictions")
        self.setAccessibleName("Predictions of both networks")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme: Theme | None = None
        self.rows: list[tuple[str, float | None, float | None]] = []
        self.setFixedHeight(0)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_answers(self, answers: PairAnswers | None) -> None:
        """Show both; None clears. Classes are told apart by their names."""
        self.rows = list(answers.shares[:_MOST]) if answers is not None else []
        self.setFixedHeight(_ROW * len(self.rows))
        said = (f"{name}: left {_percent(left)}, right {_percent(right)}" for name, left, right in self.rows)
        self.setAccessibleDescription("; ".join(said))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(12))
        measure = QFontMetricsF(painter.font())
        figures = measure.horizontalAdvance(">99.9 %") + 8
        for row, (name, *shares) in enumerate(self.rows):
            top = row * _ROW
            painter.setPen(self._theme["text"])
            shown = measure.elidedText(name, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(QRectF(0, top, self.width(), 18), Qt.AlignmentFlag.AlignVCenter, shown)
            painter.setFont(font(11))
            for place, share in enumerate(shares):
                line = QRectF(0, top + 17 + 12 * place, self.width() - figures, 12)
                track = QRectF(0, line.center().y() - _BAR / 2, line.width(), _BAR)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme["hover"])
                painter.drawRoundedRect(track, 3, 3)
                if share:
                    painter.setBrush(self._theme[f"run{place + 1}"])
                    painter.drawRoundedRect(
                        QRectF(0, track.top(), max(_BAR, share * track.width()), _BAR), 3, 3
                    )
                painter.setPen(self._theme["text2"])
                place_of = QRectF(self.width() - figures, line.top(), figures, 12)
                painter.drawText(
                    place_of, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _percent(share)
                )
            painter.setFont(font(12))


def _percent(share: float | None) -> str:
    """A share; a network that has no class of this name has none."""
    return "–" if share is None else probability_text(share)

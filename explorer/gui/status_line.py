"""The line at the bottom: the sums of the network, and how many problems there are."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from explorer.core.analysis import Analysis
from explorer.gui.figure_keys import FigureKeys
from explorer.gui.fonts import NORMAL, SEMIBOLD
from explorer.gui.icons import icon
from explorer.gui.lettering import draw_line, line_width
from explorer.gui.theme import Theme
from explorer.gui.totals import KEYS, Parts, selection_text, totals_text
from explorer.gui.workbench import Workbench

_HEIGHT = 29
_APART = 25  # px between two sums; a line stands in the middle


class StatusLine(QWidget):
    """Shows the sums of the open network.

    Signals:
        problems_wanted(): the number of problems was clicked.
        fact_wanted(key): it was asked how a sum of the network comes about.
    """

    problems_wanted = Signal()
    fact_wanted = Signal(str)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(_HEIGHT)
        self._workbench = workbench
        self._theme: Theme | None = None
        self._other: Parts | None = None
        self._sign: tuple[Theme | None, bool] | None = None
        self.totals = Sums()
        self.totals.setObjectName("totals")
        self.totals.setAccessibleName("Sums of the network")
        self.totals.clicked.connect(self.fact_wanted)
        self.news = QLabel(objectName="news")
        self.news.setTextFormat(Qt.TextFormat.PlainText)
        self.problem_count = QToolButton(objectName="problemCount")
        self.problem_count.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.problem_count.setIconSize(QSize(14, 14))
        self.problem_count.clicked.connect(self.problems_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 8, 0)
        row.setSpacing(12)
        row.addWidget(self.totals, 1)
        row.addWidget(self.news)
        row.addWidget(self.problem_count)
        workbench.changed.connect(self._changed)
        workbench.selection_changed.connect(self._changed)
        workbench.conventions_changed.connect(self._changed)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.refresh()

    def say(self, text: str) -> None:
        """Show what an area is doing."""
        self.news.setText(text)

    def show_other(self, parts: Parts | None) -> None:
        """Show other sums in place of the open network's; None brings those back."""
        self._other = parts
        self.refresh()

    def refresh(self) -> None:
        """Show the sums as they are now."""
        analysis = self._workbench.analysis
        self._show_sums(analysis)
        causes = len(analysis.causes)
        counted = "1 problem" if causes == 1 else f"{causes} problems"
        text = counted if causes else "No problem"
        self.problem_count.setText(text)
        self.problem_count.setAccessibleName(text)
        self.problem_count.setToolTip(
            "Show the layers without a shape" if causes else "Every layer has a shape"
        )
        self._show_sign(grave=bool(causes))

    def _show_sums(self, analysis: Analysis) -> None:
        bench = self._workbench
        if self._other is not None:
            self.totals.show_parts(self._other, self._theme)
        elif len(bench.selection) > 1:
            chosen = [bench.lines[name] for name in bench.selection if name in bench.lines]
            self.totals.show_parts(selection_text(chosen, analysis, bench.conventions), self._theme)
        else:
            self.totals.show_parts(totals_text(analysis, bench.conventions), self._theme, KEYS)
        said = (
            f"{bench.conventions.said}\nThe receptive field is that of the last layer that still has places"
            " on the picture.\nClick a figure to see how it is computed (Tab, arrows and Enter do the same)."
        )
        if said != self.totals.toolTip():
            self.totals.setToolTip(said)

    def _show_sign(self, *, grave: bool) -> None:
        if self._sign == (self._theme, grave):
            return  # another icon would lay the line out anew
        self._sign = self._theme, grave
        self.problem_count.setProperty("grave", grave)
        self.problem_count.style().unpolish(self.problem_count)
        self.problem_count.style().polish(self.problem_count)
        if self._theme is not None:
            name, token = ("warning", "err") if grave else ("check", "ok")
            self.problem_count.setIcon(icon(name, self._theme, token))

    def _changed(self, *_: object) -> None:
        self.refresh()


class Sums(QWidget):
    """Figures and words side by side, painted: a label with marked-up text is laid out at every edit.

    Signals:
        clicked(key): a sum that has a derivation was clicked.
    """

    clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._parts: Parts = ()
        self._keys: tuple[str, ...] = ()
        self._theme: Theme | None = None
        self.keys = FigureKeys(
            self,
            lambda: range(min(len(self._keys), len(self._parts))),
            lambda place: self.clicked.emit(self._keys[place]),
        )
        copy = QAction("Copy the sums", self)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def show_parts(self, parts: Parts, theme: Theme | None, keys: tuple[str, ...] = ()) -> None:
        """Show these sums; `keys` name the facts that a click on each of the first ones opens."""
        if (parts, theme, keys) == (self._parts, self._theme, self._keys):
            return
        self._parts, self._theme, self._keys = parts, theme, keys
        self.setAccessibleDescription(self.text())
        self.update()

    def text(self) -> str:
        """What is shown, as one line."""
        return " · ".join(f"{figure}{what}" for figure, what in self._parts)

    def box_of(self, place: int) -> QRectF:
        """Where one of the sums stands."""
        left = 0.0
        for position, part in enumerate(self._parts):
            width = line_width(part[0], 12, SEMIBOLD) + line_width(part[1], 12, NORMAL)
            if position == place:
                return QRectF(left, 0, width, self.height())
            left += width + _APART
        return QRectF()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        for place, key in enumerate(self._keys[: len(self._parts)]):
            if self.box_of(place).contains(event.position()):
                self.clicked.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.keys.press(event):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        if theme is None:
            return
        painter = QPainter(self)
        left, high, wide = 0.0, float(self.height()), float(self.width())
        for place, part in enumerate(self._parts):
            if place:
                painter.fillRect(QRectF(left + _APART // 2, high / 2 - 6, 1, 12), theme["line2"])
                left += _APART
            for text, weight, token in zip(part, (SEMIBOLD, NORMAL), ("text", "text2"), strict=True):
                painter.setPen(theme[token])
                draw_line(painter, QRectF(left, 0, wide - left, high), text, 12, weight)
                left += line_width(text, 12, weight)
        self.keys.paint(painter, theme, lambda place: self.box_of(place).adjusted(0.5, 4.5, 3.5, -4.5))
        painter.end()

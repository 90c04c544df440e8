"""Draws the facts of a layer: name, result, the rule in words and in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.core.formula import Token
from explorer.gui.attributes.editors import label_text
from explorer.gui.attributes.facts import WAITS, Fact
from explorer.gui.attributes.half_known import UNKNOWN
from explorer.gui.fonts import MEDIUM, NORMAL, SEMIBOLD, font
from explorer.gui.theme import Theme

_SIDE, _GAP = 14, 9
_FLAGS = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip | Qt.TextFlag.TextSingleLine
_TIGHT_BEFORE, _TIGHT_AFTER = frozenset(")⌋"), frozenset("(⌊")


@dataclass(frozen=True)
class _Piece:
    """A text at its place. `attribute` is what a click on it leads to."""

    text: str
    box: QRectF
    font: QFont
    colour: str
    attribute: str = ""


class FormulaView(QWidget):
    """The facts of the selected layer.

    Signals:
        attribute_clicked(name): a figure that an attribute sets was clicked.
    """

    attribute_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="formulas")
        self.setAccessibleName("How it is computed")
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self._facts: tuple[Fact, ...] = ()
        self._pieces: list[_Piece] = []
        self._rules: list[float] = []
        self._theme: Theme | None = None
        self._height = 0

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is shown."""
        return self._facts

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these facts."""
        if tuple(facts) == self._facts:
            return
        self._facts = tuple(facts)
        self.setAccessibleDescription("\n".join(_spoken(fact) for fact in self._facts))
        self._lay_out()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def _lay_out(self) -> None:
        self._pieces, self._rules = [], []
        top = 6.0
        for position, fact in enumerate(self._facts):
            if position:
                self._rules.append(top)
                top += _GAP
            top = self._fact(fact, top) + _GAP
        self._height = int(top)
        self.setFixedHeight(max(1, self._height))
        self.updateGeometry()
        self.update()

    def _fact(self, fact: Fact, top: float) -> float:
        right = float(self.width() - _SIDE)
        waits = fact.result == WAITS
        if fact.unit:
            small = font(12)
            right -= QFontMetricsF(small).horizontalAdvance(fact.unit)
            self._put(fact.unit, small, "text3", right, top, 18)
            right -= 4
        result = font(12) if waits else font(14, SEMIBOLD)
        right -= QFontMetricsF(result).horizontalAdvance(fact.result)
        self._put(fact.name, font(12, SEMIBOLD), "text", _SIDE, top, 18)
        self._put(fact.result, result, "text3" if waits else "text", right, top, 18)
        top += 20
        if fact.words:
            top = self._flow([(word, font(11), "text3", "") for word in fact.words.split(" ")], top, 15, 3.2)
        if fact.tokens:
            top = self._flow([_styled(token) for token in fact.tokens], top + 2, 19, 4.0)
        return top

    def _flow(self, parts: list[tuple[str, QFont, str, str]], top: float, line: float, space: float) -> float:
        """Place words one after the other, going on below at the right edge."""
        left, limit = float(_SIDE), self.width() - _SIDE
        metrics: dict[int, QFontMetricsF] = {}
        before = ""
        for text, face, colour, attribute in parts:
            measure = metrics.get(id(face)) or metrics.setdefault(id(face), QFontMetricsF(face))
            width = measure.horizontalAdvance(text)
            tight = before in _TIGHT_AFTER or text in _TIGHT_BEFORE or not before
            gap = 1.0 if tight else space
            if left + gap + width > limit and left > _SIDE:
                left, top, gap = float(_SIDE), top + line, 0.0
            left += gap if before else 0.0
            # measured once: measuring is most of the work
            box = QRectF(left, top, width + 1, line)
            self._pieces.append(_Piece(text, box, face, colour, attribute))
            left += width
            before = text
        return top + line

    def _put(self, text: str, face: QFont, colour: str, left: float, top: float, line: float) -> None:
        width = QFontMetricsF(face).horizontalAdvance(text) + 1
        self._pieces.append(_Piece(text, QRectF(left, top, width, line), face, colour))

    def _attribute_at(self, point: QPointF) -> str:
        found = (item.attribute for item in self._pieces if item.attribute and item.box.contains(point))
        return next(found, "")

    def box_of(self, attribute: str) -> QRectF:
        """Where a figure of an attribute stands; empty where there is none."""
        return next((item.box for item in self._pieces if item.attribute == attribute), QRectF())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setPen(QPen(self._theme["line"], 1))
        for top in self._rules:
            painter.drawLine(QPointF(_SIDE, top + 0.5), QPointF(self.width() - _SIDE, top + 0.5))
        for item in self._pieces:
            painter.setFont(item.font)
            painter.setPen(self._theme[item.colour])
            painter.drawText(item.box, _FLAGS, item.text)
            if item.text == f" {UNKNOWN} ":
                painter.setPen(QPen(self._theme["err"], 1, Qt.PenStyle.DashLine))
                painter.drawRoundedRect(item.box.adjusted(0.5, 1.5, -0.5, -1.5), 3, 3)
            if item.attribute:
                pen = QPen(self._theme["accent"], 1, Qt.PenStyle.DotLine)
                painter.setPen(pen)
                bottom = round(item.box.center().y() + 7) + 0.5
                painter.drawLine(QPointF(item.box.left(), bottom), QPointF(item.box.right() - 1, bottom))

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._attribute_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        attribute = self._attribute_at(event.position())
        if attribute:
            self.attribute_clicked.emit(attribute)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            attribute = self._attribute_at(QPointF(event.pos()))
            if attribute:
                QToolTip.showText(event.globalPos(), f"Set {label_text(attribute)}", self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(300, self._height)


class FormulaLegend(QWidget):
    """The heading of the formulas, which says what is clicked and what comes with the input."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(30)
        self._theme: Theme | None = None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(_SIDE, 2, -_SIDE, 0)
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        parts = (
            ("from the input", NORMAL, "text3"),
            ("n  ", SEMIBOLD, "text"),
            ("attribute    ", NORMAL, "text3"),
            ("n  ", SEMIBOLD, "accent"),
        )
        for text, weight, colour in parts:
            painter.setFont(font(11, weight))
            painter.setPen(self._theme[colour])
            painter.drawText(box, middle | right, text)
            box.setRight(box.right() - painter.fontMetrics().horizontalAdvance(text))
        painter.setFont(font(11, SEMIBOLD))
        painter.setPen(self._theme["text3"])
        painter.drawText(box, middle, "How it is computed")


def _styled(token: Token) -> tuple[str, QFont, str, str]:
    text = f"{int(token.number):,}" if token.number.isdecimal() and len(token.number) > 4 else token.number
    if token.source == "attribute":
        return text, font(13, MEDIUM), "accent", token.attribute
    if token.number == UNKNOWN:
        return f" {UNKNOWN} ", font(13, SEMIBOLD), "err", ""
    if token.source == "input":
        return text, font(13, SEMIBOLD), "text", ""
    return text, font(13, NORMAL), "text2", ""


def _spoken(fact: Fact) -> str:
    shown = " ".join(token.number for token in fact.tokens)
    rule = f": {fact.words}" if fact.words else ""
    return f"{fact.name} {fact.result} {fact.unit}".rstrip() + rule + (f"; {shown}" if shown else "")

"""Draws the facts of a layer: name, result, the rule in words and in numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.gui.attributes.editors import label_text
from explorer.gui.attributes.fact_terms import FactPart
from explorer.gui.attributes.fact_texts import Face, spoken, styled
from explorer.gui.attributes.facts import WAITS, Fact
from explorer.gui.attributes.half_known import UNKNOWN
from explorer.gui.fonts import NORMAL, SEMIBOLD
from explorer.gui.icons import draw_icon
from explorer.gui.lettering import draw_line, line_width
from explorer.gui.theme import Theme

_SIDE, _GAP = 14, 9
_SMALL, _WORD, _NAME, _RESULT = (12, NORMAL), (11, NORMAL), (12, SEMIBOLD), (14, SEMIBOLD)
_TIGHT_BEFORE, _TIGHT_AFTER = frozenset(")⌋⌉"), frozenset("(⌊⌈")


@dataclass(frozen=True)
class _Piece:
    """A text at its place. A click on it leads to an attribute or to another layer."""

    text: str
    box: QRectF
    face: Face
    colour: str
    attribute: str = ""
    layer: str = ""


@dataclass(frozen=True)
class _Head:
    """The line with name and result of a fact; a click opens and closes what adds up to it."""

    box: QRectF
    key: str
    opened: bool


class FormulaView(QWidget):
    """The facts of the selected layer.

    Signals:
        attribute_clicked(name): a figure that an attribute sets was clicked.
        layer_clicked(name): a part that another layer adds was clicked.
        fact_clicked(key): what adds up to a fact shall be shown, or hidden.
    """

    attribute_clicked = Signal(str)
    layer_clicked = Signal(str)
    fact_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="formulas")
        self.setAccessibleName("How it is computed")
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self._facts: tuple[Fact, ...] = ()
        self._pieces: list[_Piece] = []
        self._rules: list[float] = []
        self._heads: list[_Head] = []
        self._current = -1
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
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
        self.setAccessibleDescription("\n".join(spoken(fact) for fact in self._facts))
        self._lay_out()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def _lay_out(self) -> None:
        before, heads = (self._pieces, self._rules), self._heads
        self._pieces, self._rules, self._heads = [], [], []
        top = 6.0
        for position, fact in enumerate(self._facts):
            if position:
                self._rules.append(top)
                top += _GAP
            top = self._fact(fact, top) + _GAP
        if int(top) != self._height:
            self._height = int(top)
            self.setFixedHeight(max(1, self._height))
            self.updateGeometry()
        if len(before[0]) != len(self._pieces) or before[1] != self._rules or heads != self._heads:
            self.update()
            return
        for old, new in zip(before[0], self._pieces, strict=True):  # most figures stay
            if old != new:
                self.update((old.box | new.box).toAlignedRect().adjusted(-2, -2, 2, 2))

    def _fact(self, fact: Fact, top: float) -> float:
        if fact.name:
            top = self._head(fact, top)
        if fact.words:
            top = self._flow([(word, _WORD, "text3", "") for word in fact.words.split(" ")], top, 15, 3.2)
        if fact.tokens:
            top = self._flow([styled(token) for token in fact.tokens], top + 2, 19, 4.0)
        if fact.parts:
            top += 4
            for part in fact.parts:
                top = self._part(part, top)
        if fact.source:
            words = f"Source: {fact.source}".split(" ")
            top = self._flow([(word, _WORD, "text3", "") for word in words], top + 4, 15, 3.2)
        return top

    def _part(self, part: FactPart, top: float) -> float:
        """One line: the part, what it is, and its figure at the right."""
        left, right = float(_SIDE), float(self.width() - _SIDE)
        width = line_width(part.figure, *_SMALL)
        self._put(part.figure, _SMALL, "text", right - width, top, 17)
        room = right - width - 8
        width = min(line_width(part.name, *_SMALL) + 1, max(room - left, 20.0))
        box = QRectF(left, top, width, 17)
        self._pieces.append(
            _Piece(part.name, box, _SMALL, "accent" if part.layer else "text2", layer=part.layer)
        )
        left += width + 6
        if part.words and room - left > 30:
            self._pieces.append(_Piece(part.words, QRectF(left, top, room - left, 17), _WORD, "text3"))
        return top + 17

    def _head(self, fact: Fact, top: float) -> float:
        if fact.key:
            self._heads.append(_Head(QRectF(0, top, self.width(), 20), fact.key, fact.opened))
        right = float(self.width() - _SIDE)
        waits = fact.result == WAITS
        if fact.unit:
            right -= line_width(fact.unit, *_SMALL)
            self._put(fact.unit, _SMALL, "text3", right, top, 18)
            right -= 4
        result = _SMALL if waits else _RESULT
        right -= line_width(fact.result, *result)
        self._put(fact.name, _NAME, "text", _SIDE, top, 18)
        self._put(fact.result, result, "text3" if waits else "text", right, top, 18)
        return top + 20

    def _flow(self, parts: list[tuple[str, Face, str, str]], top: float, line: float, space: float) -> float:
        """Place words one after the other, going on below at the right edge."""
        left, limit = float(_SIDE), self.width() - _SIDE
        before = ""
        for text, face, colour, attribute in parts:
            width = line_width(text, *face)
            tight = before in _TIGHT_AFTER or text in _TIGHT_BEFORE or not before
            gap = 1.0 if tight else space
            if left + gap + width > limit and left > _SIDE:
                left, top, gap = float(_SIDE), top + line, 0.0
            left += gap if before else 0.0
            box = QRectF(left, top, width + 1, line)
            self._pieces.append(_Piece(text, box, face, colour, attribute))
            left += width
            before = text
        return top + line

    def _put(self, text: str, face: Face, colour: str, left: float, top: float, line: float) -> None:
        width = line_width(text, *face) + 1
        self._pieces.append(_Piece(text, QRectF(left, top, width, line), face, colour))

    def _attribute_at(self, point: QPointF) -> str:
        found = (item.attribute for item in self._pieces if item.attribute and item.box.contains(point))
        return next(found, "")

    def head_of(self, key: str) -> QRectF:
        """Where the line with name and result of a fact stands; empty where there is none."""
        return next((head.box for head in self._heads if head.key == key), QRectF())

    def box_of_layer(self, name: str) -> QRectF:
        """Where the part of another layer stands; empty where there is none."""
        return next((item.box for item in self._pieces if item.layer == name), QRectF())

    def _links(self) -> list[tuple[QRectF, Callable[[], None]]]:
        """All that can be clicked, from top to bottom, and what it does."""
        found: list[tuple[QRectF, Callable[[], None]]] = [
            (head.box, lambda key=head.key: self.fact_clicked.emit(key))  # type: ignore[misc]
            for head in self._heads
        ]
        for item in self._pieces:
            if item.attribute:
                found.append((item.box, lambda name=item.attribute: self.attribute_clicked.emit(name)))  # type: ignore[misc]
            elif item.layer:
                found.append((item.box, lambda name=item.layer: self.layer_clicked.emit(name)))  # type: ignore[misc]
        return sorted(found, key=lambda link: (link[0].top(), link[0].left()))

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
        for head in self._heads:
            place = QRectF(3, head.box.center().y() - 5, 9, 9)
            draw_icon(painter, "down" if head.opened else "right", place, self._theme["text3"])
        links = self._links() if self.hasFocus() else []
        if 0 <= self._current < len(links):
            painter.setPen(QPen(self._theme["accent"], 2))
            painter.drawRoundedRect(links[self._current][0].adjusted(1, 0, -1, 0), 4, 4)
        for item in self._pieces:
            if not event.rect().intersects(item.box.toAlignedRect()):
                continue
            painter.setPen(self._theme[item.colour])
            draw_line(painter, item.box, item.text, *item.face)
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
        over = any(box.contains(event.position()) for box, _ in self._links())
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        inner = [link for link in self._links() if link[0].contains(event.position())]
        if inner and event.button() == Qt.MouseButton.LeftButton:
            inner[-1][1]()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        links, key = self._links(), event.key()
        if links and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            self._current = max(0, min(len(links) - 1, self._current + step))
            self.update()
        elif 0 <= self._current < len(links) and key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
            links[self._current][1]()
        else:
            super().keyPressEvent(event)

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

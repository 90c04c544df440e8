"""The card beside a wrong node: one sentence, the ways out, and what the sentence means."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.core.analysis import Problem
from explorer.core.operator import Repair
from explorer.gui.canvas.ink import Ink
from explorer.gui.canvas.node_item import paint_triangle
from explorer.gui.fonts import font
from explorer.gui.icons import icon
from explorer.gui.theme import Theme
from explorer.operators.explanations import brief, explanation

_CARD_WIDTH, _WIDEST_CARD = 300, 400
_LEFT, _RIGHT, _MARGIN = 42, 14, 12
_TRIANGLE = QPointF(16, 13)
_MOST = 2  # ways out on the card; the properties show all


class ProblemCard(QFrame):
    """One sentence and the ways out that are known. "Explain" opens the rule with its numbers.

    Signals:
        repaired(repair): a repair was chosen.
        resized(): the explanation was opened or closed.
    """

    repaired = Signal(object)
    resized = Signal()

    def __init__(self, ink: Ink, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("problemCard")
        self.setAccessibleName("Problem")
        self._ink = ink
        self._problem: Problem | None = None
        self._theme: Theme | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(_LEFT, _MARGIN, _RIGHT, _MARGIN)
        column.setSpacing(10)
        self._sentence = _text(self, 13)
        column.addWidget(self._sentence)
        self._first = QHBoxLayout()
        self._first.setSpacing(6)
        self._others = QVBoxLayout()
        self._others.setSpacing(6)
        self.explain = QPushButton("Explain", self, objectName="explain", checkable=True)
        self.explain.setFixedHeight(28)
        self.explain.setFont(font(12, 500))
        self.explain.setToolTip("Say what this means: the rule, and the numbers that arrive here")
        self.explain.setAccessibleName("Explain the problem")
        self.explain.toggled.connect(self._show_explanation)
        self._key = _text(self, 11)
        self._key.setObjectName("repairKey")
        self._key.setText("Enter")
        self._first.addWidget(self.explain)
        self._first.addStretch(1)
        self._first.addWidget(self._key)
        column.addLayout(self._first)
        column.addLayout(self._others)
        self._brief, self._explanation = _text(self, 11), _text(self, 12)
        self._brief.setObjectName("problemBrief")
        self._explanation.setObjectName("problemExplanation")
        self._explanation.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for part in (self._brief, self._explanation):
            column.addWidget(part)
        self._buttons: list[QPushButton] = []
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setOffset(0, 4)
        shadow.setBlurRadius(14)
        shadow.setColor(QColor(0, 0, 0, 60))
        self.setGraphicsEffect(shadow)
        self.hide()

    def show_problem(self, problem: Problem) -> None:
        """Say what is wrong with a node."""
        if problem is self._problem:
            return
        self._problem = problem
        self._sentence.setText(problem.message)
        for old in self._buttons:
            old.hide()
            old.deleteLater()
        self._buttons = [self._repair_button(repair) for repair in problem.repairs[:_MOST]]
        for number, button in enumerate(self._buttons):
            if number:
                self._others.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            else:
                self._first.insertWidget(0, button)
        self._key.setVisible(bool(self._buttons))
        said = brief(problem)
        self._brief.setText(said)
        self._brief.setVisible(bool(said))
        self._fill()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        self._theme = theme
        for button in self._buttons[:1]:
            button.setIcon(icon("repair", theme, "onaccent"))
        self.setStyleSheet(
            f"#problemCard {{ background: {theme.hex('raised')}; border: 1px solid {theme.hex('err')};"
            " border-radius: 8px; }"
            f"#problemCard QLabel {{ color: {theme.hex('text')}; background: transparent; }}"
            f"#problemCard #problemBrief {{ color: {theme.hex('text3')}; }}"
            f"#problemCard #problemExplanation {{ color: {theme.hex('text2')};"
            f" border-top: 1px solid {theme.hex('line')}; padding-top: 8px; }}"
            f"#problemCard #repairKey {{ color: {theme.hex('text3')}; border: 1px solid {theme.hex('line2')};"
            " border-radius: 4px; padding: 1px 6px; }"
            f"#problemCard QPushButton {{ color: {theme.hex('text')}; background: {theme.hex('raised')};"
            f" border: 1px solid {theme.hex('line2')}; border-radius: 6px; padding: 0 12px; }}"
            f"#problemCard QPushButton:hover {{ background: {theme.hex('hover')}; }}"
            f"#problemCard #explain {{ color: {theme.hex('text2')}; border-color: transparent; }}"
            f"#problemCard #explain:checked {{ background: {theme.hex('accentbg')};"
            f" color: {theme.hex('text')}; }}"
            f"#problemCard QPushButton[primary=true] {{ color: {theme.hex('onaccent')};"
            f" background: {theme.hex('accent')}; border: none; }}"
            f"#problemCard QPushButton:focus {{ border: 2px solid {theme.hex('text')}; }}"
        )

    def repair(self) -> bool:
        """Do the first repair; False where there is none."""
        if self._problem is None or not self._problem.repairs:
            return False
        self.repaired.emit(self._problem.repairs[0])
        return True

    def _repair_button(self, repair: Repair) -> QPushButton:
        first = self._problem is not None and repair is self._problem.repairs[0]
        button = QPushButton(repair.label, self, objectName="repair")
        button.setProperty("primary", first)
        button.setFixedHeight(28)
        button.setFont(font(12, 500))
        if first and self._theme is not None:
            button.setIcon(icon("repair", self._theme, "onaccent"))
        keys = " (Enter)" if first else ""
        button.setToolTip(f"{repair.label}: one step, which can be undone{keys}")
        button.setAccessibleName(repair.label)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda _checked=False, chosen=repair: self.repaired.emit(chosen))
        button.show()
        return button

    def _show_explanation(self) -> None:
        self._fill()
        self.resized.emit()

    def _fill(self) -> None:
        """Write the explanation, if it is wanted, and take the size that all needs."""
        wanted = self.explain.isChecked() and self._problem is not None
        lines = explanation(self._problem) if self._problem is not None and wanted else ()
        self._explanation.setText("\n".join(lines))
        self._explanation.setVisible(bool(lines))
        column = self.layout()
        if column is None:
            return
        column.invalidate()
        column.activate()
        margins = self.contentsMargins()  # of the border
        beside = _LEFT + _RIGHT + margins.left() + margins.right()
        longest = max((button.sizeHint().width() for button in self._buttons[1:]), default=0) + beside
        row = self._first.sizeHint().width() + beside
        wide = min(_WIDEST_CARD, max(_CARD_WIDTH, longest, row))
        self.setFixedSize(
            wide,
            max(
                1,
                column.heightForWidth(wide - margins.left() - margins.right())
                + margins.top()
                + margins.bottom(),
            ),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_triangle(painter, self.rect().topLeft().toPointF() + _TRIANGLE, self._ink)
        painter.end()


def _text(parent: QWidget, size: int) -> QLabel:
    made = QLabel(parent, wordWrap=True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(font(size))
    return made


__all__ = ["ProblemCard"]

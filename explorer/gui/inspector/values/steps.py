"""What the layers that follow make of a number: name, formula with numbers, and what comes out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from explorer.engine.looking.cell_findings import CellStory
from explorer.gui.inspector.figures import number
from explorer.gui.inspector.values.words import function_line, switched_line
from explorer.gui.panel import label


class FollowingSteps(QWidget):
    """The layers that follow: name, formula with numbers, and what comes out."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(0, 1)
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []
        self.shown: list[tuple[str, str, str]] = []

    def show_steps(self, steps: Sequence[tuple[str, str, str]]) -> None:
        """Show these; none hides it."""
        self.shown = list(steps)
        while len(self._rows) < len(steps):
            row = label(role="label"), label(role="hint", wrap=True), label(role="figure")
            row[2].setAlignment(Qt.AlignmentFlag.AlignRight)
            for part in (row[0], row[2]):
                part.setContentsMargins(0, 5, 0, 0)
            at = 2 * len(self._rows)
            self._grid.addWidget(row[0], at, 0)
            self._grid.addWidget(row[2], at, 1)
            self._grid.addWidget(row[1], at + 1, 0, 1, 2)
            self._rows.append(row)
        for index, row in enumerate(self._rows):
            texts = steps[index] if index < len(steps) else ("", "", "")
            for part, text in zip(row, texts, strict=True):
                part.setText(text)
                part.setVisible(bool(text))
        self.setVisible(bool(steps))


def following(story: CellStory) -> list[tuple[str, str, str]]:
    """Name, formula and value of what a switch makes of a number, and of each layer that follows."""
    first = story.cells[0]
    switched = switched_line(first)
    found = [(first.layer, switched, number(first.activation, signed=True))] if switched else []
    for cell in story.cells[1:]:
        switched = switched_line(cell)
        said = function_line(cell) if cell.rule.value == "function" else cell.told
        line = f"{said}; {switched}" if switched else said
        found.append((f"then {cell.layer}", line, number(cell.activation, signed=True)))
    return found

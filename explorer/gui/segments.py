"""A switch of a few words of which one is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget


class Segments(QWidget):
    """Words side by side; the arrow keys move between them.

    Signals:
        switched(index): a person, or the program, chose another word.
    """

    switched = Signal(int)

    def __init__(
        self,
        words: Sequence[tuple[str, str]],
        height: int = 28,
        parent: QWidget | None = None,
        *,
        narrow: bool = False,
    ) -> None:
        """`words` are (text, tooltip); `narrow` ones stand closer together."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(1)
        frame = QWidget(self, objectName="segments")
        frame.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        frame.setProperty("narrow", narrow)
        self._height = height - 6
        self._row = QHBoxLayout(frame)
        self._row.setContentsMargins(2, 2, 2, 2)
        self._row.setSpacing(0)
        row.addWidget(frame)
        self._group = QButtonGroup(self)
        for index, (text, tip) in enumerate(words):
            self.insert(index, text, tip)
        self._group.button(0).setChecked(True)
        self._group.idToggled.connect(lambda index, on: self.switched.emit(index) if on else None)

    def insert(self, index: int, text: str, tip: str) -> None:
        """Put another word at a place; the chosen one stays chosen."""
        button = QPushButton(text, checkable=True)
        button.setFixedHeight(self._height)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        self._row.insertWidget(index, button)
        self._group.addButton(button)
        for place in range(self._row.count()):
            self._group.setId(self._row.itemAt(place).widget(), place)  # type: ignore[arg-type]

    @property
    def index(self) -> int:
        """Which word is chosen."""
        return self._group.checkedId()

    def button(self, index: int) -> QPushButton:
        """The button of one word."""
        return self._group.button(index)  # type: ignore[return-value]

    def choose(self, index: int) -> None:
        """Choose a word."""
        self._group.button(index).setChecked(True)

"""Looking for nodes by name or kind: a field over the canvas that goes from match to match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton

from explorer.gui.canvas.face import title_of
from explorer.gui.fonts import font
from explorer.gui.theme import Theme

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

_WIDE, _EDGE = 320, 12


class SearchBar(QFrame):
    """Selects and reveals what matches; Enter goes on, Shift+Enter back, Escape closes."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.setObjectName("canvasSearchBar")
        self._canvas = canvas
        self._matches: list[str] = []
        self._shown = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 4, 4)
        row.setSpacing(2)
        self._field = QLineEdit(self)
        self._field.setObjectName("canvasSearch")
        self._field.setAccessibleName("Search layers")
        self._field.setToolTip("Name or kind of a layer; Enter goes to the next match, Shift+Enter back")
        self._field.setPlaceholderText("Search layers")
        self._field.setFont(font(13))
        self._field.setFrame(False)
        self._field.textEdited.connect(self._sought)
        self._field.installEventFilter(self)
        row.addWidget(self._field, 1)
        self._count = QLabel(self)
        self._count.setObjectName("canvasSearchCount")
        self._count.setFont(font(11))
        self._count.setMinimumWidth(72)
        self._count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._count)
        row.addWidget(self._button("▴", "Previous match (Shift+Enter)", -1))
        row.addWidget(self._button("▾", "Next match (Enter)", 1))
        close = self._button("×", "Close the search (Escape)", 0)
        row.addWidget(close)
        self.setFixedSize(_WIDE, 36)
        self.hide()

    def begin(self) -> None:
        """Open the field, with what was looked for last."""
        self.place()
        self.show()
        self.raise_()
        self._field.setFocus()
        self._field.selectAll()
        self._say()

    def place(self) -> None:
        """Stand at the upper border, in the middle."""
        self.move(max(_EDGE, (self._canvas.width() - _WIDE) // 2), _EDGE)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        self.setStyleSheet(
            f"#canvasSearchBar {{ background: {theme.hex('raised')}; border: 1px solid {theme.hex('line2')};"
            " border-radius: 8px; }"
            f"#canvasSearch {{ color: {theme.hex('text')}; background: transparent; border: none; }}"
            f"#canvasSearchCount {{ color: {theme.hex('text3')}; background: transparent; }}"
            f"#canvasSearchBar QToolButton {{ color: {theme.hex('text2')}; background: transparent;"
            " border: none; border-radius: 6px; min-width: 24px; min-height: 26px; }"
            f"#canvasSearchBar QToolButton:hover {{ background: {theme.hex('hover')}; }}"
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self._close()
                return True
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._go(-1 if back else 1)
                return True
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._go(-1 if event.key() == Qt.Key.Key_Up else 1)
                return True
        return super().eventFilter(watched, event)

    def _button(self, text: str, tip: str, step: int) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip.partition(" (")[0])
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda _=False: self._go(step) if step else self._close())
        return button

    def _sought(self) -> None:
        self._matches = self._found()
        self._shown = 0
        self._show_match()

    def _found(self) -> list[str]:
        """All names that match, those that begin with what is looked for first."""
        wanted = self._field.text().strip().lower()
        if not wanted:
            return []
        begin, hold = [], []
        for name, line in self._canvas.workbench.lines.items():
            own = line.path[-1].lower()
            if own.startswith(wanted):
                begin.append(name)
            elif wanted in name.lower() or wanted in title_of(line.entry.node.operator).lower():
                hold.append(name)
        return begin + hold

    def _go(self, step: int) -> None:
        if self._matches != (found := self._found()):  # the network was edited meanwhile
            self._matches, self._shown = found, -1 if step > 0 else 0
        if self._matches:
            self._shown = (self._shown + step) % len(self._matches)
        self._show_match()

    def _show_match(self) -> None:
        if self._matches:
            self._canvas.workbench.select((self._matches[self._shown],))
        self._say()

    def _say(self) -> None:
        if not self._field.text().strip():
            self._count.setText("")
        elif self._matches:
            self._count.setText(f"{self._shown + 1} of {len(self._matches):,}")
        else:
            self._count.setText("no match")

    def _close(self) -> None:
        self.hide()
        self._canvas.setFocus()

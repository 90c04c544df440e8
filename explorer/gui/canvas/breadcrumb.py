"""Where one is: the network and the blocks around what is selected, at the upper left of the canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from explorer.gui.fonts import font
from explorer.gui.theme import Theme

_LONGEST = 28  # letters of one part


class Breadcrumb(QWidget):
    """The network, and the blocks from outside in; pressing a part selects it.

    Signals:
        chosen(name): this block, or "" for the network.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("breadcrumb")
        self.setAccessibleName("Where the selected layer is")
        self._parts: tuple[tuple[str, str], ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)

    def show_parts(self, parts: tuple[tuple[str, str], ...]) -> None:
        """Show (name, words) of the network and of each block; the last one stands out."""
        if parts == self._parts:
            return
        self._parts = parts
        while self._row.count():
            widget = self._row.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, (name, words) in enumerate(parts):
            if number:
                self._add(QLabel("/", self))
            self._add(self._part(name, words, last=number == len(parts) - 1))
        self.setVisible(bool(parts))
        self._row.activate()
        self.adjustSize()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        self.setStyleSheet(
            f"#breadcrumb QLabel {{ color: {theme.hex('text3')}; background: transparent; }}"
            f"#breadcrumb QToolButton {{ color: {theme.hex('text2')}; background: {theme.hex('canvas')};"
            " border: none; border-radius: 4px; padding: 2px 4px; }"
            f"#breadcrumb QToolButton[last=true] {{ color: {theme.hex('text')}; }}"
            f"#breadcrumb QToolButton:hover {{ background: {theme.hex('hover')}; }}"
            f"#breadcrumb QToolButton:focus {{ border: 2px solid {theme.hex('accent')}; }}"
        )

    def _add(self, widget: QWidget) -> None:
        self._row.addWidget(widget)
        widget.show()  # at once: what is hidden takes no room

    def _part(self, name: str, words: str, *, last: bool) -> QToolButton:
        button = QToolButton(self)
        button.setText(words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…")
        button.setToolTip(f"Select {name}" if name else f"{words}: select nothing")
        button.setAccessibleName(words)
        button.setProperty("last", last)
        button.setFont(font(12, 600 if last else 400))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: self.chosen.emit(name))
        return button

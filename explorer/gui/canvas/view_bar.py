"""The bar at the upper right of the canvas: what colours stand for, arrange, direction, fit."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from explorer.gui.canvas.colouring import CHOICES
from explorer.gui.fonts import font
from explorer.gui.icons import icon
from explorer.gui.theme import Theme


class ViewBar(QFrame):
    """Choices of how the network is shown.

    Signals:
        colour_chosen(choice): one of `colouring.CHOICES`.
        arranged(), turned(), fitted(): what was pressed.
    """

    colour_chosen = Signal(str)
    arranged = Signal()
    turned = Signal()
    fitted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("viewBar")
        self._across = False
        self._shown: tuple[str, bool] | None = None
        self._theme: Theme | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 3, 4, 3)
        row.setSpacing(2)
        self._colour = self._button("Colour by", "What the colours of the nodes stand for")
        self._colour.setObjectName("colourBy")
        self._colour.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._colour.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._menu = QMenu(self._colour)
        self._choices: dict[str, QAction] = {}
        group = QActionGroup(self._menu)
        for choice, words in CHOICES.items():
            action = self._menu.addAction(words[0].upper() + words[1:])
            action.setObjectName(f"action.colourBy.{choice}")
            action.setCheckable(True)
            action.triggered.connect(lambda _checked=False, chosen=choice: self.colour_chosen.emit(chosen))
            group.addAction(action)
            self._choices[choice] = action
        self._colour.setMenu(self._menu)
        row.addWidget(self._colour)
        self._arrange = self._icon_button(row, "Arrange: lay all nodes out again (Ctrl+L)", self.arranged)
        self._turn = self._icon_button(row, "", self.turned)
        self._turn.setObjectName("direction")
        self._fit = self._icon_button(row, "Zoom to fit (F)", self.fitted)

    def show_choices(self, colour_by: str, *, across: bool) -> None:
        """Show what is chosen."""
        if (colour_by, across) == self._shown:
            return
        self._shown = colour_by, across
        self._choices[colour_by].setChecked(True)
        self._colour.setText(f"Colour by {CHOICES[colour_by]}")
        self._across = across
        where = "top to bottom" if across else "left to right"
        self._turn.setToolTip(f"Lay the network out from {where}")
        self._turn.setAccessibleName(f"From {where}")
        self._show_icons()
        self.adjustSize()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        self._theme = theme
        self.setStyleSheet(
            f"#viewBar {{ background: {theme.hex('panel')}; border: 1px solid {theme.hex('line')};"
            " border-radius: 8px; }"
            f"#viewBar QToolButton {{ color: {theme.hex('text2')}; background: transparent; border: none;"
            " border-radius: 6px; min-height: 26px; padding: 0 6px; }"
            f"#viewBar QToolButton:hover {{ background: {theme.hex('hover')}; color: {theme.hex('text')}; }}"
            f"#viewBar QToolButton:focus {{ border: 2px solid {theme.hex('accent')}; }}"
            "#viewBar QToolButton#colourBy { padding-right: 18px; }"
            "#viewBar QToolButton::menu-indicator { subcontrol-position: right center; right: 4px; }"
        )
        self._show_icons()
        self.adjustSize()

    def _show_icons(self) -> None:
        if self._theme is None:
            return
        self._arrange.setIcon(icon("arrange", self._theme))
        self._turn.setIcon(icon("flow-down" if self._across else "flow-right", self._theme))
        self._fit.setIcon(icon("fit", self._theme))

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip.partition(" (")[0])
        button.setFont(font(12, 500))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _icon_button(self, row: QHBoxLayout, tip: str, signal: Signal) -> QToolButton:
        button = self._button("", tip)
        button.setIconSize(QSize(16, 16))
        button.setFixedWidth(30)
        button.clicked.connect(signal)
        row.addWidget(button)
        return button

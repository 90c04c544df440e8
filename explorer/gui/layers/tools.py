"""The tools above the layer table: filter, blocks or layers, columns, conventions, copy and export."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from explorer.gui.conventions_menu import ConventionsMenu
from explorer.gui.icons import icon
from explorer.gui.layers.cell_keys import SAID
from explorer.gui.layers.columns import COLUMNS
from explorer.gui.layers.copying import COPIES
from explorer.gui.layers.filter_field import FilterField
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

_FILTER_WIDTH, _USUAL_FILTER, _SHORTEST_FILTER = 230, 150, 90
_NARROWEST = 330
_BESIDE = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
_ALONE = Qt.ToolButtonStyle.ToolButtonIconOnly


class LayerTools(QWidget):
    """Buttons and the filter.

    Signals:
        column_wanted(place, on): a column shall be shown or hidden.
        columns_reset(): columns, their order and widths as at first.
        copy_wanted(format): rows shall be copied; without a format as they are read.
        export_wanted(): the table shall be written to a file.
        flat_wanted(flat): plain layers in one row, or blocks that hold them.
    """

    column_wanted = Signal(int, bool)
    columns_reset = Signal()
    copy_wanted = Signal(str)
    export_wanted = Signal()
    flat_wanted = Signal(bool)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._said = ("",)
        self.filter = FilterField()
        self.filter.setMaximumWidth(_FILTER_WIDTH)
        self.filter.setMinimumWidth(_SHORTEST_FILTER)
        self.flat = _button("By block", "Show blocks that hold their layers, or all layers in one row")
        self.flat.setCheckable(True)
        self.flat.toggled.connect(self._set_flat)
        self.columns = _button(
            "Columns", f"Choose the columns; drag their titles to order them. In the table {SAID}"
        )
        self.columns.setMenu(self._column_menu())
        self.columns.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.conventions = _button("", "How figures are counted and written")
        self.conventions.setObjectName("conventionsButton")
        self.conventions.setMenu(ConventionsMenu(workbench, self))
        self.conventions.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.copy = _button("Copy", "Copy the selected rows, or all; the arrow chooses the format")
        self.copy.setMenu(self._copy_menu())
        self.copy.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.copy.clicked.connect(lambda: self.copy_wanted.emit(""))
        self.export = _button("Export", "Write the table as CSV, Excel, Markdown, LaTeX, JSON or text")
        self.export.clicked.connect(self.export_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self.filter, self.flat, self.columns):
            row.addWidget(part)
        row.setStretchFactor(self.filter, 1)
        row.addStretch(0)
        for part in (self.conventions, self.copy, self.export):
            row.addWidget(part)
        # what does not fit says less, rather than making the window wider
        self.setMinimumWidth(_NARROWEST)
        workbench.conventions_changed.connect(self._show_conventions)
        self._show_conventions()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.filter.set_theme(theme)
        for button, name in ((self.columns, "columns"), (self.copy, "copy"), (self.export, "export")):
            button.setIcon(icon(name, theme))

    def tick_columns(self, shown: set[int]) -> None:
        """Tick the columns that are shown."""
        for place, action in zip(range(1, len(COLUMNS)), self.columns.menu().actions(), strict=False):
            action.setChecked(place in shown)

    def _set_flat(self, flat: bool) -> None:
        self.flat.setText("By layer" if flat else "By block")
        self.flat_wanted.emit(flat)

    def _column_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for place, column in enumerate(COLUMNS[1:], 1):
            action = menu.addAction(column.title)
            action.setObjectName(f"action.column.{column.key}")
            action.setCheckable(True)
            action.triggered.connect(lambda on, at=place: self.column_wanted.emit(at, on))
        menu.addSeparator()
        first = menu.addAction("As at first")
        first.setToolTip("The columns, their order and their widths as at first")
        first.triggered.connect(self.columns_reset)
        return menu

    def _copy_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for key, text, tip in COPIES:
            action = menu.addAction(text)
            action.setObjectName(f"action.copyAs.{key}")
            action.setToolTip(tip)
            action.triggered.connect(lambda _=False, wanted=key: self.copy_wanted.emit(wanted))
        return menu

    def _show_conventions(self) -> None:
        """Say what the figures mean, on the button that changes it and in the names of the columns."""
        chosen = self._workbench.conventions
        said = f"{chosen.operations_said} · {chosen.precision_word}, {chosen.sizes}"
        self._said = (f"{said} ▾", f"{chosen.operations_said} ▾", f"{chosen.operations_word} ▾")
        self._fit()
        self.conventions.setAccessibleName(f"Conventions: {said}")
        self.conventions.setToolTip(f"{chosen.said}\nClick to count in another way")
        for column, action in zip(COLUMNS[1:], self.columns.menu().actions(), strict=False):
            action.setText(column.heading(chosen).partition(" (")[0])
            action.setToolTip(column.tip_in(chosen))

    def _fit(self) -> None:
        """Leave words out until all fits: first of the conventions, then those beside icons."""
        icons = (self.columns, self.copy, self.export)
        fixed = _USUAL_FILTER + self.flat.sizeHint().width() + 8 * 6
        for style in (_BESIDE, _ALONE):
            for button in icons:
                button.setToolButtonStyle(style)
            taken = fixed + sum(button.sizeHint().width() for button in icons)
            for said in self._said:
                self.conventions.setText(said)
                if taken + self.conventions.sizeHint().width() <= self.width():
                    return

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()


def _button(text: str, tip: str) -> QToolButton:
    made = QToolButton(text=text)
    made.setProperty("flat", True)
    made.setToolButtonStyle(_BESIDE)
    made.setToolTip(tip)
    made.setAccessibleName(text)
    return made

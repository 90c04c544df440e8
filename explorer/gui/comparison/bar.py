"""The row at the top of the Compare area: networks, picture that enters, unit, copy and export."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QToolButton, QWidget

from explorer.core.conventions import FLOPS, MACS, Conventions
from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape, parse_shape, shape_text
from explorer.gui.comparison.chip import NetworkChip
from explorer.gui.icons import icon
from explorer.gui.panel import label
from explorer.gui.segments import Segments
from explorer.gui.theme import Theme

OWN = "each its own"
SHAPES: Sequence[Shape] = ((3, 224, 224), (3, 96, 96), (3, 32, 32), (1, 28, 28))
_HEIGHT = 56


class ComparisonBar(QWidget):
    """What is compared, and how.

    Signals:
        chip_pressed(place): the button of a network was pressed.
        add_pressed(): one more network is wanted.
        shape_chosen(shape): pictures of this shape shall enter, None for each its own.
        unit_chosen(unit): "macs" or "flops".
        copy_wanted(): the tables shall be copied.
        picture_wanted(dark), table_wanted(): a file shall be written.
        complained(sentence): what was typed is no shape.
    """

    chip_pressed = Signal(object)
    add_pressed = Signal()
    shape_chosen = Signal(object)
    unit_chosen = Signal(str)
    copy_wanted = Signal()
    picture_wanted = Signal(object)
    table_wanted = Signal()
    complained = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="comparisonBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(_HEIGHT)
        self._theme: Theme | None = None
        self.chips: list[NetworkChip] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(8)
        self._networks = QHBoxLayout()
        self._networks.setSpacing(8)
        self._against = label("against", "label")
        self.add_button = _tool("Add", "Compare one more network (up to four)", "addNetwork")
        self.add_button.clicked.connect(self.add_pressed)
        row.addLayout(self._networks)
        row.addWidget(self.add_button)
        row.addStretch(1)
        self.shape = self._make_shape()
        self._shape_label = label("one picture of", "label")
        row.addWidget(self._shape_label)
        row.addWidget(self.shape)
        words = (("MACs", "Count multiply-accumulates"), ("FLOPs", "Count operations: 2 · MACs"))
        self.unit = Segments(words, 30)
        self.unit.setAccessibleName("Unit of operations")
        self.unit.switched.connect(lambda index: self.unit_chosen.emit((MACS, FLOPS)[index]))
        row.addWidget(self.unit, 0, Qt.AlignmentFlag.AlignVCenter)
        self.copy = _tool("Copy", "Copy totals and stages as Markdown and as CSV", "copyComparison")
        self.copy.clicked.connect(self.copy_wanted)
        self.export = _tool("Export", "Write the comparison as a picture or as tables", "exportComparison")
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export.setMenu(self._export_menu())
        row.addWidget(self.copy)
        row.addWidget(self.export)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for chip in self.chips:
            chip.set_theme(theme)
        for tool, sign in ((self.add_button, "plus"), (self.copy, "copy"), (self.export, "export")):
            tool.setIcon(icon(sign, theme))

    def show_networks(self, lines: Sequence[tuple[int, str, str, bool]]) -> None:
        """Show a button for each network: (colour, title, detail, whether it is refused)."""
        while len(self.chips) < len(lines):
            place = len(self.chips)
            chip = NetworkChip(place)
            chip.clicked.connect(lambda _=False, at=place: self.chip_pressed.emit(at))
            if self._theme is not None:
                chip.set_theme(self._theme)
            self.chips.append(chip)
            self._networks.addWidget(chip)
            if place == 0:
                self._networks.addWidget(self._against)
        for place, chip in enumerate(self.chips):
            chip.setVisible(place < len(lines))
            if place < len(lines):
                slot, title, detail, wrong = lines[place]
                chip.show_network(slot, title, detail, wrong=wrong)
        self._against.setVisible(len(lines) > 1)
        self.add_button.setText("Add" if len(lines) > 2 else "Add a network")
        self._shape_label.setVisible(len(lines) < 4)

    def show_unit(self, conventions: Conventions) -> None:
        """Show which unit is counted in."""
        self.unit.choose(1 if conventions.unit == FLOPS else 0)

    def choose_shape(self, text: str) -> None:
        """Let pictures of this shape enter; a text that is no shape changes nothing."""
        try:
            shape = parse_shape(text)
        except ExplorerError:  # it was remembered by another version, or nothing was
            return
        self.shape.setEditText(shape_text(shape))
        self.shape_chosen.emit(shape)

    def _make_shape(self) -> QComboBox:
        box = QComboBox(objectName="comparisonShape", editable=True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.addItems([OWN, *map(shape_text, SHAPES)])
        box.setFixedWidth(124)
        box.setAccessibleName("Picture that enters the compared networks")
        box.setToolTip("One picture for all networks, like 3×96×96; or each its own")
        box.lineEdit().setAccessibleName("Shape of the picture")
        box.activated.connect(self._take_shape)
        box.lineEdit().returnPressed.connect(self._take_shape)
        return box

    def _take_shape(self) -> None:
        text = self.shape.currentText().strip()
        shape = None
        if text and text != OWN:
            try:
                shape = parse_shape(text)
            except ExplorerError as error:
                self._refuse(True)
                self.complained.emit(str(error))
                return
        self._refuse(False)
        self.shape.setEditText(OWN if shape is None else shape_text(shape))
        self.shape_chosen.emit(shape)

    def _refuse(self, refused: bool) -> None:
        self.shape.lineEdit().setProperty("refused", refused)
        self.shape.style().unpolish(self.shape.lineEdit())
        self.shape.style().polish(self.shape.lineEdit())

    def _export_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for text, tip, name, run in (
            (
                "Picture, light…",
                "Write SVG, PDF or PNG in the light theme",
                "light",
                lambda: self.picture_wanted.emit(False),
            ),
            (
                "Picture, dark…",
                "Write SVG, PDF or PNG in the dark theme",
                "dark",
                lambda: self.picture_wanted.emit(True),
            ),
            ("Tables…", "Write CSV, Excel, Markdown, LaTeX, JSON or text", "tables", self.table_wanted.emit),
        ):
            action = menu.addAction(text)
            action.setToolTip(tip)
            action.setObjectName(f"action.exportComparison.{name}")
            action.triggered.connect(lambda _=False, go=run: go())
        return menu


def _tool(text: str, tip: str, name: str) -> QToolButton:
    made = QToolButton(objectName=name)
    made.setText(text)
    made.setToolTip(tip)
    made.setAccessibleName(text)
    made.setProperty("flat", True)
    made.setProperty("framed", name != "addNetwork")
    made.setFixedHeight(30)
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made

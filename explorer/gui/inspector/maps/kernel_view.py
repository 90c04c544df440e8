"""The kernels of a convolution: as pictures in a grid, with norms, likeness and those that do nothing."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer.engine.looking.cell_findings import KernelSheet
from explorer.gui.inspector.figures import number
from explorer.gui.inspector.maps.feature_grid import Cell, FeatureGrid
from explorer.gui.inspector.maps.kernel_matrix import LikenessMatrix
from explorer.gui.inspector.maps.value_bars import PartBars
from explorer.gui.panel import Facts, label
from explorer.gui.scrolling import ScrollColumn
from explorer.gui.spin_box import SpinBox
from explorer.gui.theme import Theme

_ORDERS = ("by index", "by norm", "by likeness")
_BY_NORM, _BY_LIKENESS = 1, 2
_SIDE_WIDE = 224
_LISTED = 8


class KernelView(QWidget):
    """Shows a sheet of kernels; it asks nothing itself.

    Signals:
        wanted(channel, kernel): other slices are to be drawn; kernel is None for those of all.
        map_wanted(index): the map that a kernel makes is to be looked at.
    """

    wanted = Signal(object, object)
    map_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kernelView")
        self.sheet: KernelSheet | None = None
        self._kernel = 0
        self.grid = FeatureGrid()
        self.grid.setObjectName("kernelGrid")
        self.grid.setAccessibleName("Kernels")
        self.grid.setToolTip(
            "Point at a kernel to read a weight; click to select it, double-click to see all its channels"
        )
        self.what = QComboBox()
        self.what.addItems(["All kernels", "One kernel"])
        self.what.setAccessibleName("What is drawn")
        self.what.setToolTip("One channel of every kernel, or every channel of one kernel")
        self.number = SpinBox(keyboardTracking=False, prefix="channel ")
        self.number.setAccessibleName("Channel or kernel")
        self.number.setToolTip("Which channel that the kernels read, or which kernel")
        self.order = QComboBox()
        self.order.addItems([f"Sort {order}" for order in _ORDERS])
        self.order.setAccessibleName("Order of the kernels")
        self.order.setToolTip("By likeness: those most like the selected kernel first")
        self.readout, self.scale = label(role="label"), label(role="hint")
        self.facts, self.matrix = Facts(), LikenessMatrix()
        self.dead = label(role="hint", wrap=True)
        self.norms = PartBars()
        self.norms.setAccessibleName("Norm of each kernel")
        self.pairs = QListWidget(objectName="kernelPairs")
        self.pairs.setAccessibleName("Kernels most alike")
        self.pairs.setToolTip("Click a pair to mark it")
        self.pairs.setFrameShape(QFrame.Shape.NoFrame)
        self._pairs_title = label(role="title")
        self._lay_out()
        self._connect()

    @property
    def kernel(self) -> int:
        """The selected kernel."""
        return self._kernel

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self.grid, self.matrix, self.norms):
            part.set_theme(theme)

    def show_sheet(self, sheet: KernelSheet, silent: tuple[int, ...], pictures: int) -> None:
        """Show the kernels of a layer; `silent` are the maps nowhere above zero on so many pictures."""
        new = self.sheet is None or self.sheet.kernels.layer != sheet.kernels.layer
        self.sheet = sheet
        count = len(sheet.kernels.values)
        if new or self._kernel >= count:
            self._kernel = 0
        self._show_choice(sheet)
        self.matrix.show_sheet(sheet)
        self.norms.show_parts(sheet.kernels.norms.tolist(), "kernel", 0, self._kernel)
        self._show_facts(sheet, silent, pictures)
        self._show_pairs(sheet)
        self._arrange()
        self.read_out(None)

    def read_out(self, cell: Cell | None) -> None:
        """Write a weight; None writes what is drawn."""
        sheet = self.sheet
        if sheet is None:
            return
        if cell is not None and sheet.numbers.ndim == 3:
            value = number(float(sheet.numbers[cell.map, cell.row, cell.column]), signed=True)
            what = "kernel" if sheet.request.kernel is None else "channel"
            self.readout.setText(f"{what} {cell.map}, row {cell.row}, column {cell.column}: {value}")
        elif cell is not None:
            parts = sheet.numbers[cell.map, :, cell.row, cell.column].tolist()
            said = ", ".join(
                f"{name} {number(part, signed=True)}"
                for name, part in zip(("red", "green", "blue"), parts, strict=True)
            )
            self.readout.setText(f"kernel {cell.map}, row {cell.row}, column {cell.column}: {said}")
        else:
            self.readout.setText(_drawn_words(sheet))

    def _show_choice(self, sheet: KernelSheet) -> None:
        depth, single = sheet.kernels.values.shape[1], sheet.request.kernel is not None
        self.number.setEnabled(True)
        with QSignalBlocker(self.what), QSignalBlocker(self.number):
            self.what.setCurrentIndex(int(single))
            self.number.setPrefix("" if single else "channel ")
            self.number.setToolTip("Which kernel" if single else "Which channel that the kernels read")
            self.number.setRange(0, (len(sheet.kernels.values) if single else depth) - 1)
            shown = sheet.request.kernel if sheet.request.kernel is not None else sheet.request.channel
            self.number.setValue(shown)
        self.number.setVisible(single or not (sheet.folded or sheet.kernels.colour or depth == 1))
        self.order.setEnabled(not single)
        high = number(sheet.high)
        self.scale.setText(f"grey is 0, ±{high}" if sheet.numbers.ndim == 4 else f"−{high} to +{high}")

    def _show_facts(self, sheet: KernelSheet, silent: tuple[int, ...], pictures: int) -> None:
        found = sheet.kernels
        count, depth, high, wide = found.values.shape
        facts = {
            "kernels": f"{count:,} of {depth:,}×{high}×{wide}",
            "norms": f"{number(float(found.norms.min()))} to {number(float(found.norms.max()))}",
            "all zeros": f"{len(found.dead):,}",
            f"silent on {pictures} picture{'s' * (pictures > 1)}": f"{len(silent):,} of {count:,}",
        }
        if sheet.matrix is not None:
            facts["nearly equal pairs"] = f"{sheet.doubles:,}"
        self.facts.show_facts(facts)
        dead = sorted({*found.dead, *silent})
        shown = ", ".join(map(str, dead[:_LISTED])) + ("…" if len(dead) > _LISTED else "")
        self.dead.setText(f"These say nothing: {shown}" if dead else "")
        self.dead.setToolTip(", ".join(map(str, dead)))
        self.dead.setVisible(bool(dead))

    def _show_pairs(self, sheet: KernelSheet) -> None:
        self.pairs.clear()
        for pair in sheet.pairs[:_LISTED]:
            item = QListWidgetItem(f"{pair.first} and {pair.second}   {number(pair.cosine, signed=True)}")
            item.setData(Qt.ItemDataRole.UserRole, pair.first)
            item.setToolTip(f"Kernels {pair.first} and {pair.second}: cosine {pair.cosine:.4f}")
            self.pairs.addItem(item)
        self._pairs_title.setText("Most alike" if sheet.matrix is not None else "Too many to compare all")
        self.pairs.setVisible(bool(sheet.pairs))

    def _select(self, kernel: int) -> None:
        """Mark a kernel everywhere."""
        if self.sheet is None or kernel >= len(self.sheet.kernels.values):
            return
        self._kernel = kernel
        self.matrix.select(kernel)
        self.norms.choose(kernel)
        if self.sheet.request.kernel is None:
            if self.order.currentIndex() == _BY_LIKENESS:
                self._arrange()
            self.grid.select(Cell(kernel, 0, 0))

    def _arrange(self) -> None:
        sheet = self.sheet
        if sheet is None:
            return
        order, by = list(range(len(sheet.pixels))), self.order.currentIndex()
        if sheet.request.kernel is None and by == _BY_NORM:
            order.sort(key=lambda index: -float(sheet.kernels.norms[index]))
        elif sheet.request.kernel is None and by == _BY_LIKENESS and sheet.matrix is not None:
            row = sheet.matrix[self._kernel].tolist()
            order.sort(key=lambda index: -row[index])
        self.grid.show_maps(sheet.pixels, order)

    def _ask(self) -> None:
        self.number.setEnabled(False)  # until its range is known
        if self.what.currentIndex():
            self.wanted.emit(0, self._kernel)
        else:
            self.wanted.emit(0, None)

    def _number_chosen(self, value: int) -> None:
        if self.what.currentIndex():
            self._select(value)
            self.wanted.emit(0, value)
        else:
            self.wanted.emit(value, None)

    def _open(self, index: int) -> None:
        """Show every channel of one kernel, or all kernels again."""
        if self.sheet is None:
            return
        single = self.sheet.request.kernel is None
        if single:
            self._select(index)
        self.wanted.emit(0 if single else index, index if single else None)

    def _chosen(self, cell: Cell) -> None:
        if self.sheet is not None and self.sheet.request.kernel is None:
            self._select(cell.map)

    def _connect(self) -> None:
        self.grid.hovered.connect(self.read_out)
        self.grid.chosen.connect(self._chosen)
        self.grid.enlarged.connect(self._open)
        self.what.currentIndexChanged.connect(lambda _: self._ask())
        self.number.valueChanged.connect(self._number_chosen)
        self.order.currentIndexChanged.connect(lambda _: self._arrange())
        self.matrix.chosen.connect(lambda first, _second: self._select(first))
        self.matrix.pointed.connect(lambda text: self.readout.setText(text) if text else self.read_out(None))
        self.norms.chosen.connect(self._select)
        self.pairs.itemClicked.connect(lambda item: self._select(item.data(Qt.ItemDataRole.UserRole)))
        self.pairs.itemActivated.connect(lambda item: self._select(item.data(Qt.ItemDataRole.UserRole)))

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setContentsMargins(16, 6, 16, 0)
        tools.setSpacing(8)
        for part in (self.what, self.number, self.order):
            tools.addWidget(part)
        tools.addStretch(1)
        said = QHBoxLayout()
        said.setContentsMargins(16, 4, 16, 0)
        said.addWidget(self.readout, 1)
        said.addWidget(self.scale)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addLayout(tools)
        left.addLayout(said)
        left.addWidget(self.grid, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self._side())

    def _side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        parts: list[QWidget] = [
            self.facts,
            self.dead,
            label("Norm of each", "title"),
            self.norms,
            label("Cosine of every pair", "title"),
            self.matrix,
            self._pairs_title,
        ]
        for part in parts:
            column.addWidget(part)
        column.addWidget(self.pairs, 1)
        self.pairs.setMinimumHeight(80)
        scroll = ScrollColumn(side)
        scroll.setFixedWidth(_SIDE_WIDE)
        return scroll


def _drawn_words(sheet: KernelSheet) -> str:
    kernels = sheet.kernels
    if sheet.request.kernel is not None:
        return f"kernel {sheet.request.kernel}: each of the {kernels.values.shape[1]:,} channels it reads"
    if kernels.colour:
        return "each kernel in the colours that it looks for"
    if sheet.folded:
        return f"each kernel: its {kernels.values.shape[1]:,} weights row by row"
    if kernels.values.shape[1] == 1:
        return "each kernel"
    return f"what each kernel does to channel {sheet.request.channel}"

"""The left of many pictures: which pictures, how a layer is read, and the classes with their signs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer.engine.looking.embedding_findings import MOST_PICTURES
from explorer.engine.looking.findings import RUN
from explorer.gui.data_choice import DataChoice, ask_folder
from explorer.gui.inspector.embedding.look import class_icon
from explorer.gui.inspector.methods.pieces import LARGEST, Work
from explorer.gui.inspector.weights.choice import WeightsChoice
from explorer.gui.inspector.weights.mirror import WeightsMirror
from explorer.gui.panel import label, rule
from explorer.gui.spin_box import SpinBox
from explorer.gui.theme import Theme

_USUAL = 500
_CLASS = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Drawn:
    """Which pictures are wanted, and how a layer is read."""

    data: str
    most: int
    seed: int
    pooled: bool
    run: Path | None


class EmbeddingForm(QWidget):
    """Chooses; it reads nothing.

    Signals:
        asked(): other pictures, or another reading, are wanted.
        stopped(): what goes on is to stop.
        classes_hidden(classes): these are left out of the plane.
    """

    asked = Signal()
    stopped = Signal()
    classes_hidden = Signal(object)

    def __init__(
        self,
        weights: WeightsChoice,
        parent: QWidget | None = None,
        choose_folder: Callable[[QWidget], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._weights, self._choose_folder = weights, choose_folder or ask_folder
        self._theme: Theme | None = None
        self.data = DataChoice()
        self.data.setToolTip("Where the pictures come from")
        self.held_out = QCheckBox("only held-out ones")
        self.held_out.setToolTip("The pictures of the run's own data that it was not trained on")
        self.held_out.setChecked(True)
        self.most, self.seed = _number(2, MOST_PICTURES, _USUAL), _number(0, LARGEST, 0)
        self.most.setAccessibleName("Number of pictures")
        self.most.setToolTip("At most so many pictures are taken, drawn by the seed")
        self.seed.setAccessibleName("Seed of the drawing")
        self.seed.setToolTip("Which pictures are drawn, where there are more; also the seed of t-SNE")
        self.reading = QComboBox()
        self.reading.setAccessibleName("How a layer is read")
        self.reading.setToolTip("The mean asks what is there, all numbers also where it is")
        self.reading.addItem("the mean of each map", userData=True)
        self.reading.addItem("all numbers of the layer", userData=False)
        self.weights = WeightsMirror(weights)
        self.work = Work("passing the pictures through the network")
        self.told = label(role="hint", wrap=True)
        self.classes = QListWidget()
        self.classes.setAccessibleName("Classes")
        self.classes.setToolTip("Take away the tick to leave a class out of the plane")
        self.classes.setIconSize(QSize(16, 16))
        self._lay_out()
        self._connect()

    @property
    def drawn(self) -> Drawn:
        """What is chosen."""
        choice = self._weights.choice
        own = choice.kind == RUN and self.held_out.isChecked()
        return Drawn(
            self.data.currentData() or "",
            self.most.value(),
            self.seed.value(),
            bool(self.reading.currentData()),
            choice.path if own else None,
        )

    @property
    def hidden(self) -> frozenset[int]:
        """The classes without a tick."""
        items = (self.classes.item(row) for row in range(self.classes.count()))
        return frozenset(item.data(_CLASS) for item in items if item.checkState() == Qt.CheckState.Unchecked)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.work.set_theme(theme)
        with QSignalBlocker(self.classes):
            for row in range(self.classes.count()):
                item = self.classes.item(row)
                item.setIcon(class_icon(item.data(_CLASS), theme))

    def show_data(self, data: str) -> None:
        """Show other data as chosen."""
        self.data.show_data(data)

    def show_classes(self, names: Sequence[str], counts: Sequence[int]) -> None:
        """List the classes that occur, all with a tick."""
        with QSignalBlocker(self.classes):
            self.classes.clear()
            for index, (name, count) in enumerate(zip(names, counts, strict=True)):
                if not count:
                    continue
                item = QListWidgetItem(f"{name}   {count:,}")
                item.setData(_CLASS, index)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Checked)
                if self._theme is not None:
                    item.setIcon(class_icon(index, self._theme))
                self.classes.addItem(item)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addWidget(label("Pictures", "title"))
        form = QFormLayout()
        form.setHorizontalSpacing(8)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(label("weights", "label"), self.weights)
        form.addRow(label("data", "label"), self.data)
        self._rows = form
        form.addRow("", self.held_out)
        form.addRow(label("at most", "label"), self.most)
        form.addRow(label("seed", "label"), self.seed)
        form.addRow(label("read by", "label"), self.reading)
        column.addLayout(form)
        for part in (self.work, self.told, rule(), label("Classes", "title")):
            column.addWidget(part)
        column.addWidget(self.classes, 1)
        self._follow_weights()

    def _connect(self) -> None:
        self.data.chosen.connect(self._take_data)
        self.data.folder_wanted.connect(self._ask_folder)
        self._weights.changed.connect(self._follow_weights)
        self.classes.itemChanged.connect(lambda _: self.classes_hidden.emit(self.hidden))
        self.work.wanted.connect(self.asked)
        self.work.unwanted.connect(self.stopped)
        for changed in (self.most.valueChanged, self.seed.valueChanged, self.reading.activated):
            changed.connect(lambda _: self.asked.emit())
        self.held_out.toggled.connect(self._follow_held_out)

    def _take_data(self, data: str) -> None:
        self.data.show_data(data)
        self.asked.emit()

    def _ask_folder(self) -> None:
        folder = self._choose_folder(self)
        if folder:
            self._take_data(folder)

    def _follow_weights(self) -> None:
        """Only a run has held pictures out."""
        self.held_out.setVisible(self._weights.choice.kind == RUN)
        self._show_data_row()
        self.asked.emit()

    def _show_data_row(self) -> None:
        """Held-out pictures are those of the run's own data: no other is offered then."""
        self._rows.setRowVisible(self.data, self.drawn.run is None)

    def _follow_held_out(self, _on: bool) -> None:
        self._show_data_row()
        self.asked.emit()


def _number(low: int, high: int, value: int) -> SpinBox:
    return SpinBox(minimum=low, maximum=high, value=value, keyboardTracking=False, accelerated=True)

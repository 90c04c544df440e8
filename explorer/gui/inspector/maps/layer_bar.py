"""Which layer is shown: its chip and name, the layers before and after, order and colours of its maps."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.outline import Layer
from explorer.core.shapes import shape_text
from explorer.gui.chips import Chip
from explorer.gui.inspector.maps.colour_choice import ColourChoice
from explorer.gui.inspector.maps.map_order import ORDERS
from explorer.gui.panel import IconButton, label
from explorer.gui.quiet_choice import QuietChoice
from explorer.gui.theme import Theme


class LayerBar(QWidget):
    """The row above the maps.

    Signals:
        layer_chosen(name): another layer is wanted.
        order_chosen(): the maps are wanted in another order.
        colours_chosen(): the maps are wanted in other colours.
    """

    layer_chosen = Signal(str)
    order_chosen = Signal()
    colours_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(56)
        self._theme: Theme | None = None
        self._layers: tuple[Layer, ...] = ()
        self._chip = Chip()
        self.box = _LayerChoice("Layer", headline=True)
        self.box.setObjectName("layerBox")
        self.box.setToolTip("The layer that is shown; wheel and arrow keys turn it")
        self.box.currentIndexChanged.connect(self._turned)
        self._about = label(role="hint")
        self.back = IconButton("left", "Previous layer (Ctrl+Up)")
        self.forth = IconButton("right", "Next layer (Ctrl+Down)")
        self.back.clicked.connect(lambda: self.turn(-1))
        self.forth.clicked.connect(lambda: self.turn(1))
        self.order = _order_choice()
        self.order.currentIndexChanged.connect(lambda _: self.order_chosen.emit())
        self.colours = ColourChoice()
        self.colours.changed.connect(self.colours_chosen)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.setContentsMargins(0, 4, 0, 6)
        names.addWidget(self.box, 0, Qt.AlignmentFlag.AlignLeft)
        about = QHBoxLayout()
        about.setContentsMargins(1, 0, 0, 0)
        about.addWidget(self._about)
        names.addLayout(about)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(6)
        row.addWidget(self._chip)
        row.addLayout(names)
        row.addWidget(self.back)
        row.addWidget(self.forth)
        row.addStretch(1)
        self._middle = QHBoxLayout()
        row.addLayout(self._middle)
        row.addWidget(self.colours)
        row.addWidget(self.order)

    def set_middle(self, part: QWidget) -> None:
        """Take a control in between the layers and the colours."""
        self._middle.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)

    def add(self, part: QWidget) -> None:
        """Put another control at the end."""
        row = self.layout()
        row.addWidget(part)
        row.setAlignment(part, Qt.AlignmentFlag.AlignVCenter)

    @property
    def layer(self) -> Layer | None:
        """The layer that is chosen."""
        index = self.box.currentIndex()
        return self._layers[index] if 0 <= index < len(self._layers) else None

    @property
    def sorted_by(self) -> str:
        """One of `map_order.ORDERS`."""
        return str(self.order.currentData())

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.back.set_theme(theme)
        self.forth.set_theme(theme)
        self._describe()

    def show_layers(self, layers: Sequence[Layer], name: str) -> None:
        """Offer these layers, one of them chosen."""
        if [layer.name for layer in layers] != [layer.name for layer in self._layers]:
            with QSignalBlocker(self.box):
                self.box.clear()
                self.box.addItems([layer.name for layer in layers])
        self._layers = tuple(layers)
        self.show_layer(name)

    def show_layer(self, name: str) -> None:
        """Show another layer as chosen, without announcing it."""
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self.box.findText(name))
        self.box.updateGeometry()
        self._describe()

    def turn(self, by: int) -> None:
        """Choose the layer some places on."""
        place = self.box.currentIndex() + by
        if 0 <= place < self.box.count():
            self.box.setCurrentIndex(place)

    def _turned(self, index: int) -> None:
        self._describe()
        if index >= 0:
            self.layer_chosen.emit(self._layers[index].name)

    def _describe(self) -> None:
        layer, index = self.layer, self.box.currentIndex()
        self.back.setEnabled(index > 0)
        self.forth.setEnabled(0 <= index < self.box.count() - 1)
        if self._theme is not None:
            self._chip.show_category(type(layer.operator).category if layer else "", self._theme)
        if layer is None:
            self._about.setText("")
            return
        words = f"{layer.operator.kind()} {layer.operator.telling()}".strip()
        self._about.setText(f"{words} · {_many(layer.output)}")


class _LayerChoice(QuietChoice):
    """The name of the layer; the wheel turns the layers here, where nothing scrolls."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        QComboBox.wheelEvent(self, event)


def _many(shape: tuple[int, ...]) -> str:
    if len(shape) == 1 or shape[1:] == (1, 1):
        return f"{shape[0]:,} numbers"
    return f"{shape[0]:,} {'map' if shape[0] == 1 else 'maps'} of {shape_text(shape[1:])}"


def _order_choice() -> QComboBox:
    made = QComboBox(objectName="mapOrder")
    for key, (words, tip) in ORDERS.items():
        made.addItem(words, key)
        made.setItemData(made.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
    made.setAccessibleName("Order of the maps")
    made.setToolTip("Order of the maps")
    return made

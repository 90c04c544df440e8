"""Switching parts off: the map, layer or skip that is looked at, and a slider for each that is switched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from explorer.core.outline import Layer
from explorer.engine.running.switches import Switch
from explorer.gui.elided import ElidedLabel
from explorer.gui.inspector.methods.flow import ButtonFlow
from explorer.gui.panel import IconButton, button, label
from explorer.gui.theme import Theme

_MOST = 200
"""Percent: a part may count up to twice."""


class SwitchCard(QFrame):
    """Holds what is switched while one looks; the document is never touched.

    Signals:
        changed(): other parts are switched, or by another factor.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("switches")
        self.setAccessibleName("Parts that are switched off")
        self._theme: Theme | None = None
        self._offered: tuple[Switch, ...] = ()
        self._feeding: tuple[str, ...] = ()
        self._skip: int | None = None
        self._rows: dict[tuple[str, int | None, int | None], _Row] = {}
        self.title = label("Switched parts", "title")
        self.note = label(
            "Maps and predictions behind them follow; the network in Design stays as it is.",
            "hint",
            wrap=True,
        )
        self.clear_all = button("Clear", self.clear, "Switch everything on again")
        self.flow = ButtonFlow()
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.clear_all)
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.flow)
        column.addLayout(head)
        column.addLayout(self._list)
        column.addWidget(self.note)
        self._follow()

    @property
    def switches(self) -> tuple[Switch, ...]:
        """What is switched, in the order it was."""
        return tuple(row.switch for row in self._rows.values())

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for row in self._rows.values():
            row.set_theme(theme)

    def show_place(self, layer: Layer | None, channel: int | None, skip: int | None = None) -> None:
        """Offer to switch this layer, one of its maps, and what enters it where that is more than one.

        `skip` is the port that a skip enters.
        """
        offered: list[Switch] = []
        if layer is not None:
            if channel is not None:
                offered.append(Switch(layer.name, channel=channel))
            offered.append(Switch(layer.name))
            if len(layer.inputs) > 1:
                offered += [Switch(layer.name, port=port) for port in range(len(layer.inputs))]
        self._offered = tuple(offered)
        self._feeding = layer.inputs if layer is not None else ()
        self._skip = skip
        self._follow()

    def keep_possible(self, layers: Mapping[str, Layer]) -> None:
        """Let go of switches that the network has no place for any more; the caller asks anew anyway."""
        for place in [place for place, row in self._rows.items() if not _possible(row.switch, layers)]:
            self._remove(place)
        self._follow()

    def clear(self) -> None:
        """Switch everything on again."""
        if self._rows:
            for place in list(self._rows):
                self._remove(place)
            self._follow()
            self.changed.emit()

    def toggle(self, switch: Switch) -> None:
        """Switch a part off, or on again."""
        if switch.place in self._rows:
            self._remove(switch.place)
        else:
            row = self._rows[switch.place] = _Row(switch)
            row.moved.connect(self.changed)
            row.removed.connect(self.toggle)
            if self._theme is not None:
                row.set_theme(self._theme)
            self._list.addWidget(row)
        self._follow()
        self.changed.emit()

    def row(self, switch: Switch) -> _Row:
        """The row of a part that is switched."""
        return self._rows[switch.place]

    def _remove(self, place: tuple[str, int | None, int | None]) -> None:
        row = self._rows.pop(place)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _follow(self) -> None:
        """Name the buttons after what is looked at and what they would do now."""
        made = []
        for switch in self._offered:
            off = switch.place in self._rows
            what = self._named(switch)
            text = f"Switch {what} {'on' if off else 'off'}"
            tip = f"{switch.named()} counts again" if off else f"{switch.named()} is taken as zero"
            made.append(button(text, lambda switch=switch: self.toggle(switch), tip))
        self.flow.show_parts(made)
        any_ = bool(self._rows)
        for part in (self.title, self.clear_all, self.note):
            part.setVisible(any_)
        self.setVisible(any_ or bool(self._offered))

    def _named(self, switch: Switch) -> str:
        if switch.channel is not None:
            return f"map {switch.channel}"
        if switch.port is not None:
            source = _from_here(self._feeding[switch.port], switch.layer)
            return f"the skip from {source}" if switch.port == self._skip else f"the input from {source}"
        return "the layer"


class _Row(QWidget):
    """One switched part: its name, a slider from off over 1 to twice, and a button that ends it."""

    moved = Signal()
    removed = Signal(object)

    def __init__(self, switch: Switch) -> None:
        super().__init__()
        self.switch = switch
        name = ElidedLabel("label")
        name.setText(switch.named())
        self.factor = QLabel()
        self.factor.setProperty("role", "figure")
        self.factor.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.factor.setMinimumWidth(self.factor.fontMetrics().horizontalAdvance("× 0.00 "))
        self.slider = QSlider(Qt.Orientation.Horizontal, maximum=_MOST, singleStep=5, pageStep=25)
        self.slider.setFixedWidth(96)
        self.slider.setAccessibleName(f"Factor of {switch.named()}")
        self.slider.setToolTip(f"How much {switch.named()} counts, from off to twice")
        self.close_button = IconButton("close", f"Switch {switch.named()} on again")
        self.close_button.clicked.connect(lambda: self.removed.emit(self.switch))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(name, 1)
        row.addWidget(self.slider)
        row.addWidget(self.factor)
        row.addWidget(self.close_button)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(100 * switch.factor))
        self.slider.valueChanged.connect(self._move)
        self._say()

    def set_theme(self, theme: Theme) -> None:
        self.close_button.set_theme(theme)

    def _move(self, percent: int) -> None:
        self.switch = replace(self.switch, factor=percent / 100)
        self._say()
        self.moved.emit()

    def _say(self) -> None:
        self.factor.setText("off" if self.switch.factor == 0 else f"× {self.switch.factor:.2f}")


def skip_port(layers: Mapping[str, Layer], layer: Layer) -> int | None:
    """The port of a sum that the shortest way from the picture enters; None where all are as long.

    `layers` are those of the network, every one behind those that feed it.
    """
    if len(layer.inputs) < 2 or type(layer.operator).__name__ != "Add":
        return None
    depth: dict[str, int] = {}
    for name, known in layers.items():
        depth[name] = 1 + max((depth[source] for source in known.inputs), default=0)
    ways = [depth[source] for source in layer.inputs]
    return ways.index(min(ways)) if min(ways) < max(ways) else None


def _from_here(source: str, layer: str) -> str:
    """The name of a layer as it is called beside another: short where both are in the same block."""
    around = layer.rpartition(".")[0]
    return source.removeprefix(f"{around}.") if around else source


def _possible(switch: Switch, layers: Mapping[str, Layer]) -> bool:
    layer = layers.get(switch.layer)
    if layer is None:
        return False
    if switch.port is not None:
        return switch.port < len(layer.inputs)
    return switch.channel is None or switch.channel < layer.output[0]

"""The selected layer of a run: its gradient, the change of its weights, its ReLUs, each with its course."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.outline import Layer
from explorer.gui.elided import ElidedLabel
from explorer.gui.panel import button, label
from explorer.gui.theme import Theme
from explorer.gui.training.insights.strip_rows import rows_of
from explorer.gui.training.layer_tracks import DEAD, DEVIATION, GRADIENT, UPDATE, LayerTracks, Track
from explorer.gui.training.scale import short

_SHOWN = ((GRADIENT, "gradient norm"), (UPDATE, "change of the weights per step"), (DEVIATION, "deviation"))


_EMPTY = "Click a row of the strip, or select a layer in Design, to follow its gradient and its weights."


class LayerPanel(QWidget):
    """Follows the selection; says how to choose a layer while none with figures is selected.

    Signals:
        canvas_wanted(): the same figures shall be shown as colours on the canvas.
        histogram_wanted(name): the weights of this layer shall be shown as histograms.
    """

    canvas_wanted = Signal()
    histogram_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._after: dict[str, str] = {}
        self._layer = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(4)
        self.title = ElidedLabel("title")
        self.empty = label(_EMPTY, "hint", wrap=True)
        for part in (self.title, self.empty):
            column.addWidget(part)
        self.lines: dict[str, _Course] = {}
        for quantity, name in _SHOWN:
            self.lines[quantity] = made = _Course(name)
            column.addWidget(made)
        row = QHBoxLayout()
        self.dead_name, self.dead = label("dead ReLUs below it", "label"), label(role="figure")
        row.addWidget(self.dead_name, 1)
        row.addWidget(self.dead)
        column.addLayout(row)
        column.addSpacing(4)
        row = QHBoxLayout()
        self.canvas = button(
            "Show on canvas", self.canvas_wanted.emit, "Colour the network by gradient norm in Design"
        )
        self.histogram = button(
            "Histogram", self._want_histogram, "How its weights and gradients are spread, epoch by epoch"
        )
        self.histogram.setProperty("kind", "quiet")
        row.addWidget(self.canvas)
        row.addWidget(self.histogram)
        row.addStretch(1)
        column.addLayout(row)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for line in self.lines.values():
            line.set_theme(theme)

    def know(self, layers: Sequence[Layer]) -> None:
        """The layers of the network that is open, to find the ReLUs that follow a layer."""
        self._after = activations_after(layers)

    def show_layer(self, tracks: LayerTracks | None, selected: tuple[str, ...]) -> None:
        """Show the figures of the selected layer, or of the first layer inside the selected block."""
        look = tracks.newest if tracks is not None else None
        rows = rows_of(look.weighted, selected) if look is not None else None
        self.setVisible(look is not None)
        parts = (*self.lines.values(), self.dead_name, self.dead, self.canvas, self.histogram)
        for part in parts:
            part.setVisible(rows is not None)
        self.empty.setVisible(rows is None)
        if tracks is None or look is None or rows is None:
            self.title.setText("Selected layer")
            return
        self._layer = name = look.weighted[rows[0]]
        self.title.setText(f"Selected layer: {name}")
        below = self._after.get(name, "")
        for quantity, line in self.lines.items():
            own = below if quantity == DEVIATION else name
            track = tracks.tracks[quantity]
            line.setVisible(own in track.names)
            line.show_track(track, own, tracks.figures(quantity).get(own, math.nan))
        share = tracks.figures(DEAD).get(below, math.nan)
        for part in (self.dead_name, self.dead):
            part.setVisible(math.isfinite(share))
        if math.isfinite(share):
            self.dead.setText(f"{100 * share:.3g} % of the channels")

    def _want_histogram(self) -> None:
        self.histogram_wanted.emit(self._layer)


def activations_after(layers: Sequence[Layer]) -> dict[str, str]:
    """For each convolution and dense layer the first activation that its result goes through."""
    known = {layer.name: layer for layer in layers}
    found: dict[str, str] = {}
    for layer in layers:
        if type(layer.operator).category == "Activation":
            for name in _sources(layer, known):
                found.setdefault(name, layer.name)
    return found


def _sources(layer: Layer, known: Mapping[str, Layer]) -> Iterator[str]:
    """The layers with weights that feed a layer, with only normalization and sums between."""
    waiting = list(layer.inputs)
    while waiting:
        above = known[waiting.pop()]
        category = type(above.operator).category
        if category in ("Convolution", "Dense"):
            yield above.name
        elif category in ("Normalization", "Merge"):
            waiting += above.inputs


class _Course(QWidget):
    """A name, the newest figure, and the course of one row as a line."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._theme: Theme | None = None
        self._track: Track | None = None
        self._row = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        self.figure = label(role="figure")
        row.addWidget(label(name, "label"), 1)
        row.addWidget(self.figure)
        column.addLayout(row)
        column.addSpacing(34)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_track(self, track: Track, name: str, newest: float) -> None:
        self._track = track if name in track.names else None
        self._row = track.names.index(name) if name in track.names else 0
        self.figure.setText(short(newest) if math.isfinite(newest) else "–")
        self.setAccessibleName(f"{self._name} {self.figure.text()}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 56)

    def paintEvent(self, event: QPaintEvent) -> None:
        track = self._track
        if self._theme is None or track is None or len(track.columns) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0.5, self.height() - 32, self.width() - 1, 28)
        painter.setPen(QPen(self._theme["line2"], 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        values = [column[self._row] for column in track.columns]
        finite = [value for value in values if math.isfinite(value)]
        low, high = min(finite, default=0.0), max(finite, default=1.0)
        line = QPolygonF()
        for place, value in enumerate(values):
            if math.isfinite(value):
                share = (value - low) / max(0.1, high - low)
                x = box.left() + place / (len(values) - 1) * box.width()
                line.append(QPointF(x, box.bottom() - 2 - share * (box.height() - 4)))
        painter.setPen(QPen(self._theme["run1"], 1.4))
        painter.drawPolyline(line)
        painter.end()

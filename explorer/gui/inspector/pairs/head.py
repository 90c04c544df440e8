"""One of two networks: which, with which weights, of which epoch, and which of its layers is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from explorer.core.errors import ExplorerError
from explorer.core.outline import Layer
from explorer.core.shapes import shape_text
from explorer.engine.looking.findings import RUN, WeightsSource
from explorer.gui.panel import IconButton, label
from explorer.gui.theme import Theme

_PLAY_MS = 700


class EpochScrubber(QWidget):
    """Goes through the epochs whose weights a run kept; hidden where there is no run.

    Signals:
        moved(): another epoch is wanted.
    """

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._epochs: tuple[int, ...] = ()
        self._run: object = None
        self.slider = QSlider(Qt.Orientation.Horizontal, minimum=0, pageStep=1)
        self.slider.setAccessibleName("Epoch of the run")
        self.slider.setToolTip("Go through the epochs whose weights the run kept")
        self.said = label(role="label")
        self.said.setMinimumWidth(76)
        self.play = IconButton("play", "Play the epochs one after another")
        self.play.clicked.connect(self._play_or_rest)
        self._timer = QTimer(self, interval=_PLAY_MS)
        self._timer.timeout.connect(self._step)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.play)
        row.addWidget(self.slider, 1)
        row.addWidget(self.said)
        self.slider.valueChanged.connect(self._moved)
        self.hide()

    @property
    def epochs(self) -> tuple[int, ...]:
        """The epochs that were kept."""
        return self._epochs

    @property
    def playing(self) -> bool:
        """Whether it goes on by itself."""
        return self._timer.isActive()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.play.set_theme(theme)

    def show_run(self, source: WeightsSource) -> None:
        """Offer the epochs of a run; the place for its best or last stands after them."""
        run = source.path if source.kind == RUN else None
        self._epochs = ()
        if run is not None:
            from explorer.engine.runs.run_folder import kept_epochs  # the window starts without the engine

            try:
                self._epochs = kept_epochs(run)
            except ExplorerError:
                self._epochs = ()  # asking for its weights says what is damaged
        with QSignalBlocker(self.slider):
            self.slider.setMaximum(len(self._epochs))
            self.slider.setValue(len(self._epochs))
        if (run, source.which) != self._run or not self._epochs:
            self.rest()
        self._run = run, source.which
        self.setVisible(len(self._epochs) > 0)
        self._say()

    def which(self, source: WeightsSource) -> WeightsSource:
        """The weights at the place of the slider."""
        place = self.slider.value()
        if source.kind != RUN or place >= len(self._epochs):
            return source
        return replace(source, which=f"epoch {self._epochs[place]}")

    def rest(self) -> None:
        """Play no more."""
        self._timer.stop()
        self.play.set_sign("play")
        self.play.describe("Play the epochs one after another")

    def _moved(self, _place: int) -> None:
        self._say()
        self.moved.emit()

    def _say(self) -> None:
        place = self.slider.value()
        last = isinstance(self._run, tuple) and self._run[1] == "last"
        rest = "last state" if last else "best epoch"
        if place >= len(self._epochs):
            self.said.setText(rest)
        else:
            self.said.setText(f"epoch {self._epochs[place]}" if self._epochs[place] else "untrained")

    def _play_or_rest(self) -> None:
        if self.playing:
            self.rest()
            return
        if self.slider.value() >= len(self._epochs) - 1:
            self.slider.setValue(0)
        self._timer.start()
        self.play.set_sign("pause")
        self.play.describe("Stop playing")

    def _step(self) -> None:
        if not self.isVisible() or self.slider.value() >= len(self._epochs) - 1:
            self.rest()
            return
        self.slider.setValue(self.slider.value() + 1)


class PairHead(QWidget):
    """The head of one column.

    Signals:
        layer_chosen(name): another layer of this network is wanted.
    """

    layer_chosen = Signal(str)

    def __init__(
        self, network: QWidget, weights: QWidget, parent: QWidget | None = None, *, layers: bool = True
    ) -> None:
        """`layers` offers the layers of this network; else they are chosen elsewhere."""
        super().__init__(parent)
        self.epochs = EpochScrubber()
        self.box = QComboBox()
        self.box.setAccessibleName("Layer of this network")
        self.box.setToolTip("The layer that is shown of this network")
        self.box.setMinimumContentsLength(10)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.about = label(role="hint")
        self.box.activated.connect(lambda index: self.layer_chosen.emit(self.box.itemText(index)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(8)
        first.addWidget(network, 1)
        first.addWidget(weights, 1)
        second.addWidget(self.box, 1)
        second.addWidget(self.about, 1)
        for part in (self.box, self.about):
            part.setVisible(layers)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.epochs)
        column.addStretch(1)
        self._names: list[str] = []

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.epochs.set_theme(theme)

    def show_layers(self, layers: Sequence[Layer], name: str) -> None:
        """Offer these layers, one of them chosen."""
        names = [layer.name for layer in layers]
        with QSignalBlocker(self.box):
            if names != self._names:
                self._names = names
                self.box.clear()
                self.box.addItems(names)
            self.box.setCurrentIndex(names.index(name) if name in names else -1)
        shapes = {layer.name: layer for layer in layers}
        layer = shapes.get(name)
        self.about.setText("" if layer is None else f"{layer.operator.kind()} · {shape_text(layer.output)}")

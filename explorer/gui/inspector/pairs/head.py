"""One of two networks: which, with which weights, of which epoch, and which of its layers is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from explorer.core.errors import ExplorerError
from explorer.core.outline import Layer
from explorer.core.shapes import shape_text
from explorer.engine.looking.findings import RUN, WeightsSource
from explorer.engine.looking.pair_findings import KeptEpoch
from explorer.gui.panel import IconButton, label
from explorer.gui.theme import Theme

_PLAY_MS = 700
_FIELD = 26


class EpochScrubber(QWidget):
    """Goes through the epochs whose weights a run kept; hidden where there is no run.

    While both networks look at a picture of which the run keeps maps, it goes through the epochs
    whose maps were kept, too.

    Signals:
        moved(): another epoch is wanted.
    """

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._epochs: tuple[int, ...] = ()
        self._weighed: frozenset[int] = frozenset()
        self._run: tuple[Path, str] | None = None
        self.slider = QSlider(Qt.Orientation.Horizontal, minimum=0, pageStep=1)
        self.slider.setAccessibleName("Epoch of the run")
        self.slider.setToolTip("Go through the epochs of which the run kept weights or maps")
        self.said = label(role="label")
        self.said.setMinimumWidth(76)
        self.hint = label(role="hint", wrap=True)
        self.play = IconButton("play", "Play the epochs one after another")
        self.play.clicked.connect(self._play_or_rest)
        self._timer = QTimer(self, interval=_PLAY_MS)
        self._timer.timeout.connect(self._step)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.play)
        row.addWidget(self.slider, 1)
        row.addWidget(self.said)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.hint)
        self.slider.valueChanged.connect(self._moved)
        self.hide()

    @property
    def epochs(self) -> tuple[int, ...]:
        """The epochs that can be gone through."""
        return self._epochs

    @property
    def epoch(self) -> int | None:
        """The epoch at the place of the slider; None for the best or last, which stands after them."""
        place = self.slider.value()
        return self._epochs[place] if place < len(self._epochs) else None

    @property
    def kept(self) -> KeptEpoch | None:
        """The epoch at the place of the slider where only its maps were kept."""
        epoch = self.epoch
        if epoch is None or epoch in self._weighed or self._run is None:
            return None
        return KeptEpoch(self._run[0], epoch)

    @property
    def playing(self) -> bool:
        """Whether it goes on by itself."""
        return self._timer.isActive()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.play.set_theme(theme)

    def show_run(self, source: WeightsSource, *, probing: bool = False) -> None:
        """Offer the epochs of a run; the place for its best or last stands after them.

        `probing`: both look at a picture of which a run keeps maps.
        """
        run = (source.path, source.which) if source.kind == RUN and source.path is not None else None
        weighed, mapped = _kept_epochs(run[0]) if run is not None else ((), ())
        before = self.epoch if run == self._run else None
        self._weighed = frozenset(weighed)
        self._epochs = tuple(sorted({*weighed, *mapped})) if probing else weighed
        with QSignalBlocker(self.slider):
            self.slider.setMaximum(len(self._epochs))
            known = before in self._epochs
            self.slider.setValue(self._epochs.index(before) if known else len(self._epochs))
        if run != self._run or not self._epochs:
            self.rest()
        self._run = run
        self.setVisible(len(self._epochs) > 0)
        self._hint(len(set(mapped) - self._weighed), probing=probing)
        self._say()

    def which(self, source: WeightsSource) -> WeightsSource:
        """The weights at the place of the slider."""
        if source.kind != RUN or self.epoch is None:
            return source
        return replace(source, which=f"epoch {self.epoch}")

    def rest(self) -> None:
        """Play no more."""
        self._timer.stop()
        self.play.set_sign("play")
        self.play.describe("Play the epochs one after another")

    def _moved(self, _place: int) -> None:
        self._say()
        self.moved.emit()

    def _hint(self, more: int, *, probing: bool) -> None:
        """Say of how many epochs only maps were kept."""
        epochs = f"{more:,} more epoch{'' if more == 1 else 's'}"
        if probing:
            said = f"Of {epochs.replace(' more', '')} no weights were kept, but the maps of this picture."
        else:
            said = f"Of {epochs} the maps of a few pictures were kept; choose one at the right."
        self.hint.setText(said if more else "")
        self.hint.setVisible(more > 0)

    def _say(self) -> None:
        epoch = self.epoch
        if epoch is None:
            last = self._run is not None and self._run[1] == "last"
            self.said.setText("last state" if last else "best epoch")
        elif epoch == 0:
            self.said.setText("untrained")
        else:
            self.said.setText(f"epoch {epoch}" + ("" if self.kept is None else ", maps"))

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


def _kept_epochs(run: Path) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The epochs of which a run kept the weights, and those of which it kept maps."""
    from explorer.engine.runs.epoch_files import epochs_in  # the window starts without the engine
    from explorer.engine.runs.probes import PROBES
    from explorer.engine.runs.run_folder import kept_epochs

    try:
        return kept_epochs(run), epochs_in(run / PROBES)
    except (ExplorerError, OSError):
        return (), ()  # asking for its weights says what is damaged


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
        self.why = label(role="hint", wrap=True)
        self.box.activated.connect(lambda index: self.layer_chosen.emit(self.box.itemText(index)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        first = QHBoxLayout()
        first.setSpacing(8)
        network.setMinimumHeight(_FIELD)  # a name takes as much room as a box: the heads stand in rows
        first.addWidget(network, 1)
        first.addWidget(self.box, 1)
        for part in (self.box, self.why):
            part.setVisible(layers)
        column.addLayout(first)
        for part in (weights, self.epochs, self.why):
            column.addWidget(part)
        column.addStretch(1)
        self._names: list[str] = []

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.epochs.set_theme(theme)

    def show_layers(self, layers: Sequence[Layer], name: str, why: str) -> None:
        """Offer these layers, one of them chosen; `why` that one stands for the other network's."""
        names = [layer.name for layer in layers]
        with QSignalBlocker(self.box):
            if names != self._names:
                self._names = names
                self.box.clear()
                self.box.addItems(names)
            self.box.setCurrentIndex(names.index(name) if name in names else -1)
        shapes = {layer.name: layer for layer in layers}
        layer = shapes.get(name)
        about = "" if layer is None else f"{layer.operator.kind()} · {shape_text(layer.output)}"
        self.why.setText(f"{about}, shown for ours: {why}" if why else about)

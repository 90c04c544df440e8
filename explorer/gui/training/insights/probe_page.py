"""Feature maps of fixed pictures through the epochs of a run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from explorer.gui.elided import ElidedLabel
from explorer.gui.inspector.pictures.picture_view import image_of
from explorer.gui.inspector.requests import Requests
from explorer.gui.job import ShouldStop, Work
from explorer.gui.quiet_choice import QuietChoice
from explorer.gui.theme import Theme
from explorer.gui.training.insights.epoch_slider import EpochSlider
from explorer.gui.training.insights.probe_choice import ProbeChoice
from explorer.gui.training.run import Run
from explorer.gui.training.scale import size_text

if TYPE_CHECKING:
    from explorer.engine.looking.probe_pictures import ProbedMaps

_GAP = 4
_FED = 72


@dataclass(frozen=True)
class ProbeQuestion:
    """The maps of one layer and picture after an epoch; None for the newest."""

    folder: Path
    epoch: int | None
    layer: str
    picture: int
    theme: str


@dataclass(frozen=True)
class _Nothing:
    """The run keeps no maps."""


def answering_probes(question: ProbeQuestion) -> Work:
    """The work of a question about probed maps."""

    def work(_should_stop: ShouldStop) -> Iterator[object]:
        from explorer.engine.looking.probe_pictures import probed_maps  # numpy: not before somebody asks

        found = probed_maps(question.folder, question.epoch, question.layer, question.picture, question.theme)
        yield _Nothing() if found is None else found

    return work


class ProbePage(QWidget):
    """Shows the probes of one run; the slider goes through its epochs.

    Signals:
        layers_wanted(names): the maps of these layers shall be kept; none leaves the choice to the program.
    """

    layers_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self._theme = "dark"
        self.maps: ProbedMaps | None = None
        self.slider = EpochSlider()
        self.layer = QuietChoice("Which layer's maps are shown")
        self.picture = QuietChoice("Which of the fixed pictures is looked at")
        self.text = ElidedLabel("hint")
        self.kept = ProbeChoice()
        self._chosen: tuple[str, ...] = ()
        self._going = False
        self.grid = MapGrid()
        self.requests = Requests(self, answering_probes)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.layer)
        row.addWidget(self.picture)
        row.addWidget(self.text, 1)
        row.addWidget(self.kept)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.grid, 1)
        column.addWidget(self.slider)
        for part in (self.layer, self.picture):
            part.currentIndexChanged.connect(self._ask)
        self.slider.moved.connect(self._ask)
        self.kept.wanted.connect(self.layers_wanted)
        self.requests.answered.connect(self._take)
        self.requests.failed.connect(lambda sentence, _details: self.text.setText(sentence))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = "dark" if theme.dark else "light"
        self._ask()

    def show_run(self, run: Run | None) -> None:
        """Show a run; call again when it has more epochs."""
        if run is not self._run:
            self._run, self.maps = run, None
            self.grid.show_maps(None)
        history = run.insight.history if run is not None else None
        epochs = [epoch.epoch for epoch in history.epochs] if history is not None else []
        if self.slider.show_epochs(epochs) or self.maps is None:
            self._ask()

    def show_chosen(self, chosen: Sequence[str], *, going: bool) -> None:
        """The layers that were chosen by hand, of the run that goes on or of the next one."""
        self._chosen, self._going = tuple(chosen), going
        self._tell_kept()

    def _tell_kept(self) -> None:
        kept = self.maps.layers if self.maps is not None else ()
        self.kept.show_kept(kept, self._chosen, going=self._going)

    def shutdown(self) -> bool:
        """Stop and wait; False where the thread still runs after a bounded time."""
        return self.requests.shutdown()

    def _ask(self, *_: object) -> None:
        run = self._run
        if run is None or run.folder is None or not self.isVisible() or self.slider.epoch is None:
            return
        picture = max(0, self.picture.currentIndex())
        self.requests.ask(
            ProbeQuestion(run.folder, self.slider.epoch, self.layer.currentText(), picture, self._theme)
        )

    def _take(self, report: object) -> None:
        if isinstance(report, _Nothing):
            self.text.setText("No maps are kept of this run yet.")
            return
        maps: ProbedMaps = report  # type: ignore[assignment]
        self.maps = maps
        self.layer.offer(maps.layers, maps.layer)
        names = [f"picture {place + 1}" for place in range(maps.count)]
        self.picture.offer(names, names[min(max(0, self.picture.currentIndex()), len(names) - 1)])
        count, layers = len(maps.pixels), "layer" if len(maps.layers) == 1 else "layers"
        self.text.setText(
            f"{count:,} maps, {maps.low:.3g} to {maps.high:.3g}; {len(maps.layers):,} {layers},"
            f" {size_text(maps.bytes)} an epoch, {size_text(maps.all_bytes)} in all"
        )
        self.grid.show_maps(maps)
        self._tell_kept()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._ask()


class MapGrid(QWidget):
    """Coloured maps as tiles of one size, with the picture they are of before them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probeGrid")
        self.setAccessibleName("Feature maps after an epoch")
        self.setToolTip("The maps of a fixed picture; the slider goes through the epochs")
        self.setMinimumHeight(80)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._tiles: list[QImage] = []
        self._fed: QImage | None = None

    def show_maps(self, maps: ProbedMaps | None) -> None:
        """Show these maps, or none."""
        self._tiles = [] if maps is None else [image_of(pixels) for pixels in maps.pixels]
        self._fed = None if maps is None else image_of(maps.fed)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, 240)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        left = 0
        if self._fed is not None:
            painter.drawImage(QRect(0, 0, _FED, _FED), self._fed)
            left = _FED + 3 * _GAP
        if self._tiles:
            side, columns = _fitting(len(self._tiles), self.width() - left, self.height())
            for place, tile in enumerate(self._tiles):
                row, column = divmod(place, columns)
                corner = QPoint(left + column * (side + _GAP), row * (side + _GAP))
                painter.drawImage(QRect(corner, QSize(side, side)), tile)
        painter.end()


def _fitting(count: int, wide: int, high: int) -> tuple[int, int]:
    """The largest side of `count` square tiles in a box, and how many stand side by side."""
    fits: Callable[[int], int] = lambda side: max(1, (wide + _GAP) // (side + _GAP))  # noqa: E731
    for side in range(min(160, max(6, high)), 5, -1):
        if math.ceil(count / fits(side)) * (side + _GAP) <= high + _GAP:
            return side, fits(side)
    return 6, fits(6)

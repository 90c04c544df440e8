"""Feature maps of fixed pictures through the epochs of a run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from explorer.gui.inspector.pictures.picture_view import image_of
from explorer.gui.inspector.requests import Requests
from explorer.gui.job import ShouldStop, Work
from explorer.gui.panel import label
from explorer.gui.theme import Theme
from explorer.gui.training.insights.epoch_slider import EpochSlider
from explorer.gui.training.run import Run
from explorer.gui.training.scale import short

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
    """Shows the probes of one run; the slider goes through its epochs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self._theme = "dark"
        self.maps: ProbedMaps | None = None
        self.slider = EpochSlider()
        self.layer = _choice("Layer", "Which layer's maps are shown")
        self.picture = _choice("Picture", "Which of the fixed pictures is looked at")
        self.text = label("", "hint")
        self.grid = MapGrid()
        self.requests = Requests(self, answering_probes)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.layer)
        row.addWidget(self.picture)
        row.addWidget(self.text, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.grid, 1)
        column.addWidget(self.slider)
        for part in (self.layer, self.picture):
            part.currentIndexChanged.connect(self._ask)
        self.slider.moved.connect(self._ask)
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
        with QSignalBlocker(self.layer), QSignalBlocker(self.picture):
            _offer(self.layer, list(maps.layers), maps.layer)
            names = [f"picture {place + 1}" for place in range(maps.count)]
            _offer(self.picture, names, names[min(max(0, self.picture.currentIndex()), len(names) - 1)])
        count = len(maps.pixels)
        self.text.setText(
            f"{count:,} maps after epoch {maps.epoch:,}, from {short(maps.low)} to {short(maps.high)}"
        )
        self.grid.show_maps(maps)

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


def _choice(name: str, tip: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setToolTip(tip)
    made.setProperty("quiet", True)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return made


def _offer(choice: QComboBox, names: list[str], chosen: str) -> None:
    if [choice.itemText(place) for place in range(choice.count())] != names:
        choice.clear()
        choice.addItems(names)
    choice.setCurrentText(chosen)

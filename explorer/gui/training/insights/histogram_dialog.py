"""The dialog with the histograms of one layer: its weights and gradients, epoch by epoch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QVBoxLayout, QWidget

from explorer.gui.inspector.maps.histogram import Histogram
from explorer.gui.inspector.requests import Requests, loading
from explorer.gui.job import ShouldStop, Work
from explorer.gui.panel import label, sentence
from explorer.gui.theme import Theme
from explorer.gui.training.insights.epoch_slider import EpochSlider
from explorer.gui.training.run import Run
from explorer.gui.training.scale import short

if TYPE_CHECKING:
    from explorer.engine.looking.weight_histograms import Spread, WeightHistograms

_WIDE = 420


@dataclass(frozen=True)
class HistogramQuestion:
    """The histograms of a layer at the end of an epoch; None for the newest."""

    folder: Path
    layer: str
    epoch: int | None


def answering_histograms(question: HistogramQuestion) -> Work:
    """The work of a question about a layer's weights."""

    def work(_should_stop: ShouldStop) -> Iterator[object]:
        yield from loading()
        from explorer.engine.looking.weight_histograms import weight_histograms  # torch: in the thread

        yield weight_histograms(question.folder, question.layer, question.epoch)

    return work


class HistogramDialog(QDialog):
    """Shows the weights of a layer of a run as the checkpoints hold them; the slider goes through epochs."""

    def __init__(self, run: Run, layer: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("histogramDialog")
        self.setWindowTitle(f"Weights of {layer}")
        self._run, self._layer, self._theme = run, layer, theme
        self.found: WeightHistograms | None = None
        self.rows: list[_Row] = []
        self.text = label("Reading the checkpoints…", "hint", wrap=True)
        self.slider = EpochSlider()
        self._column = QVBoxLayout()
        self._column.setSpacing(10)
        self.requests = Requests(self, answering_histograms)
        close = QDialogButtonBox()
        close.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        close.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(label(f"{layer} of {run.name}", "title"))
        column.addWidget(self.text)
        column.addLayout(self._column)
        column.addWidget(self.slider)
        column.addWidget(close)
        self.setMinimumWidth(_WIDE)
        self.slider.hide()
        self.slider.moved.connect(self._ask)
        self.requests.answered.connect(self._take)
        self.requests.said.connect(lambda said: self.text.setText(said) if said else None)
        self.requests.failed.connect(lambda said, _details: self.text.setText(sentence(said)))
        self._ask(None)

    def shutdown(self) -> bool:
        """Stop reading and wait; False where the thread still runs after a bounded time."""
        return self.requests.shutdown()

    def _ask(self, epoch: object) -> None:
        if self._run.folder is not None:
            wanted = epoch if isinstance(epoch, int) else None
            self.requests.ask(HistogramQuestion(self._run.folder, self._layer, wanted))

    def _take(self, report: object) -> None:
        found: WeightHistograms = report  # type: ignore[assignment]
        self.found = found
        self.slider.show()
        self.slider.show_epochs(found.epochs)
        self.text.setText(
            "The untrained network, as it began."
            if found.epoch == 0
            else f"At the end of epoch {found.epoch:,}; of the gradients, what the optimizer remembers."
        )
        while len(self.rows) < len(found.spreads):
            self.rows.append(row := _Row(self._theme))
            self._column.addWidget(row)
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(found.spreads))
        for row, spread in zip(self.rows, found.spreads, strict=False):
            row.show_spread(spread)

    def done(self, result: int) -> None:
        self.requests.withdraw()
        super().done(result)


class _Row(QWidget):
    """What is counted, mean and deviation, and the bars."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.name, self.figures = label(role="label"), label(role="figure")
        self.bars = Histogram()
        self.bars.set_theme(theme)
        row = QHBoxLayout()
        row.addWidget(self.name, 1)
        row.addWidget(self.figures, 0, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.bars)

    def show_spread(self, spread: Spread) -> None:
        """Show how the values are spread."""
        self.name.setText(
            f"{sum(spread.counts):,} {spread.name}" if spread.name == "weights" else spread.name
        )
        self.figures.setText(f"{short(spread.mean)} ± {short(spread.deviation)}")
        self.bars.setAccessibleName(f"Histogram: {spread.name}")
        self.bars.show_counts(spread.counts, spread.low, spread.high)

"""The card below the plots: what the layers of a run do, what it mistakes, and how its maps grow."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from explorer.gui.elided import ElidedLabel
from explorer.gui.quiet_choice import QuietChoice
from explorer.gui.right_of_way import Tick
from explorer.gui.segments import Segments
from explorer.gui.theme import Theme
from explorer.gui.training.insights.gradient_strip import GradientStrip
from explorer.gui.training.insights.mistake_page import MistakePage
from explorer.gui.training.insights.probe_page import ProbePage
from explorer.gui.training.layer_tracks import TITLES
from explorer.gui.training.run import Run

_REDRAW_MS = 100
_PAGES = (
    ("Layers", "What each layer does, step by step"),
    ("Mistakes", "What is taken for what, and the worst mistakes"),
    ("Probes", "Feature maps of fixed pictures, epoch by epoch"),
)


class LayerInsight(QFrame):
    """Shows the inside of one run, live; redrawn a few times a second while it can be seen.

    Signals:
        layer_chosen(name): a person chose a layer.
        quantity_chosen(quantity): another quantity is shown by colours.
        picture_chosen(picture): a person wants to look into the network with this picture.
        failed(sentence, details): something cannot be shown.
    """

    layer_chosen = Signal(str)
    quantity_chosen = Signal(str)
    picture_chosen = Signal(object)
    failed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._run: Run | None = None
        self.strip = GradientStrip()
        self.mistakes = MistakePage()
        self.probes = ProbePage()
        self.switch = Segments(_PAGES, height=26)
        self.switch.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hint = ElidedLabel("hint")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.quantity = QuietChoice("What the colours of the strip stand for")
        for key, (title, _) in TITLES.items():
            self.quantity.addItem(title, key)
        self._pages = QStackedWidget()
        for page in (self.strip, self.mistakes, self.probes):
            self._pages.addWidget(page)
        self._due = Tick(self, _REDRAW_MS)
        self._lay_out()
        self._connect()
        self._say("")

    @property
    def shown_quantity(self) -> str:
        """What the strip shows, one of `layer_tracks.TITLES`."""
        return str(self.quantity.currentData())

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for page in (self.strip, self.mistakes, self.probes):
            page.set_theme(theme)

    def show_run(self, run: Run | None) -> None:
        """Show a run; call again when it has reported more."""
        if run is not self._run:
            self._run = run
            self._draw()
        elif self.isVisible() and not self._due.isActive():
            self._due.start()

    def show_layers(self) -> None:
        """Bring the strip to the front, with its gradients."""
        self.switch.choose(0)
        self.quantity.setCurrentIndex(0)

    def select(self, names: tuple[str, ...]) -> None:
        """Mark the selected layers."""
        self.strip.select(names)
        self.probes.kept.select(names)

    def shutdown(self) -> bool:
        """Stop what runs and wait a bounded time; False where something still runs."""
        ended = [page.shutdown() for page in (self.mistakes, self.probes)]
        return all(ended)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 12, 10)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.switch)
        row.addWidget(self.hint, 1)
        row.addWidget(self.quantity)
        row.addStretch(0)
        column.addLayout(row)
        column.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self._due.timeout.connect(self._draw)
        self.switch.switched.connect(self._turn)
        self.quantity.currentIndexChanged.connect(self._requantify)
        self.strip.layer_chosen.connect(self.layer_chosen)
        self.strip.pointed.connect(self._say)
        self.mistakes.picture_chosen.connect(self.picture_chosen)
        self.mistakes.failed.connect(self.failed)

    def _turn(self, index: int) -> None:
        self._pages.setCurrentIndex(index)
        for part in (self.hint, self.quantity):
            part.setVisible(index == 0)
        self._draw()

    def _requantify(self) -> None:
        self._say("")
        self._draw()
        self.quantity_chosen.emit(self.shown_quantity)

    def _say(self, text: str) -> None:
        self.hint.setText(text or TITLES[self.shown_quantity][1])

    def _draw(self) -> None:
        run = self._run
        page = self._pages.currentIndex()
        if page == 0:
            track = run.insight.layers.tracks[self.shown_quantity] if run is not None else None
            self.strip.show_track(track, run.progress.batches if run is not None else 0)
        elif page == 1:
            self.mistakes.show_run(run)
        else:
            self.probes.show_run(run)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

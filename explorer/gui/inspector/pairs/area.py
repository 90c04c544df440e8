"""Two networks, or two epochs of a run, look at the same picture: maps, differences and answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.outline import flatten
from explorer.engine.looking.findings import RUN
from explorer.engine.looking.pair_findings import PairAnswers, PairMaps, PairRequest, counterpart
from explorer.gui.elided import ElidedLabel
from explorer.gui.inspector.area import InspectArea
from explorer.gui.inspector.maps.layer_bar import LayerBar
from explorer.gui.inspector.maps.map_order import INFLUENCE
from explorer.gui.inspector.pairs.choice import NetworkChoice
from explorer.gui.inspector.pairs.head import PairHead
from explorer.gui.inspector.pairs.maps import DIFFERENCE, PairMapsView
from explorer.gui.inspector.pairs.probing import PictureChoice
from explorer.gui.inspector.pairs.side import PairSide
from explorer.gui.inspector.requests import Requests, loading, told
from explorer.gui.inspector.sample_button import SampleButton
from explorer.gui.inspector.weights.choice import WeightsChoice
from explorer.gui.inspector.weights.mirror import WeightsMirror
from explorer.gui.job import ShouldStop, Work
from explorer.gui.panel import EmptyState, Notice, button, rule, sentence
from explorer.gui.scrolling import ScrollColumn
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench


class PairArea(QWidget):
    """The open network at the left, with the weights of the Inspect area; another, or itself, at the right.

    Signals:
        status(text): what is going on.
        layer_chosen(name): another layer of the open network is wanted.
    """

    status = Signal(str)
    layer_chosen = Signal(str)

    def __init__(
        self,
        workbench: Workbench,
        one: InspectArea,
        parent: QWidget | None = None,
        *,
        choose_network: Callable[[QWidget], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("pairArea")
        self.setAcceptDrops(True)
        self._workbench, self._one = workbench, one
        self._theme: Theme | None = None
        self._stale = True
        self._left_layer = self._right_layer = self._right_why = ""
        self.requests = Requests(self, _answering_pairs)
        self.layers = LayerBar()
        self.layers.order.addItem("Sort by difference", DIFFERENCE)
        self.layers.order.removeItem(self.layers.order.findData(INFLUENCE))
        self.with_difference = QCheckBox("difference")
        self.with_difference.setToolTip("Show right minus left, where both layers have one shape")
        self.with_difference.setChecked(True)
        self.network = NetworkChoice(workbench, choose_file=choose_network)
        self.weights = WeightsChoice(one.weights.runs_folder, bare=True)
        self.weights.seed.setValue(1)  # so that two random networks are two
        self.own = ElidedLabel("title")
        self.left = PairHead(self.own, WeightsMirror(one.weights), layers=False)
        self.right = PairHead(self.network, self.weights)
        self.maps = PairMapsView(self.left, self.right)
        self.fed = PictureChoice()
        self.notice, self.side = Notice(), PairSide(self.fed)
        self.sample = SampleButton(self._sample_name)
        self.empty = EmptyState(
            "picture",
            "Drop a picture here.",
            button("Open…", one.pictures.ask, "Open a picture", primary=True),
            self.sample,
        )
        self._lay_out()
        self._connect()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme; maps are coloured anew."""
        again = self._theme is not None and theme is not self._theme
        self._theme = theme
        parts = (self.layers, self.left, self.right, self.maps, self.side, self.empty)
        for part in (*parts, self.weights):
            part.set_theme(theme)
        if again:
            self.ask()

    def shutdown(self) -> bool:
        """Stop and wait; whether all threads are gone."""
        parts = (self.requests, self.weights, self.sample, self.network, self.fed)
        return all([part.shutdown() for part in parts])  # noqa: C419  (each is asked, whatever the others say)

    def _lay_out(self) -> None:
        self.layers.add(self.with_difference)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.maps)
        middle = QFrame()
        middle.setProperty("role", "panel")
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._above = QWidget()
        above = QVBoxLayout(self._above)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(0)
        above.addWidget(self.layers)
        above.addWidget(rule())
        for part in (self._above, self.notice):
            column.addWidget(part)
        column.addWidget(self._pages, 1)
        scroll = ScrollColumn(self.side)
        splitter = QSplitter(Qt.Orientation.Horizontal, handleWidth=1, childrenCollapsible=False)
        for made, least in ((middle, 620), (scroll, 240)):
            made.setMinimumWidth(least)
            splitter.addWidget(made)
        splitter.setSizes([1240, 300])
        splitter.setStretchFactor(0, 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(splitter)

    def _connect(self) -> None:
        self._one.pictures.opened.connect(self._look_at_open)
        self.fed.changed.connect(self._follow_weights)
        self.fed.failed.connect(self._complain)
        self.sample.read.connect(self._one.pictures.add)
        self.sample.failed.connect(self._complain)
        for weights in (self._one.weights, self.weights):
            weights.changed.connect(self._follow_weights)
        self.weights.failed.connect(self._complain)
        self.network.changed.connect(self._follow_network)
        self.network.failed.connect(self._complain)
        self.network.said.connect(self.status)
        for head in (self.left, self.right):
            head.epochs.moved.connect(self.ask)
        self.right.layer_chosen.connect(self._choose_right)
        self.layers.layer_chosen.connect(self.layer_chosen)
        self.layers.colours_chosen.connect(self.ask)
        self.layers.order_chosen.connect(self._sort)
        self.maps.layer_turned.connect(self.layers.turn)
        self.with_difference.toggled.connect(self.maps.show_difference)
        self._workbench.changed.connect(self._follow_document)
        self.requests.answered.connect(self._take)
        self.requests.said.connect(self.status)
        self.requests.failed.connect(self._complain)

    def _follow_document(self, old: Document, new: Document) -> None:
        if old.graph is not new.graph:
            self._follow_network()

    def _follow_weights(self) -> None:
        """Other weights, or another picture: offer what runs kept of it, and ask."""
        self._show_runs()
        self.ask()

    def _show_runs(self) -> None:
        sources = self._one.weights.source, self.weights.source
        self.fed.follow([source.path for source in sources if source.kind == RUN and source.path is not None])
        for head, source in zip((self.left, self.right), sources, strict=True):
            head.epochs.show_run(source, probing=self.fed.probe is not None)

    def _look_at_open(self, *_: object) -> None:
        """A picture was opened: it is looked at, and none of a run."""
        if self.fed.probe is not None:
            self.fed.look_at_open()
            self._show_runs()
        self.ask()

    def _follow_network(self) -> None:
        """Another network stands at the right: find its runs, and the layer that stands for ours."""
        self._right_layer = ""
        if not self.isVisible():
            self._stale = True
            return
        try:
            self.weights.look_for_runs(self.network.graph)
        except ExplorerError as error:
            self._complain(str(error))
            return
        self.ask()

    def _choose_right(self, name: str) -> None:
        self._right_layer, self._right_why = name, "chosen here"
        self.ask()

    def ask(self, *_: object) -> None:
        """Ask the engine for both, now or when the page is seen."""
        self._stale = not self.isVisible()
        if self._stale:
            return
        self.own.setText(self._workbench.document.name)
        empty = self._one.pictures.picture is None
        self._pages.setCurrentIndex(0 if empty else 1)
        self._above.setVisible(not empty)
        try:
            request = self._question()
        except ExplorerError as error:
            self.requests.withdraw()
            self._complain(str(error))
            return
        if request is not None:
            self.requests.ask(request)

    def _question(self) -> PairRequest | None:
        """What is asked now; None where no picture is open.

        Raises:
            ExplorerError: one of the networks cannot run.
        """
        looked = self._one.question()
        if looked is None:
            return None
        # the network as it is stands at both sides: what is switched on the first page is not
        left = replace(looked, switches=(), weights=self.left.epochs.which(looked.weights), influence=False)
        own, others = flatten(self._workbench.analysis), self.network.layers
        line = self._workbench.lines[left.layer]
        inside = [layer.name for layer in own if layer.path[: len(line.path)] == line.path]
        shown = inside[-1] if inside else left.layer
        if shown != self._left_layer or self._right_layer not in [item.name for item in others]:
            found = counterpart(shown, own, others)
            self._right_layer, self._right_why = found.name, found.why
        self._left_layer = shown
        self.layers.show_layers(own, shown)
        self.right.show_layers(others, self._right_layer, self._right_why)
        weights = self.right.epochs.which(self.weights.source)
        right = replace(left, graph=self.network.graph, weights=weights, layer=self._right_layer)
        return PairRequest(left, right, self.fed.probe, (self.left.epochs.kept, self.right.epochs.kept))

    def _take(self, report: object) -> None:
        self.notice.say("")
        if isinstance(report, PairMaps):
            self.maps.show_maps(report, self.layers.sorted_by)
            self.side.show_maps(report)
        elif isinstance(report, PairAnswers):
            self.side.show_answers(report)

    def _sort(self) -> None:
        if self.maps.shown is not None:
            self.maps.show_maps(self.maps.shown, self.layers.sorted_by)

    def _sample_name(self) -> str:
        """A digit for a grey input, else a photograph."""
        layers = flatten(self._workbench.analysis)
        grey = any(layer.output[0] == 1 for layer in layers if not layer.inputs)
        return "digit 3" if grey else "china"

    def _complain(self, message: str, _details: str = "") -> None:
        self.notice.say(sentence(message))
        self.status.emit(sentence(message))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_runs()
        self._one.weights.look_for_runs(self._workbench.document.graph)
        if self._stale:
            self._follow_network()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._one.dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._one.dropEvent(event)


def _answering_pairs(request: Any) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from loading()
        from explorer.engine.looking.pair import compare  # torch takes seconds: loaded in the thread

        if not should_stop():
            yield from told(compare(request, should_stop))

    return work

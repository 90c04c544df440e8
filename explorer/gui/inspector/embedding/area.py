"""Many pictures at once: what one layer makes of them, as points of a plane, and which are mistaken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from explorer.core.errors import ExplorerError
from explorer.core.outline import flatten
from explorer.engine.looking.embedding_findings import (
    PCA,
    TSNE,
    FeatureRequest,
    Features,
    Placed,
    Projection,
    Taken,
)
from explorer.gui.inspector.embedding.drawing import DOTS, NAMES, PICTURES
from explorer.gui.inspector.embedding.form import EmbeddingForm
from explorer.gui.inspector.embedding.lists import EmbeddingLists, answering_many
from explorer.gui.inspector.embedding.plot import EmbeddingPlot
from explorer.gui.inspector.embedding.side import EmbeddingSide
from explorer.gui.inspector.maps.layer_bar import LayerBar
from explorer.gui.inspector.requests import Requests
from explorer.gui.inspector.weights.choice import WeightsChoice
from explorer.gui.panel import Notice, label, rule, sentence
from explorer.gui.scrolling import ScrollColumn
from explorer.gui.segments import Segments
from explorer.gui.spin_box import SpinBox
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

if TYPE_CHECKING:
    from explorer.core.document import Document

_METHODS = (PCA, TSNE)
_KINDS = ((DOTS, "Dots"), (NAMES, "Names"), (PICTURES, "Pictures"))


class EmbeddingArea(QWidget):
    """Shows many pictures for the network, layer and weights that are open.

    Signals:
        status(text): what is going on.
        picture_wanted(picture): one picture (of the engine) is to be looked at on its own.
        layer_chosen(name): another layer is wanted.
    """

    status = Signal(str)
    picture_wanted = Signal(object)
    layer_chosen = Signal(str)

    def __init__(
        self,
        workbench: Workbench,
        weights: WeightsChoice,
        layer: Callable[[], str],
        parent: QWidget | None = None,
        *,
        choose_folder: Callable[[QWidget], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("embeddingArea")
        self._workbench, self._layer, self._weights = workbench, layer, weights
        self._stale, self._stopped = True, False
        self._features: Features | None = None
        self.passing, self.placing = (Requests(self, answering_many) for _ in range(2))
        self.form = EmbeddingForm(weights, choose_folder=choose_folder)
        self.form.show_data(workbench.document.recipe.data)
        self.layers, self.plot, self.side = LayerBar(), EmbeddingPlot(), EmbeddingSide()
        self.lists = EmbeddingLists(self.plot, self.side, self)
        self.notice, self.told = Notice(), label(role="label", wrap=True)
        self.method = Segments(
            (
                ("PCA", "The two directions of the most variance"),
                ("t-SNE", "Keeps near pictures near each other"),
            )
        )
        self.perplexity = SpinBox(
            minimum=2, maximum=200, value=30, prefix="perplexity ", keyboardTracking=False
        )
        self.perplexity.setAccessibleName("Perplexity of t-SNE")
        self.perplexity.setToolTip("About how many neighbours each picture has")
        self.kind = QComboBox()
        self.kind.setAccessibleName("How points are drawn")
        self.kind.setToolTip("Draw dots, the names of the classes, or the pictures")
        for kind, words in _KINDS:
            self.kind.addItem(words, kind)
        self._lay_out()
        self._connect()

    @property
    def features(self) -> Features | None:
        """What is shown."""
        return self._features

    @property
    def busy(self) -> bool:
        """Whether anything is being computed."""
        return any(requests.busy for requests in (self.passing, self.placing, self.lists.asking))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self.form, self.layers, self.plot, self.side):
            part.set_theme(theme)

    def shutdown(self) -> bool:
        """Stop and wait; whether all threads are gone."""
        return all([part.shutdown() for part in (self.passing, self.placing, self.lists.asking)])  # noqa: C419

    def _lay_out(self) -> None:
        self.layers.order.hide()
        self.layers.colours.hide()
        for part in (self.perplexity, self.method, self.kind):
            self.layers.add(part)
        self.perplexity.hide()
        middle = QFrame()
        middle.setProperty("role", "panel")
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.layers)
        column.addWidget(rule())
        above = QVBoxLayout()
        above.setContentsMargins(16, 8, 16, 8)
        above.addWidget(self.notice)
        above.addWidget(self.told)
        column.addLayout(above)
        column.addWidget(self.plot, 1)
        right = ScrollColumn(self.side)
        splitter = QSplitter(Qt.Orientation.Horizontal, handleWidth=1, childrenCollapsible=False)
        for made, least in ((self.form, 220), (middle, 420), (right, 280)):
            made.setMinimumWidth(least)
            splitter.addWidget(made)
        splitter.setSizes([256, 900, 352])
        splitter.setStretchFactor(1, 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(splitter)

    def _connect(self) -> None:
        self.form.asked.connect(self.ask)
        self.form.stopped.connect(self._stop)
        self.form.classes_hidden.connect(self.plot.hide_classes)
        self.layers.layer_chosen.connect(self.layer_chosen)
        self.method.switched.connect(self._place)
        self.perplexity.valueChanged.connect(self._place)
        self.kind.activated.connect(lambda _: self.plot.show_as(self.kind.currentData()))
        self.lists.picture_wanted.connect(self.picture_wanted)
        self.lists.failed.connect(self._complain)
        self._workbench.changed.connect(self._follow_document)
        for requests in (self.passing, self.placing):
            requests.answered.connect(self._take)
            requests.said.connect(self._say)
            requests.failed.connect(self._complain)
            requests.idle.connect(self._rest)

    def _follow_document(self, old: Document, new: Document) -> None:
        if old.graph is not new.graph:
            self.ask()
        if old.recipe.data != new.recipe.data:
            self.form.show_data(new.recipe.data)
            self.ask()

    def ask(self, *_: object) -> None:
        """Pass the pictures through the network, now or when the page is seen."""
        self._stale = not self.isVisible()
        if self._stale:
            return
        try:
            layers = flatten(self._workbench.analysis)
        except ExplorerError as error:
            self.passing.withdraw()
            self._complain(f"This network cannot run yet: {error}")
            return
        self.layers.show_layers(layers, self._plain_layer())
        if not layers or not self._layer():
            self._complain("The network is empty; put an Input and a layer in it.")
            return
        drawn, self._stopped = self.form.drawn, False
        self.placing.withdraw()
        self.passing.ask(
            FeatureRequest(
                self._workbench.document.graph,
                self._weights.source,
                drawn.data,
                self._layer(),
                drawn.most,
                drawn.seed,
                drawn.pooled,
                self._workbench.device,
                drawn.run,
            )
        )

    def _plain_layer(self) -> str:
        """The plain layer that gives the result of the block that is looked at."""
        line = self._workbench.lines.get(self._layer())
        if line is None:
            return ""
        inside = [
            layer.name
            for layer in flatten(self._workbench.analysis)
            if layer.path[: len(line.path)] == line.path
        ]
        return inside[-1] if inside else self._layer()

    def _stop(self) -> None:
        for requests in (self.passing, self.placing):
            requests.withdraw()
        self._stopped = True
        self.form.work.rest("stopped", "Start")

    def _rest(self) -> None:
        """Nothing is under way any more, unless the other of the two goes on."""
        if not (self.passing.busy or self.placing.busy or self._stopped):
            self.form.work.rest("")

    def _place(self, *_: object) -> None:
        method = _METHODS[self.method.index]
        self.perplexity.setVisible(method == TSNE)
        if self._features is not None:
            seed, self._stopped = self._features.request.seed, False
            if method == TSNE:
                self.form.work.run("placing the pictures", 0.0)
            self.placing.ask(Projection(self._features, method, float(self.perplexity.value()), seed))

    def _take(self, report: object) -> None:
        self.notice.say("")
        if isinstance(report, Taken):
            self.form.work.run(
                f"{report.done:,} of {report.count:,} pictures", report.done / max(1, report.count)
            )
        elif isinstance(report, Features):
            self._show_features(report)
        elif isinstance(report, Placed):
            self._show_places(report)

    def _show_features(self, features: Features) -> None:
        self._features = features
        labels = features.labels.tolist()
        counts = [labels.count(index) for index in range(len(features.classes))]
        self.form.show_classes(features.classes, counts)
        self.form.told.setText(f"{features.drawn}; {features.said}")
        self.side.show_features(features)
        self.lists.features = features
        self.plot.hide_classes(())
        if _METHODS[self.method.index] == TSNE:  # it takes a while: older points would pass for these
            self.plot.show_points(None, ())
            self.told.setText("Placing the pictures…")
        self._place()

    def _show_places(self, placed: Placed) -> None:
        if placed.request.features is not self._features:
            return
        self.plot.show_points(self._features, placed.points.tolist())
        more = f"{100 * placed.done:.0f} % of the steps"
        self.told.setText(placed.said if placed.done == 1 else f"{placed.said} ({more})")
        if placed.done < 1:
            self.form.work.run(f"placing, {more}", placed.done)

    def _say(self, text: str) -> None:
        self.status.emit(text)
        if self._features is None:  # nothing else says yet why the plane is empty
            self.told.setText(text)

    def _complain(self, message: str, _details: str = "") -> None:
        self.notice.say(sentence(message))
        self.status.emit(sentence(message))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.ask()

"""The Inspect area: pictures at the left, maps in the middle, predictions and figures at the right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QWidget

from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.notation import SUFFIX
from explorer.core.outline import Layer, flatten
from explorer.engine.findings import Answer, Maps, Request, WeightsSource
from explorer.gui.inspector.kernel_control import ViewControl
from explorer.gui.inspector.map_panel import MapPanel
from explorer.gui.inspector.number_area import Cell
from explorer.gui.inspector.picture_panel import PicturePanel
from explorer.gui.inspector.picture_view import crop_of, image_of
from explorer.gui.inspector.requests import Requests
from explorer.gui.inspector.result_panel import ResultPanel
from explorer.gui.inspector.value_control import ValueControl
from explorer.gui.inspector.weights_choice import WeightsChoice
from explorer.gui.panel import button, sentence
from explorer.gui.settings import data_folder
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

FileChooser = Callable[[QWidget], str]


class InspectArea(QWidget):
    """Shows what the open network makes of a picture, layer by layer.

    Signals:
        status(text): what is going on, for the status line.
    """

    status = Signal(str)

    def __init__(
        self,
        workbench: Workbench,
        parent: QWidget | None = None,
        *,
        runs_folder: Path | None = None,
        choose_picture: FileChooser | None = None,
        choose_weights: FileChooser | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("inspectArea")
        self.setAcceptDrops(True)
        self._workbench = workbench
        self._theme: Theme | None = None
        self._layer = ""
        self._stale = True
        self.requests = Requests(self)
        self.pictures = PicturePanel(choose_file=choose_picture)
        self.weights = WeightsChoice(runs_folder or data_folder() / "runs", choose_file=choose_weights)
        self.results = ResultPanel(self.weights)
        self.panel = MapPanel(button("Open…", self.pictures.ask, "Open a picture", primary=True))
        self.views = ViewControl(self.panel, self)
        self._wanted: Cell | None = None
        self.values = ValueControl(
            workbench, self.panel, self.pictures, self.results.value, self.pictures.influence, self
        )
        self._lay_out()
        self._connect()
        self._follow_network()

    @property
    def layer(self) -> str:
        """Full name of the layer or block that is shown; "" where there is none."""
        return self._layer

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme; maps are coloured anew."""
        again = self._theme is not None and theme is not self._theme
        self._theme = theme
        for part in (self.pictures, self.results, self.panel):
            part.set_theme(theme)
        if again:
            self._ask()

    def shutdown(self) -> bool:
        """Stop all that runs and wait a bounded time; False where something still runs."""
        ended = [part.shutdown() for part in (self.requests, self.values, self.views, self.pictures, self.weights)]
        return all(ended)

    def _lay_out(self) -> None:
        right = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        right.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        right.setWidget(self.results)
        splitter = QSplitter(Qt.Orientation.Horizontal, handleWidth=1, childrenCollapsible=False)
        for part, least in ((self.pictures, 220), (self.panel, 420), (right, 260)):
            part.setMinimumWidth(least)
            splitter.addWidget(part)
        splitter.setSizes([304, 900, 352])
        splitter.setStretchFactor(1, 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(splitter)

    def _connect(self) -> None:
        self.pictures.opened.connect(self._ask)
        self.pictures.refused.connect(self._complain)
        self.weights.changed.connect(self._ask)
        self.panel.layers.layer_chosen.connect(self._choose_layer)
        self.panel.layers.colours_chosen.connect(self._ask)
        self.panel.cell_chosen.connect(self._show_cell)
        self.values.failed.connect(self._complain)
        self.views.failed.connect(self._complain)
        self.views.changed.connect(self._ask)
        self.values.layer_wanted.connect(self._follow_number)
        self.values.cell_moved.connect(self._show_cell)
        self.requests.answered.connect(self._take)
        self.requests.said.connect(self._say)
        self.requests.failed.connect(self._complain)
        self._workbench.changed.connect(self._follow_document)
        self._workbench.selection_changed.connect(self._follow_selection)

    def _follow_document(self, old: Document, new: Document) -> None:
        if old.graph is not new.graph:
            self._follow_network()
            if self.isVisible():
                self.weights.look_for_runs(new.graph)
            self._ask()

    def _follow_network(self) -> None:
        """Offer the layers of the network as it is now; keep the one that is shown, if it is still there."""
        try:
            layers = flatten(self._workbench.analysis)
        except ExplorerError:
            layers = ()
        if self._layer not in self._workbench.lines:
            selected = self._workbench.selection
            self._layer = selected[-1] if selected else _first_layer(layers)
        line = self._workbench.lines.get(self._layer)
        path = line.path if line is not None else ()
        inside = [layer.name for layer in layers if path and layer.path[: len(path)] == path]
        self.panel.layers.show_layers(layers, inside[-1] if inside else self._layer)
        self.views.follow(layers, self.panel.layers.layer)

    def _follow_selection(self, names: tuple[str, ...]) -> None:
        if names and names[-1] != self._layer:
            self._layer = names[-1]
            self._follow_network()
            self._ask()

    def _choose_layer(self, name: str) -> None:
        if name != self._layer:
            self._layer = name
            self._workbench.select((name,))
            self._ask()

    def _ask(self, *_: object) -> None:
        """Ask the engine for what is chosen, now or when the area is seen."""
        picture, layer = self.pictures.picture, self._layer
        self._stale = not self.isVisible()
        if self._stale or picture is None:
            return
        try:
            layers = flatten(self._workbench.analysis)
        except ExplorerError as error:
            self._refuse(f"This network cannot run yet: {error}")
            return
        if not layers or not layer:
            self._refuse("The network is empty; put an Input and a layer in it.")
            return
        graph, choice = self._workbench.document.graph, self.weights.choice
        seed, colours = self.weights.seed.value(), self.panel.layers.colours.colours
        theme = "dark" if self._theme is None or self._theme.dark else "light"
        weights = WeightsSource(choice.kind, seed, choice.path, choice.which)
        self.requests.ask(Request(graph, weights, picture, layer, colours, theme, self._workbench.device))

    def _refuse(self, sentence: str) -> None:
        self.requests.withdraw()
        self._complain(sentence)

    def _take(self, report: object) -> None:
        self.panel.notice.say("")
        if isinstance(report, Maps):
            self.panel.show_maps(report)
            self.views.show_maps(report)
            self.results.show_layer(report)
            if self._wanted is not None:
                self.panel.select(self._wanted)
                self._wanted = None
        elif isinstance(report, Answer):
            self._show_answer(report)

    def _show_answer(self, answer: Answer) -> None:
        picture, fed, view = answer.request.picture, answer.fed, self.pictures.view
        crop = crop_of((picture.pixels.shape[1], picture.pixels.shape[0]), fed.shape[:2], answer.share)
        if view.crop != crop or view.shown is not picture:
            view.show_picture(image_of(picture.pixels), crop, picture)
        size = f"{picture.size[0]:,}×{picture.size[1]:,} px"
        self.pictures.show_facts({picture.name: size, "fed to the network": answer.feeding})
        self.results.predictions.show_answer(answer)
        cell = self.panel.selected
        if cell is not None:
            self._show_cell(cell)
        else:
            self.values.clear()

    def _show_cell(self, cell: Cell) -> None:
        maps = self.panel.maps
        assert maps is not None  # noqa: S101  (a cell is one of the shown maps)
        self.results.show_map(maps, cell.map, self.panel.value(cell))
        self.values.show_cell(cell)

    def _follow_number(self, name: str, cell: Cell) -> None:
        """Show the layer that a multiplication read, with the number it read chosen."""
        self._wanted = cell
        self._choose_layer(name)

    def _say(self, text: str) -> None:
        self.status.emit(text)
        self.panel.say(text)

    def _complain(self, message: str, details: str = "") -> None:
        buttons = []
        if details:
            copy = QGuiApplication.clipboard().setText
            buttons.append(button("Copy details", lambda: copy(details), "Copy what a developer needs"))
        self.panel.notice.say(sentence(message), *buttons)
        self.status.emit(sentence(message))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.weights.look_for_runs(self._workbench.document.graph)
        if self._stale:
            self._ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pictures.paste()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if (paths and not paths[0].endswith(SUFFIX)) or (not paths and data.hasImage()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.pictures.take(event.mimeData()):
            event.acceptProposedAction()


def _first_layer(layers: tuple[Layer, ...]) -> str:
    """The first convolution, else the first layer that is no input."""
    own = [layer for layer in layers if layer.inputs]
    convolutions = [layer for layer in own if type(layer.operator).category == "Convolution"]
    chosen = convolutions or own
    return chosen[0].name if chosen else ""

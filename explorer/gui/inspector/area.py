"""The Inspect area: pictures at the left, maps in the middle, predictions and figures at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.notation import SUFFIX
from explorer.core.outline import flatten
from explorer.engine.looking.findings import Answer, Maps, Request
from explorer.gui.inspector.maps.kernel_control import ViewControl
from explorer.gui.inspector.maps.map_order import INFLUENCE
from explorer.gui.inspector.maps.map_panel import MapPanel
from explorer.gui.inspector.maps.number_area import Cell
from explorer.gui.inspector.methods.wiring import CauseWiring
from explorer.gui.inspector.pictures.picture_panel import PicturePanel
from explorer.gui.inspector.question import first_layer, question
from explorer.gui.inspector.requests import Requests
from explorer.gui.inspector.result_panel import ResultPanel
from explorer.gui.inspector.values.control import ValueControl
from explorer.gui.inspector.weights.choice import WeightsChoice
from explorer.gui.panel import button, sentence
from explorer.gui.scrolling import ScrollColumn
from explorer.gui.settings import data_folder
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

if TYPE_CHECKING:
    from explorer.engine.pictures.images import Picture

FileChooser = Callable[[QWidget], "str | Sequence[str]"]


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
        self.results = ResultPanel(self.weights, workbench)
        self.panel = MapPanel(button("Open…", self.pictures.ask, "Open a picture", primary=True))
        self.views = ViewControl(self.panel, self)
        self._wanted: Cell | None = None
        self.values = ValueControl(
            workbench,
            self.panel,
            self.pictures,
            self.results.value,
            self.pictures.field_switches,
            self.results.fields,
            self,
        )
        results = self.results
        self.causes = CauseWiring(
            workbench, self.requests, self.panel, self.pictures, results.causes, results.switches, self
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
        asking = (self.requests, self.values, self.causes, self.views)
        return all([part.shutdown() for part in (*asking, self.pictures, self.weights)])  # noqa: C419

    def _lay_out(self) -> None:
        right = ScrollColumn(self.results)
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
        self.weights.failed.connect(self._complain)
        self.panel.layers.layer_chosen.connect(self._choose_layer)
        self.panel.layers.colours_chosen.connect(self._ask)
        self.panel.layers.order_chosen.connect(self._sort)
        self.panel.cell_chosen.connect(self._show_cell)
        self.panel.cell_hovered.connect(self._lay_over)
        self.values.failed.connect(self._complain)
        self.views.failed.connect(self._complain)
        self.views.changed.connect(self._ask)
        self.causes.changed.connect(self._ask)
        self.causes.opened.connect(self._open)
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
            self._layer = selected[-1] if selected else first_layer(layers)
        line = self._workbench.lines.get(self._layer)
        path = line.path if line is not None else ()
        inside = [layer.name for layer in layers if path and layer.path[: len(path)] == path]
        self.panel.layers.show_layers(layers, inside[-1] if inside else self._layer)

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
        self._stale = not self.isVisible()
        if self._stale:
            return
        try:
            request = self.question()
        except ExplorerError as error:
            self._refuse(str(error))
            return
        if request is not None:
            self.values.withdraw()
            self.requests.ask(request)

    def question(self) -> Request | None:
        """What is asked of the engine now; None where no picture is open.

        Raises:
            ExplorerError: the network cannot run.
        """
        dark = self._theme is None or self._theme.dark
        return question(self._workbench, self, self._layer, dark=dark)

    def _refuse(self, sentence: str) -> None:
        self.requests.withdraw()
        self.causes.forget()
        self._complain(sentence)

    def _take(self, report: object) -> None:
        self.panel.notice.say("")
        if isinstance(report, Maps) and self.panel.complete(report):
            self.results.complete(report, self.panel)
        elif isinstance(report, Maps):
            self.panel.show_maps(report)
            self.views.show_maps(report)
            self.results.show_layer(report)
            if self._wanted is not None:
                self.panel.select(self._wanted)
                self._wanted = None
        elif isinstance(report, Answer):
            self._show_answer(report)

    def _show_answer(self, answer: Answer) -> None:
        self.pictures.show_answer(answer)
        self.results.predictions.show_answer(answer)
        cell = self.panel.selected
        if cell is not None:
            self._show_cell(cell)
        else:
            self.values.clear()

    def _sort(self) -> None:
        """Another order is wanted, which may have to be found first."""
        maps = self.panel.maps
        if self.panel.layers.sorted_by == INFLUENCE and maps is not None and not maps.influence:
            self._ask()

    def _lay_over(self, cell: Cell | None) -> None:
        """The map under the pointer, over the picture."""
        self.pictures.view.lay_over(QImage() if cell is None else self.panel.map_image(cell.map))

    def _show_cell(self, cell: Cell) -> None:
        maps = self.panel.maps
        assert maps is not None  # noqa: S101  (a cell is one of the shown maps)
        self.results.show_map(maps, cell.map, self.panel.value(cell))
        self.values.show_cell(cell)

    def _follow_number(self, name: str, cell: Cell) -> None:
        """Show the layer that a multiplication read, with the number it read chosen."""
        self._wanted = cell
        self.views.show_plain()
        self.panel.layers.show_layer(name)
        self._choose_layer(name)

    def _open(self, picture: Picture, cell: Cell | None) -> None:
        """Look at a picture that was found or made here, with a number of the shown layer chosen."""
        self._wanted = cell
        self.pictures.add(picture)

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

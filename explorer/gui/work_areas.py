"""The work areas beside Design: made at the first visit, stopped when the window closes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget

from explorer.gui.canvas.colouring import GRADIENT, MAPS
from explorer.gui.preloading import loaded_torch
from explorer.gui.settings import Settings
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

if TYPE_CHECKING:
    from explorer.engine.pictures.images import Picture
    from explorer.gui.canvas.look import Look
    from explorer.gui.comparison.area import CompareArea
    from explorer.gui.dialogs import Dialogs
    from explorer.gui.inspector.area import InspectArea
    from explorer.gui.inspector.node_maps import NodeMaps
    from explorer.gui.inspector.pages import InspectPages
    from explorer.gui.training.area import TrainArea
    from explorer.gui.training.insights.insight_cards import InsightCards
    from explorer.gui.training.run import Run

DESIGN, TRAIN, INSPECT, COMPARE = range(4)


class WorkAreas(QObject):
    """Switches the pages of the window.

    Signals:
        device_known(): PyTorch is loaded and can say where networks run.
        memory_taken(event): a training measured the memory of its step.
        parts_changed(parts): the status line shows these sums; None for the open network's own.
        complained(sentence): an area could not do something.
        design_wanted(page): the Design area shall be shown, with a page below its canvas or "".
        document_wanted(document): this network shall be opened.
        area_wanted(index): another area shall be shown.
    """

    device_known = Signal()
    memory_taken = Signal(object)
    parts_changed = Signal(object)
    complained = Signal(str)
    design_wanted = Signal(str)
    document_wanted = Signal(object)
    area_wanted = Signal(int)

    def __init__(
        self,
        workbench: Workbench,
        pages: QStackedWidget,
        say: Callable[[str], None],
        dialogs: Callable[[], Dialogs],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._pages = pages
        self._say = say
        self._dialogs = dialogs
        self._theme: Theme | None = None
        self._settings = Settings()
        self.train: TrainArea | None = None
        self.inspect: InspectArea | None = None
        self.inspect_pages: InspectPages | None = None
        self.look: Look | None = None
        self._node_maps: NodeMaps | None = None
        self.compare: CompareArea | None = None
        self.comparison: Mapping[str, Any] = {}  # what was compared when the window was closed last
        self._look = QTimer(self, interval=500)
        self._look.timeout.connect(self._ask_device)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for area in self._made:
            area.set_theme(theme)

    def show(self, index: int) -> None:
        """Show an area; what the last one said of itself goes with it."""
        self._say("")
        area: TrainArea | InspectPages | CompareArea | None = None
        if index == TRAIN:
            area = self._need_train()
        elif index == INSPECT:
            self._need_inspect()
            area = self.inspect_pages
        elif index == COMPARE:
            area = self.need_compare()
        self._pages.setCurrentWidget(area if area is not None else self._pages.widget(0))

    def follow_look(self, look: Look) -> None:
        """Draw the maps of the open picture in the nodes of a canvas, while it is coloured by them."""
        self.look = look
        look.changed.connect(self._show_maps)

    def _show_maps(self) -> None:
        if self.look is not None and self.look.colour_by == MAPS and self._node_maps is None:
            self._need_inspect()
            if self._node_maps is not None:
                self._node_maps.refresh()

    def remember(self, settings: Settings) -> None:
        """Keep the choices of the areas here."""
        self._settings = settings

    def start_training(self) -> None:
        """Begin, or go on after a pause."""
        self._need_train().start()

    def open_experiments(self) -> None:
        """Show the window of the experiments."""
        self._need_train().experiments.open()

    def stop_training(self) -> None:
        """End the training after its current step, if one goes on."""
        if self.train is not None:
            self.train.session.stop()

    def may_close(self) -> bool:
        """Ask what shall become of trainings that go on; False where the window shall stay."""
        return self.train is None or self.train.leaving.may_leave(self._dialogs())

    def shutdown(self) -> bool:
        """Stop all that runs and wait a bounded time; False where something still runs."""
        self._look.stop()
        # every area is told to stop, also where an earlier one did not
        ended = [area.shutdown() for area in self._made]
        if self._node_maps is not None:
            ended.append(self._node_maps.shutdown())
        return all(ended)

    @property
    def _made(self) -> tuple[TrainArea | InspectPages | CompareArea, ...]:
        """The areas that were visited."""
        areas = (self.train, self.inspect_pages, self.compare)
        return tuple(area for area in areas if area is not None)

    def need_compare(self) -> CompareArea:
        """The Compare area, made where it was never visited."""
        if self.compare is None:
            # not at start-up, as the others
            from explorer.gui.comparison.area import CompareArea

            self.compare = CompareArea(self._workbench, self._dialogs)
            self.compare.parts_changed.connect(self.parts_changed)
            self.compare.complained.connect(self.complained)
            self.compare.design_wanted.connect(self.design_wanted)
            self._adopt(self.compare)
            self.compare.restore(self.comparison)
        return self.compare

    def _need_train(self) -> TrainArea:
        if self.train is None:
            # not at start-up: its plots and the engine behind it take their time
            from explorer.gui.training.area import TrainArea

            self.train = TrainArea(self._workbench)
            self.train.session.memory_taken.connect(self.memory_taken)
            self._follow_layers(self.train.insight)
            self.train.document_wanted.connect(self.document_wanted)
            self.train.keep_choices(self._settings)
            self.train.compare_wanted.connect(self._compare)
            self._adopt(self.train)
        return self.train

    def _compare(self, folder: Path) -> None:
        """Compare the network of a run with those that are compared already, or with the open one."""
        from explorer.gui.network_sources import OPEN, source_of_path  # as the area itself

        self.area_wanted.emit(COMPARE)
        compared = self.need_compare().compared
        if not compared.sources:
            compared.show(OPEN)
        compared.add(source_of_path(folder))

    def _follow_layers(self, insight: InsightCards) -> None:
        """What a training says of its layers goes to the canvas, a picture that it mistook to Inspect."""
        insight.figures_changed.connect(self._colour_trained)
        insight.canvas_wanted.connect(self._show_trained)
        insight.picture_wanted.connect(self._look_into)

    def _colour_trained(self, figures: Mapping[str, Mapping[str, float]]) -> None:
        if self.look is not None:
            self.look.set_trained(figures)

    def _show_trained(self) -> None:
        if self.look is not None:
            self.look.set_colour_by(GRADIENT)
            self.design_wanted.emit("")
            self.look.reveal()

    def _look_into(self, picture: Picture, run: Run) -> None:
        """Look into the network of a run with a picture, if it is the open one."""
        from explorer.engine.runs.run_folder import read_record  # the window starts without the engine

        assert run.folder is not None  # noqa: S101  (the picture was found by what lies there)
        if read_record(run.folder).graph != self._workbench.document.graph:
            self.complained.emit(
                f"{run.name} was trained with another network than the open one;"
                " open its network by the menu of the run, then choose the picture again"
            )
            return
        inspect = self._need_inspect()
        inspect.weights.use_run(run.folder)
        if self.inspect_pages is not None:
            self.inspect_pages.show_picture(picture)
        self.area_wanted.emit(INSPECT)

    def _need_inspect(self) -> InspectArea:
        if self.inspect is None:
            # not at start-up, as above
            from explorer.gui.inspector.area import InspectArea
            from explorer.gui.inspector.looked_at import LookedAt
            from explorer.gui.inspector.pages import InspectPages

            self.inspect = InspectArea(self._workbench)
            self.inspect_pages = InspectPages(self._workbench, self.inspect)
            self.inspect_pages.keep_choices(self._settings)
            self._adopt(self.inspect_pages)
            LookedAt(self.inspect).parts_changed.connect(self.parts_changed)
            if self.look is not None:
                from explorer.gui.inspector.node_maps import NodeMaps

                self._node_maps = NodeMaps(self._workbench, self.look, self.inspect)
                self._node_maps.status.connect(self._say)
        return self.inspect

    def _adopt(self, area: TrainArea | InspectPages | CompareArea) -> None:
        area.status.connect(self._say)
        if self._theme is not None:
            area.set_theme(self._theme)
        self._pages.addWidget(area)
        self._look.start()

    def _ask_device(self) -> None:
        """Say where networks run once a job has loaded PyTorch; never load it for this."""
        if loaded_torch() is None:
            return
        self._look.stop()
        self.device_known.emit()

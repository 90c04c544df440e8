"""The work areas beside Design: made at the first visit, stopped when the window closes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget

from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

if TYPE_CHECKING:
    from explorer.gui.comparison.area import CompareArea
    from explorer.gui.dialogs import Dialogs
    from explorer.gui.inspector.area import InspectArea
    from explorer.gui.training.area import TrainArea

DESIGN, TRAIN, INSPECT, COMPARE = range(4)


class WorkAreas(QObject):
    """Switches the pages of the window.

    Signals:
        device_known(): PyTorch is loaded and can say where networks run.
        memory_taken(event): a training measured the memory of its step.
        parts_changed(parts): the status line shows these sums; None for the open network's own.
        complained(sentence): an area could not do something.
        design_wanted(page): the Design area shall be shown, with a page below its canvas or "".
    """

    device_known = Signal()
    memory_taken = Signal(object)
    parts_changed = Signal(object)
    complained = Signal(str)
    design_wanted = Signal(str)

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
        self.train: TrainArea | None = None
        self.inspect: InspectArea | None = None
        self.compare: CompareArea | None = None
        self._look = QTimer(self, interval=500)
        self._look.timeout.connect(self._ask_device)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for area in self._made:
            area.set_theme(theme)

    def show(self, index: int) -> None:
        """Show an area."""
        area = None
        if index == TRAIN:
            area = self._need_train()
        elif index == INSPECT:
            area = self._need_inspect()
        elif index == COMPARE:
            area = self.need_compare()
        self._pages.setCurrentWidget(area if area is not None else self._pages.widget(0))

    def start_training(self) -> None:
        """Begin, or go on after a pause."""
        self._need_train().start()

    def stop_training(self) -> None:
        """End the training after its current step, if one goes on."""
        if self.train is not None:
            self.train.session.stop()

    def shutdown(self) -> bool:
        """Stop all that runs and wait a bounded time; False where something still runs."""
        self._look.stop()
        # every area is told to stop, also where an earlier one did not
        ended = [area.shutdown() for area in self._made]
        return all(ended)

    @property
    def _made(self) -> tuple[TrainArea | InspectArea | CompareArea, ...]:
        """The areas that were visited."""
        return tuple(area for area in (self.train, self.inspect, self.compare) if area is not None)

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
        return self.compare

    def _need_train(self) -> TrainArea:
        if self.train is None:
            # not at start-up: its plots and the engine behind it take their time
            from explorer.gui.training.area import TrainArea

            self.train = TrainArea(self._workbench)
            self.train.session.memory_taken.connect(self.memory_taken)
            self._adopt(self.train)
        return self.train

    def _need_inspect(self) -> InspectArea:
        if self.inspect is None:
            # not at start-up, as above
            from explorer.gui.inspector.area import InspectArea

            self.inspect = InspectArea(self._workbench)
            self._adopt(self.inspect)
        return self.inspect

    def _adopt(self, area: TrainArea | InspectArea | CompareArea) -> None:
        area.status.connect(self._say)
        if self._theme is not None:
            area.set_theme(self._theme)
        self._pages.addWidget(area)
        self._look.start()

    def _ask_device(self) -> None:
        """Say where networks run once a job has loaded PyTorch; never load it for this."""
        torch = sys.modules.get("torch")
        if torch is None or not hasattr(torch, "compile"):  # one of the last names that it defines
            return
        self._look.stop()
        self.device_known.emit()

"""Brings the mean maps of the open picture to the nodes of the canvas, while they are wanted there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from explorer.core.errors import ExplorerError
from explorer.engine.looking.findings import Answer, MeanMaps
from explorer.gui.canvas.colouring import MAPS
from explorer.gui.inspector.pictures.picture_view import image_of
from explorer.gui.inspector.requests import Requests, loading, told
from explorer.gui.job import ShouldStop, Work
from explorer.gui.panel import sentence

if TYPE_CHECKING:
    from explorer.gui.canvas.look import Look
    from explorer.gui.inspector.area import InspectArea
    from explorer.gui.workbench import Workbench


class NodeMaps(QObject):
    """Asks for the maps when the canvas is coloured by them and picture, weights or network change.

    Signals:
        status(text): which picture and weights the maps are of, or why there are none.
    """

    status = Signal(str)

    def __init__(self, workbench: Workbench, look: Look, area: InspectArea) -> None:
        super().__init__(area)
        self._workbench, self._look, self._area = workbench, look, area
        self.requests = Requests(self, _answering)
        self.requests.answered.connect(self._take)
        self.requests.failed.connect(lambda said, _details: self._lack(sentence(said)))
        look.changed.connect(self.refresh)
        area.requests.answered.connect(self._follow)
        area.pictures.opened.connect(self.refresh)
        workbench.changed.connect(self._follow_document)
        self._shown: tuple[object, ...] = ()

    def refresh(self, *_: object) -> None:
        """Bring the maps up to date, if they are wanted."""
        if self._look.colour_by != MAPS:
            return
        try:
            request = self._area.question()
        except ExplorerError as error:
            self._lack(sentence(str(error)))
            return
        if request is None:
            self._lack("Open a picture in Inspect: its maps are drawn in the nodes.")
            return
        asked = (request.graph, request.weights, request.picture, request.colours, request.theme)
        asked += (request.device, request.switches)
        if asked != self._shown:
            self._shown = asked
            self.requests.ask((request, tuple(self._workbench.lines)))

    def shutdown(self) -> bool:
        """Stop and wait; whether the thread is gone."""
        return self.requests.shutdown()

    def _follow(self, report: object) -> None:
        if isinstance(report, Answer):  # weights, switches or theme may have changed
            self.refresh()

    def _follow_document(self, old: Any, new: Any) -> None:
        if old.graph is not new.graph:
            self.refresh()

    def _take(self, report: object) -> None:
        if isinstance(report, MeanMaps):
            self._look.set_maps({name: image_of(pixels) for name, pixels in report.pictures.items()})
            if self._look.colour_by == MAPS:
                self.status.emit(f"Maps of {report.said}")

    def _lack(self, said: str) -> None:
        self._shown = ()
        self.requests.withdraw()
        self._look.set_maps({})
        self.status.emit(said)


def _answering(asked: Any) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from loading()
        from explorer.engine.looking.mean_maps import mean_maps  # torch takes seconds: loaded in the thread

        request, names = asked
        if not should_stop():
            yield from told(mean_maps(request, names, should_stop))

    return work

"""Asks about causes: which way is chosen, what it is asked of, and when an answer holds no more."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.core.analysis import Row
from explorer.core.field_box import field_box
from explorer.engine.causes.methods import Share, method_named
from explorer.engine.looking.cause_findings import (
    Cause,
    CauseRequest,
    DreamRequest,
    Dreamt,
    Excited,
    ExcitingRequest,
)
from explorer.engine.looking.findings import RANDOM, RUN, Answer, Request, WeightsSource
from explorer.gui.inspector.methods.card import CauseCard, heat_image
from explorer.gui.inspector.methods.dream import DreamCard
from explorer.gui.inspector.methods.list import MAXIMIZE, PICTURES, VALUE, MethodList
from explorer.gui.inspector.methods.pictures import PicturesCard
from explorer.gui.inspector.methods.pieces import Work
from explorer.gui.inspector.pictures.value_field import area_of
from explorer.gui.inspector.requests import Requests, answering_causes
from explorer.gui.panel import Notice, button, sentence
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

Question = CauseRequest | DreamRequest | ExcitingRequest


class Causes(QWidget):
    """The row of ways and the card of the chosen one; fast ways follow at once, slow ones offer to.

    Signals:
        heat_changed(image, strength): the map that lies over the picture; a null image takes it away.
        value_wanted(on): whether how one value came about is to be shown instead.
        opened(picture, cell): a picture (of `engine.images`) is to be looked at, and the (map, row, column)
            that is asked about, or None.
    """

    heat_changed = Signal(QImage, float)
    value_wanted = Signal(bool)
    opened = Signal(object, object)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._answer: Answer | None = None
        self._giver = ""
        self._maps = 0
        self._asked: Question | None = None
        self._key: Hashable = None
        self._heat = QImage()
        self._run_data: tuple[Path | None, str] = (None, "")
        self.requests = Requests(self, answering_causes)
        self.list = MethodList()
        self.notice = Notice()
        self.cause, self.dream, self.pictures = CauseCard(), DreamCard(), PicturesCard()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for part in (self.list, self.notice, *self._cards):
            column.addWidget(part)
        self._connect()
        self._show_card()

    @property
    def _cards(self) -> tuple[CauseCard, DreamCard, PicturesCard]:
        return self.cause, self.dream, self.pictures

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for card in self._cards:
            card.set_theme(theme)

    def shutdown(self) -> bool:
        """Stop and wait; False where the thread still runs after a bounded time."""
        return self.requests.shutdown()

    def follow(self, answer: Answer) -> None:
        """The network has looked: what is asked is asked of this."""
        self._answer = answer
        random = answer.request.weights.kind == RANDOM
        self.cause.show_classes(answer.classes, answer.predictions, random=random)
        self._show_layer()
        self._reconsider()

    def follow_maps(self, giver: str, maps: int) -> None:
        """Another layer is shown, of so many maps (or numbers)."""
        self._giver, self._maps = giver, maps
        for card in (self.dream, self.pictures):
            card.map.setMaximum(max(0, maps - 1))

    def choose_map(self, index: int) -> None:
        """Another map was clicked."""
        for card in (self.dream, self.pictures):
            card.map.setValue(index)

    def forget(self) -> None:
        """Nothing is looked at: what is under way is stopped, and no map lies over the picture."""
        self._answer = self._asked = self._key = None
        self.requests.withdraw()
        self._clear()

    def _connect(self) -> None:
        self.list.chosen.connect(self._choose)
        self.cause.asked.connect(self._reconsider)
        self.cause.strength_changed.connect(lambda _: self._draw())
        for card in (self.dream, self.pictures):
            card.asked.connect(self._reconsider)
        for part in self._cards:
            part.work.wanted.connect(self._start)
            part.work.unwanted.connect(self._stop)
        self.dream.opened.connect(self._open_dream)
        self.pictures.opened.connect(self._open_exciting)
        self.requests.answered.connect(self._take)
        self.requests.said.connect(self._say)
        self.requests.failed.connect(self._fail)
        self.requests.idle.connect(self._end)

    def _choose(self, _name: str) -> None:
        self._asked = self._key = None
        self.requests.withdraw()
        self._clear()
        self._show_card()
        self._show_layer()
        if self.list.name != VALUE:
            self._start()  # it was chosen to be seen

    def _show_card(self) -> None:
        name = self.list.name
        self.dream.setVisible(name == MAXIMIZE)
        self.pictures.setVisible(name == PICTURES)
        self.cause.setVisible(name not in (VALUE, MAXIMIZE, PICTURES))
        if not self.cause.isHidden():
            self.cause.show_method(name)
        self.value_wanted.emit(name == VALUE)

    def _show_layer(self) -> None:
        if self._answer is not None:
            random = self._answer.request.weights.kind == RANDOM
            self.dream.show_layer(self._giver, random=random)
            self.pictures.show_layer(self._giver, self._data(self._answer.request.weights), random=random)

    def _data(self, weights: WeightsSource) -> str:
        """The data that a run learned from, else that of the open recipe."""
        if weights.kind != RUN or weights.path is None:
            return self._workbench.document.recipe.data
        if self._run_data[0] != weights.path:
            from explorer.engine.runs.run_folder import (
                read_record,  # torch is loaded: the answer came from it
            )

            self._run_data = weights.path, read_record(weights.path).recipe.data
        return self._run_data[1]

    @property
    def _work(self) -> Work:
        return {MAXIMIZE: self.dream.work, PICTURES: self.pictures.work}.get(self.list.name, self.cause.work)

    @property
    def _slow(self) -> bool:
        name = self.list.name
        return name in (MAXIMIZE, PICTURES) or method_named(name).slow

    def _question(self) -> tuple[Question, Hashable] | None:
        """What would be asked now, and what its answer depends on."""
        answer, name = self._answer, self.list.name
        if answer is None or name == VALUE:
            return None
        look = answer.request
        same: Hashable = (id(look.graph), look.weights, look.switches, look.device)
        if name == MAXIMIZE:
            channel, seed = self.dream.map.value(), self.dream.seed.value()
            return DreamRequest(_at(look, self._giver), channel, seed), (same, self._giver, channel, seed)
        if name == PICTURES:
            channel, data = self.pictures.map.value(), self.pictures.data
            key = (same, self._giver, channel, data)
            return ExcitingRequest(_at(look, self._giver), channel, data), key
        layer = ""
        if method_named(name).by_layer and not self.cause.last_layer:
            layer = self._giver
        index = self.cause.index
        return CauseRequest(look, name, index, layer), (same, id(look.picture), name, index, layer)

    def _reconsider(self) -> None:
        """Something changed: ask again at once, or say that the answer holds no more."""
        found = self._question()
        if found is None or found[1] == self._key:
            return
        if not self._slow:
            self._start()
            return
        self.requests.withdraw()
        self._key = None
        self._clear()
        self._work.rest("What is looked at has changed." if self._asked is not None else "", "Start")

    def _start(self) -> None:
        found = self._question()
        if found is None:
            return
        self._asked, self._key = found
        self.notice.say("")
        if self._slow:
            self._clear()
            self._work.run("Starting…", 0.0)
        self.requests.ask(self._asked)

    def _stop(self) -> None:
        self.requests.withdraw()
        self._key = None

    def _take(self, report: object) -> None:
        if isinstance(report, Share):
            self.cause.work.run(f"{100 * report.done:.0f} %", report.done)
        elif isinstance(report, Cause):
            self.cause.show_cause(report)
            self._heat = heat_image(report)
            self._draw()
        elif isinstance(report, Dreamt):
            self.dream.show_dream(report)
        elif isinstance(report, Excited):
            self.pictures.show_excited(report, self._field_of)

    def _say(self, text: str) -> None:
        if text:
            self._work.run(text, 0.0)

    def _fail(self, message: str, details: str) -> None:
        buttons = []
        if details:
            copy = QGuiApplication.clipboard().setText
            buttons.append(button("Copy details", lambda: copy(details), "Copy what a developer needs"))
        self._clear()
        if self._slow:
            self._key = None
        self.notice.say(sentence(message), *buttons)

    def _end(self) -> None:
        """Nothing is asked any more: offer to begin again where that was stopped or may be wanted."""
        if self.list.name == VALUE or not self._slow:
            self.cause.work.rest("")
        elif self._key is not None:
            self._work.rest("")
        else:
            self._work.rest(self._work.note.text(), "Start")

    def _clear(self) -> None:
        self._heat = QImage()
        self.notice.say("")
        for card in self._cards:
            card.clear()
        self._draw()

    def _draw(self) -> None:
        self.heat_changed.emit(self._heat, self.cause.share)

    def _field_of(self, name: str, row: int, column: int) -> QRectF | None:
        """What a number of a layer sees of the network's input; None for vectors."""
        line = self._workbench.lines.get(name)
        if line is None or not isinstance(line.entry, Row) or len(line.entry.output) != 3:
            return None
        return area_of(field_box(line.field, line.entry.output, (0, row, column)))

    def _open_dream(self, dreamt: Dreamt) -> None:
        from explorer.engine.pictures.images import Picture  # numpy is loaded: the picture came from it

        pixels = dreamt.dream.pixels
        if pixels.shape[2] == 1:
            pixels = pixels.repeat(3, axis=2)
        name = f"{self._giver} map {dreamt.request.channel}"
        size = pixels.shape[1], pixels.shape[0]
        self.opened.emit(Picture(name, pixels.copy(), "RGB", size, ("made from noise",)), None)

    def _open_exciting(self, item: object) -> None:
        excited = self.pictures.excited
        if excited is not None:
            self.opened.emit(item.picture, (excited.request.channel, item.row, item.column))  # type: ignore[attr-defined]


def _at(look: Request, layer: str) -> Request:
    """The same look, at another layer."""
    return replace(look, layer=layer)

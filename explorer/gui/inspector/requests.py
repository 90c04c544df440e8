"""Questions to the engine, answered in the background: a newer one takes the place of an older."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

from PySide6.QtCore import QObject, Signal

from explorer.engine.causes.methods import Share
from explorer.engine.looking.cause_findings import Cause, CauseRequest
from explorer.engine.looking.export_findings import Exported, ExportRequest
from explorer.engine.looking.findings import Answer, Doing, Request
from explorer.gui.job import Job, ShouldStop, Work

STOP_MS = 15_000


class Requests(QObject):
    """Asks one question at a time; `answering` makes the work of a question, the maps' if left out.

    Signals:
        answered(report): a report of the engine for the newest question.
        said(text): what takes time now; "" when nothing does.
        failed(sentence, details): the newest question has no answer.
        idle(): nothing is asked any more.
    """

    answered = Signal(object)
    said = Signal(str)
    failed = Signal(str, str)
    idle = Signal()

    def __init__(self, parent: QObject | None = None, answering: Callable[[Any], Work] | None = None) -> None:
        super().__init__(parent)
        self._answering = answering or self._answering_on
        self._goes_on = answering is None
        self._job: Job | None = None
        self._next: object | None = None
        self._turn = threading.Lock()  # the worker takes what is next by itself, where the picture moves on
        self._asked: object | None = None
        self._answered_now = False
        self._quiet = False

    @property
    def busy(self) -> bool:
        """Whether an answer is under way."""
        return self._job is not None

    def ask(self, request: object) -> None:
        """Answer this next; what is under way is stopped and never announced.

        Where only the picture moves on, or how much a part is switched, as under a hand at a slider,
        what is under way is still answered first: else nothing would be seen until the hand rests.
        """
        moves_on = _moves_on(self._asked, request)
        with self._turn:
            self._next = request
            if self._job is not None and not moves_on:
                self._job.stop()
        if self._job is None:
            self._start()
        elif moves_on and self._goes_on:
            self._quiet = True  # the worker goes on with it as soon as it has answered
        elif self._answered_now:
            self._job.stop()

    def withdraw(self) -> None:
        """Nothing that was asked is wanted any more."""
        with self._turn:
            self._next = None
            if self._job is not None:
                self._job.stop()

    def shutdown(self) -> bool:
        """Stop and wait; False where the thread still runs after a bounded time."""
        self.withdraw()
        return self._job is None or self._job.wait(STOP_MS)

    def _start(self) -> None:
        assert self._next is not None  # noqa: S101  (asked by the caller)
        job = self._job = Job(self._answering(self._next), "Looking inside", self)
        self._quiet = _moves_on(self._asked, self._next)  # no words come and go under a moving hand
        self._asked, self._next, self._answered_now = self._next, None, False
        job.event.connect(self._take)
        job.failed.connect(self._fail)
        job.ended.connect(self._end)
        job.start()

    def _answering_on(self, request: Request) -> Work:
        """The work of a question, and of those that move on from it: no thread ends and begins between."""

        def work(should_stop: ShouldStop) -> Iterator[object]:
            yield from loading()
            from explorer.engine.looking.inspection import inspect  # torch takes seconds: not before

            now: Request | None = request
            while now is not None and not should_stop():
                answered = False
                # what is answered is followed by the next at once; until then only another question ends it
                over = lambda: should_stop() or (answered and self._next is not None)  # noqa: B023, E731
                for report in inspect(now, over):
                    answered = answered or isinstance(report, Answer)
                    yield report.text if isinstance(report, Doing) else report
                now = self._take_next(should_stop)

        return work

    def _take_next(self, should_stop: ShouldStop) -> Request | None:
        """What is next, for the worker, where it moves on from what was asked; else the job ends first."""
        with self._turn:
            found = self._next
            if should_stop() or not (isinstance(found, Request) and _moves_on(self._asked, found)):
                return None
            self._next = None
            return found

    def _take(self, report: object) -> None:
        if self._job is None or self._job.stopping:
            return
        if isinstance(report, str):
            if not self._quiet:
                self.said.emit(report)
            return
        self.answered.emit(report)
        if isinstance(report, Answer | Cause):
            self._answered_now = True
            if self._next is not None and not self._goes_on:
                self._job.stop()  # what it would still do on its own account is wanted no more

    def _fail(self, sentence: str, details: str) -> None:
        if self._job is not None and not self._job.stopping:
            self.failed.emit(sentence, details)

    def _end(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
        if self._next is not None:
            self._start()
        else:
            self.said.emit("")
            self.idle.emit()


def _moves_on(old: object, new: object) -> bool:
    """Whether a question differs from another in its picture, or in how much is switched, alone."""
    if isinstance(old, CauseRequest) and isinstance(new, CauseRequest):
        same = (old.method, old.index, old.layer) == (new.method, new.index, new.layer)
        return same and _moves_on(old.look, new.look)
    if not (isinstance(old, Request) and isinstance(new, Request)):
        return False
    if [switch.place for switch in old.switches] != [switch.place for switch in new.switches]:
        return False
    names = (item.name for item in fields(Request) if item.name not in ("picture", "switches"))
    return all(getattr(old, name) == getattr(new, name) for name in names)


def answering_cells(request: Any) -> Work:
    """The work of a question about single numbers or kernels."""

    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from loading()
        from explorer.engine.looking.cell_requests import answer  # as above

        if not should_stop():
            yield from told(answer(request, should_stop))

    return work


def answering_causes(request: Any) -> Work:
    """The work of a question about causes."""

    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from loading()
        from explorer.engine.looking.cause_requests import answer  # as above

        if not should_stop():
            yield from told(answer(request, should_stop))

    return work


def exporting(request: ExportRequest) -> Work:
    """The work of writing a file: its bytes, after words of how far it is."""

    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from loading()
        from explorer.engine.looking.inspection_export import (
            export,  # torch takes seconds: loaded in the thread
        )

        for report in export(request, should_stop):
            if isinstance(report, Exported):
                yield report.data
            elif isinstance(report, Doing):
                yield report.text
            elif isinstance(report, Share):
                yield f"Writing the inspection: {100 * report.done:.0f} %"

    return work


def loading() -> Iterator[str]:
    """Says that torch is loaded, where that is still to come."""
    if "torch" not in sys.modules:
        yield "Loading PyTorch…"


def told(reports: Iterator[object]) -> Iterator[object]:
    """Reports, with what is being done as plain words."""
    for report in reports:
        yield report.text if isinstance(report, Doing) else report

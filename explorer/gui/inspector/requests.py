"""Questions to the engine, answered in the background: a newer one takes the place of an older."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, Signal

from explorer.engine.findings import Doing, Request
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
        self._answering = answering or _answering
        self._job: Job | None = None
        self._next: object | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is under way."""
        return self._job is not None

    def ask(self, request: object) -> None:
        """Answer this next; what is under way is stopped and never announced."""
        self._next = request
        if self._job is None:
            self._start()
        else:
            self._job.stop()

    def withdraw(self) -> None:
        """Nothing that was asked is wanted any more."""
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
        self._next = None
        job.event.connect(self._take)
        job.failed.connect(self._fail)
        job.ended.connect(self._end)
        job.start()

    def _take(self, report: object) -> None:
        if self._job is None or self._job.stopping:
            return
        if isinstance(report, str):
            self.said.emit(report)
        else:
            self.answered.emit(report)

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


def _answering(request: Request) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from loading()
        from explorer.engine.inspection import inspect  # torch takes seconds: loaded in the thread

        if not should_stop():
            yield from told(inspect(request, should_stop))

    return work


def answering_cells(request: Any) -> Work:
    """The work of a question about single numbers or kernels."""

    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from loading()
        from explorer.engine.cell_requests import answer  # as above

        if not should_stop():
            yield from told(answer(request, should_stop))

    return work


def answering_causes(request: Any) -> Work:
    """The work of a question about causes."""

    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from loading()
        from explorer.engine.cause_requests import answer  # as above

        if not should_stop():
            yield from told(answer(request, should_stop))

    return work


def loading() -> Iterator[str]:
    """Says that torch is loaded, where that is still to come."""
    if "torch" not in sys.modules:
        yield "Loading PyTorch…"


def told(reports: Iterator[object]) -> Iterator[object]:
    """Reports, with what is being done as plain words."""
    for report in reports:
        yield report.text if isinstance(report, Doing) else report

"""One piece of background work: a plain generator in a thread, its events relayed to the window."""

from __future__ import annotations

import atexit
import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QThread, Signal, Slot

from explorer.core.errors import ExplorerError
from explorer.gui.right_of_way import RIGHT_OF_WAY

_log = logging.getLogger(__name__)

ShouldStop = Callable[[], bool]
"""Asked between the steps of the work; it returns late while the job is paused or the window paints."""

Work = Callable[[ShouldStop], Iterator[object]]
"""Makes the generator; it is called, and runs, in the thread."""

_LEAVE_SECONDS = 10.0
"""How long the end of the process waits for work that was told to stop."""


class Job(QObject):
    """Runs a generator in a thread of its own.

    Only frozen values and arrays may be yielded: they cross threads. Receivers connect to
    the signals of the job, which are emitted in the thread the job belongs to, so that lambdas
    and plain functions are safe there.

    Signals:
        event(value): the generator yielded.
        finished(): it ended by itself or because it was told to stop; the thread is gone.
        failed(sentence, details): it raised; the thread is gone. `details` is for "Copy
            details", never for the first look; it is "" where the sentence says all.
        ended(): after either of the two.
    """

    event = Signal(object)
    finished = Signal()
    failed = Signal(str, str)
    ended = Signal()

    def __init__(
        self, work: Work, title: str, parent: QObject | None = None, *, most_waiting: int | None = None
    ) -> None:
        """With `most_waiting` the work goes on only while so few of its events wait to be received:

        for what reports faster than it can be shown, and loses nothing by waiting.
        """
        super().__init__(parent)
        self.title = title
        self._control = _Control(most_waiting)
        self._failure: tuple[str, str] | None = None
        self._over = False
        # without a parent: Qt must never delete a thread that still runs
        self._thread = _Worker(work, title, self._control)
        self._thread.yielded.connect(self._relay)
        self._thread.raised.connect(self._remember)
        self._thread.finished.connect(self._end)

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended for its receivers."""
        return self._thread in _ALIVE and not self._over

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._control.stopped.is_set()

    @property
    def paused(self) -> bool:
        """Whether it waits between two steps, or will at the next."""
        return not self._control.going.is_set() and not self.stopping

    def start(self) -> None:
        """Begin. A job runs once."""
        _ALIVE.add(self._thread)
        self._thread.start()

    def stop(self) -> None:
        """Ask the work to end after its current step; returns at once."""
        self._control.stopped.set()
        self._control.going.set()

    def pause(self) -> None:
        """Let the work wait after its current step."""
        if not self.stopping:
            self._control.going.clear()

    def resume(self) -> None:
        """Go on after a pause."""
        self._control.going.set()

    def wait(self, milliseconds: int) -> bool:
        """Wait until the thread is gone; False where it still runs after this time."""
        return self._thread.wait(milliseconds)

    @Slot(object)
    def _relay(self, value: object) -> None:
        RIGHT_OF_WAY.take()
        self.event.emit(value)
        self._control.make_room()

    @Slot(str, str)
    def _remember(self, sentence: str, details: str) -> None:
        self._failure = sentence, details

    @Slot()
    def _end(self) -> None:
        self._thread.wait()  # "finished" is sent from the last lines of the thread itself
        _ALIVE.discard(self._thread)
        self._over = True
        if self._failure is None:
            self.finished.emit()
        else:
            self.failed.emit(*self._failure)
        self.ended.emit()


class _Control:
    """What the window tells the thread."""

    def __init__(self, most_waiting: int | None) -> None:
        self._room = None if most_waiting is None else threading.Semaphore(most_waiting)
        self.stopped = threading.Event()
        self.going = threading.Event()
        self.going.set()

    def should_stop(self) -> bool:
        self.going.wait()
        if not self.stopped.is_set():
            RIGHT_OF_WAY.give_way()
        return self.stopped.is_set()

    def await_room(self) -> None:
        """Wait until another event can be received, or none is wanted any more."""
        while self._room is not None and not self.stopped.is_set() and not self._room.acquire(timeout=0.1):
            continue

    def make_room(self) -> None:
        """An event was received."""
        if self._room is not None:
            self._room.release()


class _Worker(QThread):
    """Steps through the generator; its signals go to its `Job` and to nobody else."""

    yielded = Signal(object)
    raised = Signal(str, str)

    def __init__(self, work: Work, title: str, control: _Control) -> None:
        super().__init__()
        self._work = work
        self._title = title
        self.control = control

    def run(self) -> None:
        try:
            for value in self._work(self.control.should_stop):
                self.control.await_room()
                self.yielded.emit(value)
        except ExplorerError as error:
            _log.info("%s: %s", self._title, error, exc_info=error)
            self.raised.emit(str(error), "")
        except MemoryError as error:
            self.raised.emit(f"{self._title}: the memory does not suffice; make it smaller", repr(error))
        except Exception as error:  # noqa: BLE001
            # the boundary of the thread: whatever it is, the window says it and lives on
            _log.exception("%s failed", self._title)
            sentence = f"{self._title} failed because of an error in the program; nothing open is lost"
            self.raised.emit(sentence, "".join(traceback.format_exception(error)))


_ALIVE: set[_Worker] = set()
"""Running threads are kept here: one that is collected while it runs aborts the process."""


def stop_all(seconds: float = _LEAVE_SECONDS) -> bool:
    """Tell every job to stop and wait for all, at most this long; whether all ended."""
    for worker in _ALIVE:
        worker.control.stopped.set()
        worker.control.going.set()
    until = time.monotonic() + seconds
    ended = [worker.wait(max(1, int((until - time.monotonic()) * 1000))) for worker in _ALIVE]
    return all(ended)


atexit.register(stop_all)

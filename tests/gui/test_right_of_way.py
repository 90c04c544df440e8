"""A thread in the background waits while the window computes and paints, and not for long."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from explorer.gui import right_of_way
from explorer.gui.job import Job
from explorer.gui.preloading import Preloading
from explorer.gui.right_of_way import RIGHT_OF_WAY, PaintsFirst, RightOfWay, Tick


@pytest.fixture
def way(qapp):
    """A right of way that nobody else has."""
    return RightOfWay()


def asking(work) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_a_thread_waits_until_the_turn_of_the_window_is_over(qtbot, way, monkeypatch):
    monkeypatch.setattr(right_of_way, "_LONGEST", 30.0)
    way.take()
    assert way.taken
    thread = asking(way.give_way)
    thread.join(0.05)
    assert thread.is_alive()
    qtbot.waitUntil(lambda: not way.taken)
    thread.join(5)
    assert not thread.is_alive()


def test_a_window_that_is_busy_for_long_is_not_waited_for(way):
    way.take()  # and no event loop ends the turn
    thread = asking(lambda: [way.give_way() for _ in range(1000)])
    thread.join(5)
    assert not thread.is_alive()
    assert not way.taken


def test_a_window_goes_first_when_it_is_painted(qtbot, monkeypatch):
    taken = []
    monkeypatch.setattr(RIGHT_OF_WAY, "take", lambda: taken.append(True))
    window = QWidget()
    qtbot.addWidget(window)
    PaintsFirst(window)
    window.show()
    qtbot.waitUntil(lambda: bool(taken))
    taken.clear()
    QApplication.sendEvent(window, QEvent(QEvent.Type.User))
    assert not taken


def test_what_a_tick_computes_goes_first(qtbot):
    found, owner = [], QObject()
    tick = Tick(owner, 0)
    tick.timeout.connect(lambda: found.append(RIGHT_OF_WAY.taken))
    tick.start()
    qtbot.waitUntil(lambda: bool(found))
    assert found == [True]
    qtbot.waitUntil(lambda: not RIGHT_OF_WAY.taken)


def test_a_job_gives_way_between_its_steps_unless_it_is_to_stop(qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr(RIGHT_OF_WAY, "give_way", lambda: asked.append(True))
    job = Job(lambda should_stop: iter([should_stop(), job.stop(), should_stop()]), "Work")
    with qtbot.waitSignal(job.ended):
        job.start()
    assert asked == [True]


def test_what_a_job_reports_is_taken_in_first(qtbot):
    job, found = Job(lambda _: iter("a"), "Work"), []
    job.event.connect(lambda _: found.append(RIGHT_OF_WAY.taken))
    with qtbot.waitSignal(job.ended):
        job.start()
    assert found == [True]


def test_an_import_waits_between_two_modules(monkeypatch):
    waited = []
    monkeypatch.setattr(RIGHT_OF_WAY, "give_way", lambda: waited.append(threading.current_thread()))
    finder = Preloading()
    finder.find_spec("calendar", None)
    assert not waited  # the window itself imports: it does not wait for itself
    thread = asking(lambda: finder.find_spec("calendar", None))
    thread.join()
    assert waited == [thread]

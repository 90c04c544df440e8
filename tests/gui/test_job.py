"""Jobs: events arrive in the window's thread, work stops when asked, errors become sentences."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading

import pytest

from explorer.core.errors import ExplorerError
from explorer.gui import job as jobs
from explorer.gui.job import Job


def endless(should_stop):
    for number in itertools.count():
        if should_stop():
            return
        yield number


def test_events_arrive_in_order_and_in_the_thread_of_the_window(qtbot):
    main, seen, made_in = threading.get_ident(), [], []

    def work(should_stop):
        made_in.append(threading.get_ident())
        yield from [2**40, "two", (3,)]

    job = Job(work, "Counting")
    job.event.connect(lambda value: seen.append((value, threading.get_ident())))  # even a lambda is safe
    with qtbot.waitSignal(job.finished):
        job.start()
    assert seen == [(2**40, main), ("two", main), ((3,), main)]
    assert made_in != [main]
    assert not job.running


def test_a_job_stops_between_two_steps(qtbot):
    job = Job(endless, "Counting")
    with qtbot.waitSignal(job.event):
        job.start()
    assert job.running
    with qtbot.waitSignal(job.finished):
        job.stop()
    assert job.stopping
    assert not job.running


def test_a_paused_job_makes_no_step_until_it_goes_on(qtbot):
    steps, waiting = [], threading.Event()

    def work(should_stop):
        for number in itertools.count():
            waiting.set()
            if should_stop():
                return
            waiting.clear()
            steps.append(number)
            yield number

    job = Job(work, "Counting")
    with qtbot.waitSignal(job.event):
        job.start()
    job.pause()
    assert job.paused
    assert not job.wait(50)
    assert waiting.is_set()
    made = len(steps)
    assert not job.wait(50)
    assert len(steps) == made
    with qtbot.waitSignal(job.event, check_params_cb=lambda value: value >= made):
        job.resume()
    job.pause()
    with qtbot.waitSignal(job.finished):  # a paused job can be stopped
        job.stop()


def test_bad_input_becomes_its_sentence(qtbot):
    def work(should_stop):
        yield 1
        raise ExplorerError("the folder holds no pictures; choose another")

    job = Job(work, "Reading")
    with qtbot.waitSignal(job.failed) as failed:
        job.start()
    sentence, details = failed.args
    assert sentence == "the folder holds no pictures; choose another"
    assert details == ""
    assert not job.running


@pytest.mark.parametrize("raised", [ZeroDivisionError("secret"), MemoryError()])
def test_other_errors_hide_their_text_in_the_details(qtbot, raised):
    def work(should_stop):
        raise raised
        yield

    job = Job(work, "Training")
    with qtbot.waitSignal(job.failed) as failed:
        job.start()
    sentence, details = failed.args
    assert sentence.startswith("Training")
    assert "secret" not in sentence
    assert type(raised).__name__ in details


def test_ended_follows_success_and_failure(qtbot):
    def failing(should_stop):
        raise ExplorerError("no")
        yield

    for work in (failing, lambda _should_stop: iter(())):
        job = Job(work, "Either")
        with qtbot.waitSignal(job.ended):
            job.start()


def test_a_job_whose_owner_is_deleted_goes_on_and_can_be_waited_for(qtbot, qapp):
    from PySide6.QtCore import QObject

    owner = QObject()
    job = Job(endless, "Counting", owner)
    with qtbot.waitSignal(job.event):
        job.start()
    thread = job._thread
    del job
    owner.deleteLater()
    qapp.processEvents()
    assert thread.isRunning()
    assert jobs.stop_all(5)
    assert not thread.isRunning()
    jobs._ALIVE.discard(thread)


def test_a_process_that_ends_with_a_running_job_does_not_abort():
    code = (
        "from PySide6.QtCore import QCoreApplication\n"
        "from explorer.gui.job import Job\n"
        "app = QCoreApplication([])\n"
        "def work(should_stop):\n"
        "    while not should_stop():\n"
        "        yield 1\n"
        "job = Job(work, 'x')\n"
        "job.event.connect(lambda value: app.exit(3))\n"
        "job.start()\n"
        "raise SystemExit(app.exec())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (3, "")

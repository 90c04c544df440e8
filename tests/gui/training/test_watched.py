"""The window watches a run that something else writes, however that one writes it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from explorer.engine.runs.heartbeat import Heartbeat
from explorer.engine.runs.metrics import METRICS
from explorer.engine.runs.run_lock import locked
from explorer.gui.job import Job
from explorer.gui.training.run import State
from tests.gui.training.training_area import LONG, RECIPE, opened, press


@pytest.fixture
def written(qtbot, tmp_path):
    """A run of one epoch as another program would write it, without its end; and its lines."""
    area = opened(qtbot, tmp_path / "first", recipe=replace(RECIPE, epochs=1))
    with qtbot.waitSignal(area.session.ended, timeout=LONG):
        press(qtbot, area, "trainStart")
    folder = tmp_path / "cluster" / "run"
    shutil.copytree(area.session.run.folder, folder)
    lines = (folder / METRICS).read_bytes().splitlines(keepends=True)
    (folder / METRICS).write_bytes(b"")
    return folder, lines


@pytest.fixture
def watching(qtbot, tmp_path, written):
    """An area that watches this run, which is locked and shows signs of life."""
    folder, lines = written
    with locked(folder):
        Heartbeat(folder).beat("running", 0, 0)
        area = opened(qtbot, tmp_path / "second")
        area.watch_folder(folder.parent)
        qtbot.waitUntil(lambda: bool(area.session.live), timeout=LONG)
        yield area, area.session.live[0], folder, lines


def add(folder, data):
    with (folder / METRICS).open("ab") as file:
        file.write(data)


def test_half_a_line_is_waited_for(qtbot, watching):
    area, run, folder, lines = watching
    add(folder, b"".join(lines[:3]) + lines[3][:20])
    qtbot.waitUntil(lambda: len(run.loss) == 2, timeout=LONG)
    qtbot.wait(500)
    assert len(run.loss) == 2
    add(folder, lines[3][20:] + b"nonsense\n\xff\xfe\n{}\n" + b"".join(lines[4:]))
    qtbot.waitUntil(lambda: run.state is State.FINISHED, timeout=LONG)
    assert list(run.loss.xs) == list(range(1, 13))
    assert not area.notice.isVisible()


def test_a_file_that_is_written_anew_goes_on_from_there(qtbot, watching):
    _, run, folder, lines = watching
    add(folder, b"".join(lines[:9]))
    qtbot.waitUntil(lambda: len(run.loss) == 8, timeout=LONG)
    start = json.loads(lines[0]) | {"step": 4}
    anew = [*lines[:5], json.dumps(start).encode() + b"\n", *lines[5:7]]
    (folder / "other").write_bytes(b"".join(anew))
    (folder / "other").replace(folder / METRICS)
    qtbot.waitUntil(lambda: list(run.loss.xs) == [1, 2, 3, 4, 5, 6], timeout=LONG)
    add(folder, b"".join(lines[7:]))
    qtbot.waitUntil(lambda: run.state is State.FINISHED, timeout=LONG)
    assert list(run.loss.xs) == list(range(1, 13))


def test_a_folder_that_is_taken_away_is_said(qtbot, watching, tmp_path):
    area, run, folder, lines = watching
    add(folder, b"".join(lines[:9]))
    qtbot.waitUntil(lambda: len(run.loss) == 8, timeout=LONG)
    folder.rename(tmp_path / "away")
    qtbot.waitUntil(lambda: run.state is State.LOST, timeout=LONG)
    qtbot.waitUntil(area.notice.isVisible, timeout=LONG)
    assert "The folder of the run is gone" in area.notice.sentence.text()
    assert not area.notice.buttons
    assert not area.session.live


def test_many_steps_come_in_pieces_that_wait_for_the_window(qtbot, watching):
    area, run, folder, lines = watching
    step = json.loads(lines[1])
    many = [json.dumps(step | {"step": number, "loss": 1.0}) for number in range(1, 20_001)]
    most = 0

    def count(_run, event):
        nonlocal most
        most = max(most, len(getattr(event, "points", ())))

    area.session.told.connect(count)
    add(folder, lines[0] + "\n".join(many).encode() + b"\n")
    qtbot.waitUntil(lambda: len(run.loss) == 20_000, timeout=LONG)
    assert 0 < most <= 250
    assert list(run.loss.xs) == list(range(1, 20_001))


def test_work_that_reports_faster_than_it_is_received_waits(qtbot):
    made, seen = [], []

    def work(should_stop):
        for number in range(50):
            made.append(number)
            yield number

    job = Job(work, "Counting", most_waiting=3)
    job.event.connect(seen.append)
    job.start()
    assert not job.wait(400)  # the window is busy and receives nothing
    assert len(made) == 4
    with qtbot.waitSignal(job.ended, timeout=LONG):
        pass
    assert seen == list(range(50))


def test_work_that_waits_for_room_can_be_stopped(qtbot):
    def work(should_stop):
        while not should_stop():
            yield 1

    job = Job(work, "Endless", most_waiting=2)
    job.start()
    assert not job.wait(300)
    job.stop()
    assert job.wait(5_000)
    with qtbot.waitSignal(job.ended, timeout=LONG):
        pass

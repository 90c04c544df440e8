"""Garbage waits for a quiet moment, and Python's own collector is given back."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from explorer.gui.collecting import Collecting


class Ring:
    """Refers to itself, so that only the collector can let go of it."""

    def __init__(self) -> None:
        self.itself = self


def lost() -> weakref.ref[Ring]:
    return weakref.ref(Ring())


@pytest.fixture
def collecting(qtbot):
    gc.enable()  # as Python starts
    with Collecting() as found:
        found.look()  # the first look settles what was loaded
        yield found
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_nothing_is_collected_by_chance_and_all_when_it_is_due(collecting):
    ring = lost()
    keep = [[] for _ in range(5_000)]  # far more than would start Python's own collector
    assert ring() is not None
    collecting.look()
    assert ring() is None
    assert len(keep) == 5_000


def test_a_gesture_is_not_interrupted(collecting, monkeypatch):
    ring = lost()
    keep = [[] for _ in range(5_000)]
    monkeypatch.setattr(QGuiApplication, "mouseButtons", lambda: Qt.MouseButton.LeftButton)
    collecting.look()
    assert ring() is not None
    monkeypatch.undo()
    collecting.look()
    assert ring() is None
    del keep


def test_older_garbage_goes_too(collecting):
    ring = Ring()
    for _ in range(3):
        gc.collect(1)  # it is old now
    found = weakref.ref(ring)
    del ring
    keep = []
    for _ in range(2_000):
        keep.extend([] for _ in range(1_000))
        collecting.look()
        if found() is None:
            break
    assert found() is None


def test_what_was_there_at_first_is_not_walked_again(collecting):
    assert gc.get_freeze_count() > 1_000

"""Garbage waits for a quiet moment, and Python's own collector is given back."""

from __future__ import annotations

import gc
import sys
import weakref
from types import ModuleType

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


def press(monkeypatch, button):
    monkeypatch.setattr(QGuiApplication, "mouseButtons", lambda: button)


@pytest.fixture
def collecting(qtbot, monkeypatch):
    press(monkeypatch, Qt.MouseButton.NoButton)  # tests of gestures may have left one down
    gc.enable()  # as Python starts
    with Collecting() as found:
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
    press(monkeypatch, Qt.MouseButton.LeftButton)
    collecting.look()
    assert ring() is not None
    press(monkeypatch, Qt.MouseButton.NoButton)
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


@pytest.fixture
def load(monkeypatch):
    """Loads a library of so many modules."""

    def some(count):
        for _ in range(count):
            monkeypatch.setitem(sys.modules, f"some.module{len(sys.modules)}", ModuleType("some"))

    return some


def test_what_a_library_makes_is_looked_through_in_slices_and_then_left_alone(collecting, load):
    calm = collecting._timer.interval()
    keep = []
    for _ in range(3):
        before = gc.get_freeze_count()
        load(30)
        keep += [[] for _ in range(5_000)]
        ring = lost()
        collecting.look()
        assert ring() is None
        assert gc.get_freeze_count() >= before + 5_000
        assert collecting._timer.interval() < calm
    for _ in range(30):
        collecting.look()
    assert collecting._timer.interval() == calm
    frozen = gc.get_freeze_count()
    keep += [[] for _ in range(5_000)]
    collecting.look()
    assert gc.get_freeze_count() == frozen  # what the window makes can become garbage


def test_a_few_modules_are_no_library(collecting, load):
    frozen = gc.get_freeze_count()
    load(5)
    keep = [[] for _ in range(5_000)]
    collecting.look()
    assert gc.get_freeze_count() == frozen
    del keep


def test_a_library_that_is_loaded_in_a_gesture_does_not_pile_up(collecting, load, monkeypatch):
    press(monkeypatch, Qt.MouseButton.LeftButton)
    load(30)
    keep = [[] for _ in range(5_000)]
    frozen = gc.get_freeze_count()
    collecting.look()
    assert gc.get_freeze_count() >= frozen + 5_000
    del keep


def test_old_garbage_goes_before_a_library_is_loaded(collecting, load):
    ring = Ring()
    for _ in range(3):
        gc.collect(1)
    found = weakref.ref(ring)
    del ring
    gc.collect(0)
    assert found() is not None
    load(30)
    collecting.look()
    assert found() is None

"""An exception in a Python override of Qt's functions: reported, and the window lives on."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QTableView, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

import explorer.gui
from explorer.gui.failures import Failures
from explorer.gui.overrides import NOT_VIRTUAL, is_guarded, overridden

_SCRIPT = """
import sys, threading
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTreeView
from explorer.core import edits
from explorer.gui import application
from explorer.gui.canvas.edge_item import EdgeItem
from explorer.gui.canvas.node_item import NodeItem
from explorer.gui.canvas.overview import Overview
from explorer.gui.canvas.view import Canvas
from explorer.gui.dialogs import Answer
from explorer.gui.layers.model import LayerTableModel
from explorer.gui.overrides import guarded

armed, raised = "", []

def fail(place):
    raised.append(place)
    raise RuntimeError(f"on purpose: {place}")

def make_fallible(kind, name):
    place, plain = f"{kind.__name__}.{name}", vars(kind)[name].__wrapped__
    def body(*arguments):
        if armed == place:
            fail(place)
        return plain(*arguments)
    setattr(kind, name, guarded(name, body))
    return place

PLACES = [make_fallible(kind, name) for kind, name in [
    (Canvas, "paintEvent"), (Canvas, "drawBackground"), (Canvas, "mouseMoveEvent"),
    (Canvas, "viewportEvent"), (Canvas, "resizeEvent"), (NodeItem, "paint"), (NodeItem, "boundingRect"),
    (EdgeItem, "paint"), (Overview, "paintEvent"), (LayerTableModel, "index"), (LayerTableModel, "data"),
    (LayerTableModel, "parent"), (LayerTableModel, "flags")]] + ["slot", "thread"]

def provoke(window, round):
    bench, canvas = window.workbench, window.design.canvas
    table = window.findChild(QTreeView, "layerTable")
    canvas.viewport().update()
    QTest.mouseMove(canvas.viewport(), QPoint(40 + 9 * round, 60))
    window.resize(1200 + round, 800)
    bench.apply("move", edits.move(bench.document, {"conv1": (float(round), float(PLACES.index(armed)))}))
    bench.select([list(bench.lines)[1 + round % 2]])
    table.model().index(0, 0).data()  # through Qt, as an assistive tool asks
    if armed == "thread":
        thread = threading.Thread(target=fail, args=(armed,))
        thread.start()
        thread.join()
    if round % 3 == 0:
        window.design.layers.grab()  # paints from a call in Python, where an exception would stay pending
        canvas.grab()
    QApplication.processEvents()

def go():
    global armed
    (window,) = [item for item in QApplication.topLevelWidgets() if item.objectName() == "mainWindow"]
    window.workbench.changed.connect(lambda *_: fail("slot") if armed == "slot" else None)
    for armed in PLACES:
        print(armed, flush=True)
        for round in range(9):
            provoke(window, round)
    armed = ""
    def end():
        print("not raised:", sorted(set(PLACES) - set(raised)))
        print("alive:", window.isVisible() and not window.grab().isNull())
        said = window.errors.sentence.text() if window.errors.isVisible() else ""
        print("said:", "recovery copy was written" in said)
        print("copies:", len(list(window.recovery.folder.glob("*.archx"))))
        window.dialogs.unsaved = lambda name: Answer.DISCARD
        print("closed:", window.close())
    QTimer.singleShot(0, end)

QTimer.singleShot(0, go)
sys.exit(application.run(["lenet5"]))
"""


def test_the_window_survives_failures_in_every_kind_of_place(user_folders: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=dict(os.environ),
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.splitlines()[-5:] == [
        "not raised: []",
        "alive: True",
        "said: True",
        "copies: 1",
        "closed: True",
    ], result.stderr
    (log,) = user_folders.rglob("log.txt")
    text = log.read_text("utf-8")
    assert "on purpose: NodeItem.paint" in text
    assert "on purpose: thread" in text


def test_every_override_of_the_window_is_guarded() -> None:
    for module in pkgutil.walk_packages(explorer.gui.__path__, "explorer.gui."):
        importlib.import_module(module.name)
    kinds = [kind for kind in _derived(Shiboken.Object) if kind.__module__.startswith("explorer.gui")]
    found = {(kind, name) for kind in kinds for name in overridden(kind) if name not in NOT_VIRTUAL}
    bare = [f"{kind.__qualname__}.{name}" for kind, name in found if not is_guarded(vars(kind)[name])]
    assert len(found) > 80
    assert not bare, f"add what Qt shall get instead to ANSWERS, or the name to NOT_VIRTUAL: {bare}"


def _derived(kind: type) -> set[type]:
    below = set(type.__subclasses__(kind))
    return below.union(*(_derived(item) for item in below))


class _Unfinished(QWidget):
    """Fails with a painter of its own at work."""

    drawn: list[weakref.ref[QPainter]]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.drawn.append(weakref.ref(painter))
        raise ValueError("half drawn")


def test_no_painter_outlives_its_paint_event_though_the_exception_is_kept(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: kept.append(error))
    widget = _Unfinished()
    qtbot.addWidget(widget)
    widget.drawn = []
    for _ in range(3):
        widget.grab()
    assert [str(error) for error in kept] == ["half drawn"] * 3
    assert [painter() for painter in widget.drawn] == [None] * 3


class _Broken(QAbstractTableModel):
    """Fails at every question."""

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        raise KeyError("rows")

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        raise KeyError("columns")

    def data(self, index: QModelIndex, role: int = 0) -> object:
        raise KeyError("data")


def test_qt_gets_a_harmless_answer(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: kept.append(error))
    model, view = _Broken(), QTableView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.grab()
    assert model.rowCount() == model.columnCount() == 0
    assert {error.args for error in kept} == {("rows",), ("columns",)}


def test_a_hook_that_fails_itself_hides_nothing(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "excepthook", lambda *_: 1 // 0)
    model = _Broken()
    assert model.rowCount() == 0
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said
    assert "KeyError: 'rows'" in said


def test_an_error_at_each_frame_is_said_once_and_logged_briefly(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    failures, said = Failures(), []
    failures.happened.connect(said.append)
    failures.install()
    try:
        for _ in range(1000):
            sys.excepthook(ValueError, ValueError("again"), None)
        assert not said, "only when Qt is back in its loop"
        qtbot.waitUntil(lambda: bool(said))
    finally:
        failures.remove()
    assert said == ["ValueError: again\n"]
    assert len(caplog.records) == 4  # the first, the 10th, 100th and 1000th

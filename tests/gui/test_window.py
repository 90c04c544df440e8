"""The main window: title, actions, status line, themes, areas, problems."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QGraphicsView,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from explorer.core import edits
from explorer.core.errors import ExplorerError
from explorer.gui.application import check_versions
from explorer.gui.declared_actions import TABLE
from explorer.gui.main_window import MainWindow
from tests.gui.conftest import Opener

NAMES = (
    *("workAreas", "palette", "paletteSearch", "networkList", "canvas", "properties", "formulas"),
    *("layerTable", "totals", "problems"),
)


def without_flatten(window: MainWindow) -> None:
    bench = window.workbench
    bench.apply("delete flatten", edits.delete(bench.document, ["flatten"]))


def test_names_that_scripts_rely_on(window: MainWindow) -> None:
    assert window.objectName() == "mainWindow"
    for name in NAMES:
        assert window.findChild(QWidget, name) is not None, name
    for item in TABLE:
        assert window.findChild(QAction, f"action.{item.verb}") is not None


def test_every_action_does_something_and_says_what(window: MainWindow) -> None:
    assert set(window.commands.table()) == {item.verb for item in TABLE}
    shortcuts = [window.window_actions[item.verb].shortcut().toString() for item in TABLE]
    used = [keys for keys in shortcuts if keys]
    assert len(used) == len(set(used))
    for item in TABLE:
        action = window.window_actions[item.verb]
        assert action.text()
        assert len(action.toolTip()) > 3
        if item.icon:
            drawn = action.icon().pixmap(16, 16).toImage()
            assert any(drawn.pixelColor(x, y).alpha() > 60 for x in range(16) for y in range(16)), item.icon


def test_every_control_has_a_name_and_a_tooltip(window: MainWindow) -> None:
    window.workbench.select(["conv1"])
    kinds = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QGraphicsView)
    for control in (item for kind in kinds for item in window.findChildren(kind)):
        inside = isinstance(control.parent(), (QAbstractSpinBox, QLineEdit, QComboBox))
        if inside or control.objectName().startswith("qt_"):
            continue  # Qt's own part of a control that has a name
        if any(isinstance(item, QGraphicsView) for item in _above(control)):
            continue
        assert control.accessibleName() or getattr(control, "text", str)(), control
        if isinstance(control, QAbstractButton) and not control.text():
            assert control.toolTip(), control


def _above(widget: QWidget) -> list[QWidget]:
    found = []
    parent = widget.parentWidget()
    while parent is not None:
        found.append(parent)
        parent = parent.parentWidget()
    return found


def test_totals_are_exact(open_window: Opener) -> None:
    window, _ = open_window("resnet50")
    text = window.status.totals.text()
    for part in ("25,557,032", "4,089,184,256", "97.49 MiB", "receptive field 427 px"):
        assert part in text
    assert window.status.problem_count.text() == "No problem"
    assert window.windowTitle() == "resnet50 - Architecture Explorer"


def test_title_and_undo_say_what_changed(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    start = bench.document
    undo = window.window_actions["undo"]
    assert not undo.isEnabled()
    bench.apply("set stride of conv1", edits.set_attribute(start, ("conv1",), "stride", 1))
    assert window.windowTitle() == "resnet18* - Architecture Explorer"
    assert undo.text() == "Undo: set stride of conv1"
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert bench.document is start
    assert window.windowTitle() == "resnet18 - Architecture Explorer"
    assert window.window_actions["redo"].text() == "Redo: set stride of conv1"
    assert not undo.isEnabled()


def test_problem_is_counted_listed_and_repaired(window: MainWindow, qtbot: QtBot) -> None:
    before = window.workbench.analysis.totals
    without_flatten(window)
    assert window.status.problem_count.text() == "1 problem"
    assert "so far" in window.status.totals.text()
    listed = window.design.layers.problems
    (sentence,) = listed.sentences()
    assert sentence.startswith("fc: Linear needs a flat input")
    qtbot.mouseClick(window.status.problem_count, Qt.MouseButton.LeftButton)
    assert window.workbench.selection == ("fc",)
    card = window.design.properties.card
    assert card.isVisible()
    repair = card.buttons[0]
    qtbot.mouseClick(repair, Qt.MouseButton.LeftButton)
    assert window.workbench.analysis.totals == before
    assert window.status.problem_count.text() == "No problem"
    assert window.workbench.undo_label == "insert Flatten at fc"


def test_actions_follow_the_selection(window: MainWindow) -> None:
    actions, bench = window.window_actions, window.workbench
    for names, usable in (
        ((), ()),
        (("conv1",), ("group", "copy", "duplicate")),
        (("conv1", "maxpool"), ("group", "copy", "duplicate", "addSkip")),
        (("layer1",), ("group", "copy", "duplicate", "dissolve", "fold")),
    ):
        bench.select(names)
        found = {
            verb
            for verb in ("group", "copy", "duplicate", "addSkip", "dissolve", "fold")
            if actions[verb].isEnabled()
        }
        assert found == set(usable)


def test_zoom_actions(window: MainWindow) -> None:
    canvas = window.design.canvas
    for verb in ("zoomOut", "zoomOut", "fit", "zoomReset"):
        window.window_actions[verb].trigger()
    assert canvas.zoom == 1.0


def test_damaged_settings_are_made_anew(open_window: Opener, tmp_path: Path) -> None:
    folder = tmp_path / "user"
    folder.mkdir()
    (folder / "settings.json").write_text('{"theme": 7, "recent": [1, "a.archx"], "layout": "AAAA"', "utf-8")
    window, _ = open_window()
    assert window.settings.recent == ()
    window.close()
    (folder / "settings.json").write_text('{"theme": 7, "recent": [1, "a.archx"], "layout": "AAAA"}', "utf-8")
    again, _ = open_window()
    assert again.settings.recent == ("a.archx",)
    assert again.settings.theme == "system"
    assert again.design.docks["Palette"].isVisible()


def test_areas_switch_and_the_selection_stays(window: MainWindow, qtbot: QtBot) -> None:
    window.workbench.select(["conv1"])
    assert window.areas.train is None
    assert window.window_actions["design"].isChecked()
    qtbot.mouseClick(window.menu_row.areas.button(1), Qt.MouseButton.LeftButton)
    assert window.areas.train is not None
    assert window.pages.currentWidget() is window.areas.train
    assert not window.window_actions["fit"].isEnabled()
    window.status.say("broken.png is damaged")
    window.window_actions["design"].trigger()
    assert window.pages.currentWidget() is window.design
    assert window.status.news.text() == ""  # it was about the other area
    assert window.workbench.selection == ("conv1",)
    assert window.window_actions["fit"].isEnabled()


def test_copy_paste_cut_and_duplicate(window: MainWindow) -> None:
    bench = window.workbench
    start = bench.document
    bench.select(["conv1", "bn1"])
    window.window_actions["copy"].trigger()
    window.window_actions["paste"].trigger()
    pasted = bench.selection
    assert len(pasted) == 2
    assert bench.document.graph[pasted[1]].inputs == (pasted[0],)
    assert bench.document.graph[pasted[0]].inputs == (None,)
    assert bench.document.graph[pasted[0]].operator == start.graph["conv1"].operator
    bench.undo()
    bench.select(["relu"])
    window.window_actions["duplicate"].trigger()
    assert bench.undo_label.startswith("duplicate relu")  # type: ignore[union-attr]
    bench.undo()
    bench.select(["relu"])
    window.window_actions["cut"].trigger()
    assert "relu" not in bench.document.graph
    assert bench.document.graph["maxpool"].inputs == ("bn1",)


def test_paste_of_anything_else_is_refused_in_words(window: MainWindow) -> None:
    before = window.workbench.document
    for text in ("hello", "[" * 100_000, '{"content": "architecture-explorer layers", "nodes": 3}', "{}"):
        QGuiApplication.clipboard().setText(text)
        window.window_actions["paste"].trigger()
        assert window.errors.isVisible()
        window.errors.hide()
    assert window.workbench.document is before


def test_dissolve_and_next_problem(window: MainWindow) -> None:
    bench = window.workbench
    bench.select(["layer1"])
    window.window_actions["dissolve"].trigger()
    assert "layer1.0" in bench.document.graph
    bench.undo()
    without_flatten(window)
    window.window_actions["nextProblem"].trigger()
    assert bench.selection == ("fc",)


def test_an_error_in_the_program_is_said_and_work_is_kept(window: MainWindow) -> None:
    bench = window.workbench
    bench.apply("arrange", edits.move(bench.document, {"conv1": (1.0, 2.0)}))
    window.survive("Traceback: details")
    assert window.errors.isVisible()
    assert "recovery copy" in window.errors.sentence.text()
    assert "Traceback" not in window.errors.sentence.text()
    assert list(window.recovery.folder.glob("*.archx"))
    window.errors.copy.click()
    assert QGuiApplication.clipboard().text() == "Traceback: details"


@pytest.mark.parametrize(
    ("python", "qt", "sound"),
    [((3, 11), (6, 12, 0), False), ((3, 11), (6, 11, 3), True), ((3, 12), (6, 12, 0), True)],
)
def test_the_bad_pair_of_versions_is_refused(
    python: tuple[int, ...], qt: tuple[int, ...], sound: bool
) -> None:
    if sound:
        check_versions(python, qt)
        return
    with pytest.raises(ExplorerError, match=r"6\.12\.0"):
        check_versions(python, qt)


def test_the_window_starts_without_torch_numpy_or_plots(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from explorer.gui.application import create_window;"
        f"window = create_window(['resnet50'], folder=pathlib.Path({str(tmp_path)!r}));"
        "from PySide6.QtWidgets import QApplication; QApplication.processEvents();"
        "print([name for name in ('torch', 'numpy', 'pyqtgraph', 'PIL') if name in sys.modules]);"
        "window.close()"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stdout.strip() == "[]", result.stderr
    assert result.returncode == 0

"""Opening, saving, closing and recovering: nothing is ever lost unasked."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from explorer.core import edits, notation
from explorer.core.document import Document
from explorer.gui.dialogs import Answer
from explorer.gui.main_window import MainWindow
from explorer.gui.recovery import Recovery
from explorer.gui.workbench import Workbench
from tests.gui.conftest import Opener


def edit(window: MainWindow, stride: int = 1) -> None:
    bench = window.workbench
    changed = edits.set_attribute(bench.document, ("conv1",), "stride", stride)
    bench.apply("set stride of conv1", changed)


def test_save_and_open_again(open_window: Opener, tmp_path: Path) -> None:
    window, answers = open_window("resnet18")
    edit(window)
    answers.to_save = tmp_path / "mine"
    window.window_actions["save"].trigger()
    assert answers.asked == ["save resnet18.archx"]
    path = tmp_path / "mine.archx"
    assert window.workbench.path == path
    assert not window.workbench.modified
    saved = window.workbench.document
    window.window_actions["new"].trigger()
    assert len(window.workbench.document.graph) == 0
    answers.to_open = path
    window.window_actions["open"].trigger()
    assert window.workbench.document.graph == saved.graph
    assert window.windowTitle() == "mine - Architecture Explorer"
    assert answers.asked == ["save resnet18.archx", "open"]


def test_unsaved_changes_are_asked_about(open_window: Opener, tmp_path: Path) -> None:
    window, answers = open_window("resnet18")
    edit(window)
    kept = window.workbench.document
    answers.unsaved_answer = Answer.CANCEL
    window.window_actions["new"].trigger()
    assert window.workbench.document is kept
    assert not window.open("vgg16")
    assert not window.close()
    assert window.isVisible()
    answers.unsaved_answer = Answer.SAVE
    answers.to_save = None  # the file dialog is cancelled
    assert not window.close()
    answers.to_save = tmp_path / "kept.archx"
    assert window.close()
    assert notation.load(tmp_path / "kept.archx").graph == kept.graph


def test_a_save_that_fails_harms_nothing(open_window: Opener, tmp_path: Path) -> None:
    window, answers = open_window("resnet18")
    edit(window)
    answers.to_save = tmp_path / "no folder" / "net.archx"
    window.window_actions["save"].trigger()
    assert window.errors.isVisible()
    assert "could not be saved" in window.errors.sentence.text()
    assert window.workbench.modified


def test_a_file_changed_by_others_is_noticed(open_window: Opener, tmp_path: Path) -> None:
    path = tmp_path / "net.archx"
    window, answers = open_window("resnet18")
    window.workbench.save(path)
    edit(window)
    notation.save(Document(name="other"), path)
    os.utime(path, ns=(1, 1))
    window.window_actions["save"].trigger()
    assert answers.asked == ["overwrite net.archx"]
    assert len(notation.load(path).graph) == 0
    answers.replace = True
    window.window_actions["save"].trigger()
    assert notation.load(path).graph == window.workbench.document.graph
    edit(window, stride=4)
    window.window_actions["save"].trigger()
    assert len(answers.asked) == 2


def test_recent_files_open_and_vanished_ones_go(open_window: Opener, tmp_path: Path) -> None:
    window, _ = open_window("resnet18")
    path = tmp_path / "first.archx"
    window.workbench.save(path)
    window.workbench.save(tmp_path / "second.archx")
    (menu,) = [
        item for item in window.menu_row.bar.parent().window().children() if item.objectName() == "openRecent"
    ]
    names = [action.text().split()[-1] for action in menu.actions()]
    assert names == ["second.archx", "first.archx"]
    menu.actions()[1].trigger()
    assert window.workbench.path == path
    (tmp_path / "second.archx").unlink()
    menu.actions()[1].trigger()
    assert window.errors.isVisible()
    assert window.workbench.path == path
    assert [Path(name).name for name in window.settings.recent] == ["first.archx"]


def test_broken_documents_leave_what_is_open(open_window: Opener, tmp_path: Path) -> None:
    window, answers = open_window("resnet18")
    kept = window.workbench.document
    for number, content in enumerate(("", "{", "null", '{"program": "architecture-explorer", "format": 99}')):
        path = tmp_path / f"{number}.archx"
        path.write_text(content, "utf-8")
        answers.to_open = path
        window.window_actions["open"].trigger()
        assert window.errors.isVisible()
        assert window.workbench.document is kept
        window.errors.hide()


def test_a_document_is_dropped_on_the_window(open_window: Opener, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "dropped.archx"
    notation.save(Document(name="dropped"), path)
    window, _ = open_window("resnet18")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    drop = QDropEvent(
        QPoint(5, 5).toPointF(),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    with qtbot.waitSignal(window.workbench.file_changed):
        window.dropEvent(drop)
    assert window.workbench.path == path


def test_a_second_window_gets_a_copy(open_window: Opener, tmp_path: Path) -> None:
    path = tmp_path / "one.archx"
    first, _ = open_window("resnet18")
    first.workbench.save(path)
    second, answers = open_window()
    answers.to_open = path
    second.window_actions["open"].trigger()
    assert second.workbench.path is None
    assert second.workbench.document.graph == first.workbench.document.graph
    assert "another window" in second.errors.sentence.text()
    answers.to_save = path
    second.window_actions["saveAs"].trigger()
    assert second.workbench.path is None
    first.close()
    second.window_actions["saveAs"].trigger()
    assert second.workbench.path == path


def test_a_second_window_started_on_the_file_gets_a_copy_too(open_window: Opener, tmp_path: Path) -> None:
    path = tmp_path / "mine.archx"
    open_window("lenet5")[0].workbench.save(path)
    second, _ = open_window(str(path))
    assert second.workbench.path is None
    assert second.workbench.modified
    assert "another window" in second.errors.sentence.text()


def test_recovery_after_a_crash(open_window: Opener, tmp_path: Path, qtbot: QtBot) -> None:
    window, _ = open_window("resnet18")
    window.recovery._timer.setInterval(10)
    with qtbot.waitSignal(window.recovery._timer.timeout):
        edit(window)
    (copy,) = window.recovery.folder.glob("*.archx")
    other = Recovery(Workbench(), window.recovery.folder)
    assert other.left_behind() == []  # its window still lives
    assert window.recovery._lock is not None
    window.recovery._lock.unlock()  # as the death of the process would
    again, answers = open_window()
    again.offer_recovery()
    assert answers.asked == ["recover resnet18"]
    assert again.workbench.document.graph == window.workbench.document.graph
    assert again.workbench.modified
    assert not copy.exists()
    assert len(list(again.recovery.folder.glob("*.archx"))) == 1


def test_declined_and_damaged_copies_are_moved_aside(open_window: Opener, tmp_path: Path) -> None:
    folder = tmp_path / "user" / "recovery"
    folder.mkdir(parents=True)
    notation.save(Document(name="lost"), folder / "aa.archx")
    (folder / "bb.archx").write_text("damaged", "utf-8")
    window, answers = open_window()
    answers.bring_back = False
    window.offer_recovery()
    assert answers.asked == ["recover lost"]
    assert sorted(path.name for path in (folder / "declined").iterdir()) == ["aa.archx", "bb.archx"]
    window.offer_recovery()
    assert answers.asked == ["recover lost"]


def test_closing_in_order_leaves_no_copy(open_window: Opener) -> None:
    window, _ = open_window("resnet18")
    edit(window)
    window.recovery.write()
    assert list(window.recovery.folder.glob("*.archx"))
    window.close()
    assert not list(window.recovery.folder.glob("*"))


def test_the_table_is_exported(open_window: Opener, tmp_path: Path) -> None:
    window, answers = open_window("lenet5")
    for ending in ("csv", "md", "tex", "txt", "json"):
        answers.table = tmp_path / f"table.{ending}"
        window.window_actions["exportTable"].trigger()
        assert "tanh6" in answers.table.read_text("utf-8"), ending
    answers.table = tmp_path / "table.pdf"
    window.window_actions["exportTable"].trigger()
    assert window.errors.isVisible()

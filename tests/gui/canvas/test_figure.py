"""Pictures for papers: whose colours, how much of the network, and what the file carries."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from explorer.gui.canvas.figure import part_of
from explorer.gui.canvas.view import Canvas
from explorer.gui.picture_choices import PictureChoices, PictureDialog
from explorer.gui.theme import theme
from explorer.gui.workbench import Workbench
from tests.gui.conftest import Opener


def test_the_dialog_begins_with_what_is_on_the_screen(qtbot: QtBot) -> None:
    dialog = PictureDialog(dark=True, selected=3)
    qtbot.addWidget(dialog)
    assert dialog.choices == PictureChoices(dark=True, selection=False)
    dialog.show()
    qtbot.mouseClick(dialog.colours.button(0), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.part.button(1), Qt.MouseButton.LeftButton)
    assert dialog.choices == PictureChoices(dark=False, selection=True)
    nothing = PictureDialog(dark=False, selected=0)
    qtbot.addWidget(nothing)
    assert not nothing.part.isEnabled()
    assert nothing.choices == PictureChoices()


@pytest.mark.parametrize("dark", [False, True])
def test_colours_are_those_that_were_chosen(open_window: Opener, tmp_path: Path, dark: bool) -> None:
    window, answers = open_window("lenet5")
    window.set_theme_choice("light" if dark else "dark")
    answers.picture, answers.picture_choice = tmp_path / "net.png", PictureChoices(dark=dark)
    window.window_actions["exportPicture"].trigger()
    image = QImage(str(tmp_path / "net.png"))
    assert (image.pixelColor(1, 1).lightnessF() < 0.3) is dark


def test_who_leaves_the_dialog_writes_nothing(open_window: Opener, tmp_path: Path) -> None:
    window, answers = open_window("lenet5")
    answers.picture, answers.picture_choice = tmp_path / "net.png", None
    window.window_actions["exportPicture"].trigger()
    assert not (tmp_path / "net.png").exists()
    assert answers.asked == ["colours of the picture, 0 selected"]


def test_a_selection_alone(open_window: Opener, tmp_path: Path) -> None:
    window, answers = open_window("lenet5")
    window.workbench.select(["c1", "tanh1"])
    sizes = []
    for choice in (PictureChoices(), PictureChoices(selection=True)):
        answers.picture, answers.picture_choice = tmp_path / "net.png", choice
        window.window_actions["exportPicture"].trigger()
        sizes.append(QImage(str(tmp_path / "net.png")).height())
    assert sizes[1] < sizes[0] / 3
    assert answers.asked[0] == "colours of the picture, 2 selected"


def test_a_part_has_its_edges_and_what_is_inside(canvas: Canvas, bench: Workbench) -> None:
    canvas.fold("block")
    part = part_of(canvas.picture, ["conv1", "block"])
    inner = {name for name in canvas.picture.nodes if name.startswith("block.")}
    assert set(part.nodes) == {"conv1", "block"} | inner
    assert ("block", 0) not in part.edges  # it comes from the relu, which is left out
    assert ("block.conv1", 0) in part.edges  # from the block's own input
    assert {key for key in canvas.picture.edges if key[0] in inner} == set(part.edges)
    assert set(part_of(canvas.picture, ["block.bn1"]).nodes) == {"block.bn1"}
    assert part_of(canvas.picture, ["nothing"]).nodes == {}


def test_every_word_is_in_the_drawing(canvas: Canvas, tmp_path: Path) -> None:
    """Letters are shapes: without those of the names there are far fewer paths."""
    canvas.look.export_picture(tmp_path / "net.svg", theme(dark=False))
    paths = [item for item in ET.parse(tmp_path / "net.svg").getroot().iter() if item.tag.endswith("}path")]
    letters = [item for item in paths if len(item.get("d", "")) > 400]
    assert len(letters) >= 2 * len(canvas.picture.nodes)

"""What an edit leaves on the screen is what painting everything anew would show."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from explorer.core import edits
from explorer.core.conventions import Conventions
from explorer.core.document import Document
from explorer.gui.main_window import MainWindow
from tests.gui.conftest import Opener


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def on_screen(window: MainWindow) -> QImage:
    """The pixels that the window has, none painted for the purpose."""
    return window.screen().grabWindow(window.winId()).toImage().convertToFormat(QImage.Format.Format_RGB32)


def differing(one: QImage, other: QImage) -> QRect:
    """The rectangle around all pixels that differ."""
    assert one.size() == other.size()
    found = QRect()
    for y in range(one.height()):
        if one.copy(0, y, one.width(), 1) != other.copy(0, y, one.width(), 1):
            found |= QRect(0, y, one.width(), 1)
    return found


def check(window: MainWindow, after: str) -> None:
    settle()
    shown = on_screen(window)
    for part in window.findChildren(QWidget):
        if part.isVisible():
            part.update()
    settle()
    fresh = on_screen(window)
    assert shown == fresh, f"after {after} old pixels stayed in {differing(shown, fresh)}"


def steps(start: Document) -> dict[str, Document]:
    """Edits of ResNet-18 that move little, much, and make problems."""
    channels = edits.set_attribute(start, ("conv1",), "out_channels", 65)
    return {
        "more channels": channels,
        "many channels": edits.set_attribute(channels, ("conv1",), "out_channels", 1_000),
        "another stride": edits.set_attribute(start, ("conv1",), "stride", 4),
        "a longer name": edits.rename(start, "relu", "a_much_longer_name_of_it"),
        "no pooling": edits.delete(start, ["maxpool"]),
        "a gap": edits.delete(start, ["maxpool"], bypass=False),
        "more blocks": edits.set_attribute(start, ("layer2",), "n", 4),
        "unfolded": edits.fold(start, "layer1", True),
        "unfolded, changed inside": edits.set_attribute(
            edits.fold(start, "layer1", True), ("layer1",), "block.channels", 96
        ),
        "moved": edits.move(start, {"bn1": (300.0, 240.0)}),
        "the start": start,
    }


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("zoom", [1.0, 0.5, 0.3])
def test_no_edit_leaves_old_pixels(open_window: Opener, across: bool, zoom: float) -> None:
    window = open_window("resnet18")[0]
    window.resize(1400, 900)
    bench, canvas = window.workbench, window.design.canvas
    if across:
        canvas.look.turn()
    bench.select(("conv1",))
    canvas.camera.start()
    canvas.zoom_to(zoom)
    check(window, "opening")
    for words, document in steps(bench.document).items():
        bench.apply(words, document)
        check(window, words)
    bench.undo()
    check(window, "undo")
    bench.select(("layer1",))
    check(window, "selecting")
    bench.count_by(replace(Conventions(), unit="flops", precision="int8"))
    check(window, "other conventions")
    canvas.look.set_colour_by("macs")
    check(window, "other colours")
    bench.apply("coloured", edits.set_attribute(bench.document, ("layer3",), "block.channels", 300))
    check(window, "an edit in colours that stand for figures")

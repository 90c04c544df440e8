"""What floats over the canvas keeps out of the way: the card of a problem, bars, map, and pills of slots."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRectF, QSizeF, Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.document import Document
from explorer.gui.canvas.floating import card_place
from explorer.gui.canvas.slots import pill_rect
from explorer.gui.canvas.view import Canvas
from explorer.gui.elided import ElidedLabel
from explorer.gui.workbench import Workbench
from explorer.operators.convolution import Conv2d
from tests.gui.canvas.canvas_events import edge_middle, hover, operator_mime, screen

ROOM, CARD = QRectF(6, 50, 700, 430), QSizeF(300, 130)


@pytest.fixture
def bench() -> Workbench:
    return Workbench(Document(name="resnet18", graph=catalog.build("resnet18")))


@pytest.fixture
def wrong(canvas: Canvas, bench: Workbench) -> QWidget:
    """The card of a network that lacks its Flatten."""
    bench.apply("delete", edits.delete(bench.document, ["flatten"]))
    card = canvas.findChild(QWidget, "problemCard")
    assert card is not None
    return card


def part(canvas: Canvas, name: str) -> QWidget:
    found = canvas.findChild(QWidget, name)
    assert found is not None
    return found


@pytest.mark.parametrize("x", range(6, 500, 40))
@pytest.mark.parametrize("y", range(50, 440, 30))
def test_the_card_of_a_node_in_view_is_wholly_in_view(x: int, y: int) -> None:
    node = QRectF(x, y, 224, 44)
    card = QRectF(card_place(node, CARD, ROOM), CARD)
    assert ROOM.contains(card)
    assert not card.intersects(node)


def test_the_card_of_a_node_out_of_view_is_out_of_view() -> None:
    node = QRectF(200, 2000, 224, 44)
    assert not ROOM.intersects(QRectF(card_place(node, CARD, ROOM), CARD))


def test_a_small_view_shows_the_card_over_the_node() -> None:
    room = QRectF(0, 0, 320, 160)
    card = QRectF(card_place(QRectF(40, 60, 224, 44), CARD, room), CARD)
    assert room.contains(card)


@pytest.mark.parametrize("width", [640, 718, 1200])
def test_the_card_is_wholly_in_view_when_its_node_is_low(
    canvas: Canvas, bench: Workbench, wrong: QWidget, width: int
) -> None:
    canvas.resize(width, 486)
    left, top, _, height = canvas.picture.nodes["fc"].rect
    canvas.pan_by(QPoint(0, canvas.height() - round(height) - 2 - screen(canvas, left, top).y()))
    assert wrong.isVisible()
    assert canvas.rect().contains(wrong.geometry())


def test_the_card_is_as_wide_as_its_repairs(wrong: QWidget) -> None:
    buttons = wrong.findChildren(QPushButton, "repair")
    assert len(buttons) == 2
    for button in buttons:
        assert button.width() >= button.sizeHint().width()
        assert wrong.rect().adjusted(0, 0, -12, -8).contains(button.geometry())


def test_the_map_goes_where_the_card_stands(canvas: Canvas, wrong: QWidget) -> None:
    overview = part(canvas, "overview")
    canvas.resize(718, 486)
    left, top, width, height = canvas.picture.nodes["fc"].rect
    corner = screen(canvas, left + width / 2, top + height / 2)
    canvas.pan_by(QPoint(overview.x() - 400, overview.y()) - corner)
    assert wrong.isVisible()
    assert wrong.geometry().intersects(overview.geometry())
    assert not overview.isVisible()
    canvas.pan_by(QPoint(0, -2000))
    assert overview.isVisible()


def test_a_drag_has_the_view_for_itself(canvas: Canvas) -> None:
    bars = [part(canvas, name) for name in ("overview", "zoomBar", "viewBar")]
    assert all(bar.isVisible() for bar in bars)
    hover(canvas, operator_mime(Conv2d(out_channels=100, kernel_size=3)), edge_middle(canvas, "layer2"))
    assert not any(bar.isVisible() for bar in bars)
    canvas.dropping.end()
    assert all(bar.isVisible() for bar in bars)


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("x", range(-100, 700, 50))
def test_a_pill_is_wholly_in_view(x: int, across: bool) -> None:
    view = QRectF(0, 0, 720, 480)
    slots = [QRectF(x, y, 224, 38) for y in (380, 426)]
    for number, slot in enumerate(slots):
        pill = pill_rect(slots, number, 170.0, view, across=across)
        assert view.contains(pill)
        room_beside = slot.right() + 190 < view.right() or slot.left() > 190
        if across or room_beside:
            assert not any(pill.intersects(other) for other in slots)


def test_everything_that_fits_is_below_the_bars(canvas: Canvas) -> None:
    canvas.resize(718, 486)
    canvas.fit()
    left, top, width, height = canvas.picture.bounds
    first, last = screen(canvas, left, top), screen(canvas, left + width, top + height)
    assert first.y() > part(canvas, "viewBar").geometry().bottom()
    assert last.y() < canvas.height()


def test_of_a_long_block_the_title_comes_into_view(canvas: Canvas, bench: Workbench) -> None:
    canvas.look.turn()
    canvas.fold("layer3")
    canvas.fold("layer3.0")
    bench.select(("layer3",))
    left, top, width, _ = canvas.picture.nodes["layer3"].rect
    assert width * canvas.zoom > canvas.width()  # the middle would show neither end
    assert canvas.viewport().rect().contains(screen(canvas, left, top))
    canvas.look.turn()


def test_a_text_that_is_too_long_ends_in_dots_and_is_told_whole(qtbot: QtBot) -> None:
    label = ElidedLabel("hint")
    qtbot.addWidget(label)
    label.setText("Conv2d 7×7, 64, /2 · 64 maps of 112×112")
    label.resize(400, 20)
    label.grab()
    assert (label.shown, label.toolTip()) == (label.text(), "")
    label.resize(120, 20)
    label.grab()
    assert label.shown.endswith("…")
    assert label.toolTip() == label.text()
    assert label.alignment() & Qt.AlignmentFlag.AlignLeft

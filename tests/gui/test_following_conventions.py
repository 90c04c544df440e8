"""Every place that shows a figure follows the conventions, and says which are on."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.core.conventions import Conventions
from explorer.gui.canvas.colouring import MACS, MEMORY, PARAMETERS
from explorer.gui.canvas.legend import title
from explorer.gui.main_window import MainWindow

OTHER = Conventions("flops", True, False, "MB", "int8", 8)


def test_colours_of_the_canvas(window: MainWindow) -> None:
    look, ink, bench = window.design.canvas.look, window.design.canvas.ink, window.workbench
    look.set_colour_by(MACS)
    assert title(ink.colouring.scale) == "MACs of a node (log)"
    assert ink.colouring.scale.lowest == 512_000
    bench.count_by(OTHER)
    assert title(ink.colouring.scale) == "FLOPs for 8 pictures, bias counted (log)"
    assert ink.colouring.scale.lowest == 8 * (2 * 512_000 + 1000)
    look.set_colour_by(MEMORY)
    assert title(ink.colouring.scale).startswith("Activations for 8 pictures in int8")
    assert ink.colouring.scale.text(ink.colouring.scale.highest).endswith(" MB")
    look.set_colour_by(PARAMETERS)
    assert title(ink.colouring.scale).startswith("Parameters of a node")
    bench.count_by(Conventions())
    look.set_colour_by(MEMORY)
    assert title(ink.colouring.scale).startswith("Activation memory of a node")


def test_bars_of_the_costs(window: MainWindow, qtbot: QtBot) -> None:
    window.design.layers.pages.show_page("Costs")
    page = window.design.layers.pages.page("Costs")
    QApplication.processEvents()
    assert [bar.note for bar in page.bars.bars[:3]] == [
        *("", "for one picture, bias not counted", "for one picture in fp32"),
    ]
    window.workbench.count_by(OTHER)
    qtbot.waitUntil(lambda: page.bars.bars[1].title == "FLOPs")
    operations = page.bars.bars[1]
    assert (operations.title, operations.total) == ("FLOPs", "29,025,181,504")
    assert operations.note == "for 8 pictures, bias counted"
    assert page.bars.bars[2].note == "for 8 pictures in int8"
    assert page.bars.bars[2].total == "67.05 MB"
    assert not page.grab().isNull()


def test_the_audit_says_that_tools_count_macs(window: MainWindow) -> None:
    from PySide6.QtWidgets import QLabel

    from explorer.core.counts import Count

    window.design.layers.pages.show_page("Audit")
    page = window.design.layers.pages.page("Audit")
    assert any("MACs for one picture, whatever" in label.text() for label in page.findChildren(QLabel))
    page.counting.counts = (Count("ours", "", 1, 1),)
    assert "all count MACs for one picture" in page.counting.state


def test_the_sentence_of_a_problem_is_explained_in_the_properties(window: MainWindow) -> None:
    from explorer.core import edits
    from explorer.operators.dense import Linear

    bench, card = window.workbench, window.design.properties.card
    bench.apply("x", edits.replace_operator(bench.document, ("maxpool",), Linear(10)))
    bench.select(["maxpool"])
    assert card.explain.isVisibleTo(card)
    assert card.explanation.isHidden()
    card.explain.click()
    assert "64×112×112" in card.explanation.text()
    assert not card.explanation.isHidden()
    bench.select(["fc"])  # it waits: its cause is one click away
    assert card.explain.isHidden()
    assert card.explanation.isHidden()
    bench.undo()
    bench.select(["maxpool"])
    assert card.isHidden()

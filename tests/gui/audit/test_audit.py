"""The page "Audit": counting beside the window, reasons, staleness, copying, and what is published."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.counts import Count, Difference
from explorer.core.document import Document
from explorer.core.graph import Graph
from explorer.engine.counting.audit import audit
from explorer.gui.audit import counting
from explorer.gui.audit.count_tree import NOT_EXPLAINED, CountTree
from explorer.gui.audit.panel import AuditPanel
from explorer.gui.palette.entries import network_entries
from explorer.gui.theme import theme
from explorer.gui.workbench import Workbench

COUNTED_MS = 60_000


@pytest.fixture
def bench() -> Workbench:
    return Workbench(Document("lenet5", catalog.build("lenet5")))


@pytest.fixture
def page(qtbot: QtBot, bench: Workbench) -> Iterator[AuditPanel]:
    panel = AuditPanel(bench)
    panel.set_theme(theme(False))
    qtbot.addWidget(panel)
    qtbot.addWidget(panel.tools)
    panel.show()
    yield panel
    assert panel.shutdown()


def counted(qtbot: QtBot, page: AuditPanel) -> None:
    page.count.click()
    qtbot.waitUntil(lambda: not page.counting.running, timeout=COUNTED_MS)


def test_counts_come_beside_the_window_and_become_stale(
    qtbot: QtBot, page: AuditPanel, bench: Workbench
) -> None:
    page.count.click()
    assert page.counting.running
    assert page.count.isHidden()
    assert page.state.text().startswith("Loading PyTorch…")
    assert page.progress.isVisibleTo(page.tools)
    page.counting.start()  # one at a time: nothing happens
    qtbot.waitUntil(lambda: not page.counting.running, timeout=COUNTED_MS)
    assert page.state.text().startswith("Counted in ")
    assert page.progress.isHidden()
    assert page.counting.share == 1.0
    assert [item.tool for item in page.counting.counts] == ["ours", "torch", "torchinfo", "fvcore"]
    tree = page.tree
    assert tree.topLevelItem(0).text(2) == "416,520"
    assert "agrees to the last digit" in tree.topLevelItem(1).text(0)
    reason = tree.topLevelItem(2).child(0)
    assert reason.text(0) == "adds the biases of convolutions, at every place, 3 layers"
    assert reason.childCount() == 0
    reason.setExpanded(True)
    assert reason.childCount() == 3
    tree.setCurrentItem(reason.child(1))
    assert bench.selection == ("c3",)
    # an edit makes the counts those of another network, and undo makes them right again
    bench.apply("narrow", edits.set_attribute(bench.document, ("f6",), "out_features", 20))
    assert "was edited" in page.state.text()
    assert not tree.isEnabled()
    bench.undo()
    assert tree.isEnabled()


def counting_here(graph: Graph) -> counting.Work:
    """The same counts without a process of their own: to start one takes seconds."""
    return lambda should_stop: audit(graph, should_stop)


def test_copying(qtbot: QtBot, page: AuditPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_asking", counting_here)
    assert "| parameters | 60,000 | 61,706 | explained |" in page.text("markdown")
    assert page.text("csv") == ""
    counted(qtbot, page)
    for action in page.copy.menu().actions():
        action.trigger()
        text = QGuiApplication.clipboard().text()
        assert "416520" in text or "416,520" in text or "c3" in text
        assert ("| counter |" in text) == ("Markdown" in action.text())


def test_stopping(qtbot: QtBot, page: AuditPanel) -> None:
    page.count.click()
    page.stop.click()
    assert page.state.text() == "Stopping…"
    qtbot.waitUntil(lambda: not page.counting.running, timeout=COUNTED_MS)
    assert page.count.isVisibleTo(page.tools)
    assert len(page.counting.counts) < 4


def test_a_failure_is_said(qtbot: QtBot, page: AuditPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(graph: object) -> counting.Work:
        def work(should_stop: object) -> Iterator[object]:
            yield counting.Loading()
            raise OSError("a library's own words")

        return work

    monkeypatch.setattr(counting, "_asking", failing)
    with qtbot.waitSignal(page.complained) as said:
        page.count.click()
    assert "nothing open is lost" in said.args[0]
    qtbot.waitUntil(lambda: not page.counting.running)
    assert page.state.text() == ""


def test_a_broken_network_cannot_be_counted(page: AuditPanel, bench: Workbench) -> None:
    bench.apply("cut", edits.disconnect(bench.document, "c3", 0))
    assert not page.count.isEnabled()
    assert "needs a shape" in page.count.toolTip()
    bench.undo()
    assert page.count.isEnabled()


def test_figures_of_any_size_and_what_is_not_explained(qtbot: QtBot) -> None:
    tree = CountTree()
    qtbot.addWidget(tree)
    tree.set_theme(theme(True))
    large = 10**30
    ours = Count("ours", "products", large, large)
    other = Count("other", "products", large + 5, large, (Difference("conv", "Conv2d", large, large + 5),))
    missing = Count("third", "", None, None, failure="third is not installed; run: pip install third")
    tree.show_counts((ours,))
    tree.show_counts((ours, other, missing))
    assert tree.topLevelItemCount() == 3
    assert tree.topLevelItem(0).text(2) == f"{large:,}"
    puzzle = tree.topLevelItem(1).child(0)
    assert (puzzle.text(3), NOT_EXPLAINED in puzzle.text(0)) == ("+5", True)
    assert puzzle.foreground(0).color() == theme(True)["warn"]
    assert "pip install third" in tree.topLevelItem(2).text(0)


def test_what_is_published_follows_the_network(page: AuditPanel, bench: Workbench) -> None:
    card = page.published
    assert card.badge.text() == "1 explained · 1 measured"
    said = [label.toolTip() for label in card.findChildren(QLabel) if label.toolTip()]
    assert any("60,000" in text and "900 more" in text for text in said)
    bench.apply("narrow", edits.set_attribute(bench.document, ("f6",), "out_features", 20))
    assert "differs from LeNet-5, of which 61,706 parameters" in card.note.text()
    assert card.badge.isHidden()
    bench.show(Document("wide", catalog.build("wide_resnet50_2")), None)
    assert any("half precision" in item.reason for item in card.found)  # known by its graph, not by its name
    bench.show(Document("mine", catalog.build("lenet5", classes=3)), None)
    assert card.isHidden()


def test_the_page_is_made_at_its_first_visit(window) -> None:
    pages = window.design.layers.pages
    assert pages.titles[-1] == "Problems"
    assert pages.page("Audit") is None
    pages.show_page("Audit")
    made = pages.page("Audit")
    assert isinstance(made, AuditPanel)
    assert made.tools.isVisibleTo(window)
    badge = window.design.properties.published
    assert badge.isVisibleTo(window)
    window.workbench.select(["fc"])
    assert badge.isHidden()


def test_closing_stops_the_counting(window, qtbot: QtBot) -> None:
    window.design.layers.pages.show_page("Audit")
    page = window.design.layers.pages.page("Audit")
    page.count.click()
    assert window.close()
    qtbot.waitUntil(lambda: not page.counting.running, timeout=COUNTED_MS)


def test_tooltips_of_networks_say_what_is_published() -> None:
    tips = {entry.network: entry.tip for entries in network_entries().values() for entry in entries}
    assert "✓ parameters: 138 million" in tips["vgg16"]
    assert "≠ FLOPs: 3.8 × 10⁹" in tips["resnet50"]
    assert "76.13 %" in tips["resnet50"]
    assert "≠ FLOPs: 4.2 B" in tips["efficientnet_b4"]

"""The pages Memory and Measure, the device of the window, and where measured times go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from explorer.core import edits
from explorer.core.document import Document
from explorer.core.memory import in_training, numbers_of
from explorer.core.recipe import Optimizer
from explorer.engine.counting import ceilings, measuring
from explorer.engine.events import StepMemory
from explorer.gui.costs.bar_rows import BarRow, BarRows
from explorer.gui.costs.measure_page import MeasurePage
from explorer.gui.costs.memory_page import MemoryPage
from explorer.gui.main_window import MainWindow
from explorer.gui.theme import theme
from explorer.operators.dense import Linear
from tests.gui.conftest import Opener


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "_SECONDS", 0.05)
    monkeypatch.setattr(ceilings, "_SIDES", {"cpu": (32,), "mps": (32,)})
    monkeypatch.setattr(ceilings, "_COPIED", {"cpu": 2**20, "mps": 2**20})


@pytest.fixture
def show(qtbot: QtBot, open_window: Opener) -> Iterator[Callable[[str, str], tuple[MainWindow, object]]]:
    def shown(network: str, title: str) -> tuple[MainWindow, object]:
        window, _ = open_window(network)
        window.workbench.run_on("cpu")
        window.design.layers.pages.show_page(title)
        _wait(qtbot, window)
        return window, window.design.layers.pages.page(title)

    return shown


def _wait(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.design.measurements.busy, timeout=20_000)


def _click(qtbot: QtBot, rows: BarRows, key: str) -> None:
    place = rows.place(key)
    assert place is not None
    qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=QPoint(40, int(place.center().y())))


def test_the_memory_page_follows_the_recipe(
    qtbot: QtBot, show: Callable[..., tuple[MainWindow, MemoryPage]]
) -> None:
    window, page = show("lenet5", "Memory")
    bench = window.workbench
    recipe = bench.document.recipe
    need = in_training(bench.analysis, numbers_of(recipe)).need(recipe.batch_size)
    assert page.headline.text() == bench.conventions.size_text(need)
    assert [row.name for row in page.terms.rows][:3] == ["Parameters", "Gradients", "Optimizer state"]
    page.batch.setValue(128)
    assert bench.document.recipe.batch_size == 128
    assert bench.undo_label == "set batch size"
    larger = in_training(bench.analysis, numbers_of(recipe)).need(128)
    assert page.headline.text() == bench.conventions.size_text(larger) != bench.conventions.size_text(need)
    bench.undo()
    assert page.headline.text() == bench.conventions.size_text(need)
    adam = replace(bench.document, recipe=replace(recipe, optimizer=Optimizer.ADAM))
    bench.apply("use Adam", adam)
    assert "Adam" in page.told.text()
    page.batch.setValue(10**9)
    assert "65" in page.note.text()  # the largest batch there is
    assert bench.document.recipe.batch_size == recipe.batch_size


def test_a_part_shows_its_formula(qtbot: QtBot, show: Callable[..., tuple[MainWindow, MemoryPage]]) -> None:
    _window, page = show("lenet5", "Memory")
    _click(qtbot, page.terms, "parameters")
    assert "61706 · 4   =   246,824 bytes" in page.formula.text()
    qtbot.keyClick(page.terms, Qt.Key.Key_Down)
    assert page.terms.current == "gradients"
    assert "246,824" in page.formula.text()


def test_in_use_follows_the_conventions(
    qtbot: QtBot, show: Callable[..., tuple[MainWindow, MemoryPage]]
) -> None:
    window, page = show("lenet5", "Memory")
    page.mode.choose(1)
    bench = window.workbench
    before = page.headline.text()
    bench.count_by(replace(bench.conventions, precision="int8", sizes="MB"))
    assert page.headline.text() != before
    assert page.headline.text().endswith("kB")
    page.batch.setValue(1000)
    assert bench.conventions.batch == 1000
    assert "1,000 pictures in int8" in page.told.text()


def test_devices_say_what_fits(qtbot: QtBot, show: Callable[..., tuple[MainWindow, MemoryPage]]) -> None:
    window, page = show("lenet5", "Memory")
    card = page.places.cards[0]
    assert card.name.text() == "CPU (chosen)"
    assert "free of" in card.room.text()
    assert "largest there is" in card.fit.text()
    card.set.click()
    assert window.workbench.document.recipe.batch_size == 65_536
    assert not card.set.isVisible()
    bench = window.workbench
    bench.show(Document(graph=widened(bench.document, 10**9).graph), None)
    assert "does not fit" in card.fit.text()
    assert "not even one picture" in card.fit.text()


def widened(document: Document, width: int) -> Document:
    """LeNet-5 with a first dense layer that is far too large."""
    return edits.replace_operator(document, ("f6",), Linear(width))


def test_measured_memory_stands_beside_the_prediction(
    qtbot: QtBot, show: Callable[..., tuple[MainWindow, MemoryPage]]
) -> None:
    window, page = show("lenet5", "Memory")
    page.measure.click()
    _wait(qtbot, window)
    found = window.design.measurements.step
    assert found is not None
    assert "Measured on cpu with 64 pictures" in page.checked.text()
    assert abs(found.ratio - 1) < 0.15
    window.workbench.apply("other", widened(window.workbench.document, 50))
    assert window.design.measurements.step is None
    assert "not measured yet" in page.checked.text()
    document = window.workbench.document
    told = StepMemory(document.graph, document.recipe, "cpu", 64, 100, 110)
    window.areas.memory_taken.emit(told)  # as a training does
    assert "(-9.1 %)" in page.checked.text()


def test_a_problem_is_said(qtbot: QtBot, show: Callable[..., tuple[MainWindow, MemoryPage]]) -> None:
    window, page = show("lenet5", "Memory")
    window.workbench.apply("break", edits.disconnect(window.workbench.document, "f6", 0))
    assert page.headline.text() == "–"
    assert "f6" in page.told.text()
    assert not page.measure.isEnabled()
    window.design.layers.pages.show_page("Measure")
    measure = window.design.layers.pages.page("Measure")
    assert isinstance(measure, MeasurePage)
    measure.go.click()
    assert "has a problem" in measure.said.text()


def test_times_go_to_every_view(qtbot: QtBot, show: Callable[..., tuple[MainWindow, MeasurePage]]) -> None:
    window, page = show("cifar_resnet20", "Measure")
    assert page.empty.isVisible()
    page.go.click()
    assert page.go.text() == "Stop"
    _wait(qtbot, window)
    design, bench = window.design, window.workbench
    times = design.measurements.milliseconds()
    assert {"conv1", "layer1", "layer1.0", "layer1.0.conv1"} <= set(times)
    assert design.layers.model.reading.times == times
    assert len(page.rows.rows) == sum(1 for line in bench.lines.values() if not line.inner) - 1
    assert sorted((times[row.key] for row in page.rows.rows), reverse=True) == [
        times[row.key] for row in page.rows.rows
    ]
    design.canvas.look.set_colour_by("time")
    assert design.canvas.ink.colouring.scale is not None
    _click(qtbot, page.rows, "conv1")
    assert bench.selection == ("conv1",)
    at = page.roofline.place("fc")
    assert at is not None
    qtbot.mouseClick(page.roofline, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert page.rows.current == bench.selection[0]
    qtbot.keyClick(page.roofline, Qt.Key.Key_Right)
    page.passes.choose(1)
    assert sum(row.parts[1] for row in page.rows.rows if len(row.parts) > 1) > 0
    bench.apply("another head", edits.replace_operator(bench.document, ("fc",), Linear(11)))
    assert design.layers.model.reading.times == {}
    assert "changed since" in page.empty.sentence.text()
    assert design.canvas.ink.colouring.scale is None
    bench.undo()
    assert design.layers.model.reading.times == times


def test_measuring_can_be_stopped(
    qtbot: QtBot, show: Callable[..., tuple[MainWindow, MeasurePage]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "_SECONDS", 60.0)
    monkeypatch.setattr(measuring, "_MOST", 10**6)
    window, page = show("lenet5", "Measure")
    page.go.click()
    qtbot.waitUntil(lambda: page.progress.share > 0 or "layer" in page.said.text(), timeout=20_000)
    page.go.click()
    _wait(qtbot, window)
    assert window.design.measurements.times is None
    assert page.go.text() == "Measure"


def test_the_device_is_chosen_and_remembered(qtbot: QtBot, open_window: Opener) -> None:
    window, _ = open_window("lenet5")
    pill = window.menu_row.device
    pill.notice()
    assert pill.text() in ("CPU", "Automatic") or ":" in pill.text()
    pill.look()
    qtbot.waitUntil(lambda: len(pill.menu().actions()) >= 2, timeout=20_000)
    choice = next(action for action in pill.menu().actions() if action.text().startswith("CPU"))
    choice.trigger()
    assert window.workbench.device == "cpu"
    assert (pill.text(), window.settings.device) == ("CPU", "cpu")
    window.workbench.run_on("cuda:99")
    assert "no cuda:99 here" in pill.toolTip()
    again, _ = open_window("lenet5")
    assert again.workbench.device in ("auto", "cuda:99", "cpu")


@pytest.mark.parametrize("dark", [True, False])
def test_rows_can_be_drawn_with_any_figures(qtbot: QtBot, dark: bool) -> None:
    rows = BarRows("Rows", 120)
    qtbot.addWidget(rows)
    rows.set_theme(theme(dark))
    rows.show_rows(
        [
            BarRow("a", "a" * 300, f"{10**30:,}", (1.0,), "100 %", "tip", "Convolution"),
            BarRow("b", "b", "0", (0.0, 0.0)),
            BarRow("", "sum", "1", strong=True),
        ]
    )
    rows.resize(300, rows.height())
    with qtbot.waitExposed(rows):
        rows.show()
    assert not rows.grab().isNull()
    qtbot.keyClick(rows, Qt.Key.Key_End)
    assert rows.current == ""  # a sum cannot be chosen
    qtbot.keyClick(rows, Qt.Key.Key_Home)
    assert rows.current == "a"

"""Two networks, driven as a person would: scrub epochs, choose another network, point at both."""

from __future__ import annotations

import io
import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.architectures import catalog
from explorer.core import notation
from explorer.core.document import Document
from explorer.core.recipe import Recipe
from explorer.engine.looking.findings import RUN, Request, WeightsSource
from explorer.gui.inspector.area import InspectArea
from explorer.gui.inspector.pages import TWO, InspectPages
from explorer.gui.inspector.weights.choice import Choice
from explorer.gui.inspector.weights.mirror import WeightsMirror
from explorer.gui.theme import theme
from explorer.gui.workbench import Workbench
from tests.engine.training.training_graphs import tiny

LONG = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder with one run of three epochs."""
    from explorer.engine.training.trainer import train

    folder = tmp_path_factory.mktemp("runs")
    recipe = Recipe(data="digits", epochs=3, batch_size=64, seed=0)
    list(train(tiny(), recipe, device="cpu", folder=folder / "first"))
    return folder


@pytest.fixture
def pages(qtbot, runs, tmp_path):
    bench = Workbench(Document(name="tiny", graph=tiny()))
    one = InspectArea(bench, runs_folder=runs)
    made = InspectPages(bench, one, choose_file=lambda _parent, _title, name: str(tmp_path / name))
    made.set_theme(theme(dark=True))
    qtbot.addWidget(made, before_close_func=lambda made: made.shutdown())
    made.resize(1400, 800)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def two(qtbot, pages):
    qtbot.mouseClick(pages.switch.button(TWO), LEFT)
    area = pages.two
    assert area.empty.isVisible()
    qtbot.mouseClick(area.sample, LEFT)
    qtbot.waitUntil(lambda: area.maps.shown is not None, timeout=LONG)
    settle(qtbot, area)
    return area


def settle(qtbot, area):
    qtbot.waitUntil(
        lambda: not (area.network.busy or area.requests.busy or area.weights._job is not None), timeout=LONG
    )


def take(qtbot, box, choice):
    """Choose an item of a box as a person would, once it is offered."""
    found = []

    def offered():
        found[:] = [index for index in range(box.count()) if box.itemData(index) == choice]
        return found

    qtbot.waitUntil(lambda: bool(offered()), timeout=LONG)
    box.setCurrentIndex(found[0])
    box.activated.emit(found[0])


def single(area, weights, layer="conv"):
    """The same maps, straight from the engine."""
    from explorer.engine.looking.findings import Maps
    from explorer.engine.looking.inspection import inspect

    request = Request(area._workbench.document.graph, weights, area._one.pictures.picture, layer)
    return next(item for item in inspect(request) if isinstance(item, Maps)).values


def test_two_seeds_differ_and_columns_go_together(qtbot, two):
    shown, (left, right, away) = two.maps.shown, two.maps.columns
    assert np.array_equal(shown.left.values, single(two, WeightsSource()))
    assert np.array_equal(shown.right.values, single(two, WeightsSource(seed=1)))
    assert away.grid.order == left.grid.order == right.grid.order
    # the pointer reads all three
    QTest.mouseMove(left.grid.viewport(), left.grid.place_of(2).center())
    cell = left.grid.cell_at(left.grid.place_of(2).center())
    told = [column.readout.text() for column in two.maps.columns]
    assert all(text.startswith(f"Map 2, {cell.row}, {cell.column}: ") for text in told)
    figures = [float(text.rpartition(": ")[2].replace("−", "-")) for text in told]
    assert figures[1] - figures[0] == pytest.approx(figures[2], abs=0.02)
    # a click chooses on every side
    qtbot.mouseClick(right.grid.viewport(), LEFT, pos=right.grid.place_of(3).center())
    assert {column.grid.selected.map for column in two.maps.columns} == {3}
    # sorted by what differs most
    order = two.layers.order
    order.setCurrentIndex(order.findData("difference"))
    assert list(left.grid.order) == sorted(range(6), key=lambda index: -shown.difference.sizes[index])
    two.with_difference.click()
    assert not away.isVisible()
    rows = two.side.predictions.rows
    assert len(rows) >= 5
    assert all(left is not None and right is not None for _, left, right in rows)


def test_epochs_of_a_run_are_scrubbed(qtbot, runs, two):
    folder = runs / "first"
    take(qtbot, two.weights.box, Choice("run", folder, "last"))
    scrubber = two.right.epochs
    assert scrubber.isVisible()
    assert set(scrubber.epochs) >= {1, 2, 3}
    settle(qtbot, two)
    # looking for runs once more leaves what is chosen as it is
    two.weights.look_for_runs(two.network.graph)
    settle(qtbot, two)
    assert two.weights.choice == Choice("run", folder, "last")
    assert two.weights.box.currentText() == "first, last state"
    last = two.maps.shown.right.values
    assert np.array_equal(last, single(two, WeightsSource(RUN, 1, folder, "last")))
    scrubber.slider.setFocus()
    qtbot.keyClick(scrubber.slider, Qt.Key.Key_Home)
    settle(qtbot, two)
    epoch = scrubber.epochs[0]
    assert scrubber.said.text() == (f"epoch {epoch}" if epoch else "untrained")
    assert two.maps.shown.right.request.weights.which == f"epoch {epoch}"
    assert not np.array_equal(two.maps.shown.right.values, last)
    qtbot.keyClick(scrubber.slider, Qt.Key.Key_Right)
    settle(qtbot, two)
    assert two.maps.shown.right.request.weights.which == f"epoch {scrubber.epochs[1]}"
    # the open network's own weights are those of the first page: the same choice, twice
    mirror = two.left.findChild(WeightsMirror)
    take(qtbot, mirror, Choice("run", folder, "last"))
    assert two._one.weights.choice == Choice("run", folder, "last")
    settle(qtbot, two)
    assert two.left.epochs.isVisible()
    assert np.array_equal(two.maps.shown.left.values, last)
    # played, they go on to the last
    scrubber._timer.setInterval(1)
    qtbot.keyClick(scrubber.slider, Qt.Key.Key_Home)
    qtbot.mouseClick(scrubber.play, LEFT)
    assert scrubber.playing
    qtbot.waitUntil(lambda: not scrubber.playing, timeout=LONG)
    settle(qtbot, two)
    assert two.maps.shown.right.request.weights.which == f"epoch {scrubber.epochs[-1]}"
    assert two.side.facts.shown == {"difference": "none: both give the same numbers"}


def test_another_network_shows_the_layer_that_stands_for_ours(qtbot, two):
    two.network.choose("lenet5")
    settle(qtbot, two)
    shown = two.maps.shown
    assert shown.right.request.graph == catalog.build("lenet5")
    assert shown.difference is None
    assert shown.why in two.maps.note.text()
    assert two.maps.note.isVisible()
    assert not two.maps.linked
    names = [two.right.box.itemText(index) for index in range(two.right.box.count())]
    assert shown.right.layer in names
    # its layers are chosen apart
    two.right.box.setCurrentIndex(names.index("f6"))
    two.right.box.activated.emit(names.index("f6"))
    settle(qtbot, two)
    assert two.maps.shown.right.layer == "f6"
    assert two.right.why.text() == "Linear · 84, shown for ours: chosen here"
    assert two.maps.columns[1].bars.isVisible()
    # until another layer of ours is turned to: then the one that stands for it is shown again
    qtbot.mouseClick(two.layers.forth, LEFT)
    qtbot.waitUntil(lambda: two.maps.shown.left.layer != shown.left.layer, timeout=LONG)
    settle(qtbot, two)
    assert two.maps.shown.right.layer != "f6"


def test_a_document_that_is_none_is_refused_in_words(qtbot, two, tmp_path):
    bad = tmp_path / "bad.archx"
    bad.write_text("{", encoding="utf-8")
    two.network._choose_file = lambda _parent: str(bad)
    place = two.network.count() - 1
    two.network.setCurrentIndex(place)
    two.network.activated.emit(place)
    settle(qtbot, two)
    assert two.notice.isVisible()
    assert two.network.currentText() == "the same network"


def test_a_document_is_read_in_the_background_and_the_newest_choice_counts(qtbot, two, tmp_path, monkeypatch):
    from explorer.gui.inspector.pairs import choice

    path = tmp_path / "other.archx"
    notation.save(Document(name="other", graph=tiny()), path)
    threads, load = [], choice.notation.load

    def watched(name):
        threads.append(threading.current_thread())
        return load(name)

    monkeypatch.setattr(choice.notation, "load", watched)
    two.network._choose_file = lambda _parent: str(path)
    place = two.network.count() - 1
    two.network.setCurrentIndex(place)
    two.network.activated.emit(place)
    assert two.network.busy
    assert two.network.currentText() == "the same network"  # until it is read
    settle(qtbot, two)
    assert threads
    assert threading.main_thread() not in threads
    assert two.network.currentText() == "other.archx"
    assert two.maps.shown.right.request.graph == tiny()
    two.network.choose("resnet18")
    two.network.choose("lenet5")  # before the first could be read
    settle(qtbot, two)
    assert two.network.currentText() == "lenet5"
    assert two.network.graph == catalog.build("lenet5")
    two.network.choose("open")
    settle(qtbot, two)
    assert two.network.graph is two._workbench.document.graph


def test_maps_and_the_inspection_are_saved_from_the_first_page(qtbot, pages, two, tmp_path):
    pages.saving._refresh()
    assert not pages.saving.actions_["page"].isEnabled()
    pages.switch.choose(0)
    qtbot.waitUntil(lambda: pages.one.panel.maps is not None and not pages.one.requests.busy, timeout=LONG)
    for name, ending in (("page", "html"), ("allNpz", "npz"), ("mapsSvg", "svg")):
        pages.saving._refresh()
        with qtbot.waitSignal(
            pages.status, check_params_cb=lambda text: text.startswith("Saved"), timeout=LONG
        ):
            pages.saving.actions_[name].trigger()
        qtbot.waitUntil(lambda: not pages.saving.busy, timeout=LONG)
        assert next(tmp_path.glob(f"*.{ending}")).stat().st_size > 500
    with np.load(io.BytesIO(next(tmp_path.glob("*.npz")).read_bytes()), allow_pickle=False) as kept:
        assert np.array_equal(kept["conv"], single(two, WeightsSource()))
    page = next(tmp_path.glob("*.html")).read_text(encoding="utf-8")
    assert "random weights, seed 0" in page
    assert "<script" not in page


def test_a_place_that_cannot_be_written_is_said(qtbot, pages, two, tmp_path):
    pages.saving._choose_file = lambda _parent, _title, _name: str(tmp_path / "gone" / "x.png")
    with qtbot.waitSignal(pages.status) as said:
        pages.saving.actions_["viewPng"].trigger()
    assert "could not be written" in said.args[0]


def test_bars_of_both_sides_have_one_scale(qtbot, two):
    two._workbench.select(["fc"])
    qtbot.waitUntil(lambda: two.maps.shown.left.layer == "fc", timeout=LONG)
    settle(qtbot, two)
    shown = two.maps.shown
    columns = two.maps.columns
    assert all(column.bars.isVisible() for column in columns)
    ends = {(min(column.bars._reach), max(column.bars._reach)) for column in columns}
    both = np.concatenate((shown.left.values, shown.right.values))
    assert ends == {(float(both.min()), float(both.max()))}

"""The plots of the Train area: zoom, figures under the pointer, files, other quantities."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from explorer.core.errors import ExplorerError
from explorer.gui.training.plots.plot_export import write_plot
from tests.gui.training.training_area import drawn, opened
from tests.gui.training.written_runs import listed, written


@pytest.fixture
def three(qtbot, tmp_path):
    for place, name in enumerate(("lenet5", "other", "plain")):
        written(tmp_path / "runs" / f"{name}-2025010{place}-000000", name=name)
    area = opened(qtbot, tmp_path)
    listed(qtbot, area, 3)
    return area


def test_the_plot_zooms_moves_and_tells_figures(qtbot, three):
    for run in three.model.runs[:2]:
        three.model.tick(run, on=True)
    plot = drawn(qtbot, three).loss
    qtbot.waitUntil(lambda: plot.redraws > 0 and not plot._due.isActive())
    assert plot.view == (0, 20)
    area = plot._area()
    middle = QPoint(round(area.center().x()), round(area.center().y()))
    qtbot.mouseMove(plot.viewport(), middle)
    figures = plot.overlay.figures()
    assert len(figures) == 2
    plot.grab()  # paints the figures
    QApplication.sendEvent(plot.viewport(), _wheel(plot, middle, 960))
    low, high = plot.view
    assert 0 < low < 10 < high < 20
    qtbot.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(plot.viewport(), middle + QPoint(50, 0))
    qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=middle + QPoint(50, 0))
    assert plot.view[0] < low
    qtbot.mouseDClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert plot.view == (0, 20)
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    assert plot.view != (0, 20)
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.view == (0, 20)


def test_a_plot_is_written_as_picture_drawing_and_table(qtbot, three, tmp_path):
    three.model.tick(three.model.runs[0], on=True)
    plot = drawn(qtbot, three).loss
    qtbot.waitUntil(lambda: plot.redraws > 0)
    for name, begins in (("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.csv", b"run,step,Training loss")):
        write_plot(plot, tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begins)
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 21
    with pytest.raises(ExplorerError, match="png"):
        write_plot(plot, tmp_path / "a.pdf")


def test_other_quantities_are_drawn_in_the_second_card(qtbot, three):
    three.model.tick(three.model.runs[0], on=True)
    cards = drawn(qtbot, three)
    cards.quantity.setCurrentIndex(1)
    assert cards.second.currentWidget() is cards.other
    assert cards.other.points == {"plain": 20}
    assert cards.other.lines[0].text(0.1) == "0.1"
    cards.quantity.setCurrentIndex(0)
    assert cards.second.currentWidget() is cards.accuracy


def _wheel(plot, at, turn):
    return QWheelEvent(
        QPointF(at),
        QPointF(plot.mapToGlobal(at)),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )


def test_a_plot_is_painted_anew_only_when_it_has_more_to_show(qtbot, three):
    run = three.model.runs[0]
    three.model.tick(run, on=True)
    cards = drawn(qtbot, three)
    qtbot.waitUntil(lambda: cards.loss.redraws > 0 and cards.accuracy.redraws > 0)
    qtbot.waitUntil(lambda: not (cards.loss._due.isActive() or cards.accuracy._due.isActive()))
    three._show_curves()
    assert not cards.loss._due.isActive()
    assert not cards.accuracy._due.isActive()
    run.loss.add(run.loss.xs[-1], 0.5)
    three._show_curves()
    assert cards.loss._due.isActive()
    assert not cards.accuracy._due.isActive()
    run.take_accuracy(3, 0.75)
    three._show_curves()
    assert cards.accuracy._due.isActive()
    qtbot.waitUntil(lambda: not (cards.loss._due.isActive() or cards.accuracy._due.isActive()))
    cards.smoothing.setCurrentIndex(0)
    assert cards.loss._due.isActive()

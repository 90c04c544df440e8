"""Many pictures, driven as a person would: point, click, encircle, hide a class, open one, save."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from explorer.architectures import catalog
from explorer.core.document import Document
from explorer.gui.inspector.area import InspectArea
from explorer.gui.inspector.pages import MANY, ONE, InspectPages
from explorer.gui.theme import theme
from explorer.gui.workbench import Workbench

LONG = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def pages(qtbot, tmp_path):
    document = Document(name="lenet5", graph=catalog.build("lenet5"))
    document = replace(document, recipe=replace(document.recipe, data="digits"))
    bench = Workbench(document)
    one = InspectArea(bench, runs_folder=tmp_path / "runs")
    made = InspectPages(bench, one, choose_file=lambda _parent, _title, name: str(tmp_path / name))
    made.set_theme(theme(dark=False))
    qtbot.addWidget(made, before_close_func=lambda made: made.shutdown())
    made.resize(1280, 760)
    made.show()
    qtbot.waitExposed(made)
    return made


def settle(qtbot, area):
    qtbot.waitUntil(lambda: not area.busy, timeout=LONG)


@pytest.fixture
def many(qtbot, pages):
    qtbot.mouseClick(pages.switch.button(MANY), LEFT)
    area = pages.many
    area.form.most.setValue(60)
    qtbot.waitUntil(lambda: area.features is not None and len(area.features) == 60, timeout=LONG)
    settle(qtbot, area)
    return area


def where(area, index):
    return QPointF(*area.plot.view.on_screen[index]).toPoint()


def alone(area):
    """A point that no other lies near."""
    places = area.plot.view.on_screen
    gaps = [min(math.dist(here, other) for other in places if other is not here) for here in places]
    return max(range(len(places)), key=gaps.__getitem__)


def test_points_are_the_features_of_the_selected_layer(qtbot, pages, many):
    from explorer.engine.looking.embedding import principal

    assert many.features.request.layer == pages.one.layer
    true = principal(many.features.values)[0]
    shown = np.array(many.plot.view.places)
    assert np.allclose(shown, true, atol=1e-4)
    # on the screen all of them are seen, upwards is positive, and both axes have one scale
    screen = np.array(many.plot.view.on_screen)
    assert (screen > 0).all()
    assert (screen < [many.plot.width(), many.plot.height()]).all()
    spans = np.ptp(screen, axis=0) / np.ptp(shown, axis=0)
    assert spans[0] == pytest.approx(spans[1])
    assert screen[shown[:, 1].argmax(), 1] == pytest.approx(screen[:, 1].min())
    counts = [many.form.classes.item(row).text().split() for row in range(many.form.classes.count())]
    labels = many.features.labels.tolist()
    assert counts == [[str(digit), str(labels.count(digit))] for digit in range(10) if digit in labels]
    # another layer, chosen anywhere
    pages._workbench.select(["f6"])
    qtbot.waitUntil(lambda: many.features.request.layer == "f6", timeout=LONG)
    settle(qtbot, many)
    assert many.layers.box.currentText() == "f6"
    assert many.features.values.shape == (60, 84)
    # and another method
    qtbot.mouseClick(many.method.button(1), LEFT)
    assert many.perplexity.isVisible()
    qtbot.waitUntil(lambda: many.told.text().startswith("t-SNE") and not many.busy, timeout=LONG)
    assert "of the steps" not in many.told.text()
    assert not np.allclose(many.plot.view.places, true, atol=1e-2)


def test_a_click_lists_the_nearest_and_enter_opens_the_picture(qtbot, pages, many):
    from explorer.engine.looking.embedding import nearest

    index = alone(many)
    QTest.mouseMove(many.plot, where(many, index))
    qtbot.mouseClick(many.plot, LEFT, pos=where(many, index))
    settle(qtbot, many.lists.asking)
    expected = [place for place, _ in nearest(many.features.values, index, 12)]
    assert many.side.index == index
    assert many.side.sheet.indices == expected == list(many.plot.marked)
    facts = many.side.facts.shown
    assert facts["class"] == str(many.features.labels[index])
    assert facts["taken for"].startswith(f"{many.features.answers[index]}, ")
    # a neighbour in the list is found in the plane
    many.side.sheet.setFocus()
    qtbot.keyClick(many.side.sheet, Qt.Key.Key_Right)
    assert many.plot.selected in expected
    chosen = many.plot.selected
    qtbot.keyClick(many.side.sheet, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: pages.switch.index == ONE, timeout=LONG)
    picture = pages.one.pictures.picture
    assert picture.name == f"digits {many.features.numbers[chosen]}"
    qtbot.waitUntil(lambda: pages.one.panel.maps is not None and not pages.one.requests.busy, timeout=LONG)
    assert pages.one.panel.maps.request.picture is picture


def test_a_line_around_points_lists_them_and_escape_lets_go(qtbot, many):
    plot = many.plot
    index = alone(many)
    middle = where(many, index)
    corners = [QPoint(-9, -9), QPoint(9, -9), QPoint(9, 9), QPoint(-9, 9)]
    QTest.mousePress(plot, LEFT, pos=middle + corners[-1])
    for corner in corners:
        QTest.mouseMove(plot, middle + corner)
    QTest.mouseRelease(plot, LEFT, pos=middle + corners[-1])
    inside = [
        place
        for place, (x, y) in enumerate(plot.view.on_screen)
        if abs(x - middle.x()) < 8 and abs(y - middle.y()) < 8
    ]
    assert index in inside
    assert sorted(many.side.sheet.indices) == inside == sorted(plot.marked)
    assert many.side.title.text() == f"{len(inside)} encircled"
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.marked == ()


def test_keys_walk_zoom_and_fit(qtbot, many):
    plot = many.plot
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    first = plot.selected
    assert first is not None
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.view.on_screen[plot.selected][0] > plot.view.on_screen[first][0]
    before = list(plot.view.on_screen)
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    assert plot.view.on_screen != before
    qtbot.keyClick(plot, Qt.Key.Key_F)
    assert np.allclose(plot.view.on_screen, before)
    settle(qtbot, many.lists.asking)


def test_a_hidden_class_is_gone_and_a_cell_lists_its_pictures(qtbot, many):
    item = many.form.classes.item(0)
    item.setCheckState(Qt.CheckState.Unchecked)
    labels = many.features.labels.tolist()
    assert many.plot.visible == [index for index, label in enumerate(labels) if label != 0]
    gone = labels.index(0)
    lone = many.plot.view.nearest(QPointF(where(many, gone)), many.plot.visible, reach=1.0)
    assert lone is None or labels[lone] != 0
    matrix = many.side.matrix
    pairs = list(zip(labels, many.features.answers.tolist(), strict=True))
    label, answer = max(set(pairs), key=pairs.count)
    qtbot.mouseClick(matrix, LEFT, pos=matrix.cell_box(label, answer).center().toPoint())
    expected = {index for index, pair in enumerate(pairs) if pair == (label, answer)}
    assert set(many.side.sheet.indices) == expected
    sure = [float(many.features.sureness[index]) for index in many.side.sheet.indices]
    assert sure == sorted(sure, reverse=True)
    assert matrix.counts[label][answer] == len(expected)


def test_features_and_views_are_saved(qtbot, pages, many, tmp_path):
    for name in ("features", "viewPng", "viewSvg"):
        with qtbot.waitSignal(
            pages.status, check_params_cb=lambda text: text.startswith("Saved"), timeout=LONG
        ):
            pages.saving._refresh()
            assert pages.saving.actions_[name].isEnabled()
            pages.saving.actions_[name].trigger()
    qtbot.waitUntil(lambda: not pages.saving.busy, timeout=LONG)
    with np.load(next(tmp_path.glob("*.npz")), allow_pickle=False) as kept:
        assert np.array_equal(kept["features"], many.features.values)
        assert np.allclose(kept["points"], many.plot.view.places)
    assert next(tmp_path.glob("*.png")).read_bytes().startswith(b"\x89PNG")
    drawing = next(tmp_path.glob("*.svg")).read_text(encoding="utf-8")
    assert "<svg" in drawing
    assert "nearest is of its own class" in drawing


def test_work_can_be_stopped_and_started_again(qtbot, pages):
    qtbot.mouseClick(pages.switch.button(MANY), LEFT)
    area = pages.many
    area.form.most.setValue(1500)
    qtbot.waitUntil(lambda: area.form.work.running, timeout=LONG)
    qtbot.mouseClick(area.form.work.stop, LEFT)
    settle(qtbot, area)
    assert area.form.work.note.text() == "stopped"
    assert area.form.work.start.isVisible()
    area.form.most.setValue(20)
    qtbot.waitUntil(lambda: area.features is not None and len(area.features) == 20, timeout=LONG)
    settle(qtbot, area)
    assert not area.form.work.running


def test_placing_says_how_far_it_is_and_can_be_stopped(qtbot, many):
    qtbot.mouseClick(many.method.button(1), LEFT)
    assert many.form.work.running
    qtbot.mouseClick(many.form.work.stop, LEFT)
    settle(qtbot, many)
    assert many.form.work.note.text() == "stopped"
    assert not many.told.text().startswith("t-SNE")
    # points of other pictures do not stand beside the figures of these
    shown = []
    many.passing.answered.connect(lambda _: shown.append((many.features, many.plot.features)))
    qtbot.mouseClick(many.form.work.start, LEFT)
    qtbot.waitUntil(lambda: many.told.text().startswith("t-SNE") and not many.busy, timeout=LONG)
    assert many.plot.features is many.features
    assert not many.form.work.running
    assert many.form.work.isHidden()
    features, drawn = shown[-1]
    assert features is many.features
    assert drawn is None

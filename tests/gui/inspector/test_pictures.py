"""Pictures in the Inspect area: several at once, altered by slider and hand, drawn, filmed; their weights."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider

from explorer.architectures import catalog
from explorer.core.document import Document
from explorer.engine.looking.findings import Answer
from explorer.engine.pictures.alteration import Alteration
from explorer.engine.running import pretrained
from explorer.gui.canvas.colouring import MAPS
from explorer.gui.inspector.area import InspectArea
from explorer.gui.inspector.node_maps import NodeMaps
from explorer.gui.inspector.weights.jobs import Published
from explorer.gui.theme import theme
from explorer.gui.workbench import Workbench
from tests.gui.inspector.dropping import LONG, drop, expected, picture_file, settle


def test_several_pictures_are_opened_and_broken_ones_told(qtbot, area, tmp_path):
    good = [str(picture_file(tmp_path, f"{name}.png")) for name in "abc"]
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnonsense")
    area.pictures._choose_file = lambda _: [good[0], str(tmp_path / "broken.png"), *good[1:]]
    area.pictures.ask()
    settle(qtbot, area)
    names = [area.pictures.list.item(place).text() for place in range(3)]
    assert sorted(names) == ["a.png", "b.png", "c.png"]
    assert area.pictures.picture.name == "a.png"


def test_a_slider_alters_what_the_network_sees(qtbot, area, tmp_path):
    drop(qtbot, area, picture_file(tmp_path))
    before = area.panel.maps.values
    slider = area.pictures.findChild(QSlider, "alteration.turn")
    slider.setValue(40)
    qtbot.waitUntil(lambda: area.pictures.picture.alteration.turn == 40.0, timeout=LONG)
    settle(qtbot, area)
    altered = area.panel.maps.values
    assert not np.array_equal(altered, before)
    assert np.array_equal(altered, expected(area, area.pictures.picture, area.layer))
    assert "turned 40°" in area.pictures.notes.text()
    area.pictures.alteration._reset.click()
    qtbot.waitUntil(lambda: not area.pictures.picture.alteration.alters, timeout=LONG)
    settle(qtbot, area)
    assert np.array_equal(area.panel.maps.values, before)


def test_a_hand_that_does_not_rest_is_followed(qtbot, area, tmp_path):
    """While the slider moves all the time answers still come, and the last one is of where it stops."""
    drop(qtbot, area, picture_file(tmp_path))
    seen = []
    area.requests.answered.connect(
        lambda report: seen.append(report.request.picture.alteration) if isinstance(report, Answer) else None
    )
    slider = area.pictures.alteration.sliders["across"]
    moved = 0
    while len(seen) < 3 and moved < 2000:
        moved += 1
        slider.setValue(moved % 100)
        QTest.qWait(2)
    assert len(seen) >= 3
    slider.setValue(77)
    qtbot.waitUntil(lambda: bool(seen) and seen[-1].across == 0.77, timeout=LONG)


def test_dragging_the_picture_shifts_it_and_the_wheel_scales_it(qtbot, area, tmp_path):
    drop(qtbot, area, picture_file(tmp_path))
    view, form = area.pictures.view, area.pictures.alteration
    middle = view.rect().center()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(view, middle + QPoint(30, 0))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle + QPoint(30, 0))
    shift = 30 * 48 / view.width() / 40  # pixels of the picture, as a share of its shorter side
    assert form.alteration.across == pytest.approx(shift, rel=0.05)
    turned = QPointF(middle), QPointF(view.mapToGlobal(middle)), QPoint(), QPoint(0, 240)
    buttons, keys, phase = (
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
    )
    view.wheelEvent(QWheelEvent(*turned, buttons, keys, phase, False))
    assert form.alteration.scale == pytest.approx(1.21)
    # a square that covers is taken hold of, and the picture stays
    form.set_alteration(Alteration(cover=0.5))
    form.pull(QPointF(24, 20), QPointF(12, 0), (48, 40))
    assert form.alteration.cover_across == pytest.approx(0.75)
    assert form.alteration.across == 0.0
    settle(qtbot, area)


def test_a_drawing_is_looked_at_while_it_is_drawn(qtbot, area):
    live = area.pictures.live
    live.draw()
    sheet = live.pad.sheet
    for point in (QPoint(60, 60), QPoint(200, 200)):
        QTest.mousePress(sheet, Qt.MouseButton.LeftButton, pos=point)
        QTest.mouseMove(sheet, point + QPoint(30, 0))
        QTest.mouseRelease(sheet, Qt.MouseButton.LeftButton, pos=point)

    def shows_both():
        picture = area.pictures.picture
        return picture is not None and all(picture.pixels[y, x, 0] == 255 for y, x in ((60, 60), (200, 200)))

    qtbot.waitUntil(shows_both, timeout=LONG)
    items = [area.pictures.list.item(place).text() for place in range(area.pictures.list.count())]
    assert items.count("drawing") == 1  # one entry, however long one draws
    QTest.mousePress(sheet, Qt.MouseButton.RightButton, pos=QPoint(60, 60))
    assert sheet.image.pixelColor(60, 60).value() == 0
    live.pad.paper.choose(1)
    assert sheet.image.pixelColor(60, 60).value() == 255
    sheet.clear()
    assert sheet.image.pixelColor(200, 200).value() == 255
    qtbot.waitUntil(lambda: not live.busy and not live.pad._wait.isActive(), timeout=LONG)
    settle(qtbot, area)


def test_frames_of_a_webcam_follow_each_other(qtbot, area):
    class Frame:
        def toImage(self):
            image = QImage(800, 600, QImage.Format.Format_RGB32)
            image.fill(Qt.GlobalColor.darkGreen)
            return image

    camera = area.pictures.live.camera
    camera._parts = (type("Off", (), {"stop": lambda _: None})(),)
    with qtbot.waitSignal(camera.seen) as got:
        camera.take(Frame())
    assert max(got.args[0].width(), got.args[0].height()) == 640
    camera.take(Frame())  # too soon after the first
    qtbot.waitUntil(lambda: area.pictures.picture is not None, timeout=LONG)
    assert area.pictures.picture.name == "webcam"
    settle(qtbot, area)


def test_without_a_webcam_one_sentence_says_so(qtbot, area, monkeypatch):
    from explorer.gui.inspector.pictures import camera

    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(camera.importlib, "import_module", missing)
    area.pictures._watch.click()
    assert "PySide6-Addons" in area.panel.notice.sentence.text()
    assert not area.pictures._watch.isChecked()


@pytest.fixture
def tiny_publisher(monkeypatch, tmp_path):
    """A set of weights for LeNet-5, published by nobody."""
    from explorer.engine.running.weights import initialized

    stream = io.BytesIO()
    torch.save(dict(initialized(catalog.build("lenet5"), 7).state_dict()), stream)
    data = stream.getvalue()
    digest = hashlib.sha256(data).hexdigest()[:8]
    weights = pretrained.WeightSet(
        network="lenet5",
        name="IMAGENET1K_V1",
        url=f"https://download.pytorch.org/models/lenet5-{digest}.pth",
        digest=digest,
        size=len(data),
        labels=tuple(f"thing {index}" for index in range(10)),
        mean=(0.485, 0.456, 0.406),
        std=(0.229, 0.224, 0.225),
        share=0.875,
        top1=None,
        top5=None,
    )
    monkeypatch.setattr(pretrained, "weight_sets", lambda _: (weights,))
    monkeypatch.setattr("explorer.engine.looking.used_weights.weight_sets", lambda _: (weights,))
    monkeypatch.setattr(pretrained, "folder", lambda: tmp_path / "fetched")
    return weights, data


@pytest.mark.parametrize("online", [True, False])
def test_published_weights_are_fetched_and_used(qtbot, area, tmp_path, monkeypatch, tiny_publisher, online):
    weights, data = tiny_publisher

    def answering(url, timeout):
        if not online:
            raise OSError("no route")
        return io.BytesIO(data)

    monkeypatch.setattr(pretrained, "_open", answering)
    drop(qtbot, area, picture_file(tmp_path))
    choice = area.weights
    qtbot.waitUntil(lambda: choice._job is None, timeout=LONG)
    choice._published = [Published("lenet5", weights.name, 0.25)]
    choice._fill()
    assert "download 0.2 MiB" in choice.box.itemText(1)
    before = area.panel.maps.values
    choice.box.activated.emit(1)
    qtbot.waitUntil(lambda: not choice.download.running, timeout=LONG)
    settle(qtbot, area)
    if online:
        assert area.results.predictions.source.text().startswith("ImageNet weights")
        assert area.results.predictions.shown[0][0].startswith("thing ")
        picture = replace(area.pictures.picture)
        from explorer.engine.pictures.images import fit
        from explorer.engine.running.activations import capture
        from explorer.engine.running.weights import initialized

        module = initialized(catalog.build("lenet5"), 7)
        grey_mean, grey_std = (sum(figures) / 3 for figures in (weights.mean, weights.std))
        fed = fit(picture, (1, 32, 32), grey_mean, grey_std, share=weights.share)
        found = capture(module, fed[None], [area.layer])[area.layer][0]
        assert np.allclose(area.panel.maps.values, found, atol=1e-5)
        assert "download" not in choice.box.itemText(1)
    else:
        assert "no connection" in area.panel.notice.sentence.text()
        assert np.array_equal(area.panel.maps.values, before)
        assert choice.box.currentIndex() == 0


def test_the_catalogues_networks_are_offered_their_published_weights(qtbot, tmp_path):
    document = Document(name="mine", graph=catalog.build("resnet18"))
    made = InspectArea(Workbench(document), runs_folder=tmp_path / "runs")
    made.set_theme(theme(dark=False))
    qtbot.addWidget(made, before_close_func=lambda made: made.shutdown())
    made.weights.look_for_runs(document.graph)
    qtbot.waitUntil(lambda: made.weights._job is None, timeout=LONG)
    offered = [made.weights.box.itemText(index) for index in range(made.weights.box.count())]
    assert any(words.startswith("ImageNet, V1") for words in offered)


def test_the_nodes_of_the_canvas_show_mean_maps(qtbot, area, tmp_path):
    from explorer.engine.pictures.images import IMAGENET_MEAN, IMAGENET_STD, fit
    from explorer.engine.running.activations import capture
    from explorer.engine.running.weights import initialized
    from explorer.gui.canvas.view import Canvas

    canvas = Canvas(area._workbench)
    qtbot.addWidget(canvas)
    canvas.set_theme(theme(dark=False))
    drawn = NodeMaps(area._workbench, canvas.look, area)
    said = []
    drawn.status.connect(said.append)
    canvas.look.set_colour_by(MAPS)
    assert "Open a picture" in said[-1]
    drop(qtbot, area, picture_file(tmp_path))
    qtbot.waitUntil(lambda: bool(canvas.ink.colouring.pictures) and not drawn.requests.busy, timeout=LONG)
    assert "random weights" in said[-1]
    pictures = canvas.ink.colouring.pictures
    assert set(pictures) >= {"input", "c1", "output"}
    fed = fit(area.pictures.picture, (1, 32, 32), IMAGENET_MEAN, IMAGENET_STD)
    mean = capture(initialized(area._workbench.document.graph, 0), fed[None], ["c1"])["c1"][0].mean(0)
    brightest = np.unravel_index(mean.argmax(), mean.shape)
    image = pictures["c1"]
    assert (image.height(), image.width()) == mean.shape
    colour = image.pixelColor(int(brightest[1]), int(brightest[0]))
    assert colour.red() > colour.blue()  # the highest value is orange, not blue
    canvas.look.set_colour_by("kind")
    assert not canvas.ink.colouring.pictures
    assert drawn.shutdown()

"""A hand that moves is followed: the newest question wins, and nothing that is stale is ever shown."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from explorer.architectures import catalog
from explorer.core.document import Document
from explorer.engine.looking.findings import Answer, Maps
from explorer.gui import job
from explorer.gui.inspector.area import InspectArea
from explorer.gui.theme import theme
from explorer.gui.workbench import Workbench
from tests.gui.inspector.dropping import LONG, drop, picture_file, settle


@pytest.fixture
def area(qtbot, tmp_path):
    """LeNet-5, opened on a picture."""
    document = Document(name="lenet5", graph=catalog.build("lenet5"))
    made = InspectArea(Workbench(document), runs_folder=tmp_path / "runs")
    made.set_theme(theme(dark=False))
    qtbot.addWidget(made, before_close_func=lambda made: made.shutdown())
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    assert drop(qtbot, made, picture_file(tmp_path))
    return made


@pytest.fixture
def slow(monkeypatch):
    """Every convolution takes 40 ms; how many have begun."""
    import torch

    begun, plain = [], torch.nn.Conv2d.forward

    def slowly(self, entering):
        begun.append(self)
        time.sleep(0.04)
        return plain(self, entering)

    monkeypatch.setattr(torch.nn.Conv2d, "forward", slowly)
    return begun


def true_maps(area, layer):
    """What the network makes of the picture as it is altered now."""
    from explorer.engine.pictures.images import IMAGENET_MEAN, IMAGENET_STD, fit
    from explorer.engine.running.activations import capture
    from explorer.engine.running.weights import initialized

    fed = fit(area.pictures.picture, (1, 32, 32), IMAGENET_MEAN, IMAGENET_STD)
    return capture(initialized(area._workbench.document.graph, 0), fed[None], [layer])[layer][0]


def test_a_moving_hand_needs_one_thread_and_ends_at_the_newest_picture(qtbot, area, slow, monkeypatch):
    started, turns = [], []
    begin = job.Job.start
    monkeypatch.setattr(job.Job, "start", lambda self: (started.append(self.title), begin(self)))

    def note(report):
        if isinstance(report, Maps):
            turns.append(report.request.picture.alteration.turn)

    area.requests.answered.connect(note)
    slider = area.pictures.alteration.sliders["turn"]
    for angle in range(1, 31):
        slider.setValue(angle)
        qtbot.wait(15)
    settle(qtbot, area)
    qtbot.waitUntil(lambda: turns[-1] == 30.0, timeout=LONG)
    settle(qtbot, area)
    assert turns == sorted(turns), "an older picture was shown after a newer one"
    assert len(turns) > 2, "the hand was not followed while it moved"
    assert started.count("Looking inside") < len(turns), "a thread was started for every picture"
    assert np.array_equal(area.panel.maps.values, true_maps(area, "c1"))
    assert area.panel.maps.request.picture is area.pictures.picture


def test_another_layer_stops_what_is_under_way_within_one_layer(qtbot, area, slow):
    seen = []
    area.requests.answered.connect(seen.append)
    area.pictures.alteration.sliders["turn"].setValue(40)  # both convolutions are needed again
    qtbot.waitUntil(lambda: len(slow) == 1, timeout=LONG)
    area._workbench.select(["s2"])
    qtbot.waitUntil(lambda: area.panel.maps.layer == "s2", timeout=LONG)
    settle(qtbot, area)
    assert {item.request.layer for item in seen if isinstance(item, Maps | Answer)} == {"s2"}
    assert np.array_equal(area.panel.maps.values, true_maps(area, "s2"))


def test_what_is_asked_while_it_waits_for_the_hand_to_rest_begins_at_once(qtbot, area, monkeypatch):
    from explorer.engine.looking import kept_network

    monkeypatch.setattr(kept_network, "_QUIET", 30.0)  # nothing else is fetched in this test
    answers = []
    area.requests.answered.connect(lambda found: isinstance(found, Answer) and answers.append(found))
    slider = area.pictures.alteration.sliders["turn"]
    for angle in (10, 20, 30):
        many = len(answers)
        slider.setValue(angle)
        qtbot.waitUntil(lambda many=many: len(answers) > many, timeout=10_000)
        assert answers[-1].request.picture.alteration.turn == angle
    area.requests.withdraw()
    qtbot.waitUntil(lambda: not area.requests.busy, timeout=10_000)


def test_a_failure_under_the_hand_is_told_and_the_next_picture_is_shown(qtbot, area, slow, monkeypatch):
    from explorer.core.errors import ExplorerError
    from explorer.engine.looking import inspection

    plain, failing = inspection.inspect, []

    def inspect(request, *args):
        if request.picture.alteration.turn == 50.0:
            failing.append(request)
            raise ExplorerError("this picture cannot be fed")
        return plain(request, *args)

    monkeypatch.setattr(inspection, "inspect", inspect)
    slider = area.pictures.alteration.sliders["turn"]
    slider.setValue(50)
    qtbot.waitUntil(lambda: bool(failing) and not area.requests.busy, timeout=LONG)
    assert "cannot be fed" in area.panel.notice.sentence.text()
    slider.setValue(51)
    qtbot.waitUntil(lambda: area.panel.maps.request.picture.alteration.turn == 51.0, timeout=LONG)
    settle(qtbot, area)
    assert np.array_equal(area.panel.maps.values, true_maps(area, "c1"))


def test_closing_in_the_middle_of_a_pass_leaves_no_thread(qtbot, area, slow):
    area.pictures.alteration.sliders["turn"].setValue(40)
    qtbot.waitUntil(lambda: bool(slow), timeout=LONG)
    assert area.requests.busy
    assert area.shutdown()
    qtbot.waitUntil(lambda: not area.requests.busy, timeout=5_000)
    assert len(slow) <= 3


def test_figures_of_all_numbers_follow_without_another_picture_of_the_maps(qtbot, area, monkeypatch):
    from explorer.engine.looking import inspection

    monkeypatch.setattr(inspection, "_AT_ONCE", 2**8)
    shown = []
    area.requests.answered.connect(lambda found: isinstance(found, Maps) and shown.append(found))
    area._workbench.select(["s2"])
    qtbot.waitUntil(lambda: len(shown) == 2, timeout=LONG)
    settle(qtbot, area)
    assert [found.sampled > 1 for found in shown] == [True, False]
    assert shown[0].pixels is shown[1].pixels
    assert area.panel.maps is shown[1]
    labels = [label for label in area.results.facts.findChildren(QLabel) if label.isVisible()]
    assert labels
    assert not any("for now" in label.text() for label in labels)
    assert area.panel.grid.order == tuple(range(len(shown[1].values)))

"""What Compare keeps between starts, and how it follows conventions, narrow windows and inner differences."""

from __future__ import annotations

import pytest

from explorer.core import edits
from explorer.core.conventions import Conventions
from explorer.export.alignment import Align
from explorer.export.comparison_table import comparison_text
from explorer.gui.comparison.area import CompareArea
from explorer.gui.main_window import MainWindow
from explorer.gui.network_sources import (
    AS_OPENED,
    OPEN,
    Kind,
    Source,
    catalogue,
    source_data,
    source_from,
)
from tests.gui.conftest import Opener

OTHER = Conventions("flops", True, False, "MB", "int8", 8)


def compare(window: MainWindow) -> CompareArea:
    window.menu_row.areas.choose(3)
    assert window.areas.compare is not None
    return window.areas.compare


def test_what_was_compared_is_compared_again(open_window: Opener) -> None:
    first, _ = open_window("resnet18")
    area = compare(first)
    area.compared.show(catalogue("vgg16", classes=10), OPEN, catalogue("lenet5"))
    area.cards.align_switch.choose(1)
    area.bar.choose_shape("3×96×96")
    shown = [(item.kind, item.name, item.options) for item in area.compared.sources]
    first.close()
    second, _ = open_window("alexnet")
    area = compare(second)
    assert [(item.kind, item.name, item.options) for item in area.compared.sources] == shown
    assert area.cards.align is Align.DEPTH
    assert area.compared.shape == (3, 96, 96)
    assert area.bar.shape.currentText() == "3×96×96"
    assert area.compared.subjects[1].title.startswith("AlexNet")  # the open one is what is open now


def test_a_window_that_never_compared_forgets_nothing(open_window: Opener) -> None:
    first, _ = open_window("resnet18")
    compare(first).compared.show(catalogue("vgg16"), catalogue("vgg19"))
    first.close()
    open_window("resnet18")[0].close()
    area = compare(open_window("resnet18")[0])
    assert [item.name for item in area.compared.sources] == ["vgg16", "vgg19"]


@pytest.mark.parametrize(
    "data",
    [
        *(None, [], "vgg16", {}, {"kind": "catalogue"}, {"kind": "moon", "name": "x"}),
        {"kind": "catalogue", "name": "no_such_network", "options": {}},
        {"kind": "file", "name": 7},
        {"kind": ["open"], "name": ""},
    ],
)
def test_what_is_no_source_is_left_out(data: object) -> None:
    assert source_from(data) is None


@pytest.mark.parametrize(
    "source", [OPEN, AS_OPENED, catalogue("resnet50", classes=10), Source(Kind.RUN, "/runs/one")]
)
def test_sources_are_written_and_read(source: Source) -> None:
    assert source_from(source_data(source)) == source


def test_nonsense_in_the_settings_compares_what_is_open(window: MainWindow) -> None:
    window.areas.comparison = {"networks": "all", "shape": "square", "align": 3}
    area = compare(window)
    assert area.compared.sources[0] == OPEN
    assert area.compared.shape is None
    assert area.cards.align is Align.SIDE


def test_conventions_hold_for_differences_and_axes(window: MainWindow) -> None:
    bench = window.workbench
    bench.apply("x", edits.set_attribute(bench.document, ("fc",), "out_features", 10))
    bench.count_by(OTHER)
    area = compare(window)
    area.compared.show(AS_OPENED, OPEN)
    value = area.compared.value
    assert value is not None
    (item,) = value.differences[0]
    # 2 for each product and 1 for each bias, for 8 pictures
    assert item.operations(OTHER) == (8 * (2 * 512_000 + 1000), 8 * (2 * 5_120 + 10))
    assert item.macs == (512_000, 5_120)
    plate = area.cards.differences
    assert "8,200,000 FLOPs for 8 pictures, bias counted" in plate.row_tip(0)
    assert area.cards.scatter._said == "FLOPs for 8 pictures, bias counted"
    assert ("", "FLOPs for 8 pictures, bias counted") in area.parts


def test_four_networks_in_a_narrow_window_keep_bars(window: MainWindow) -> None:
    window.resize(1280, 800)
    area = compare(window)
    area.compared.show(*map(catalogue, ("vgg16", "resnet50", "mobilenet_v2", "densenet121")))
    plate = area.cards.totals
    narrow, wide = plate._columns(700.0), plate._columns(1500.0)
    assert narrow.bars[1] - narrow.bars[0] >= 28
    assert narrow.short
    assert not wide.short
    assert narrow.bars[1] <= 700
    assert "VGG-16 (D): 138,357,544" in plate.row_tip(0)  # exact where three digits are shown


def test_blocks_with_a_difference_inside_are_unfolded(window: MainWindow) -> None:
    bench = window.workbench
    area = compare(window)
    area.compared.show(AS_OPENED, OPEN)
    assert not any(node.unfolded for view in area.cards.drawn.views for node in view.picture.nodes.values())
    bench.apply("x", edits.set_attribute(bench.document, ("layer1", "0", "conv1"), "out_channels", 48))
    for view in area.cards.drawn.views:
        unfolded = {node.name for node in view.picture.nodes.values() if node.unfolded}
        assert unfolded == {"layer1", "layer1.0"}
        assert view.differing == {"layer1.0.conv1"}
        assert not view.grab().isNull()
    bench.undo()
    assert not any(node.unfolded for view in area.cards.drawn.views for node in view.picture.nodes.values())


def test_a_network_with_a_problem_says_that_its_figures_are_those_so_far(window: MainWindow) -> None:
    bench = window.workbench
    area = compare(window)
    area.compared.show(AS_OPENED, OPEN)
    bench.apply("cut", edits.disconnect(bench.document, "fc", 0))
    assert area.bar.chips[1].texts[1].startswith("so far: 1 layer without a shape · the open network")
    assert area.compared.value is not None
    assert "not connected" in comparison_text(area.compared.value, "markdown")

"""How the canvas looks: colours in true units, direction, level of detail, and figures in files."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from explorer.architectures import catalog
from explorer.core.analysis import Row, analyze
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.gui.canvas.colouring import (
    CHOICES,
    FIELD,
    MACS,
    MEMORY,
    PARAMETERS,
    STEPS,
    Scale,
    colouring,
    fields_of,
    short_count,
    viridis,
)
from explorer.gui.canvas.drafting import Draftsman
from explorer.gui.canvas.ink import ALL, LETTERS, NAMES, Ink
from explorer.gui.canvas.picture import Picture
from explorer.gui.canvas.view import Canvas
from explorer.gui.theme import theme
from explorer.gui.workbench import Workbench


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    made = Canvas(Workbench(Document(name="resnet18", graph=catalog.build("resnet18"))))
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def drawn(name: str) -> Picture:
    graph = catalog.build(name)
    return Draftsman().picture(Document(graph=graph), analyze(graph))


def test_colours_follow_the_figures_from_the_lowest_to_the_highest() -> None:
    picture = drawn("vgg16")
    found = colouring(PARAMETERS, picture)
    rows = {name: node.entry for name, node in picture.nodes.items() if isinstance(node.entry, Row)}
    figures = {name: row.parameters for name, row in rows.items() if row.parameters}
    assert set(found.steps) == set(figures), "what has no parameters has no colour of the scale"
    assert found.scale is not None
    assert (found.scale.lowest, found.scale.highest) == (min(figures.values()), max(figures.values()))
    ordered = sorted(figures, key=figures.__getitem__)
    assert [found.steps[name] for name in ordered] == sorted(found.steps.values())
    assert found.steps[ordered[-1]] == STEPS - 1
    assert found.steps[ordered[0]] == 0


def test_receptive_fields_inside_blocks_are_those_on_the_picture() -> None:
    graph = catalog.build("resnet18")
    analysis = analyze(graph)
    document = Document(graph=graph, unfolded=frozenset({"layer1", "layer1.0"}))
    picture = Draftsman().picture(document, analysis)
    fields = fields_of(analysis)
    assert fields["layer1.0.conv1"] == 19
    assert colouring(FIELD, picture, fields).steps["layer1.0.conv1"] > 0


@pytest.mark.parametrize(
    ("by", "value", "text"),
    [
        (MACS, 118_013_952, "118 M"),
        (PARAMETERS, 9408, "9,408"),
        (MEMORY, 802_816, "784 KiB"),
        (FIELD, 1451, "1,451 px"),
    ],
)
def test_the_legend_speaks_in_true_units(by: str, value: int, text: str) -> None:
    assert Scale(by, 1, 10).text(value) == text


def test_scales_are_logarithmic_only_where_they_must() -> None:
    near, far = Scale(MACS, 10, 20), Scale(MACS, 10, 100_000)
    assert not near.log
    assert near.share(15) == pytest.approx(0.5)
    assert far.log
    assert far.share(1000) == pytest.approx(0.5)
    assert far.ticks() == pytest.approx((10, 100, 1000, 10_000, 100_000))
    assert Scale(MACS, 7, 7).share(7) == 1.0


def test_counts_are_short_and_never_wrong_by_a_power() -> None:
    counts = (0, 9999, 10_000, 999_600, 1_000_000, 4_089_184_256)
    assert [short_count(count) for count in counts] == ["0", "9,999", "10 k", "1 M", "1 M", "4.09 G"]


def test_viridis_runs_from_dark_to_light() -> None:
    light = [sum(viridis(step / 10)) for step in range(11)]
    assert light == sorted(light)
    assert viridis(0) == (0x44, 0x01, 0x54)
    assert viridis(1) == (0xFD, 0xE7, 0x25)


def test_choosing_a_colour_shows_the_legend_and_says_so(canvas: Canvas, qtbot: QtBot) -> None:
    legend = canvas.findChild(object, "legend")
    assert not legend.isVisible()  # type: ignore[union-attr]
    before = canvas.grab().toImage()
    with qtbot.waitSignal(canvas.look.changed):
        canvas.look.set_colour_by(MACS)
    assert legend.isVisible()  # type: ignore[union-attr]
    assert canvas.grab().toImage() != before
    canvas.look.set_colour_by("kind")
    assert not legend.isVisible()  # type: ignore[union-attr]
    with pytest.raises(ExplorerError, match="coloured by"):
        canvas.look.set_colour_by("taste")
    assert set(CHOICES) >= {"kind", PARAMETERS, MACS, MEMORY, FIELD}


def test_colours_follow_an_edit(canvas: Canvas) -> None:
    canvas.look.set_colour_by(PARAMETERS)
    assert "conv1" in canvas.ink.colouring.steps
    canvas.workbench.open("vgg11")
    assert "conv1" not in canvas.ink.colouring.steps
    assert canvas.ink.colouring.steps


def test_a_network_that_is_turned_runs_to_the_right_and_back(canvas: Canvas) -> None:
    down = {name: node.rect for name, node in canvas.picture.nodes.items()}
    canvas.look.turn()
    nodes = list(canvas.picture.nodes.values())
    assert canvas.picture.across
    for one, other in pairwise(nodes):
        assert one.rect[0] + one.rect[2] < other.rect[0]
        assert one.outlet[1] == other.inlet[1]
    canvas.look.turn()
    assert {name: node.rect for name, node in canvas.picture.nodes.items()} == down


def test_text_is_readable_at_every_zoom_at_which_it_is_drawn() -> None:
    ink = Ink(theme(dark=False))
    for zoom in (LETTERS, NAMES, 0.5, 0.6, ALL, 0.8, 0.9, 1.0, 2.0):
        ink.zoom = zoom
        for font in (ink.name_font, ink.small_font, ink.shape_font, ink.strong_font):
            assert font.pixelSize() * zoom >= 11 - 1e-9
        assert ink.letter_font.pixelSize() * zoom >= 9 - 1e-9


def test_the_network_starts_in_the_middle_at_full_size(canvas: Canvas) -> None:
    canvas.camera.start()
    assert canvas.zoom == 1.0
    left, _, width, _ = canvas.picture.bounds
    middle = canvas.viewportTransform().map(left + width / 2, 0.0)[0]
    assert abs(middle - canvas.viewport().width() / 2) < 2


@pytest.mark.parametrize("dark", [False, True])
def test_figures_are_files_of_their_kind_with_the_whole_network(
    canvas: Canvas, tmp_path: Path, dark: bool
) -> None:
    canvas.workbench.select(("conv1",))
    canvas.look.set_colour_by(MACS)
    for ending in ("svg", "png", "pdf"):
        canvas.look.export_picture(tmp_path / f"net.{ending}", theme(dark=dark))
    root = ET.parse(tmp_path / "net.svg").getroot()
    assert root.tag.endswith("svg")
    assert not [item for item in root.iter() if item.tag.endswith("}text")], "texts must be outlines"
    image = QImage.fromData((tmp_path / "net.png").read_bytes())
    bounds = canvas.picture.bounds
    assert image.width() > 2 * bounds[2]
    assert image.height() > 2 * bounds[3]
    assert (image.pixelColor(1, 1).lightnessF() < 0.3) is dark
    assert (tmp_path / "net.pdf").read_bytes().startswith(b"%PDF")
    assert b"/FontFile" in (tmp_path / "net.pdf").read_bytes(), "fonts must be embedded"


def test_a_figure_shows_no_selection(canvas: Canvas, tmp_path: Path) -> None:
    canvas.look.export_picture(tmp_path / "one.png", theme(dark=False))
    canvas.workbench.select(("conv1",))
    canvas.look.export_picture(tmp_path / "other.png", theme(dark=False))
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "other.png").read_bytes()


def test_what_cannot_be_written_is_refused_and_leaves_the_older_file(canvas: Canvas, tmp_path: Path) -> None:
    with pytest.raises(ExplorerError, match=r"\.svg, \.png, \.pdf"):
        canvas.look.export_picture(tmp_path / "net.bmp", theme(dark=False))
    old = tmp_path / "net.png"
    old.write_bytes(b"older")
    canvas.workbench.show(Document(), None)
    with pytest.raises(ExplorerError, match="nothing to draw"):
        canvas.look.export_picture(old, theme(dark=False))
    assert old.read_bytes() == b"older"


def test_the_breadcrumb_says_where_the_selected_layer_is(canvas: Canvas) -> None:
    canvas.workbench.select(("layer2.0.conv1",))
    bar = canvas.findChild(object, "breadcrumb")
    words = [button.text() for button in bar.children() if hasattr(button, "text") and button.isVisible()]  # type: ignore[union-attr]
    assert [word for word in words if word != "/"] == ["resnet18", "layer2", "layer2.0"]

"""Drawings: boxes that do not overlap, edges that end at boxes, texts that cannot break out."""

import io
import itertools
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from explorer.architectures import catalog
from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.group import Group
from explorer.core.operator import CATEGORIES
from explorer.export.colours import THEMES
from explorer.export.diagram import WIDTH, drawing
from explorer.export.labels import elided
from explorer.export.png import png
from explorer.export.svg import svg
from explorer.operators.activation import ReLU
from explorer.operators.dense import Linear
from explorer.operators.sketch import Sketch


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "squeezenet1_0_complex", "densenet121"])
@pytest.mark.parametrize("depth", [1, 2, 4])
def test_boxes_stand_apart_and_all_is_inside(name, depth):
    drawn = drawing(name, analyze(catalog.build(name)), depth)
    bottom = 0.0
    for _, run in itertools.groupby(sorted(drawn.boxes, key=lambda box: box.y + box.height / 2), _middle):
        row = sorted(run, key=lambda box: box.x)
        assert min(box.y for box in row) >= bottom
        assert all(right.x - left.x > WIDTH for left, right in itertools.pairwise(row))
        bottom = max(box.y + box.height for box in row)
    for box in drawn.boxes:
        assert 0 <= box.x <= drawn.width - WIDTH
        assert 0 <= box.y <= drawn.height - box.height
    for edge in drawn.edges:
        (x0, y0), (x1, _), (x2, _), (x3, y3) = edge.points
        assert y0 < y3
        assert 0 <= (x0 + 3 * x1 + 3 * x2 + x3) / 8 <= drawn.width


def _middle(box):
    return box.y + box.height / 2


def test_every_edge_of_the_network_is_drawn():
    graph = catalog.build("squeezenet1_0_simple")
    drawn = drawing("net", analyze(graph))
    assert len(drawn.boxes) == len(graph)
    assert len(drawn.edges) == sum(len(node.inputs) for node in graph)


def test_skips_of_a_residual_network():
    drawn = drawing("net", analyze(catalog.build("resnet18")), 3)
    assert sum(edge.skip for edge in drawn.edges) >= 8


def test_a_network_with_a_problem_is_drawn_with_it():
    sketch = Sketch()
    last = sketch.add("fc", Linear(10), sketch.input((3, 8, 8)))
    sketch.add("fc2", Linear(10), last)
    analysis = analyze(sketch.graph())
    assert [box.state for box in drawing("broken", analysis).boxes] == ["normal", "problem", "waiting"]
    with pytest.raises(ExplorerError, match="Flatten"):
        drawing("broken", analysis, 2)
    with pytest.raises(ExplorerError, match="empty"):
        drawing("empty", analyze(Graph()))


def test_svg_escapes_what_people_write():
    inside = Sketch()
    inside.add("relu", ReLU(), inside.input((3, 4, 4)))
    sketch = Sketch()
    group = Group(title='</text><script>alert("x")</script>&\x00]]>', graph=inside.graph())
    sketch.add("block", group, sketch.input((3, 4, 4)))
    text = svg(drawing("<b>&\x1b", analyze(sketch.graph())), THEMES["light"])
    root = ET.fromstring(text)
    assert "script" not in {item.tag.rpartition("}")[2] for item in root.iter()}
    assert root.find("{http://www.w3.org/2000/svg}title").text == "<b>& "


@pytest.mark.parametrize("theme", THEMES)
def test_every_category_has_a_letter_and_a_colour(theme):
    known = THEMES[theme].categories
    assert set(known) == set(CATEGORIES)
    assert len({letter for letter, _, _ in known.values()}) == len(CATEGORIES)
    assert len({fill for _, fill, _ in known.values()}) == len(CATEGORIES)


def test_png_shows_the_boxes():
    drawn = drawing("lenet5", analyze(catalog.build("lenet5")))
    data = png(drawn, THEMES["light"], scale=1)
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert image.size == (round(drawn.width), round(drawn.height))
        for box in drawn.boxes:
            at = (round(box.x + WIDTH - 3), round(box.y + box.height / 2))
            assert image.getpixel(at) == (255, 255, 255)


def test_png_refuses_what_would_be_too_large():
    drawn = drawing("deep", analyze(catalog.build("cifar_resnet1202")), 4)
    with pytest.raises(ExplorerError, match="export SVG"):
        png(drawn, THEMES["light"])


def test_texts_are_elided_in_the_middle():
    assert elided("short", 12, 100) == "short"
    long = elided("features.denseblock1.denselayer12", 12, 100)
    assert long.startswith("featur")
    assert long.endswith("yer12")
    assert len(long) <= 100 / (12 * 0.58)

"""The layout: nothing overlaps, the main path is straight, branches and skips stand beside it."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, QRectF

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.analysis import analyze
from explorer.core.document import Document
from explorer.core.outline import outline
from explorer.gui.canvas.drafting import Draftsman
from explorer.gui.canvas.layout import Box, place
from explorer.gui.canvas.picture import NodePicture, Picture
from explorer.operators.activation import ReLU


def box(name: str, *inputs: str | None, high: float = 40.0) -> Box:
    return Box(name, 112.0, 112.0, high, inputs, 18.0, (92.0, 92.0))


def picture_of(name: str, *, unfolded: bool = False) -> Picture:
    graph = catalog.build(name)
    analysis = analyze(graph)
    document = Document(graph=graph)
    draftsman = Draftsman()
    if unfolded:
        picture = draftsman.picture(document, analysis)
        for _ in range(4):
            blocks = frozenset(node.name for node in picture.nodes.values() if node.face.block)
            document = Document(graph=graph, unfolded=document.unfolded | blocks)
            picture = draftsman.picture(document, analysis)
        return picture
    return draftsman.picture(document, analysis)


def overlapping(nodes: list[NodePicture]) -> list[tuple[str, str]]:
    found = []
    ordered = sorted(nodes, key=lambda node: node.rect[1])
    for index, one in enumerate(ordered):
        for other in ordered[index + 1 :]:
            if other.rect[1] >= one.rect[1] + one.rect[3]:
                break
            apart = other.rect[0] >= one.rect[0] + one.rect[2] or one.rect[0] >= other.rect[0] + other.rect[2]
            if not apart and other.block == one.block:
                found.append((one.name, other.name))
    return found


def test_a_chain_is_one_straight_column() -> None:
    spots = place([box("a"), box("b", "a"), box("c", "b")]).spots
    assert [spots[name].x for name in "abc"] == [0.0, 0.0, 0.0]
    assert spots["b"].top == spots["a"].bottom + 18


def test_a_skip_swings_out_beside_what_it_bypasses() -> None:
    placement = place([box("a"), box("b", "a"), box("c", "b"), box("add", "c", "a")])
    assert set(placement.arcs) == {("add", 1)}
    assert placement.arcs["add", 1].reach >= 112 + 26
    assert all(spot.x == 0 for spot in placement.spots.values())


def test_a_projection_stands_beside_the_main_column_and_not_over_it() -> None:
    placement = place([box("a"), box("b", "a"), box("c", "b"), box("p", "a"), box("add", "c", "p")])
    assert placement.spots["p"].x > 0
    assert placement.spots["p"].left == 92
    assert placement.spots["a"].bottom < placement.spots["p"].top
    assert placement.spots["p"].bottom < placement.spots["add"].top


def test_branches_stand_side_by_side_in_the_order_of_the_inputs() -> None:
    boxes = [box("in"), box("one", "in"), box("two", "in"), box("two_b", "two"), box("three", "in")]
    placement = place([*boxes, box("cat", "one", "two_b", "three")])
    spots = placement.spots
    assert spots["one"].x < spots["two"].x == 0.0 < spots["three"].x


def test_parts_that_are_not_connected_stand_apart() -> None:
    placement = place([box("a"), box("b", "a"), box("lonely", None)])
    assert placement.spots["lonely"].x - 112 > 112


def test_an_opening_makes_room_on_one_edge_only() -> None:
    boxes = [box("a"), box("b", "a"), box("c", "b")]
    closed, opened = place(boxes).spots, place(boxes, {("b", 0): 84.0}).spots
    assert opened["b"].top - opened["a"].bottom == 84
    assert opened["c"].top - opened["b"].bottom == closed["c"].top - closed["b"].bottom


def test_boxes_of_random_networks_never_overlap() -> None:
    draw = random.Random(7)
    for _ in range(60):
        boxes = [box("n0")]
        for index in range(1, draw.randint(2, 40)):
            count = min(index, draw.choice((1, 1, 1, 2, 3)))
            sources = draw.sample(range(max(0, index - 8), index), min(count, index, 8))
            boxes.append(
                box(f"n{index}", *(f"n{source}" for source in sources), high=draw.choice((25, 42, 300)))
            )
        spots = place(boxes).spots.values()
        for one, other in itertools.combinations(spots, 2):
            beside = one.x + one.right <= other.x - other.left or other.x + other.right <= one.x - one.left
            assert beside or one.bottom <= other.top or other.bottom <= one.top


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "densenet121", "efficientnet_b0", "squeezenet1_0"])
def test_known_networks_unfolded_have_no_overlap_and_lie_in_their_frames(name: str) -> None:
    picture = picture_of(name, unfolded=True)
    assert len(picture.nodes) > len(catalog.build(name))
    assert overlapping(list(picture.nodes.values())) == []
    for node in picture.nodes.values():
        if node.block:
            x, y, width, height = picture.nodes[node.block].rect
            left, top, wide, high = node.rect
            assert x < left
            assert left + wide < x + width
            assert y + 26 <= top
            assert top + high < y + height


def test_every_edge_ends_at_the_node_that_it_feeds() -> None:
    picture = picture_of("googlenet", unfolded=True)
    for edge in picture.edges.values():
        left, top, width, height = picture.nodes[edge.key[0]].rect
        x, y = edge.route.end
        assert left - 0.01 <= x <= left + width + 0.01
        assert top - 0.01 <= y <= top + height + 0.01


def test_the_names_drawn_are_those_of_the_state_dict() -> None:
    picture = picture_of("resnet18", unfolded=True)
    assert "layer2.0.downsample.0" in picture.nodes
    assert picture.nodes["layer2.0.downsample.0"].anchor > picture.nodes["layer2.0.conv1"].anchor


def test_a_small_edit_moves_only_what_is_below_it() -> None:
    graph = catalog.build("resnet18")
    document = Document(graph=graph)
    draftsman = Draftsman()
    before = draftsman.picture(document, analyze(graph))
    edited = edits.append(document, ReLU(), "maxpool", name="extra")
    after = draftsman.picture(edited, analyze(edited.graph))
    for name, node in before.nodes.items():
        assert after.nodes[name].rect[0] == node.rect[0]
    assert after.nodes["conv1"].rect == before.nodes["conv1"].rect
    assert after.nodes["layer1"].rect[1] > before.nodes["layer1"].rect[1]


def test_a_moved_node_stands_where_it_was_put_and_the_others_stay() -> None:
    graph = catalog.build("resnet18")
    analysis = analyze(graph)
    before = Draftsman().picture(Document(graph=graph), analysis)
    after = Draftsman().picture(edits.move(Document(graph=graph), {"bn1": (400.0, 90.0)}), analysis)
    left, top, width, height = after.nodes["bn1"].rect
    assert (left + width / 2, top + height / 2) == (400.0, 90.0)
    assert after.nodes["conv1"].rect == before.nodes["conv1"].rect
    assert after.edges["bn1", 0].route.end == (400.0, top)


def test_the_stages_are_the_resolutions_of_the_main_column() -> None:
    stages = picture_of("resnet18").stages
    assert [stage.side[0] for stage in stages] == [224, 112, 56, 28, 14, 7, 1]
    assert [stage.channels for stage in stages][:3] == [3, 64, 64]


def test_an_empty_network_has_an_empty_picture() -> None:
    document = Document()
    picture = Draftsman().picture(document, analyze(document.graph))
    assert picture.bounds == (0.0, 0.0, 0.0, 0.0)
    assert picture.stages == ()


@pytest.mark.parametrize("name", ["resnet50", "googlenet", "vgg16"])
@pytest.mark.parametrize("across", [False, True])
def test_a_picture_made_from_the_last_one_is_that_made_from_nothing(name: str, across: bool) -> None:
    graph = catalog.build(name)
    document, analysis = Document(graph=graph), analyze(graph)
    draftsman, chance = Draftsman(), random.Random(name)
    for step in range(12):
        picture = draftsman.picture(document, analysis, across=across)
        fresh = Draftsman().picture(document, analysis, across=across)
        assert list(picture.nodes) == list(fresh.nodes)
        assert list(picture.edges) == list(fresh.edges)
        for key, node in picture.nodes.items():
            assert node.same(fresh.nodes[key])
            assert (node.path, node.block, node.main) == _where(fresh.nodes[key])
            assert node.entry is fresh.nodes[key].entry
        assert all(edge.same(fresh.edges[key]) for key, edge in picture.edges.items())
        assert picture.stages == fresh.stages
        blocks = [node.name for node in picture.nodes.values() if node.face.block]
        if blocks and step % 3 != 2:
            block = chance.choice(blocks)
            document = edits.fold(document, block, block not in document.unfolded)
        else:
            first = next(key for key in document.graph.order if key not in document.graph.sources)
            if step % 2 and first in analysis.rows and analysis.rows[first].inner is None:
                document = edits.set_attribute(document, (first,), "out_channels", 60 + step)
            else:
                document = edits.append(document, ReLU(), document.graph.sinks[0])
            analysis = analyze(document.graph, analysis)


def _where(node: NodePicture) -> tuple[tuple[str, ...], str, bool]:
    return node.path, node.block, node.main


def unfolded(document: Document) -> Document:
    """With the first block of every kind open, and those in it."""
    seen: set[tuple[str, int]] = set()
    names: set[str] = set()
    for line in outline(analyze(document.graph)):
        kind = (line.entry.node.operator.kind(), len(line.path))
        if line.inner is not None and (not line.block or line.block in names) and kind not in seen:
            seen.add(kind)
            names.add(line.name)
    return replace(document, unfolded=frozenset(names))


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("name", ["resnet50", "googlenet", "densenet121", "squeezenet1_0_complex"])
def test_nodes_stand_apart_and_no_edge_runs_through_one(name: str, across: bool) -> None:
    document = unfolded(Document(name=name, graph=catalog.build(name)))
    picture = Draftsman().picture(document, analyze(document.graph), across=across)
    plain = {node.name: QRectF(*node.rect) for node in picture.nodes.values() if not node.unfolded}
    for one, other in itertools.combinations(plain.values(), 2):
        assert not one.intersects(other)
    for edge in picture.edges.values():
        for at in edge.route.samples():
            under = [node for node, box in plain.items() if box.adjusted(1, 1, -1, -1).contains(QPointF(*at))]
            assert set(under) <= {edge.key[0], edge.source}, f"{edge.key} runs through {under}"

"""The box of a single number, and what of it is truly read."""

import explorer.operators  # noqa: F401  (registers all operators)
from explorer.core.analysis import analyze
from explorer.core.field_box import Box, field_box, pixels_read
from explorer.core.graph import Graph, Node
from explorer.core.outline import flatten
from explorer.operators.convolution import Conv2d
from explorer.operators.merge import Multiply
from explorer.operators.pooling import GlobalAvgPool, MaxPool2d
from explorer.operators.sources import Input


def graph() -> Graph:
    return Graph(
        [
            Node("input", Input(shape=(3, 12, 12))),
            Node("one", Conv2d(4, 3, 2, 0), ("input",)),  # 5×5, reads rows 0 to 10
            Node("two", Conv2d(4, 3, 1, 1), ("one",)),
            Node("far", Conv2d(4, 1, 1, 3), ("two",)),
            Node("mean", GlobalAvgPool(), ("two",)),
            Node("gate", Multiply(), ("two", "mean")),
        ]
    )


def test_what_lies_in_the_padding_of_a_layer_on_the_way_is_not_read():
    analysis = analyze(graph())
    layers = flatten(analysis)
    field = analysis.rows["two"].field
    # the box of the last cell reaches 2 pixels further than the first convolution ever reads
    assert field_box(field, (4, 5, 5), (0, 4, 4)) == Box(6, 6, 12, 12)
    assert pixels_read(layers, "two", (0, 4, 4)) == Box(6, 6, 10, 10)
    assert field_box(field, (4, 5, 5), (0, 0, 2)) == Box(-2, 2, 4, 8)
    assert pixels_read(layers, "two", (0, 0, 2)) == Box(0, 2, 4, 8)
    assert pixels_read(layers, "two", (3, 2, 2)) == Box(2, 2, 8, 8)


def test_a_number_of_padding_alone_reads_nothing():
    layers = flatten(analyze(graph()))
    assert pixels_read(layers, "far", (0, 0, 0)) is None
    assert pixels_read(layers, "far", (0, 3, 3)) == Box(0, 0, 4, 4)


def test_several_paths_are_united():
    layers = flatten(analyze(graph()))
    assert pixels_read(layers, "gate", (0, 0, 0)) == Box(0, 0, 10, 10)
    assert pixels_read(layers, "mean", (2, 0, 0)) == Box(0, 0, 10, 10)
    assert pixels_read(layers, "input", (1, 7, 3)) == Box(7, 3, 7, 3)


def test_of_two_pictures_the_first_is_meant():
    nodes = [
        Node("one", Input(shape=(4, 8, 8))),
        Node("two", Input(shape=(4, 8, 8))),
        Node("pool", MaxPool2d(2, 2), ("two",)),
        Node("near", Conv2d(4, 3, 2, 1), ("one",)),
        Node("times", Multiply(), ("near", "pool")),
    ]
    layers = flatten(analyze(Graph(nodes)))
    assert pixels_read(layers, "pool", (0, 1, 1)) is None
    assert pixels_read(layers, "times", (0, 1, 1)) == Box(1, 1, 3, 3)


def test_boxes_around_boxes():
    assert Box(0, 4, 2, 5).around(Box(-1, 5, 1, 9)) == Box(-1, 4, 2, 9)

"""Graphs: what can be written down, what is refused, and in which order nodes come."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.errors import GraphError
from explorer.core.graph import Graph, Node, check_id, joined
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.merge import Add, Concat
from explorer.operators.sources import Input


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Merging and branching graphs whose nodes are written in a random order."""
    count = draw(st.integers(1, 14))
    nodes = [Node("n0", Input())]
    for number in range(1, count):
        feeders = draw(st.lists(st.integers(0, number - 1), min_size=1, max_size=4))
        nodes.append(Node(f"n{number}", Concat(), tuple(f"n{feeder}" for feeder in feeders)))
    return Graph(draw(st.permutations(nodes)))


@given(graphs())
def test_order_puts_feeders_first_and_leaves_nobody_out(graph: Graph) -> None:
    place = {name: index for index, name in enumerate(graph.order)}
    assert sorted(graph.order) == sorted(graph.nodes)
    for node in graph:
        assert all(place[source] < place[node.id] for source in node.inputs if source)


@given(graphs())
def test_consumers_are_the_edges_seen_from_above(graph: Graph) -> None:
    edges = {(source, node.id, port) for node in graph for port, source in enumerate(node.inputs)}
    seen = {(source, name, port) for source, fed in graph.consumers.items() for name, port in fed}
    assert seen == edges
    assert set(graph.sinks) == set(graph.nodes) - {source for source, _, _ in edges}


@given(graphs())
def test_reaches_is_the_transitive_closure(graph: Graph) -> None:
    upstream: dict[str, set[str]] = {}
    for name in graph.order:
        feeders = [source for source in graph[name].inputs if source]
        upstream[name] = {name}.union(*(upstream[feeder] for feeder in feeders))
    for start in graph.nodes:
        for goal in graph.nodes:
            assert graph.reaches(start, goal) == (start in upstream[goal])


@given(graphs(), st.randoms(use_true_random=False))
def test_an_edge_back_is_a_cycle_and_is_refused(graph: Graph, random: random.Random) -> None:
    node = graph[random.choice(list(graph.nodes))]
    below = [name for name in graph.nodes if graph.reaches(node.id, name)]
    closed = Node(node.id, Concat(), (*node.inputs, random.choice(below)))
    with pytest.raises(GraphError, match="circle"):
        Graph(closed if item is node else item for item in graph)


@given(graphs())
def test_equal_graphs_are_equal_values(graph: Graph) -> None:
    again = Graph(Node(node.id, node.operator, node.inputs) for node in graph)
    assert again == graph
    assert hash(again) == hash(graph)
    assert Graph.trusted(dict(graph.nodes)) == graph
    assert graph != Graph([*graph, Node("one_more", ReLU())])


def test_half_built_graphs_are_legal() -> None:
    graph = Graph([Node("add", Add()), Node("relu", ReLU()), Node("conv", Conv2d(), ("add",))])
    assert graph["add"].inputs == (None, None)
    assert graph["relu"].inputs == (None,)
    assert graph.sources == ()


def test_a_graph_cannot_be_changed() -> None:
    graph = Graph([Node("input", Input())])
    with pytest.raises(TypeError):
        graph.nodes["other"] = Node("other", ReLU())  # type: ignore[index]
    with pytest.raises(AttributeError):
        graph["input"].id = "other"  # type: ignore[misc]


def test_what_cannot_be_written_down() -> None:
    one = Node("one", Input())
    with pytest.raises(GraphError, match="two nodes are named one"):
        Graph([one, Node("one", ReLU())])
    with pytest.raises(GraphError, match="missing, which does not exist"):
        Graph([one, Node("two", ReLU(), ("missing",))])
    with pytest.raises(GraphError, match="circle"):
        Graph([Node("a", ReLU(), ("b",)), Node("b", ReLU(), ("a",))])
    with pytest.raises(GraphError, match="circle"):
        Graph([Node("a", Concat(), ("a",))])
    with pytest.raises(GraphError, match="ReLU takes 1 inputs, got 2"):
        Node("relu", ReLU(), ("one", "one"))
    with pytest.raises(GraphError, match="there is no node named nowhere"):
        Graph([one])["nowhere"]


def test_a_long_chain_is_no_recursion() -> None:
    nodes = [Node("n0", Input())]
    nodes += [Node(f"n{index}", ReLU(), (f"n{index - 1}",)) for index in range(1, 20_000)]
    graph = Graph(reversed(nodes))
    assert graph.order[0] == "n0"
    assert graph.order[-1] == "n19999"
    assert graph.reaches("n0", "n19999")


@pytest.mark.parametrize("name", ["conv1", "layer1.0.conv1", "/features.0", "_x", "0", "A" * 200])
def test_ids_that_are_names(name: str) -> None:
    check_id(name)


@pytest.mark.parametrize(
    "name",
    ["", ".", "a.", ".a", "a..b", "a b", "a/b", "//a", "a\n", "é", "a-b", "../x", "A" * 201, None, 3, "٣"],
)
def test_ids_that_are_none(name: object) -> None:
    with pytest.raises(GraphError, match="cannot name a layer"):
        check_id(name)  # type: ignore[arg-type]


def test_full_names() -> None:
    assert joined("layer1", "0.conv1") == "layer1.0.conv1"
    assert joined("block1", "/features.0") == "features.0"
    assert joined("", "conv1") == "conv1"

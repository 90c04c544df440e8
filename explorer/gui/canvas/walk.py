"""Walking a picture with the arrow keys: along edges, into blocks and out, and sideways."""

from __future__ import annotations

from collections.abc import Iterable

from explorer.gui.canvas.picture import NodePicture, Picture


def first(picture: Picture) -> str:
    """The uppermost node; "" where there is none."""
    nodes = [node for node in picture.nodes.values() if len(node.path) == 1]
    return min(nodes, key=lambda node: (node.along[0], abs(node.anchor))).name if nodes else ""


def down(picture: Picture, name: str) -> str:
    """The next node along the main path; an unfolded block is entered."""
    node = picture.nodes[name]
    if node.unfolded:
        inner = [item for item in _inside(picture, name) if _enters(picture, item)]
        if inner:
            return _nearest(node.anchor, inner).name
    while True:
        fed = [picture.nodes[edge.key[0]] for edge in picture.fed.get(node.name, ())]
        if fed:
            return _nearest(node.anchor, fed).name
        if not node.block:
            return name
        node = picture.nodes[node.block]


def up(picture: Picture, name: str) -> str:
    """The node before, along the main path; an unfolded block is entered from below."""
    node = picture.nodes[name]
    feeding = _feeding(picture, node)
    if not feeding:
        return node.block or name
    before = _lowest(node.anchor, feeding)
    while before.unfolded:
        inner = [item for item in _inside(picture, before.name) if not picture.fed.get(item.name)]
        if not inner:
            break
        before = _lowest(before.anchor, inner)
    return before.name


def aside(picture: Picture, name: str, direction: int) -> str:
    """The nearest node beside one, at about its height: at the left (-1) or right (1) of the way down."""
    node = picture.nodes[name]
    middle = sum(node.along) / 2
    best, closest = name, float("inf")
    for other in picture.nodes.values():
        if other.block != node.block or (other.anchor - node.anchor) * direction < 8:
            continue
        across = abs(other.anchor - node.anchor)
        start, end = other.along
        apart = max(0.0, abs((start + end) / 2 - middle) - (end - start) / 2)
        if across + 3 * apart < closest and apart < 400:
            best, closest = other.name, across + 3 * apart
    return best


def _inside(picture: Picture, block: str) -> Iterable[NodePicture]:
    return (node for node in picture.nodes.values() if node.block == block)


def _enters(picture: Picture, node: NodePicture) -> bool:
    ports = range(len(node.entry.node.inputs))
    edges = [picture.edges.get((node.name, port)) for port in ports]
    return any(edge is not None and not edge.source for edge in edges)


def _feeding(picture: Picture, node: NodePicture) -> list[NodePicture]:
    edges = [picture.edges.get((node.name, port)) for port in range(len(node.entry.node.inputs))]
    return [picture.nodes[edge.source] for edge in edges if edge is not None and edge.source]


def _nearest(anchor: float, nodes: list[NodePicture]) -> NodePicture:
    return min(nodes, key=lambda node: (abs(node.anchor - anchor), node.along[0]))


def _lowest(anchor: float, nodes: list[NodePicture]) -> NodePicture:
    return min(nodes, key=lambda node: (abs(node.anchor - anchor), -node.along[0]))

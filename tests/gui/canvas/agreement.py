"""Canvas, table and workbench show the one document: what must hold after every gesture."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPointF

from explorer.core.analysis import analyze
from explorer.core.outline import outline
from explorer.gui.canvas.frame_item import BlockFrame
from explorer.gui.canvas.view import Canvas
from explorer.gui.layers.panel import LayersPanel


def check(canvas: Canvas, layers: LayersPanel) -> None:
    """Canvas, table and workbench show the one document."""
    bench = canvas.workbench
    document = bench.document
    fresh = analyze(document.graph)
    _same(dict(fresh.rows), dict(bench.analysis.rows), "rows of the analysis")
    _same(set(fresh.problems), set(bench.analysis.problems), "problems of the analysis")
    names = [line.name for line in outline(fresh)]
    _same(names, list(bench.lines), "lines of the workbench")
    _same(set(names), set(canvas.picture.names.values()), "names that the canvas knows")
    _same([name for name in bench.selection if name not in bench.lines], [], "selected names that are gone")
    if canvas.in_gesture or canvas.dropping.drop is not None:
        raise AssertionError("a gesture goes on after its end")
    drawn = {name for name, node in canvas.picture.nodes.items() if len(node.path) == 1}
    _same(drawn, set(document.graph.nodes), "drawn nodes of the network")
    edges = {key for key, edge in canvas.picture.edges.items() if len(edge.path) == 1}
    wanted = {
        (node.id, port)
        for node in document.graph
        for port, source in enumerate(node.inputs)
        if source is not None
    }
    _same(edges, wanted, "drawn edges of the network")
    for key, edge in canvas.picture.edges.items():
        if len(edge.path) == 1:
            _same(edge.source, document.graph[key[0]].inputs[key[1]], f"source of the edge {key}")
    check_drawn(canvas)
    _same(table_names(layers), {line.name for line in outline(fresh)}, "rows of the table")


def check_drawn(canvas: Canvas) -> None:
    """The items stand where the picture says."""
    picture, scene = canvas.picture, canvas.network_scene
    _same(set(scene.nodes), set(picture.nodes), "items of nodes")
    _same(set(scene.edges), set(picture.edges), "items of edges")
    for name, node in picture.nodes.items():
        item = scene.nodes[name]
        _same((item.x(), item.y()), node.rect[:2], f"place of {name}")
        _same(isinstance(item, BlockFrame), node.unfolded, f"{name} being unfolded")
        _same(item.opacity(), 0.35 if item.faded else 1.0, f"opacity of {name}")
    for key, edge in picture.edges.items():
        item = scene.edges[key]
        end = item.pos() + QPointF(*item._route.end)
        if abs(end.x() - edge.route.end[0]) + abs(end.y() - edge.route.end[1]) > 1e-6:
            raise AssertionError(f"the edge {key} is drawn to {end}, not to {edge.route.end}")


def table_names(layers: LayersPanel) -> set[str]:
    """The full names of all rows of the table, at every depth."""
    model = layers.model
    found: set[str] = set()
    above = [QModelIndex()]
    while above:
        parent = above.pop()
        for row in range(model.rowCount(parent)):
            index = model.index(row, 0, parent)
            line = model.line(index)
            if line is not None:
                found.add(line.name)
            if model.hasChildren(index):
                above.append(index)
    return found


def _same(one: object, other: object, what: str) -> None:
    if one != other:
        raise AssertionError(f"{what} differ:\n{one}\n{other}")

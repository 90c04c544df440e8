"""What can be done to what is selected on the canvas: each command is one named edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core import edits
from explorer.core.errors import ExplorerError
from explorer.core.operator import Operator
from explorer.gui.canvas.picture import EdgeKey, NodePicture
from explorer.gui.canvas.placing import OnPage, Target, added_names, below, propose

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas


def insert(canvas: Canvas, operator: Operator) -> None:
    """Put a block below the selected node, else at the end of the network."""
    bench, picture = canvas.workbench, canvas.picture
    node = _end(canvas)
    if bench.selection:
        node = picture.shown(bench.selection[-1]) or node
    target: Target = OnPage(0, 0)
    if node is not None and operator.ports[1] != 0:
        target = below(picture, node)
    elif picture.nodes:
        left, top, width, _ = picture.bounds
        target = OnPage(left + width + 160, top + 40)
    proposal = propose(bench.document, bench.analysis, picture, operator, target)
    if proposal.document is bench.document:
        canvas.complained.emit(proposal.says)
        return
    before = bench.lines
    bench.apply(proposal.label, proposal.document)
    bench.select(added_names(before, bench.lines))


def delete(canvas: Canvas, edge: EdgeKey | None, *, bypass: bool) -> None:
    """Take the selected nodes away, or else an edge."""
    bench = canvas.workbench
    if not bench.selection:
        if edge is not None and edge[0] in bench.document.graph:
            name, port = edge
            bench.apply(f"disconnect {name}", edits.disconnect(bench.document, name, port))
        return
    paths = {bench.lines[name].path: None for name in bench.selection}
    whole = [path for path in paths if not any(path[:depth] in paths for depth in range(1, len(path)))]
    label = f"delete {bench.selection[-1]}" if len(whole) == 1 else f"delete {len(whole)} layers"
    try:
        bench.apply(label, edits.remove(bench.document, whole, bypass=bypass))
    except ExplorerError as error:
        canvas.complained.emit(str(error))


def fold(canvas: Canvas, names: list[str]) -> None:
    """Fold the blocks that are unfolded, unfold those that are folded."""
    bench = canvas.workbench
    document = bench.document
    for name in dict.fromkeys(names):
        document = edits.fold(document, name, name not in bench.document.unfolded)
    if names:
        verb = "fold" if names[0] in bench.document.unfolded else "unfold"
        what = names[0] if len(names) == 1 else f"{len(names)} blocks"
        bench.apply(f"{verb} {what}", document)


def _end(canvas: Canvas) -> NodePicture | None:
    """Where the network ends: the result of the main column."""
    nodes = canvas.picture.nodes
    ends = [nodes[name] for name in canvas.workbench.document.graph.sinks]
    return next((node for node in reversed(ends) if node.main), ends[-1] if ends else None)

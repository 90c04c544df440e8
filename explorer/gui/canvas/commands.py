"""What can be done to what is selected on the canvas: each command is one named edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from explorer.core import clipping, edits
from explorer.core.document import Document
from explorer.core.errors import ExplorerError, GraphError
from explorer.core.graph import NodeId, Path
from explorer.core.nesting import inside_at
from explorer.core.operator import Operator
from explorer.gui.canvas.boxes import WIDE
from explorer.gui.canvas.moving import place
from explorer.gui.canvas.picture import NodePicture
from explorer.gui.canvas.placing import OnEdge, OnPage, Target, added_names, below, block_of, propose
from explorer.gui.workbench import Workbench
from explorer.operators import skip
from explorer.operators.repeat import Repeat

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

_BESIDE = WIDE + 36.0  # px from a node to its copy


def insert(canvas: Canvas, operator: Operator) -> None:
    """Put a block below the selected node or on the clicked edge, else at the end of the network."""
    bench, picture = canvas.workbench, canvas.picture
    edge = picture.edges.get(canvas.chosen_edge) if canvas.chosen_edge is not None else None
    node = _end(canvas)
    if bench.selection:
        node = picture.shown(bench.selection[-1]) or node
    target: Target = OnPage(0, 0)
    if edge is not None and operator.ports[1] != 0:
        target = OnEdge(edge.key, edge.path)
    elif node is not None and operator.ports[1] != 0:
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
    bench.select(added_names(before, bench.lines, block_of(target)))


def edit(canvas: Canvas) -> None:
    """Let the settings of the selected node be edited; of a wrong one, do the first repair."""
    if canvas.workbench.selection and not canvas.floating.repair():
        canvas.edit_requested.emit()


def delete(canvas: Canvas, *, bypass: bool = True) -> None:
    """Take the selected nodes (or the clicked edge) away; `bypass` joins their neighbours."""
    bench, edge = canvas.workbench, canvas.chosen_edge
    if not bench.selection:
        found = canvas.picture.edges.get(edge) if edge is not None else None
        if found is not None:
            name, port = found.path[-1], found.key[1]
            _try(
                canvas,
                f"disconnect {found.key[0]}",
                lambda document: edits.within(
                    document, found.path[:-1], lambda inner: edits.disconnect(inner, name, port)
                ),
            )
        return
    paths = {bench.lines[name].path: None for name in bench.selection}
    whole = [path for path in paths if not any(path[:depth] in paths for depth in range(1, len(path)))]
    label = f"delete {bench.selection[-1]}" if len(whole) == 1 else f"delete {len(whole)} layers"
    _try(canvas, label, lambda document: edits.remove(document, whole, bypass=bypass))


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


def fold_one(canvas: Canvas, name: str) -> None:
    """Show or hide the inside of a block."""
    fold(canvas, [name])


def fold_selection(canvas: Canvas) -> None:
    """Fold or unfold the selected blocks; inside a block with no block selected, that block."""
    nodes = [node for node in map(canvas.picture.shown, canvas.workbench.selection) if node is not None]
    names = [node.name for node in nodes if node.face.block]
    fold(canvas, names or [node.block for node in nodes if node.block])


def arrange(canvas: Canvas) -> None:
    """Lay all nodes out again, also those that were moved."""
    canvas.workbench.apply("arrange", edits.arrange(canvas.workbench.document))


def select_all(canvas: Canvas) -> None:
    """Select every node of the network."""
    canvas.workbench.select(canvas.workbench.document.graph.nodes)


def add_skip(canvas: Canvas) -> None:
    """Add the result of the one selected node to that of the other."""
    bench = canvas.workbench
    if len(bench.selection) != 2:
        canvas.complained.emit("a skip joins two layers: select the one where it begins and where it ends")
        return

    def edit(document: Document) -> Document:
        block, (start, end) = _level(bench)
        return skip.add_skip(document, start, end, block=block)

    before, block = bench.lines, bench.lines[bench.selection[0]].path[:-1]
    if _try(canvas, "add skip", edit):
        bench.select(added_names(before, bench.lines, block))


def group(canvas: Canvas, title: str = "Group") -> None:
    """Make one block of the selected nodes."""
    bench = canvas.workbench
    if not bench.selection:
        canvas.complained.emit("select the layers that shall become a block")
        return

    def edit(document: Document) -> Document:
        block, names = _level(bench)
        return edits.group(document, names, title, block=block)

    before, block = bench.lines, bench.lines[bench.selection[0]].path[:-1]
    if _try(canvas, f"group {_said(bench.selection)}", edit):
        bench.select(added_names(before, bench.lines, block))
        canvas.grouped.emit()


def dissolve(canvas: Canvas) -> None:
    """Put what is inside the selected blocks in their place."""
    bench = canvas.workbench
    blocks = [name for name in bench.selection if bench.lines[name].inner is not None]
    if not blocks:
        canvas.complained.emit("select a block: only blocks have an inside that could be put in their place")
        return

    def edit(document: Document) -> Document:
        block, names = _level(bench, blocks)
        for name in names:
            document = edits.dissolve(document, name, block=block)
        return document

    _try(canvas, f"dissolve {_said(tuple(blocks))}", edit)


def repeat(canvas: Canvas) -> None:
    """Make stages of the selected nodes: each the same several times in a row, with a count to turn."""
    bench = canvas.workbench
    if not bench.selection:
        canvas.complained.emit("select the layer or block that shall be repeated")
        return
    paths = [bench.lines[name].path for name in bench.selection]

    def edit(document: Document) -> Document:
        for path in sorted(paths, key=len, reverse=True):  # those inside blocks first
            operator = inside_at(document.graph, path[:-1])[path[-1]].operator
            if operator.ports != (1, 1):
                raise GraphError(f"{path[-1]} cannot be repeated in a row: it has not one input")
            if isinstance(operator, Repeat):
                document = edits.set_attribute(document, path, "n", operator.n + 1)
            else:
                document = edits.replace_operator(document, path, Repeat(operator, 2))
        return document

    _try(canvas, f"repeat {_said(bench.selection)}", edit)


def copy(canvas: Canvas) -> bool:
    """Put the selected nodes into the clipboard, as text; whether there were any."""
    bench = canvas.workbench
    if not bench.selection:
        return False
    try:
        block, names = _level(bench)
        text = clipping.clipping_to_text(clipping.clip(bench.document.graph, names, block=block))
    except ExplorerError as error:
        canvas.complained.emit(str(error))
        return False
    QGuiApplication.clipboard().setText(text)
    return True


def cut(canvas: Canvas) -> None:
    """Move the selected nodes into the clipboard; their neighbours are joined."""
    bench = canvas.workbench
    chosen = bench.selection
    if copy(canvas):
        paths = [bench.lines[name].path for name in chosen]
        _try(canvas, f"cut {_said(chosen)}", lambda document: edits.remove(document, paths))


def paste(canvas: Canvas) -> None:
    """Put the nodes of the clipboard into the network."""
    bench, text = canvas.workbench, QGuiApplication.clipboard().text()
    try:
        document, names = clipping.pasted(bench.document, text)
    except ExplorerError as error:
        canvas.complained.emit(str(error))
        return
    bench.apply(f"paste {_said(names)}", document)
    bench.select(names)


def duplicate(canvas: Canvas) -> None:
    """Copy the selected nodes beside themselves."""
    bench = canvas.workbench
    if not bench.selection:
        return
    try:
        block, chosen = _level(bench)
        document, names = clipping.duplicate(bench.document, chosen, block=block)
    except ExplorerError as error:
        canvas.complained.emit(str(error))
        return
    drawn = canvas.picture.nodes
    if not block:
        places = {
            copied: place(canvas.picture, name)
            for name, copied in zip(_in_order(bench, chosen), names, strict=True)
            if name in drawn
        }
        document = edits.move(document, {name: (x + _BESIDE, y) for name, (x, y) in places.items()})
    bench.apply(f"duplicate {_said(names)}", document)
    bench.select(names)


def _level(bench: Workbench, names: list[str] | None = None) -> tuple[Path, list[NodeId]]:
    """The block in which all the selected nodes stand, and their names there.

    Raises:
        GraphError: they stand in different blocks.
    """
    chosen = [bench.lines[name].path for name in (names or bench.selection)]
    blocks = dict.fromkeys(path[:-1] for path in chosen)
    if len(blocks) > 1:
        raise GraphError("the selected layers stand in different blocks; select layers of one block")
    return chosen[0][:-1], [path[-1] for path in chosen]


def _in_order(bench: Workbench, names: list[NodeId]) -> list[NodeId]:
    """Names in the order of the network, in which copies come."""
    wanted = set(names)
    return [node.id for node in bench.document.graph if node.id in wanted]


def _try(canvas: Canvas, label: str, edit: Callable[[Document], Document]) -> bool:
    """Apply an edit, or say why it is refused; whether it was done."""
    bench = canvas.workbench
    try:
        document = edit(bench.document)
    except ExplorerError as error:
        canvas.complained.emit(str(error))
        return False
    bench.apply(label, document)
    return True


def _said(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} layers"


def _end(canvas: Canvas) -> NodePicture | None:
    """Where the network ends: the result of the main column."""
    nodes = canvas.picture.nodes
    ends = [nodes[name] for name in canvas.workbench.document.graph.sinks]
    return next((node for node in reversed(ends) if node.main), ends[-1] if ends else None)

"""Where a dragged block would go, and what the document would be then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.adaptation import adapted
from explorer.core.analysis import Analysis, Problem, Row, analyze
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.graph import Path
from explorer.core.group import Group
from explorer.core.notation import operator_from_data
from explorer.core.operator import Operator, Repair
from explorer.core.outline import Line
from explorer.gui.canvas.face import change_text, kind_of
from explorer.gui.canvas.picture import EdgeKey, NodePicture, Picture

OPERATOR_MIME = "application/x-architecture-explorer-operator"
NETWORK_MIME = "application/x-architecture-explorer-network"

_GAP = 96  # px below a node that a gap may reach, opened for a drop
_VARIANTS = 2  # more would cover what lies below
_BEHIND, _ASIDE = 110.0, 112.0  # px from the end of the network within which a drop continues it


@dataclass(frozen=True)
class OnEdge:
    """Between the two nodes of an edge."""

    key: EdgeKey
    path: Path


@dataclass(frozen=True)
class Below:
    """Under a node: it feeds all that the node fed."""

    name: str
    path: Path


@dataclass(frozen=True)
class OnPage:
    """Unconnected, where it was let go."""

    x: float
    y: float


Target = OnEdge | Below | OnPage


@dataclass(frozen=True)
class Proposal:
    """What a drop would do: the document after it, and a line that says so (or why not)."""

    document: Document
    label: str
    says: str
    wrong: bool


def dragged_operator(data: bytes) -> Operator:
    """The operator that a drag from the palette carries.

    Raises:
        ExplorerError: it carries none that is known.
    """
    try:
        content = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ExplorerError(
            "what is dragged is no block of this program; drag one from the palette"
        ) from None
    return operator_from_data(content, "the dragged block")


def dragged_network(name: str) -> Operator:
    """A network of the catalogue as one block.

    Raises:
        ExplorerError: no network has this name.
    """
    return Group(title=name, graph=catalog.build(name))


def target_at(picture: Picture, x: float, y: float, within: float) -> Target:
    """What lies under a point where something may be dropped."""
    node = picture.node_at(x, y)
    if node is None or node.unfolded:
        edge = picture.edge_at(x, y, within)
        if edge is not None:
            return OnEdge(edge.key, edge.path)
    if node is not None and (not node.unfolded or y < node.rect[1] + 26):
        return below(picture, node)
    if node is None and (over := _node_over_gap(picture, x, y)) is not None:
        return below(picture, over)
    end = _end_before(picture, x, y) if node is None else None
    return below(picture, end) if end is not None else OnPage(x, y)


def below(picture: Picture, node: NodePicture) -> Target:
    """Under a node: on the edge that leaves it, where there is just one."""
    leaving = picture.fed.get(node.name, ())
    if len(leaving) == 1:
        return OnEdge(leaving[0].key, leaving[0].path)
    return Below(node.name, node.path)


def propose(
    document: Document, analysis: Analysis, picture: Picture, operator: Operator, target: Target
) -> Proposal:
    """What the document would be with the operator there."""
    label = f"insert {kind_of(operator)}"
    try:
        edited = _edited(document, picture, operator, target)
    except ExplorerError as error:
        return Proposal(document, label, str(error), wrong=True)
    after = analyze(edited.graph, analysis)
    entry = _new_entry(analysis, after)
    if isinstance(target, OnPage):
        says = change_text(entry.inputs, entry.output) if isinstance(entry, Row) else "not connected"
        return Proposal(edited, label, says, wrong=False)
    says, wrong = judged(analysis, after, entry)
    return Proposal(edited, label, says, wrong)


def variants(analysis: Analysis, operator: Operator, target: Target) -> tuple[Operator, ...]:
    """The variants of a block that fit where the block as it is would not; the best two."""
    if isinstance(target, OnPage):
        return ()
    port = target.key[1] if isinstance(target, OnEdge) else None
    try:
        return adapted(operator, analysis, target.path, port)[:_VARIANTS]
    except ExplorerError:  # nothing can stand there at all, and the plain block's slot says why
        return ()


def judged(before: Analysis, after: Analysis, entry: Row | Problem | None) -> tuple[str, bool]:
    """What an edit does to the node it is about, or what it breaks; and whether it breaks anything."""
    if isinstance(entry, Problem) and entry.waits_for is None:
        return entry.message, True
    if not isinstance(entry, Row):
        return "", False
    broken = next((item for item in after.causes if item.id not in before.problems), None)
    if broken is not None and broken.id != entry.id:
        return f"{broken.id}: {broken.message}", True
    return change_text(entry.inputs, entry.output), False


def added_names(before: Mapping[str, Line], after: Mapping[str, Line], block: Path) -> tuple[str, ...]:
    """The names that an edit brought into a block (or the network); what changed inside others is not new."""
    return tuple(name for name, line in after.items() if name not in before and line.path[:-1] == block)


def block_of(target: Target) -> Path:
    """The block into which something goes; () is the network itself."""
    return () if isinstance(target, OnPage) else target.path[:-1]


def _edited(document: Document, picture: Picture, operator: Operator, target: Target) -> Document:
    if isinstance(target, OnPage):
        return edits.add(document, operator, position=picture.turned(round(target.x), round(target.y)))
    if operator.ports[1] == 0:
        raise ExplorerError(f"{kind_of(operator)} takes no input: drop it on the empty canvas")
    if isinstance(target, OnEdge):
        port = target.key[1]
        if len(target.path) == 1:
            return edits.insert(document, operator, target.path[0], port)
        return edits.apply_repair(document, target.path, Repair("", insert=operator, port=port))
    if len(target.path) == 1:
        return edits.append(document, operator, target.path[0])
    edited = document
    leaving = picture.fed.get(target.name, ())
    if not leaving:
        raise ExplorerError(f"{target.name} is the result of its block: drop it below the block instead")
    for edge in leaving:
        repair = Repair("", insert=operator, port=edge.key[1])
        edited = edits.apply_repair(edited, edge.path, repair)
    return edited


def _new_entry(before: Analysis, after: Analysis) -> Row | Problem | None:
    """The row or problem of the node that is new, looked for inside the blocks that changed."""
    for name in after.graph.nodes:
        if name not in before.graph:
            return after[name]
    for name, node in after.graph.nodes.items():
        old = before[name]
        entry = after[name]
        if node is before.graph.nodes[name] or entry.inner is None or old.inner is None:
            continue
        found = _new_entry(old.inner, entry.inner)
        if found is not None:
            return found
    return None


def _node_over_gap(picture: Picture, x: float, y: float) -> NodePicture | None:
    """The node above a point in the gap between two that follow each other, as wide as they are.

    The gap is narrow and the edge a line: whoever lets go between two nodes means between them.
    """
    for step in range(4, _GAP, 4):
        node = picture.node_at(x - step, y) if picture.across else picture.node_at(x, y - step)
        if node is None:
            continue
        leaving = picture.fed.get(node.name, ())
        after = picture.nodes.get(leaving[0].key[0]) if len(leaving) == 1 else None
        if after is None or (node.unfolded and len(node.path) != len(after.path)):
            return None
        return node if (x if picture.across else y) <= after.along[0] else None
    return None


def _end_before(picture: Picture, x: float, y: float) -> NodePicture | None:
    """The node at the end of the network that a point lies a little behind, in line with it."""
    for node in picture.nodes.values():
        if len(node.path) == 1 and node.name not in picture.fed:
            aside, behind = picture.turned(x - node.outlet[0], y - node.outlet[1])
            if 0 <= behind <= _BEHIND and abs(aside) <= _ASIDE:
                return node
    return None

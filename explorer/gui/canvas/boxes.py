"""How large nodes are drawn, and how much room they want over them."""

from __future__ import annotations

from explorer.core.graph import NodeId
from explorer.gui.canvas.face import Face
from explorer.gui.canvas.layout import Box
from explorer.gui.canvas.routing import Level

WIDE, NARROW = 224.0, 184.0  # of a node in the main column, and beside it
TALL, LOW = 42.0, 25.0  # of a node with two lines, with one
TITLE, INSET = 26.0, 12.0  # of an unfolded block
LONG = 184.0  # of a node where the network runs to the right
LOOP = 20.0  # over a folded block for the arc that marks a residual one
APART, LABELLED = 18.0, 24.0  # room above a node, and where a label stands there
LETTER = 6.6  # width of a letter of a label, which lies along an edge that runs to the right

_BELOW_CARDS = 24.0  # the cards behind a repeated block reach into the gap
_CLOSE, _INSIDE = 10.0, 9.0  # room above a node of one line, and inside a block


def room_above(face: Face, feeding: list[Face | None], from_frame: bool, *, inside: bool) -> float:
    """The room that a node wants over it."""
    if any(source is not None and source.repeats > 1 for source in feeding):
        return _BELOW_CARDS
    if from_frame:
        return APART
    if inside:
        return _INSIDE
    return APART if face.tall or face.category == "Merge" else _CLOSE


def box_of(
    name: NodeId,
    inputs: tuple[NodeId | None, ...],
    face: Face,
    above: float,
    inside: Level | None,
    across: bool,
) -> Box:
    """What the layout must know of a node: its size around its anchor, and the room over it."""
    high = TALL if face.tall else LOW
    if inside is not None:
        placement = inside.placement
        left, right = INSET - placement.left, placement.right + INSET
        if across:  # the title stands over what is inside, beside the way it runs
            return Box(name, left + TITLE - INSET / 2, right, placement.bottom + 2 * INSET, inputs, above)
        return Box(name, left, right, placement.bottom + TITLE + INSET, inputs, above)
    if across:
        over = LOOP if face.residual else 0.0
        return Box(name, high / 2 + over, high / 2, LONG, inputs, above)
    half = NARROW / 2
    return Box(name, WIDE / 2, WIDE / 2, high, inputs, above, (half, half))


def longest(*, across: bool) -> float:
    """How long a folded node is at most, in the direction in which the network runs."""
    return LONG if across else TALL

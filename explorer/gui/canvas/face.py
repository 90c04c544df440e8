"""What a node says of itself: the words, figures and marks drawn on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from explorer.core.analysis import Analysis, Problem, Row
from explorer.core.composite import Composite
from explorer.core.graph import local
from explorer.core.group import Group
from explorer.core.operator import Operator
from explorer.core.shapes import Shape, shape_text
from explorer.operators.repeat import Repeat

NORMAL, PROBLEM, WAITING = "normal", "problem", "waiting"


@dataclass(frozen=True)
class Face:
    """The content of a drawn node.

    `repeats` is 0 where nothing is repeated; `block` says that it can be unfolded.
    """

    title: str
    kind: str
    attributes: str
    shape: str
    category: str
    state: str
    tall: bool
    block: bool
    repeats: int
    residual: bool


def face(entry: Row | Problem) -> Face:
    """What a node with this row or problem says."""
    operator = entry.node.operator
    state, shape = NORMAL, ""
    if isinstance(entry, Row):
        shape = shape_text(entry.output)
    elif entry.waits_for is not None:
        state, shape = WAITING, f"waits for {entry.waits_for}"
    else:
        state = PROBLEM
    kind, telling = kind_of(operator), operator.telling()
    tall = is_tall(type(operator))
    if isinstance(operator, Group) and telling == operator.title:  # no attributes of its own to tell
        count = len(operator.graph) - len(operator.graph.sources)  # its inputs are no layers
        telling = "1 layer" if count == 1 else f"{count} layers"
    elif not tall and telling:
        kind, telling = f"{kind} {telling}", ""
    return Face(
        title=local(entry.id),
        kind=kind,
        attributes=telling,
        shape=shape,
        category=type(operator).category,
        state=state,
        tall=tall,
        block=entry.inner is not None,
        repeats=operator.n if isinstance(operator, Repeat) else 0,
        residual=_residual(entry.inner) if entry.inner is not None else False,
    )


def kind_of(operator: Operator) -> str:
    """The kind as a person reads it: a stage is named after what it repeats, a group by its title."""
    if isinstance(operator, Repeat):
        return kind_of(operator.block)
    return operator.title if isinstance(operator, Group) else operator.kind()


def title_of(operator: Operator) -> str:
    """Kind and telling attributes in one line: MaxPool2d 2×2, /2."""
    if isinstance(operator, Group):
        return operator.title
    return f"{kind_of(operator)} {operator.telling()}".strip()


def change_text(before: tuple[Shape, ...], after: Shape) -> str:
    """What a layer does to its input: 64×56×56 → 64×28×28."""
    came = " + ".join(shape_text(shape) for shape in before)
    return f"{came} → {shape_text(after)}" if came else shape_text(after)


@lru_cache(maxsize=256)
def is_tall(kind: type[Operator]) -> bool:
    """Whether nodes of a kind have two lines: those with weights that matter, and blocks."""
    if issubclass(kind, Composite) or kind.category in ("Convolution", "Blocks"):
        return True
    learns = kind.parameters is not Operator.parameters
    return learns and kind.category not in ("Normalization", "Activation")


def _residual(inner: Analysis) -> bool:
    """Whether a block adds its input (or a projection of it) to what it computes."""
    first = next((row for row in inner.rows.values() if row.inner is not None), None)
    kinds = {row.node.operator.kind() for row in inner.rows.values()}
    if "Add" in kinds:
        return True
    whole = all(row.inner is not None for row in inner.rows.values() if row.inputs)
    return whole and first is not None and first.inner is not None and _residual(first.inner)

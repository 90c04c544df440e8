"""The receptive fields of a node on every picture that enters, and how they unite where paths meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from explorer.core.graph import NodeId
from explorer.core.receptive_field import SAME_FIELD, Field, union
from explorer.core.shapes import Shape

Fields = Mapping[NodeId, Field]
"""For each place where pictures enter, what one output position sees of it."""


def combined(paths: Sequence[tuple[Field, Fields]], output: Shape) -> Fields:
    """The union over paths of (local reach, what arrives there) for positions of `output`."""
    if len(paths) == 1:  # most nodes
        ((reach, arriving),) = paths
        if reach is SAME_FIELD:
            return arriving
        return {source: _through(field, reach) for source, field in arriving.items()}
    result: dict[NodeId, Field] = {}
    high, wide = output[1:] if len(output) == 3 else (1, 1)
    for reach, arriving in paths:
        for source, field in arriving.items():
            one = _through(field, reach)
            other = result.get(source)
            if other is not None:
                one = union(one[0], other[0], high), union(one[1], other[1], wide)
            result[source] = one
    return result


def first_field(fields: Fields) -> Field:
    """The field on the picture that entered first."""
    return next(iter(fields.values()))


def _through(field: Field, reach: Field) -> Field:
    """A field seen through a later node; of squares, which nearly all are, one side is worked out."""
    high = field[0].through(reach[0])
    if field[0] is field[1] and reach[0] is reach[1]:
        return high, high
    return high, field[1].through(reach[1])

"""What an operator makes of its input shapes, wherever it stands: asked once, then remembered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from explorer.core.errors import ExplorerError, ShapeError
from explorer.core.operator import Operator
from explorer.core.receptive_field import Field
from explorer.core.shapes import ELEMENT_BYTES, Shape, elements

if TYPE_CHECKING:
    from explorer.core.analysis import Analysis


@dataclass(frozen=True)
class Facts:
    """What an operator makes of its input shapes, wherever it stands."""

    output: Shape
    parameters: int
    buffers: int
    macs: int
    activation_bytes: int
    reach: tuple[Field, ...]
    inner: Analysis | None


@lru_cache(maxsize=65536)
def facts_of(operator: Operator, x: tuple[Shape, ...]) -> Facts | ShapeError:
    """What an operator makes of these shapes, or why it cannot; remembered."""
    try:
        inner = operator.inside(*x)
        output = operator.infer(*x)
        return Facts(
            output=output,
            parameters=operator.parameters(*x).value,
            buffers=operator.buffers(*x),
            macs=operator.macs(*x).value,
            activation_bytes=_activation_bytes(inner, output),
            reach=operator.reach(*x),
            inner=inner,
        )
    except ShapeError as error:
        return error.with_traceback(None)
    except ExplorerError as error:  # a block whose inside cannot even be written down
        return ShapeError(str(error))


def _activation_bytes(inner: Analysis | None, output: Shape) -> int:
    if inner is not None:
        entering = set(inner.graph.sources)
        return sum(row.activation_bytes for row in inner.rows.values() if row.id not in entering)
    return elements(output) * ELEMENT_BYTES

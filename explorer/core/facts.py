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
    bias_additions: int
    normalization_macs: int
    traffic: int
    """Numbers read and written for one picture: inputs and output; of a block, of all layers inside."""


@lru_cache(maxsize=65536)
def facts_of(operator: Operator, x: tuple[Shape, ...]) -> Facts | ShapeError:
    """What an operator makes of these shapes, or why it cannot; remembered."""
    try:
        inner = operator.inside(*x)
        output = operator.infer(*x)
        reach = operator.reach(*x)
        return _of_layer(operator, x, output, reach) if inner is None else _of_block(inner, output, reach)
    except ShapeError as error:
        return error.with_traceback(None)
    except ExplorerError as error:  # a block whose inside cannot even be written down
        return ShapeError(str(error))


def _of_layer(operator: Operator, x: tuple[Shape, ...], output: Shape, reach: tuple[Field, ...]) -> Facts:
    produced = elements(output)
    return Facts(
        output=output,
        parameters=operator.parameters(*x).value,
        buffers=operator.buffers(*x).value,
        macs=operator.macs(*x).value,
        activation_bytes=produced * ELEMENT_BYTES,
        reach=reach,
        inner=None,
        bias_additions=operator.bias_additions(*x).value,
        normalization_macs=operator.normalization_macs(*x).value,
        # what enters the network is there already
        traffic=sum(map(elements, x)) + produced if x else 0,
    )


def _of_block(inner: Analysis, output: Shape, reach: tuple[Field, ...]) -> Facts:
    """The sums over what is inside; its inputs are counted by what feeds them."""
    entering = set(inner.graph.sources)
    parts = [row.facts for name, row in inner.rows.items() if name not in entering]
    return Facts(
        output=output,
        parameters=sum([part.parameters for part in parts]),
        buffers=sum([part.buffers for part in parts]),
        macs=sum([part.macs for part in parts]),
        activation_bytes=sum([part.activation_bytes for part in parts]),
        reach=reach,
        inner=inner,
        bias_additions=sum([part.bias_additions for part in parts]),
        normalization_macs=sum([part.normalization_macs for part in parts]),
        traffic=sum([part.traffic for part in parts]),
    )

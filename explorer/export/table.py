"""A network's layers as figures: the records that every table format prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from explorer.core.analysis import Analysis, Row
from explorer.core.conventions import DEFAULT, Conventions
from explorer.core.operator import Operator
from explorer.core.outline import Line, leaves
from explorer.core.receptive_field import Field
from explorer.core.shapes import Shape
from explorer.operators.repeat import Repeat

PerAxis = int | float | None
"""A figure of one axis; None where all positions see the whole picture."""


@dataclass(frozen=True)
class Record:
    """One layer as a table prints it.

    `kind` is the operator as people call it, which for a stage names what is repeated.
    `receptive_field` and `stride` are in pixels of the picture: one figure, or (height,
    width) where they differ. `attributes` are the telling settings: "7×7, 64, /2".
    `macs` and `activation_bytes` are for one picture, bias not counted, in fp32; `operations`,
    `memory_bytes` and `intensity` follow the conventions.
    """

    id: str
    operator: str
    kind: str
    attributes: str
    block: str
    inputs: tuple[Shape, ...]
    output: Shape
    parameters: int
    macs: int
    activation_bytes: int
    receptive_field: int | tuple[int, int]
    stride: PerAxis | tuple[PerAxis, PerAxis]
    buffers: int
    operations: int
    memory_bytes: int
    intensity: float | None


def records(
    analysis: Analysis, depth: int | None = None, conventions: Conventions = DEFAULT
) -> tuple[Record, ...]:
    """The plain layers that have a shape; with `depth`, blocks at that depth stand for their insides.

    Layers of a block that has a problem are left out, so that the figures add up to the totals.
    """
    return tuple(_record(line, row, conventions) for line, row in _rows(analysis, depth))


def data(
    name: str, analysis: Analysis, depth: int | None = None, conventions: Conventions = DEFAULT
) -> dict[str, Any]:
    """The table as plain JSON values; the keys are relied on by scripts.

    Under other conventions than the usual ones these stand beside, with "operations" and
    "memory_bytes" that follow them; "macs" and "activation_bytes" always mean the same.
    """
    content = {
        "network": name,
        "input": input_data(analysis),
        "total": total_data(analysis),
        "rows": [_row_data(record) for record in records(analysis, depth, conventions)],
        "problems": problems_data(analysis),
    }
    if conventions == DEFAULT:
        return content
    content["conventions"] = {**conventions.data(), "said": conventions.said}
    content["total"] |= {
        "operations": conventions.operations(analysis.totals),
        "memory_bytes": conventions.activation_bytes(analysis.totals),
        "weight_bytes": conventions.parameter_bytes(analysis.totals),
    }
    found = zip(content["rows"], records(analysis, depth, conventions), strict=True)
    for row, record in found:
        row |= {"operations": record.operations, "memory_bytes": record.memory_bytes}
    return content


def input_data(analysis: Analysis) -> Any:
    """The shape of the picture that enters; a list of shapes where several enter, None where none."""
    shapes = [list(analysis.rows[name].output) for name in analysis.graph.sources if name in analysis.rows]
    if not shapes:
        return None
    return shapes[0] if len(shapes) == 1 else shapes


def total_data(analysis: Analysis) -> dict[str, Any]:
    """The sums of a network as plain JSON values."""
    totals = analysis.totals
    field = totals.receptive_field
    return {
        "parameters": totals.parameters,
        "buffers": totals.buffers,
        "macs": totals.macs,
        "parameter_bytes": totals.parameter_bytes,
        "activation_bytes": totals.activation_bytes,
        "receptive_field": None if field is None else _plain(side(field)),
    }


def problems_data(analysis: Analysis) -> list[dict[str, Any]]:
    """The causes of what has no shape; layers that only wait for them are left out."""
    return [
        {
            "id": problem.id,
            "message": problem.message,
            "repair": problem.repairs[0].label if problem.repairs else None,
        }
        for problem in analysis.causes
    ]


def kind_text(operator: Operator) -> str:
    """What a layer is, in words: "Conv2d", and for a stage "BasicBlock ×3"."""
    if isinstance(operator, Repeat):
        return f"{operator.block.kind()} ×{operator.n}"
    return operator.kind()


def side(field: Field) -> int | tuple[int, int]:
    """The side of a receptive field in pixels; (height, width) where they differ."""
    high, wide = field[0].size, field[1].size
    return high if high == wide else (high, wide)


def stride(field: Field) -> PerAxis | tuple[PerAxis, PerAxis]:
    """Pixels between what two neighbouring positions see; None where all see the same."""
    high, wide = _step(field[0].stride), _step(field[1].stride)
    return high if high == wide else (high, wide)


def _step(step: Fraction) -> PerAxis:
    if not step:
        return None
    return int(step) if step.denominator == 1 else float(step)


def _rows(analysis: Analysis, depth: int | None) -> Iterator[tuple[Line, Row]]:
    for line in leaves(analysis, depth):
        if isinstance(line.entry, Row) and line.path[0] in analysis.rows:
            yield line, line.entry


def _record(line: Line, row: Row, conventions: Conventions) -> Record:
    operator = row.node.operator
    intensity = conventions.intensity(row)
    return Record(
        id=line.name,
        operator=operator.kind(),
        kind=kind_text(operator),
        attributes=operator.telling(),
        block=line.block,
        inputs=row.inputs,
        output=row.output,
        parameters=row.parameters,
        macs=row.macs,
        activation_bytes=row.activation_bytes,
        receptive_field=side(line.field),
        stride=stride(line.field),
        buffers=row.buffers,
        operations=conventions.operations(row),
        memory_bytes=conventions.activation_bytes(row),
        intensity=None if intensity is None else float(intensity),
    )


def _row_data(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        "operator": record.operator,
        "block": record.block,
        "inputs": [list(shape) for shape in record.inputs],
        "output": list(record.output),
        "parameters": record.parameters,
        "macs": record.macs,
        "activation_bytes": record.activation_bytes,
        "receptive_field": _plain(record.receptive_field),
        "stride": _plain(record.stride),
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value

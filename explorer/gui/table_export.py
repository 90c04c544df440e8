"""Writes the layer table to a file in the format that its ending names."""

from __future__ import annotations

import json
from pathlib import Path

from explorer.core.analysis import Analysis
from explorer.core.errors import ExplorerError
from explorer.core.files import atomic_write
from explorer.core.shapes import shape_text
from explorer.export.formats import Cell, rendered
from explorer.export.table import Record, data, records

_FORMATS = {".csv": "csv", ".md": "markdown", ".tex": "latex", ".txt": "text", ".json": "json"}
_HEADER = (
    *("layer", "operator", "attributes", "input", "output", "parameters", "MACs", "receptive field"),
    *("stride", "activation bytes"),
)


def write_table(path: Path, name: str, analysis: Analysis) -> None:
    """Write all plain layers of a network.

    Raises:
        ExplorerError: the ending names no format.
        OSError: the file cannot be written.
    """
    kind = _FORMATS.get(path.suffix.lower())
    if kind is None:
        raise ExplorerError(f"no format has the ending {path.suffix or '(none)'}; use {', '.join(_FORMATS)}")
    if kind == "json":
        text = json.dumps(data(name, analysis), ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    else:
        text = rendered(kind, _HEADER, [_cells(record) for record in records(analysis)])
    atomic_write(path, text.encode("utf-8"))


def _cells(record: Record) -> list[Cell]:
    field, stride = record.receptive_field, record.stride
    return [
        record.id,
        record.operator,
        record.attributes,
        " + ".join(shape_text(shape) for shape in record.inputs),
        shape_text(record.output),
        record.parameters,
        record.macs,
        "×".join(map(str, field)) if isinstance(field, tuple) else field,
        "×".join(map(str, stride)) if isinstance(stride, tuple) else stride,
        record.activation_bytes,
    ]

"""The columns of the layer table: what each says of a layer, and how it sorts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from explorer.core.conventions import UNITS, Conventions
from explorer.core.outline import Line
from explorer.core.quantities import Reading
from explorer.core.shapes import elements
from explorer.gui.layers import cells
from explorer.gui.layers.cells import NONE, Get, Text


@dataclass(frozen=True)
class Column:
    """A column. `figure` gives what it sorts by: an exact number or a text; None is last.

    `bar` gives a share from 0 to 1 that is drawn behind the number. `says` gives title and
    tip where they follow from the conventions. `fact` is the derivation that a click on a
    figure opens. `exact` is what files get: an exact number with the unit of `heading`.
    """

    key: str
    title: str
    tip: str
    width: int
    text: Text
    figure: Get
    right: bool = True
    bar: Callable[[Line, Reading], float] | None = None
    says: Callable[[Conventions], tuple[str, str]] | None = None
    fact: str = ""
    exact: Get | None = None
    unit: str = ""
    first: bool = True
    """Whether it is shown before anybody chose columns."""

    def title_in(self, conventions: Conventions) -> str:
        """The title under these conventions: MACs or FLOPs."""
        return self.says(conventions)[0] if self.says is not None else self.title

    def tip_in(self, conventions: Conventions) -> str:
        """What the column says, with its conventions."""
        return self.says(conventions)[1] if self.says is not None else self.tip

    def heading(self, conventions: Conventions) -> str:
        """The title for a file: with the unit of its exact numbers."""
        title = self.title_in(conventions)
        if title == "Share":
            title = {"parameterShare": "parameters", "memoryShare": "memory"}.get(self.key, "")
            title = f"Share of {title or conventions.operations_word}"
        return f"{title} ({self.unit})" if self.unit else title

    def cell(self, line: Line, reading: Reading) -> Any:
        """What a file gets: the exact number, or the text."""
        return self.exact(line, reading) if self.exact is not None else self.text(line, reading)


def _says_operations(chosen: Conventions) -> tuple[str, str]:
    other = "; FLOPs = 2 · MACs" if chosen.unit == "macs" else "; 2 for each multiply-accumulate"
    return chosen.operations_word, f"{chosen.operations_said}{other}"


def _says_operation_share(chosen: Conventions) -> tuple[str, str]:
    return "Share", f"Share of the network's {chosen.operations_word}, {chosen.counted}"


def _says_memory(chosen: Conventions) -> tuple[str, str]:
    return "Memory", f"Activations {chosen.memory_said}; for a block, of all layers inside"


def _says_memory_share(chosen: Conventions) -> tuple[str, str]:
    return "Share", f"Share of the network's activation memory, {chosen.memory_said}"


def _says_intensity(chosen: Conventions) -> tuple[str, str]:
    word = chosen.operations_word
    tip = (
        f"Arithmetic intensity: {word} per byte moved {chosen.memory_said}; every layer reads its inputs and"
        " parameters and writes its output"
    )
    return f"{word}/B", tip


COLUMNS = (
    Column(
        "name",
        "Name",
        "Full name of the layer",
        230,
        lambda line, _: line.name,
        lambda line, _: line.name,
        right=False,
    ),
    Column(
        "operator",
        "Operator",
        "Kind of layer",
        130,
        lambda line, _: cells.operator_text(line),
        lambda line, _: cells.operator_text(line),
        right=False,
    ),
    Column(
        "input",
        "Input",
        "Shape that comes in: channels × height × width, without the batch",
        110,
        cells.shapes_text,
        lambda line, _: sum(elements(item) for item in line.entry.inputs if item),
        right=False,
    ),
    Column(
        "output",
        "Output",
        "Shape that leaves: channels × height × width, without the batch",
        110,
        cells.output_text,
        lambda line, _: elements(row.output) if (row := cells.row_of(line)) else None,
        right=False,
        fact="output",
    ),
    Column(
        "window",
        "Window",
        "Kernel, stride and padding of the sliding window: 7×7 /2 +3",
        92,
        lambda line, _: cells.window_text(line.entry.node.operator) or NONE,
        cells.KERNEL,
        right=False,
        first=False,
    ),
    Column(
        "parameters",
        "Parameters",
        "Learned numbers",
        96,
        cells.counted(cells.PARAMETERS),
        cells.PARAMETERS,
        fact="parameters",
        exact=cells.PARAMETERS,
    ),
    Column(
        "parameterShare",
        "Share",
        "Share of the network's parameters",
        184,
        **cells.shared(cells.PARAMETERS, lambda reading: reading.totals.parameters),
        fact="parameters",
    ),
    Column(
        "buffers",
        "Buffers",
        "Numbers kept but not learned: running means and variances",
        84,
        cells.counted(cells.BUFFERS),
        cells.BUFFERS,
        fact="buffers",
        exact=cells.BUFFERS,
        first=False,
    ),
    Column(
        "macs",
        UNITS["macs"],
        "",
        112,
        cells.counted(cells.operations),
        cells.operations,
        says=_says_operations,
        fact="operations",
        exact=cells.operations,
    ),
    Column(
        "macShare",
        "Share",
        "",
        184,
        **cells.shared(cells.operations, lambda reading: reading.conventions.operations(reading.totals)),
        says=_says_operation_share,
        fact="operations",
    ),
    Column(
        "field",
        "Field",
        "Receptive field: side of the square of the picture that one output sees",
        84,
        cells.field_text,
        cells.FIELD,
        fact="field",
        exact=cells.exact_field,
        unit="px",
    ),
    Column(
        "stride",
        "Stride",
        "Pixels of the picture between neighbouring outputs",
        62,
        cells.stride_text,
        cells.STRIDE,
        fact="field",
        exact=cells.exact_stride,
        unit="px",
    ),
    Column(
        "memory",
        "Memory",
        "",
        92,
        cells.memory_text,
        cells.MEMORY,
        says=_says_memory,
        fact="memory",
        exact=cells.MEMORY,
        unit="bytes",
    ),
    Column(
        "memoryShare",
        "Share",
        "",
        184,
        **cells.shared(cells.MEMORY, lambda reading: reading.conventions.activation_bytes(reading.totals)),
        says=_says_memory_share,
        fact="memory",
        first=False,
    ),
    Column(
        "intensity",
        "MACs/B",
        "",
        78,
        lambda line, reading: cells.ratio_text(cells.INTENSITY(line, reading)),
        cells.INTENSITY,
        says=_says_intensity,
        fact="intensity",
        exact=cells.exact_intensity,
        first=False,
    ),
    Column(
        "time",
        "Time",
        "Measured time of a forward pass on the chosen device; open Measure to take it",
        84,
        lambda line, reading: cells.time_text(cells.TIME(line, reading)),
        cells.TIME,
        exact=cells.exact_time,
        unit="ms",
        first=False,
    ),
)
"""In the order in which they stand at first."""

PLACE = {column.key: place for place, column in enumerate(COLUMNS)}
"""Where each column stands at first, by its key."""

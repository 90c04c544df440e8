"""Other tools' counts and published figures, as rows of cells and as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explorer.architectures.printed import WORDS, Comparison
from explorer.architectures.torchvision_sets import SetCount
from explorer.core.counts import Count, Part
from explorer.core.units import share_text
from explorer.export import formats
from explorer.export.formats import Cell

FORMATS = ("text", "csv", "markdown", "json")

Table = tuple[tuple[str, ...], list[list[Cell]]]
"""A header and rows."""

COUNTS_HEADER = ("counter", "parameters", "MACs as it counts", "more than ours", "seconds", "what it counts")
LAYERS_HEADER = ("counter", "layer", "operator", "ours", "theirs", "more", "reason")
SETS_HEADER = (
    "network",
    "weights",
    "side",
    "parameters",
    "num_params",
    "GMACs",
    "_ops",
    "MiB",
    "_file_size",
    "why they differ",
)
PUBLISHED_HEADER = ("figure", "published", "counted", "verdict", "source", "why")


def count_table(counts: Sequence[Count]) -> Table:
    """One row per counter."""
    rows: list[list[Cell]] = [
        [
            item.tool,
            item.parameters,
            item.macs,
            more_than_ours(item, counts),
            f"{item.seconds:.1f}" if item.macs is not None else None,
            item.failure or item.convention,
        ]
        for item in counts
    ]
    return COUNTS_HEADER, rows


def layer_table(counts: Sequence[Count]) -> Table:
    """One row for each layer that a counter counts otherwise."""
    rows: list[list[Cell]] = [
        [
            count.tool,
            item.layer or "outside of layers",
            item.operator or None,
            item.ours,
            item.theirs,
            item.operations,
            item.reason or "not explained",
        ]
        for count in counts
        for item in count.differences
    ]
    return LAYERS_HEADER, rows


def set_table(counts: Sequence[SetCount]) -> Table:
    """One row for each set of torchvision's weights: what torch counts beside what is published."""
    rows: list[list[Cell]] = [
        [
            item.figures.network,
            item.figures.name,
            item.figures.side,
            item.parameters,
            item.figures.parameters,
            f"{item.macs / 10**9:.3f}",
            f"{item.figures.gmacs:.3f}",
            f"{item.mebibytes:,.3f}",
            f"{item.figures.mebibytes:,.3f}",
            "; ".join([*(f"{what} is not explained" for what in item.unexplained), *item.reasons]),
        ]
        for item in counts
    ]
    return SETS_HEADER, rows


def published_table(found: Sequence[Comparison]) -> Table:
    """One row for each published figure."""
    rows: list[list[Cell]] = [
        [item.what, item.published, item.counted or None, WORDS[item.verdict], item.source, item.reason]
        for item in found
    ]
    return PUBLISHED_HEADER, rows


def more_than_ours(item: Count, counts: Sequence[Count]) -> int | None:
    """How many operations more than ours a counter has; None where there is nothing to say."""
    ours = counts[0].macs if counts else None
    return None if item.macs is None or ours is None or item is counts[0] else item.macs - ours


def part_text(part: Part) -> str:
    """A reason and in how many layers it holds."""
    layers = [name for name in part.layers if name]
    where = "" if not layers else f", in {len(layers):,} layer{'s' if len(layers) > 1 else ''}"
    return f"{part.reason}: {part.operations:+,}{where}"


def reason_lines(item: Count) -> list[str]:
    """Why one counter differs, in sentences; that it agrees, where it does."""
    if item.macs is None:
        return [f"{item.tool} could not be asked: {item.failure}"]
    lines = [f"{item.tool} {part_text(part)}" for part in item.parts]
    if item.puzzling:
        names = ", ".join(one.layer or "outside of layers" for one in item.puzzling[:5])
        rest = f" and {len(item.puzzling) - 5:,} more" if len(item.puzzling) > 5 else ""
        lines.append(f"{item.tool}: {item.unexplained:+,} are not explained ({names}{rest})")
    return lines or [f"{item.tool} agrees to the last digit"]


def counts_text(format: str, name: str, counts: Sequence[Count], *, layers: bool = False) -> str:
    """The counts in one of the formats; with `layers`, layer by layer where they differ."""
    if format == "json":
        return formats.json_text({"network": name, "counts": [count_data(item) for item in counts]})
    chosen = layer_table(counts) if layers and format == "csv" else count_table(counts)
    text = formats.rendered(format, *chosen)
    if format == "csv":
        return text
    bullet = "- " if format == "markdown" else ""
    lines = [f"{bullet}{line}" for item in counts[1:] for line in reason_lines(item)]
    if format == "markdown":
        text = f"### {name}\n\n{text}\n"
    text += "\n".join(lines) + "\n"
    if layers:
        text += "\n" + formats.rendered(format, *layer_table(counts))
    return text


def count_data(item: Count) -> dict[str, Any]:
    """A count as plain values."""
    return {
        "counter": item.tool,
        "convention": item.convention,
        "parameters": item.parameters,
        "macs": item.macs,
        "seconds": round(item.seconds, 3),
        "differences": [
            {"reason": part.reason, "operations": part.operations, "layers": list(part.layers)}
            for part in item.parts
        ],
        "layers": [
            {
                "layer": one.layer,
                "operator": one.operator,
                "ours": one.ours,
                "theirs": one.theirs,
                "reason": one.reason or None,
            }
            for one in item.differences
        ],
        "unexplained": item.unexplained,
        "failure": item.failure or None,
    }


def set_data(item: SetCount) -> dict[str, Any]:
    """A set of weights and what is counted for it, as plain values."""
    figures = item.figures
    return {
        "network": figures.network,
        "weights": figures.name,
        "side": figures.side,
        "parameters": item.parameters,
        "macs": item.macs,
        "bytes": round(item.mebibytes * 2**20),
        "published": {
            "num_params": figures.parameters,
            "_ops": figures.gmacs,
            "_file_size": figures.mebibytes,
            "acc@1": figures.top1,
            "acc@5": figures.top5,
        },
        "reasons": list(item.reasons),
        "unexplained": list(item.unexplained),
    }


def share_of(part: int, whole: int | None) -> str:
    """How much of our count a difference is, with its sign."""
    if not whole or not part:
        return "–"
    sign = "−" if part < 0 else "+"
    text = share_text(abs(part), whole)
    return text if text.startswith("<") else sign + text


__all__ = [
    "FORMATS",
    "count_data",
    "count_table",
    "counts_text",
    "layer_table",
    "more_than_ours",
    "part_text",
    "published_table",
    "reason_lines",
    "set_data",
    "set_table",
    "share_of",
]

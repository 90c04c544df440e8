"""The sums of a network, or of what is selected, as short texts for one line."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.core.analysis import Analysis, Row
from explorer.core.conventions import DEFAULT, Conventions
from explorer.core.outline import Line
from explorer.core.units import share_text, short_count_text
from explorer.gui.attributes.facts import FIELD, MEMORY, OPERATIONS, PARAMETERS, outermost

Parts = tuple[tuple[str, str], ...]
"""Sums as (figure, what it is)."""

KEYS = (PARAMETERS, PARAMETERS, OPERATIONS, MEMORY, FIELD)
"""The facts that show how each part of `totals_text` comes about, in the same order."""


def totals_text(analysis: Analysis, conventions: Conventions = DEFAULT) -> Parts:
    """The sums of a network as (figure, what it is), with the conventions that are not the usual ones."""
    totals, waiting = analysis.totals, len(analysis.problems)
    far = " so far" if waiting else ""
    weights = conventions.size_text(conventions.parameter_bytes(totals))
    memory = conventions.size_text(conventions.activation_bytes(totals))
    parts = [
        (short_count_text(totals.parameters), f" parameters{far}"),
        ("", f"{weights}{_in(conventions)}"),
        (
            short_count_text(conventions.operations(totals)),
            f" {conventions.operations_word}{_counted(conventions)}{far}",
        ),
        ("", f"activations {memory}{_for(conventions)}"),
    ]
    if totals.receptive_field is not None:
        high, wide = (reach.size for reach in totals.receptive_field)
        side = str(high) if high == wide else f"{high}×{wide}"
        parts.append(("", f"receptive field {side} px"))
    if waiting:
        parts.append(("", f"{waiting} layer{'s' if waiting > 1 else ''} without a shape"))
    return tuple(parts)


def selection_text(lines: Sequence[Line], analysis: Analysis, conventions: Conventions) -> Parts:
    """The sums of several selected layers, with their shares of the network; none counts twice."""
    rows = [line.entry for line in outermost(lines) if isinstance(line.entry, Row)]
    totals = analysis.totals
    parameters = sum(row.parameters for row in rows)
    done = sum(conventions.operations(row) for row in rows)
    memory = sum(conventions.activation_bytes(row) for row in rows)
    word = conventions.operations_word
    return (
        (f"{len(lines)}", " selected"),
        (short_count_text(parameters), f" parameters, {share_text(parameters, totals.parameters)}"),
        (
            short_count_text(done),
            f" {word}{_counted(conventions)}, {share_text(done, conventions.operations(totals))}",
        ),
        ("", f"activations {conventions.size_text(memory)}{_for(conventions)}"),
    )


def _in(conventions: Conventions) -> str:
    return f" in {conventions.precision_word}" if conventions.precision != DEFAULT.precision else ""


def _for(conventions: Conventions) -> str:
    said = _in(conventions)
    return f"{said} {conventions.pictures}" if conventions.batch > 1 else said


def _counted(conventions: Conventions) -> str:
    """What is counted, and for how many pictures, where it is not what papers count."""
    said = [] if conventions.batch == 1 else [conventions.pictures]
    if conventions.bias or conventions.normalization:
        said.append(conventions.counted)
    return f" ({', '.join(said)})" if said else ""

"""What each stage of a network costs, by every measure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from explorer.core.analysis import Analysis
from explorer.core.outline import Line
from explorer.export.cost_tree import Measure
from explorer.export.stages import stages


@dataclass(frozen=True)
class StageCost:
    """One stage: its side in words, the nodes in it by full name, and what they cost in one measure."""

    side: str
    words: str
    names: tuple[str, ...]
    amount: int


def stage_costs(analysis: Analysis, measure: Measure) -> tuple[StageCost, ...]:
    """The stages in order of computation; inputs are in none of them."""
    return tuple(
        StageCost(
            stage.side_text,
            stage.text,
            tuple(unit.line.name for unit in stage.units),
            sum(measure.amount(unit.line) or _inside(unit.layers, measure) for unit in stage.units),
        )
        for stage in stages(analysis)
    )


def _inside(layers: Iterable[Line], measure: Measure) -> int:
    """The sum over the layers of a block that was not measured as a whole."""
    return sum(measure.amount(layer) or 0 for layer in layers)

"""Several networks side by side as one value: what the window, the command line and exports all show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from explorer.core.conventions import DEFAULT, Conventions
from explorer.core.errors import ExplorerError
from explorer.export.alignment import Align, Alignment, aligned
from explorer.export.differences import Difference, differences
from explorer.export.measures import Measure, measures
from explorer.export.stages import Stage
from explorer.export.subjects import Subject

FEWEST, MOST = 2, 4
"""How many networks stand side by side in the window."""

_UNITS = (" k", " M", " G", " T", " P", " E", " Z", " Y", " R", " Q")


@dataclass(frozen=True)
class StageFigures:
    """What one stage computes and learns."""

    operations: int
    parameters: int


@dataclass(frozen=True)
class SideBySide:
    """Networks, and how figures are counted; all else follows."""

    subjects: tuple[Subject, ...]
    conventions: Conventions = field(default=DEFAULT)

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """The rows of the totals."""
        return measures(self.subjects, self.conventions)

    @cached_property
    def differences(self) -> tuple[tuple[Difference, ...], ...]:
        """For every network after the first, how it differs from the first."""
        first = self.subjects[0].analysis if self.subjects else None
        return tuple(differences(first, other.analysis) for other in self.subjects[1:] if first is not None)

    def rows(self, by: Align) -> tuple[Alignment, ...]:
        """The stages in rows."""
        return aligned(
            [item.stages for item in self.subjects], by, lambda stage: self.figures(stage).operations
        )

    def figures(self, stage: Stage) -> StageFigures:
        """What one stage computes and learns."""
        rows = [unit.row for unit in stage.units]
        operations = sum(map(self.conventions.operations, rows))
        return StageFigures(operations, sum(row.parameters for row in rows))


def side_by_side(subjects: Sequence[Subject], conventions: Conventions = DEFAULT) -> SideBySide:
    """Compare networks; the first is what the others are measured against.

    Raises:
        ExplorerError: fewer than two networks.
    """
    if len(subjects) < FEWEST:
        raise ExplorerError("compare needs two networks or more, like: compare resnet18 resnet34")
    return SideBySide(tuple(subjects), conventions)


def brief(count: int) -> str:
    """A count in three digits, for bars: 15.5 G, 38.7 k, 124 M; exact below a thousand."""
    if abs(count) < 1000:
        return str(count)
    power = min((len(str(abs(count))) - 1) // 3, len(_UNITS))
    size = count / 1000**power
    if abs(size) >= 999.5 and power < len(_UNITS):  # 999,600 is 1.00 M
        power, size = power + 1, size / 1000
    digits = 2 if abs(size) < 9.995 else 1 if abs(size) < 99.95 else 0
    return f"{size:,.{digits}f}{_UNITS[power - 1]}"

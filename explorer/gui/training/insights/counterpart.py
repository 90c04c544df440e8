"""The run in the list that a run with a finding is best compared with."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.gui.training.differences import differences
from explorer.gui.training.run import Run, State

_BETTER = 0.02
"""By so much its share of right answers must be higher: less may be chance."""


def counterpart(run: Run, runs: Sequence[Run]) -> Run | None:
    """The run on the same data that does better and differs least; None where there is none.

    Of those that differ equally little, the one with the highest accuracy on the held-out pictures.
    """
    if run.recipe is None:
        return None
    own = run.best_accuracy or 0.0
    better = [
        other
        for other in runs
        if other is not run
        and other.recipe is not None
        and other.recipe.data == run.recipe.data
        and other.state is not State.FAILED
        and (other.best_accuracy or 0.0) > own + _BETTER
    ]
    return min(
        better,
        key=lambda other: (len(differences((run, other))), -(other.best_accuracy or 0.0)),
        default=None,
    )

"""What is known of the inside of one run: its layers over time, its history for the doctor, its last test."""

from __future__ import annotations

from explorer.core.recipe import Recipe
from explorer.engine.events import Event, Started
from explorer.engine.runs.doctor import Finding, diagnose
from explorer.engine.runs.run_history import RunHistory
from explorer.engine.runs.sightings import Judged, LayersSeen, Probed
from explorer.engine.runs.watch import Rewound
from explorer.gui.training.layer_tracks import LayerTracks


class Insight:
    """Takes the events of a run. `dismissed` are the kinds of findings that a person has put away."""

    def __init__(self) -> None:
        self.layers = LayerTracks()
        self.history: RunHistory | None = None
        self.judged: Judged | None = None
        self.probed: Probed | None = None
        self.dismissed: set[str] = set()
        self.classes: tuple[str, ...] = ()
        self._found: tuple[Finding, ...] = ()
        self._seen = -1

    def take(self, event: Event, recipe: Recipe | None) -> None:
        """One more event of the run."""
        if isinstance(event, LayersSeen):
            self.layers.take(event)
        elif isinstance(event, Judged):
            self.judged = event
        elif isinstance(event, Probed):
            self.probed = event
        elif isinstance(event, Started):
            self.classes = event.classes
        elif isinstance(event, Rewound):
            self.layers.forget_after(event.step)
        if self.history is None and recipe is not None:
            self.history = RunHistory(recipe)
        if self.history is not None:
            self.history.take(event)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong as far as it is known, less what was put away; looked for anew after new figures."""
        history = self.history
        if history is None:
            return ()
        seen = history.step + len(history.epochs) + (0 if history.diverged_at is None else 1)
        if seen != self._seen:
            self._seen, self._found = seen, diagnose(history)
        return tuple(finding for finding in self._found if finding.kind not in self.dismissed)

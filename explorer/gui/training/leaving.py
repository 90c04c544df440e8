"""What becomes of the trainings when the window closes: asked before, done while it closes."""

from __future__ import annotations

from explorer.core.errors import ExplorerError
from explorer.engine.runs import apart
from explorer.engine.runs.run_folder import is_run
from explorer.gui.dialogs import Dialogs, Leave
from explorer.gui.training.experiments.opening import Experiments
from explorer.gui.training.run import Run
from explorer.gui.training.session import Session


class Leaving:
    """The answer of a person to what shall become of what trains."""

    def __init__(self, session: Session, experiments: Experiments) -> None:
        self._session, self._experiments = session, experiments
        self._answer: Leave | None = None

    @property
    def here(self) -> Run | None:
        """The run that trains in this window."""
        return self._session.trained

    @property
    def elsewhere(self) -> tuple[Run, ...]:
        """Our runs that train in processes of their own."""
        own = self._session.runs_folder
        return tuple(
            run
            for run in self._session.live
            if run.apart and run.state.active and run.folder is not None and run.folder.parent == own
        )

    def may_leave(self, dialogs: Dialogs) -> bool:
        """Ask, where something trains; False where the window shall stay."""
        names = [run.name for run in (self.here, *self.elsewhere) if run is not None]
        if self._experiments.trained:
            names.insert(0, f"The experiment “{self._experiments.trained}”")
        self._answer = None
        if not names:
            return True
        self._answer = dialogs.training_goes_on(names, waiting=len(self._session.turns.waiting))
        return self._answer is not Leave.CANCEL

    def leave(self) -> bool:
        """Stop what shall be stopped, or let it go on; False where it did not stop in time."""
        here, go_on = self.here, self._answer is Leave.GO_ON
        if not self._session.shutdown(stop_apart=self._answer is Leave.STOP):
            return False
        try:
            if go_on and here is not None and here.folder is not None and is_run(here.folder):
                apart.go_on(here.folder, here.device or "auto")
            return self._experiments.leave(go_on_apart=go_on)
        except ExplorerError as error:  # all is saved, and can be resumed
            self._session.failed.emit(str(error), "")
        return True

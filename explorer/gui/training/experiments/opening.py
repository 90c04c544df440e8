"""Opens the window of the experiments when it is wanted first, and closes it with the program."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from explorer.gui.theme import Theme
from explorer.gui.training.experiments.window import ExperimentWindow
from explorer.gui.training.session import Session
from explorer.gui.workbench import Workbench


class Experiments(QObject):
    """The window, or nothing while nobody wanted it.

    Signals:
        status(text): what is going on, for the status line.
    """

    status = Signal(str)

    def __init__(self, workbench: Workbench, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._workbench, self._session, self._area = workbench, session, parent
        self._theme: Theme | None = None
        self.window: ExperimentWindow | None = None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        if self.window is not None:
            self.window.set_theme(theme)

    def open(self) -> None:
        """Show the window."""
        if self.window is None:
            session = self._session
            self.window = ExperimentWindow(self._workbench, session.runs_folder, session.turns, self._area)
            self.window.status.connect(self.status)
            if self._theme is not None:
                self.window.set_theme(self._theme)
        if self.window.isVisible():
            self.window.raise_()
        self.window.show()
        self.window.activateWindow()

    @property
    def trained(self) -> str:
        """The title of the experiment that trains in this process; "" while none does."""
        session = self.window.session if self.window is not None else None
        if session is None or session.trained is None or session.waits_for:
            return ""
        return session.trained.title

    def leave(self, *, go_on_apart: bool) -> bool:
        """Stop an experiment that trains, or let it go on in a process of its own; False as `shutdown`.

        Raises:
            ExplorerError: the process cannot be started; all is saved.
        """
        return self.window is None or self.window.session.leave(go_on_apart=go_on_apart)

    def shutdown(self) -> bool:
        """Stop an experiment that goes on and wait a bounded time; False where it still runs."""
        return self.window is None or self.window.shutdown()

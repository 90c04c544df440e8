"""Notes and tags of the chosen run, and what is known of its folder; written when a field is left."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from explorer.core.errors import ExplorerError
from explorer.engine.runs.run_notes import RunNotes, write_notes
from explorer.gui.panel import label, sentence
from explorer.gui.theme import Theme
from explorer.gui.training.run import Run
from explorer.gui.training.scale import percent, size_text


class NotesPanel(QWidget):
    """The words that a person writes to a run.

    Signals:
        written(run): its notes or tags changed.
    """

    written = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="runNotes")
        self._run: Run | None = None
        self.title = label(role="title", wrap=True)
        self.facts = label(role="hint", wrap=True)
        self.tags = QLineEdit(objectName="runTags", placeholderText="Tags, with commas between them")
        self.tags.setAccessibleName("Tags of the run")
        self.tags.setToolTip("Words to find the run by: search for #word")
        self.text = QPlainTextEdit(objectName="runNotesText", placeholderText="Notes")
        self.text.setAccessibleName("Notes on the run")
        self.text.setToolTip("What you want to remember of this run; kept in its folder")
        self.text.setFixedHeight(66)
        self.text.setTabChangesFocus(True)
        self.problem = label(role="error", wrap=True)
        self.problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(6)
        for part in (self.title, self.facts, self.tags, self.text, self.problem):
            column.addWidget(part)
        self.tags.editingFinished.connect(self.write)
        self.text.installEventFilter(self)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.text.setStyleSheet(
            f"QPlainTextEdit {{ background: {theme.hex('raised')}; color: {theme.hex('text')};"
            f" border: 1px solid {theme.hex('line2')}; border-radius: 6px; padding: 2px 4px; }}"
            f"QPlainTextEdit:focus {{ border: 2px solid {theme.hex('accent')}; padding: 1px 3px; }}"
        )

    def show_run(self, run: Run | None) -> None:
        """Show the notes of a run, after those of the one before were written."""
        self.write()
        self._run = run if run is not None and run.folder is not None else None
        self.setVisible(self._run is not None)
        self.problem.hide()
        if self._run is not None:
            self.tags.setText(", ".join(self._run.notes.tags))
            self.text.setPlainText(self._run.notes.text)
            self.refresh()

    def refresh(self) -> None:
        """Take over what changed in the run."""
        run = self._run
        if run is None:
            return
        self.title.setText(run.name)
        facts = [f"{sentence(run.message).rstrip('.')}."] if run.message else []
        if run.best_epoch is not None:
            facts.append(f"Best: {percent(run.best_accuracy)} after epoch {run.best_epoch:,}.")
        if run.size:
            facts.append(f"{size_text(run.size)} on the disk.")
        self.facts.setText(" ".join(facts))
        self.facts.setVisible(bool(facts))

    def write(self) -> None:
        """Write what was typed, if it is not what is there already."""
        run = self._run
        if run is None or run.folder is None or not run.folder.is_dir():
            return
        tags = tuple(part.strip() for part in self.tags.text().split(",") if part.strip())
        notes = RunNotes(self.text.toPlainText(), tags)
        if notes == run.notes:
            return
        try:
            write_notes(run.folder, notes)
        except ExplorerError as error:
            self.problem.setText(sentence(str(error)))
            self.problem.show()
            return
        self.problem.hide()
        run.notes = notes
        self.written.emit(run)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.text and event.type() == QEvent.Type.FocusOut:
            self.write()
        return super().eventFilter(watched, event)

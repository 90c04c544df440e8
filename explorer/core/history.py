"""Undo as a list of values."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.document import Document


@dataclass(frozen=True)
class Step:
    """A state and the name of the edit that led to it."""

    label: str
    document: Document
    merge: str = ""


class History:
    """The states of a document, and which of them is shown and which is saved.

    Edits in a row with the same `merge` key (a dragged slider) are one step.
    """

    def __init__(self, document: Document) -> None:
        self._steps = [Step("", document)]
        self._index = 0
        self._saved: Document | None = document

    @property
    def document(self) -> Document:
        """The state that is shown."""
        return self._steps[self._index].document

    @property
    def opened(self) -> Document:
        """The state that the history begins with."""
        return self._steps[0].document

    @property
    def modified(self) -> bool:
        """Whether the shown state differs from the saved one."""
        return self.document is not self._saved

    @property
    def undo_label(self) -> str | None:
        """Name of the edit that undo takes back; None where there is none."""
        return self._steps[self._index].label if self._index else None

    @property
    def redo_label(self) -> str | None:
        """Name of the edit that redo brings again; None where there is none."""
        follows = self._index + 1
        return self._steps[follows].label if follows < len(self._steps) else None

    def apply(self, label: str, document: Document, merge: str = "") -> None:
        """Show a new state; what was undone is forgotten. The same state is no step."""
        current = self._steps[self._index]
        if document is current.document:
            return
        del self._steps[self._index + 1 :]
        if merge and current.merge == merge and current.document is not self._saved:
            self._steps[self._index] = Step(label, document, merge)
            return
        self._steps.append(Step(label, document, merge))
        self._index += 1

    def seal(self) -> None:
        """End a merge: the next edit is a step of its own."""
        current = self._steps[self._index]
        self._steps[self._index] = Step(current.label, current.document)

    def undo(self) -> Document:
        """Show the state before; stays at the first."""
        self._index = max(0, self._index - 1)
        return self.document

    def redo(self) -> Document:
        """Show the state after; stays at the last."""
        self._index = min(len(self._steps) - 1, self._index + 1)
        return self.document

    def mark_saved(self) -> None:
        """The shown state is what the file holds."""
        self._saved = self.document

    def mark_unsaved(self) -> None:
        """No state is what the file holds (a recovered or imported document)."""
        self._saved = None

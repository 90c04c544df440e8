"""The blocks that a person keeps between starts, as the window's parts share them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from explorer.core import library
from explorer.core.attribute import replaced
from explorer.core.errors import ExplorerError
from explorer.core.group import Group
from explorer.core.library import Library


class MyBlocks(QObject):
    """The library of a folder.

    Signals:
        changed(): a block was kept, renamed or removed.
    """

    changed = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._library = library.read_library(folder)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The blocks, by title."""
        return tuple(entry.block for entry in self._library.entries)

    @property
    def unread(self) -> tuple[str, ...]:
        """A sentence for each file that could not be read."""
        return self._library.unread

    def free_title(self, wanted: str) -> str:
        """A title that no block has: the wanted one, or with a number behind it."""
        title, number = wanted, 1
        while title in self._library:
            number += 1
            title = f"{wanted} {number}"
        return title

    def keep(self, group: Group, title: str) -> None:
        """Keep a block under a title.

        Raises:
            ExplorerError: the title is empty or taken, or the file cannot be written.
        """
        if title in self._library:
            raise ExplorerError(f"another block is called {title!r} already; choose another name")
        self._change(lambda: library.keep(self._folder, replaced(group, "title", title)))

    def rename(self, old: str, new: str) -> None:
        """Call a block something else.

        Raises:
            ExplorerError: the title is empty or taken, or the file cannot be written.
        """
        self._change(lambda: library.retitle(self._folder, old, new))

    def remove(self, title: str) -> None:
        """Keep a block no longer.

        Raises:
            ExplorerError: there is no such block, or the file cannot be deleted.
        """
        self._change(lambda: library.remove(self._folder, title))

    def _change(self, change: Callable[[], Library]) -> None:
        try:
            self._library = change()
        except OSError as error:
            raise ExplorerError(
                f"your blocks could not be written to {self._folder}: {error.strerror}"
            ) from error
        self.changed.emit()

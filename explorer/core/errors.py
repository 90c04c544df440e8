"""The exceptions of the program, each a sentence that a person can act on.

* ExplorerError          anything that bad input can cause; its text is shown as it is
  + ValueOutOfRange      an attribute outside what its declaration allows
  + ShapeError           an operator cannot take these input shapes (carries repairs)
    + MapNeeded          it needs a map and got a vector
  + GraphError           a graph that cannot be written down: cycle, unknown or double id
  + DocumentError        a file that is no document, or one we must refuse
  + UnknownName          a name that nothing is registered under
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.core.analysis import Analysis
    from explorer.core.operator import Repair


class ExplorerError(Exception):
    """Bad input: the text says what was expected, what came and what to do."""


class ValueOutOfRange(ExplorerError):
    """An attribute has a value of the wrong type or outside its limits."""


class ShapeError(ExplorerError):
    """An operator cannot take these shapes; `repairs` are the ways out that are known."""

    def __init__(self, message: str, *repairs: Repair, inner: Analysis | None = None) -> None:
        super().__init__(message)
        self.repairs = repairs
        self.inner = inner


class MapNeeded(ShapeError):
    """An operator needs a map (channels, height, width), but a vector came."""


class GraphError(ExplorerError):
    """A graph with a cycle, an unknown or double id, or too many inputs."""


class DocumentError(ExplorerError):
    """A file that is not a document, is damaged, or was written by a newer program."""


class UnknownName(ExplorerError):
    """A name that is not registered; the text offers the nearest ones."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name = kind, name
        shown = name if len(name) <= 60 else name[:57] + "..."
        super().__init__(f"there is no {kind} named {shown!r}{_offer(shown, list(known))}")


def _offer(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    if close:
        return "; did you mean " + " or ".join(close) + "?"
    return "; known are " + ", ".join(known) if len(known) <= 12 else ""

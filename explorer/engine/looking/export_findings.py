"""What of an inspection is to be written to a file, and the file: frozen values; needs no torch."""

from __future__ import annotations

from dataclasses import dataclass, field

from explorer.engine.looking.cause_findings import CauseReport
from explorer.engine.looking.findings import Request

PAGE, NUMBERS, DRAWING = "html", "npz", "svg"


@dataclass(frozen=True, eq=False)
class ExportRequest:
    """What is written of the picture and network of `look`; `title` names the network.

    `kind` is "html" (a page), "npz" (all numbers) or "svg" (the maps of the layer of `look`).
    No `layers` mean all. `methods` are names of `causes.METHODS`, asked of the class `index`,
    or of the likeliest; `found` are answers that are there already. A page also takes the number at
    `place` of the layer of `look` apart: its map, row and column, or its index.
    """

    look: Request
    title: str
    kind: str = PAGE
    layers: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    index: int | None = None
    found: tuple[CauseReport, ...] = ()
    place: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Exported:
    """The bytes of the file."""

    request: ExportRequest
    data: bytes = field(repr=False)

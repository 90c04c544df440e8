"""One number taken apart for the eye: what each channel, or each input, gives to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explorer.engine.cells.cell_terms import Cell, Term

Grid = Sequence[Sequence[float]]
"""Rows of numbers."""


@dataclass(frozen=True, eq=False)
class Part:
    """What one channel or input gives, with the numbers that are multiplied.

    `kernel` is None where the numbers count as they are. `inside` is False in the padding.
    `strongest` is the place that won, where the largest number is taken.
    """

    gives: float
    kernel: Grid | None
    patch: Grid
    products: Grid
    inside: Sequence[Sequence[bool]]
    strongest: tuple[int, int] | None
    port: int
    channel: int
    row: int
    column: int
    steps: tuple[int, int]

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the patch; (0, 0) where nothing is read."""
        return len(self.patch), len(self.patch[0]) if self.patch else 0

    def source(self, row: int, column: int, *, vector: bool) -> tuple[int, ...]:
        """The place, in the layer that feeds this, of one number of the patch."""
        there = self.row + row * self.steps[0], self.column + column * self.steps[1]
        return (there[1],) if vector else (self.channel, *there)


class Parts:
    """The parts of one number, made when they are looked at.

    `noun` is what a part is: a channel, or an input. `first` is the number of the first one.
    """

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        only = cell.terms[0] if len(cell.terms) == 1 else None
        # a dense layer has one kernel over all its inputs: each of them is a part
        self._single = only if len(cell.place) == 1 and only is not None and only.patch.size > 1 else None
        ports = {term.port for term in cell.terms}
        self.noun = "input" if self._single is not None or len(ports) > 1 else "channel"
        self._products: Any = None if self._single is None else self._single.products.reshape(-1)
        self.first = 0
        if self._single is None and cell.terms:
            self.first = 1 if self.noun == "input" else cell.terms[0].channel

    def __len__(self) -> int:
        return len(self.cell.terms) if self._single is None else int(self._products.size)

    @property
    def gives(self) -> list[float]:
        """What each part gives."""
        if self._single is not None:
            return [float(value) for value in self._products]
        return [term.gives for term in self.cell.terms]

    @property
    def strongest(self) -> int:
        """The part that gives most, above or below zero; 0 where there is none."""
        gives = self.gives
        return max(range(len(gives)), key=lambda index: abs(gives[index]), default=0)

    def at(self, index: int) -> Part:
        """One part."""
        term = self._single
        if term is None:
            return _part(self.cell.terms[index], self.cell.rule.value == "strongest")
        assert term.weights is not None  # noqa: S101  (a dense layer weighs its inputs)
        weight, value = float(term.weights[0, index]), float(term.patch[0, index])
        product = float(self._products[index])
        return Part(product, [[weight]], [[value]], [[product]], [[True]], None, 0, 0, 0, index, term.steps)


def _part(term: Term, takes_strongest: bool) -> Part:
    return Part(
        term.gives,
        None if term.weights is None else term.weights.tolist(),
        term.patch.tolist() if term.patch.size else [],
        term.products.tolist() if term.patch.size else [],
        term.inside.tolist() if term.patch.size else [],
        term.strongest if takes_strongest else None,
        term.port,
        term.channel,
        term.row,
        term.column,
        term.steps,
    )

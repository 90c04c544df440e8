"""What one number of a layer is made of: frozen values that may cross threads."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Patch = NDArray[np.float32]
"""A rectangle of numbers (rows, columns)."""


class Rule(enum.StrEnum):
    """How the terms make the number."""

    GIVEN = "given"
    WEIGHTED = "weighted sum"
    STRONGEST = "strongest"
    SUM = "sum"
    PRODUCT = "product"
    COPY = "copy"
    FUNCTION = "function"


@dataclass(frozen=True, eq=False)
class Term:
    """What one channel of one input brings in.

    `port` counts the inputs of the layer, `channel` those of that input. `patch` holds the
    numbers that are read; `inside` is False where they lie in the padding. The first is at
    `row`, `column` of the input (negative in the padding) and the next ones `steps` (down,
    across) further. `weights` is the kernel, or None where the numbers count as they are.
    `gives` is what the term adds, or the number itself where nothing is added up.
    """

    port: int
    channel: int
    row: int
    column: int
    steps: tuple[int, int]
    patch: Patch
    inside: NDArray[np.bool_]
    weights: Patch | None
    gives: float

    @property
    def products(self) -> Patch:
        """Kernel times patch, place by place."""
        return self.patch if self.weights is None else self.patch * self.weights

    @property
    def strongest(self) -> tuple[int, int]:
        """Row and column, within the patch, of the largest number."""
        row, column = divmod(int(np.argmax(self.patch)), self.patch.shape[1])
        return row, column


@dataclass(frozen=True, eq=False)
class Cell:
    """One number of one layer.

    `value` is what the terms make of it, in double precision; `activation` is what the
    network computed. `figures` are further numbers of the rule by name, and `told` is the
    rule with its numbers in words.
    """

    layer: str
    place: tuple[int, ...]
    rule: Rule
    terms: tuple[Term, ...]
    value: float
    activation: float
    bias: float | None = None
    figures: tuple[tuple[str, float], ...] = ()
    told: str = ""

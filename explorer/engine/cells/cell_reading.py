"""What the rules for single numbers share: the numbers they read, and what they tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.engine.cells.cell_terms import Rule, Term

Place = tuple[int, ...]
"""(channel, row, column) of a map, (index,) of a vector."""

Fed = tuple[NDArray[np.float32], ...]
"""The activations that feed the layer, one per port, without the batch."""


@dataclass(frozen=True, eq=False)
class Told:
    """What a rule says of one number; its fields are those of `Cell`."""

    rule: Rule
    terms: tuple[Term, ...]
    value: float
    text: str
    bias: float | None = None
    figures: tuple[tuple[str, float], ...] = ()


CellRule = Callable[[Any, Fed, Place, Mapping[str, Any]], Told]
"""From the module or function, what feeds it, a place and the settings of the call to what it tells."""


def single(port: int, values: NDArray[np.float32], place: Place) -> Term:
    """One number of an input as it is."""
    value = values[place]
    row, column = place[1:] if len(place) == 3 else (0, place[0])
    channel = place[0] if len(place) == 3 else 0
    patch = np.full((1, 1), value, np.float32)
    return Term(port, channel, row, column, (1, 1), patch, np.ones((1, 1), bool), None, float(value))


def copied(port: int, values: NDArray[np.float32], place: Place, text: str) -> Told:
    """A number of an input that goes on unchanged."""
    term = single(port, values, place)
    return Told(Rule.COPY, (term,), term.gives, text)


def place_text(place: Place) -> str:
    """A place in words."""
    if len(place) == 1:
        return f"place {place[0]}"
    return "channel {}, row {}, column {}".format(*place)


def numbers(tensor: torch.Tensor) -> NDArray[np.float64]:
    """The numbers of a parameter or buffer, in double precision, on the CPU."""
    found: NDArray[np.float64] = tensor.detach().to("cpu", torch.float64).numpy()
    return found

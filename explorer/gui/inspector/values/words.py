"""How one number came about, in words and figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.engine.running.switches import Switch
from explorer.gui.inspector.figures import number
from explorer.gui.inspector.values.terms import Part, Parts

if TYPE_CHECKING:
    from explorer.engine.cells.cell_terms import Cell

_WRITTEN = 9
_CLOSE = 1e-3


def place_words(place: tuple[int, ...], maps: int) -> str:
    """Which number it is: its map, row and column, or its index."""
    if len(place) == 1:
        return f"Number {place[0]}"
    channel, row, column = place
    return f"Map {channel}, row {row}, column {column}" if maps > 1 else f"Row {row}, column {column}"


def products_line(part: Part) -> str:
    """The products and their sum, or what was taken of the patch."""
    rows, columns = part.size
    if not rows * columns:
        return "nothing is read here: the number is the bias alone"
    if part.strongest is not None:
        row, column = part.strongest
        return f"the largest of {_inside(part)}: row {row}, column {column} of the patch"
    if rows * columns == 1:
        return single_line(part, 0, 0)
    if rows * columns <= _WRITTEN:
        written = " ".join(_brief(value) for row in part.products for value in row)
        return f"{written} = {number(part.gives, signed=True)}"
    return f"{rows * columns} products, together {number(part.gives, signed=True)}"


def single_line(part: Part, row: int, column: int) -> str:
    """One multiplication."""
    value, product = part.patch[row][column], part.products[row][column]
    where = "" if part.size == (1, 1) else f"row {row}, column {column}: "
    if not part.inside[row][column]:
        return f"{where}in the padding"
    if part.kernel is None:
        return f"{where}{number(value)}"
    weight = part.kernel[row][column]
    return f"{where}{number(weight)} × {number(value)} = {number(product, signed=True)}"


def together_line(parts: Parts, index: int) -> str:
    """One part, the others, and the bias."""
    cell, gives = parts.cell, parts.gives
    if cell.rule.value == "product":
        return " × ".join(number(value) for value in gives)
    words = [f"{parts.noun} {parts.first + index} {number(gives[index], signed=True)}"]
    others = len(gives) - 1
    if others:
        rest = number(sum(gives) - gives[index], signed=True)
        words.append(f"the other {others:,} {rest}" if others > 1 else f"the other {rest}")
    if cell.rule.value == "weighted sum" and not cell.told.startswith("the mean"):
        words.append("no bias" if cell.bias is None else f"bias {number(cell.bias, signed=True)}")
    return ", ".join(words)


def function_line(cell: Cell) -> str:
    """A layer that takes one number, with its figures put in."""
    if not cell.terms:
        return cell.told
    value = _exact(cell.terms[0].gives)
    figures = dict(cell.figures)
    if {"mean", "variance", "eps"} <= figures.keys():
        mean, spread = _braced(figures["mean"]), f"{_exact(figures['variance'])} + {_exact(figures['eps'])}"
        text = f"({value} − {mean}) / √({spread})"
        if "weight" in figures:
            text += f" · {_braced(figures['weight'])}"
        return text if cell.bias is None else f"{text} + {_braced(cell.bias)}"
    if cell.told.startswith("ReLU of"):
        return f"max(0, {value})"
    if cell.told.endswith(" of this number"):
        return f"{cell.told.removesuffix(' of this number')}({value})"
    if "sum of exponentials" in figures:
        return f"e^({value} − {_braced(figures['largest'])}) / {_exact(figures['sum of exponentials'])}"
    if "sum of squares" in figures:
        known = {name: _exact(figure) for name, figure in cell.figures}
        return (
            f"{value} / ({known['k']} + {known['alpha']} / {known['n']} · {known['sum of squares']})"
            f"^{known['beta']}"
        )
    return cell.told


def entering_line(layer: str, port: int, switches: Sequence[Switch]) -> str:
    """What switches make of what enters a layer by one port; "" where none is there."""
    return ", ".join(switch.told() for switch in switches if (switch.layer, switch.port) == (layer, port))


def switched_line(cell: Cell) -> str:
    """What a switch made of the number; "" where nothing did."""
    if abs(cell.value - cell.activation) <= _CLOSE * (1 + abs(cell.activation)):
        return ""
    return f"a switch makes {number(cell.activation, signed=True)} of it"


def _brief(value: float) -> str:
    """Two places after the point, where that says enough."""
    if not 0.05 <= abs(value) < 100:
        return number(value, signed=True)
    return f"{'−' if value < 0 else '+'}{abs(value):.2f}"


def _inside(part: Part) -> int:
    return sum(sum(row) for row in part.inside)


def _braced(value: float) -> str:
    return f"({_exact(value)})" if value < 0 else _exact(value)


def _exact(value: float) -> str:
    """Four telling digits: what is calculated with must give what is shown."""
    if not math.isfinite(value) or not value:
        return number(value)
    text = f"{abs(value):.4g}".replace("e-0", "e-").replace("e+0", "e").replace("e-", "e−")
    return f"−{text}" if value < 0 else text

"""How far one window lets a layer see: field before + (kernel − 1) · step before."""

from __future__ import annotations

from typing import Any

from explorer.core.analysis import Row
from explorer.core.fields import Fields
from explorer.core.formula import Formula, Token, given, setting
from explorer.core.shapes import pair


def stepped(row: Row, before: Fields) -> Formula | None:
    """Field before + (kernel − 1) · step before, where one window per axis makes it so."""
    field = next(iter(before.values()), None)
    if field is None or len(field[0].lows) != 1:
        return None
    reach, size = row.facts.reach[0][0], given("field before", field[0].size)
    if reach.size == 1 and len(reach.lows) == 1:
        return Formula(size.value, (Token("as its input", size.tokens[0].number, "input"),))
    operator: Any = row.node.operator
    kernel = getattr(operator, "kernel_size", None)
    if kernel is None or len(reach.lows) != 1:
        return None
    taps = setting("kernel", pair(kernel)[0], "kernel_size") - 1
    dilation = pair(getattr(operator, "dilation", 1))[0]
    if dilation > 1:
        taps = setting("dilation", dilation, "dilation") * taps
    return size + taps * given("step before", field[0].step)

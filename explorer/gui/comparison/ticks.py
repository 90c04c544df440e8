"""Round figures for the axes of the scatter plot."""

from __future__ import annotations


def tick_step(span: float) -> float:
    """A round distance of ticks, in percent."""
    return next((step for step in (1.0, 2.0, 5.0, 10.0) if span / step <= 7), 20.0)


def operations_tick(value: float) -> str:
    """A number of operations as an axis says it: 0.3 G, 10 G."""
    for limit, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= limit * 0.1 and (value >= limit or unit in "GT"):
            return f"{value / limit:.3g} {unit}"
    return f"{value:.3g}"

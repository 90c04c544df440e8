"""How the values of maps are written."""

from __future__ import annotations

import math


def number(value: float, *, signed: bool = False) -> str:
    """Three telling digits with a true minus sign; `signed` adds a plus."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    size = abs(value)
    if size >= 1e5 or (size and size < 1e-3):
        text = f"{size:.2e}".replace("e-0", "e−").replace("e-", "e−").replace("e+0", "e")
    elif size >= 100:
        text = f"{size:,.0f}"
    else:
        text = f"{size:.3g}" if size >= 1 else f"{size:.3f}".rstrip("0").rstrip(".") or "0"
    if value < 0:
        return f"−{text}"
    return f"+{text}" if signed and value > 0 else text

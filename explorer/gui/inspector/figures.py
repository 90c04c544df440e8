"""How the values of maps are written, and in which ink upon a colour."""

from __future__ import annotations

import math

from PySide6.QtGui import QColor

_BLACK, _WHITE = QColor("#14161A"), QColor("#FFFFFF")


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


def ink(fill: QColor) -> QColor:
    """Black or white, whichever is read more easily on a colour (WCAG's relative luminance)."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (fill.redF(), fill.greenF(), fill.blueF())
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    # equal contrast with black and white lies at 0.18
    return _BLACK if luminance > 0.18 else _WHITE

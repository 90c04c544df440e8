"""Round figures for the axes of plots: where ticks stand and how they are written."""

from __future__ import annotations

import math

from explorer.core.units import probability_text

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0, 20.0)


def linear_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """At most `most` round values from low to high, evenly spaced; whole steps of 1, 2, 2.5 or 5."""
    span = high - low
    if not (math.isfinite(span) and span > 0) or most < 2:
        return []
    rough = span / most
    size = 10.0 ** math.floor(math.log10(rough))
    for step in (part * size for part in _STEPS if part * size >= rough * 0.999):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first < most:
            break
    return [index * step for index in range(first, last + 1)]


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """The logarithms (base 10) of round values between two logarithms: 1, 3, 10 or finer."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    decades = range(math.floor(low), math.ceil(high) + 1)
    for parts in ((1, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        ticks = [decade + math.log10(part) for decade in decades for part in parts]
        ticks = [tick for tick in ticks if low - 1e-9 <= tick <= high + 1e-9]
        if len(ticks) <= most:
            break
    if len(ticks) > most:
        every = -(-len(ticks) // most)
        return ticks[::every]
    if len(ticks) >= 2:
        return ticks
    # less than one decade: evenly spaced values, written as they are
    return [math.log10(value) for value in linear_ticks(10.0**low, 10.0**high, most) if value > 0]


def short(value: float) -> str:
    """A figure for an axis: 0.05, 250, 12k, 1.5M."""
    size = abs(value)
    if size >= 1e12:
        return _huge(value)
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if size >= limit:
            return f"{value / {'G': 1e9, 'M': 1e6, 'k': 1e3}[unit]:.4g}{unit}"
    if size >= 1e3:
        return f"{value:,.0f}".replace("-", "−")
    if size and size < 1e-3:
        return f"{value:.0e}".replace("e-0", "e-").replace("-", "−")
    return f"{value:.4g}".replace("-", "−")


def _huge(value: float) -> str:
    """A figure of a run that diverges: 5e34."""
    return f"{value:.0e}".replace("e+0", "e").replace("e+", "e").replace("-", "−")


def figure(value: float | None) -> str:
    """A loss as lists show it: three telling digits, a dash for none."""
    if value is None or not math.isfinite(value):
        return "–"
    if value and abs(value) < 1e-3:
        return short(value)
    if abs(value) >= 1e5:
        return _huge(value)
    if abs(value) >= 1e3:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 1 else f"{value:.3f}"


def percent(share: float | None) -> str:
    """An accuracy: 98.6 %, a dash for none."""
    return "–" if share is None or not math.isfinite(share) else probability_text(share)


def duration(seconds: float) -> str:
    """A time in words: 7 s, 12 min 30 s, 3 h 5 min."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if minutes < 10 and rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def memory(count: float) -> str:
    """Bytes as memory is told: 812 MiB, 3.1 GiB."""
    size = count / 2**20
    return f"{size:,.0f} MiB" if size < 1000 else f"{size / 1024:,.1f} GiB"


def size_text(count: int) -> str:
    """Bytes of files, in powers of ten: 812 kB, 3.1 MB."""
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{count} bytes" if unit == "bytes" else f"{size:,.1f} {unit}"

"""Counts and sizes as people read them."""

from __future__ import annotations


def count_text(count: int) -> str:
    """An exact count with thousands separators."""
    return f"{count:,}"


def bytes_text(count: int) -> str:
    """A size in bytes, KiB (2¹⁰), MiB (2²⁰), GiB (2³⁰) …, to two places."""
    if count < 1024:
        return f"{count} B"
    units = ("KiB", "MiB", "GiB", "TiB", "PiB")
    power = min(len(units), (count.bit_length() - 1) // 10)
    size, unit = count / 1024**power, units[power - 1]
    return f"{size:,.0f} {unit}" if size == int(size) else f"{size:,.2f} {unit}"


def share_text(part: int, whole: int) -> str:
    """A share in percent: 25.5 %, <0.01 %, – for nothing of nothing."""
    if not part or not whole:
        return "–"
    share = 100 * part / whole
    if share < 0.01:
        return "<0.01 %"
    return f"{share:.2f} %" if share < 0.1 else f"{share:.1f} %"

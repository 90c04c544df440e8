"""Counts and sizes as people read them: exact, or rounded correctly at any size."""

from __future__ import annotations

BINARY, DECIMAL = "MiB", "MB"
"""Units of sizes: powers of 1024, or of 1000 (IEC 80000-13)."""

_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB", "RiB", "QiB")
_DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB", "RB", "QB")
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LONGEST = 10**15


def count_text(count: int) -> str:
    """An exact count with thousands separators."""
    return f"{count:,}"


def short_count_text(count: int) -> str:
    """A count that fits a cell: exact below 10¹⁵, else six digits: 1.23457·10³⁰."""
    if abs(count) < _LONGEST:
        return f"{count:,}"
    sign, size = "−" if count < 0 else "", abs(count)
    power = len(str(size)) - 1
    digits = _rounded(size, 10 ** (power - 5))  # six of them
    if digits == 10**6:
        digits, power = 10**5, power + 1
    shown = f"{digits // 10**5}.{digits % 10**5:05}".rstrip("0").rstrip(".")
    return f"{sign}{shown}·10{str(power).translate(_RAISED)}"


def bytes_text(count: int, sizes: str = BINARY) -> str:
    """A size in bytes, KiB (2¹⁰), MiB (2²⁰) …, or in kB (10³), MB (10⁶) …, to two places."""
    base, units = (1000, _DECIMAL) if sizes == DECIMAL else (1024, _BINARY)
    if count < base:
        return f"{count} B"
    power = 1
    while power < len(units) - 1 and count >= base ** (power + 1):
        power += 1
    unit = base**power
    hundredths = _rounded(100 * count, unit)
    if hundredths >= 100 * base and power < len(units) - 1:  # 1,023.999 KiB is 1.00 MiB
        hundredths, power = _rounded(100 * count, unit * base), power + 1
        unit *= base
    if count % unit == 0:
        return f"{count // unit:,} {units[power]}"
    return f"{hundredths // 100:,}.{hundredths % 100:02} {units[power]}"


def fixed_text(count: int, unit: int, places: int = 2) -> str:
    """count / unit with so many places after the point, rounded correctly at any size."""
    scale = 10**places
    parts = _rounded(abs(count) * scale, unit)
    sign = "−" if count < 0 and parts else ""
    return f"{sign}{parts // scale:,}.{parts % scale:0{places}}"


def share_text(part: int, whole: int) -> str:
    """A share in percent: 25.5 %, <0.01 %, – for nothing of nothing."""
    if not part or not whole:
        return "–"
    share = 100 * part / whole
    if share < 0.01:
        return "<0.01 %"
    return f"{share:.2f} %" if share < 0.1 else f"{share:.1f} %"


def _rounded(part: int, whole: int) -> int:
    """part / whole to the nearest whole number, ties to the even one, without floats."""
    quotient, rest = divmod(part, whole)
    return quotient + (2 * rest > whole or (2 * rest == whole and quotient % 2))


def ordinal(place: int) -> str:
    """A place in a row, in words and figures: 1st, 2nd, 3rd, 11th."""
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place:,}{ending}"


def probability_text(share: float) -> str:
    """A probability, or any share from 0 to 1, in percent: what is there is never written as nothing.

    "0 %" is exactly zero and "100 %" exactly one; between them stand "<0.1 %" and ">99.9 %" at the ends.
    """
    if not 0.0 < share < 1.0:
        return f"{100 * share:.0f} %"
    shown = f"{100 * share:.1f}"
    return "<0.1 %" if shown == "0.0" else ">99.9 %" if shown == "100.0" else f"{shown} %"

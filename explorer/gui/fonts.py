"""The families of the program and its figures: one place that makes fonts."""

from __future__ import annotations

import sys
from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

_LATIN = {
    "win32": ("Segoe UI",),
    "darwin": (".AppleSystemUIFont",),
}
_ELSEWHERE = ("Inter", "Noto Sans", "DejaVu Sans")
_CHINESE = ("Noto Sans CJK SC", "Microsoft YaHei UI", "PingFang SC")

NORMAL, MEDIUM, SEMIBOLD = 400, 500, 600
"""Weights."""


@cache
def families() -> tuple[str, ...]:
    """The families in order of preference; those for Chinese follow those for Latin.

    Families that are missing are left out: Qt would search for their like, and warn.
    """
    wanted = (*_LATIN.get(sys.platform, _ELSEWHERE), *_CHINESE)
    here = set(QFontDatabase.families())
    # the private system family of macOS is never listed
    found = tuple(name for name in wanted if name in here or name.startswith("."))
    return found or (QFont().family(),)


@cache
def font(pixels: float = 13, weight: int = NORMAL, underline: bool = False) -> QFont:
    """A font of the program with figures of equal width. Treat it as a constant."""
    made = QFont()
    made.setFamilies(list(families()))
    made.setPixelSize(round(pixels))
    made.setWeight(QFont.Weight(weight))
    made.setUnderline(underline)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made

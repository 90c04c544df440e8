"""One table of colours per theme; the palette, the style sheet and every painter read it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QColor

from explorer.export.colours import DARK, LIGHT

Tokens = dict[str, str]

_DARK: Tokens = {
    "canvas": "#14161A",
    "window": "#1A1D22",
    "panel": "#1F2329",
    "raised": "#292E36",
    "hover": "#333943",
    "line": "#2E333B",
    "line2": "#454C58",
    "text": "#E9ECF1",
    "text2": "#B1B8C4",
    "text3": "#9AA3B1",
    "accent": "#9AA2FF",
    "onaccent": "#12141C",
    "accentbg": "#2C3157",
    "edge": "#667080",
    "ok": "#4CC38A",
    "warn": "#F2B84B",
    "err": "#FF7B72",
    "errbg": "#3B2224",
    "warnbg": "#3A3020",
    "okbg": "#1C3429",
    "skip": "#8BDAEE",
    "run1": "#56B4E9",
    "run2": "#F2A93B",
    "run3": "#3CCB9B",
    "run4": "#E58BC0",
    "negative": "#1F5FA8",
    "neutral": "#23262C",
    "positive": "#C4570F",
}

_LIGHT: Tokens = {
    "canvas": "#F3F4F7",
    "window": "#E9EBEF",
    "panel": "#FAFBFC",
    "raised": "#FFFFFF",
    "hover": "#E6E9EF",
    "line": "#DCE0E6",
    "line2": "#B4BCC8",
    "text": "#191D24",
    "text2": "#48515E",
    "text3": "#58626F",
    "accent": "#4B50D6",
    "onaccent": "#FFFFFF",
    "accentbg": "#E4E6FC",
    "edge": "#8A94A3",
    "ok": "#13724A",
    "warn": "#8A5A00",
    "err": "#BE2A2A",
    "errbg": "#FCE9E7",
    "warnbg": "#FBF0D9",
    "okbg": "#E0F3E9",
    "skip": "#1585AE",
    "run1": "#0067A6",
    "run2": "#C24E00",
    "run3": "#00795A",
    "run4": "#A03A7D",
    "negative": "#1F5FA8",
    "neutral": "#F4F4F2",
    "positive": "#C4570F",
}


@dataclass(frozen=True)
class Category:
    """How a category of operators is marked: never by colour alone."""

    letter: str
    fill: str
    ink: str


class Theme:
    """The colours of one theme, by token (see the table) and by category of operators."""

    def __init__(self, dark: bool) -> None:
        self.dark = dark
        self._tokens = _DARK if dark else _LIGHT
        self._colours = {name: QColor(value) for name, value in self._tokens.items()}

    def __getitem__(self, token: str) -> QColor:
        return self._colours[token]

    @property
    def tokens(self) -> tuple[str, ...]:
        """The names of all colours."""
        return tuple(self._tokens)

    def hex(self, token: str) -> str:
        """A colour as style sheets write it."""
        return self._tokens[token]

    def category(self, name: str) -> Category:
        """Letter, fill and ink of a category."""
        return Category(*(DARK if self.dark else LIGHT).categories[name])


@cache
def theme(dark: bool) -> Theme:
    """The dark or the light theme."""
    return Theme(dark)

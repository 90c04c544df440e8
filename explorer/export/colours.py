"""The colours of exported drawings: one table per theme, and a colour and letter per category."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Colours:
    """One theme. `categories` holds (letter, fill, ink): a category is never told by colour alone."""

    canvas: str
    raised: str
    line: str
    text: str
    text2: str
    edge: str
    skip: str
    error: str
    error_fill: str
    categories: Mapping[str, tuple[str, str, str]]


_BLACK, _WHITE = "#14161A", "#FFFFFF"

LIGHT = Colours(
    canvas="#F3F4F7",
    raised="#FFFFFF",
    line="#B4BCC8",
    text="#191D24",
    text2="#48515E",
    edge="#8A94A3",
    skip="#1585AE",
    error="#BE2A2A",
    error_fill="#FCE9E7",
    categories={
        "Convolution": ("C", "#1447A7", _WHITE),
        "Pooling": ("P", "#32B58C", _BLACK),
        "Normalization": ("N", "#F2CD4B", _BLACK),
        "Activation": ("A", "#D5680F", _BLACK),
        "Dense": ("D", "#8D1263", _WHITE),
        "Merge": ("M", "#A1D8F4", _BLACK),
        "Blocks": ("B", "#737286", _WHITE),
        "Input-Output": ("I", "#1E1F26", _WHITE),
    },
)

DARK = Colours(
    canvas="#14161A",
    raised="#292E36",
    line="#454C58",
    text="#E9ECF1",
    text2="#B1B8C4",
    edge="#667080",
    skip="#8BDAEE",
    error="#FF7B72",
    error_fill="#3B2224",
    categories={
        "Convolution": ("C", "#1B86DC", _BLACK),
        "Pooling": ("P", "#37BF87", _BLACK),
        "Normalization": ("N", "#E9D635", _BLACK),
        "Activation": ("A", "#FB7927", _BLACK),
        "Dense": ("D", "#DA8ECF", _BLACK),
        "Merge": ("M", "#8BDAEE", _BLACK),
        "Blocks": ("B", "#7E838A", _BLACK),
        "Input-Output": ("I", "#F2F5F8", _BLACK),
    },
)

THEMES: Mapping[str, Colours] = {"light": LIGHT, "dark": DARK}

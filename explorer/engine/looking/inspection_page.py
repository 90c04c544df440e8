"""What stands on the page of an inspection: its parts as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Colours from lowest to highest, with the figures at both ends; `dark` are those of the dark theme."""

    stops: Sequence[str]
    low: str
    high: str
    dark: Sequence[str] = ()


@dataclass(frozen=True)
class Shown:
    """A picture of the page: its address (data), what it says, and how large it is drawn.

    `dark` is the address for the dark theme, where it needs one of its own; `scale` its colours.
    """

    address: str
    caption: str
    wide: int
    high: int
    dark: str = ""
    dots: bool = True
    scale: Scale | None = None


@dataclass(frozen=True)
class Section:
    """One layer of the page; without a scale for bars."""

    name: str
    about: str
    figures: Mapping[str, str]
    picture: Shown
    scale: Scale | None
    note: str = ""


@dataclass(frozen=True)
class Grid:
    """Rows of numbers, each with the colour behind it; both empty where nothing is read."""

    title: str
    rows: Sequence[Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Story:
    """How one value came about: what it is, the rule with its numbers, and the value.

    `grids` are kernel, patch and product; `lines` say what they are of; `gives` is what every channel
    adds; `steps` are the layers that follow: name, rule and value.
    """

    title: str
    told: str
    value: str
    grids: Sequence[Grid]
    lines: Sequence[str]
    gives: Shown | None
    steps: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Page:
    """All that the page says; texts are anybody's, and are escaped here."""

    title: str
    facts: Mapping[str, str]
    warnings: Sequence[str]
    pictures: Sequence[Shown]
    shares: Sequence[tuple[str, float]]
    rest: str
    causes: Sequence[Shown]
    sections: Sequence[Section]
    opened: str = ""
    story: Story | None = None
    kernels: Section | None = None
    left_out: str = ""

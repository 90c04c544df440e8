"""Accuracy against what it costs: every network of the catalogue whose accuracy is published, as a point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from explorer.architectures.catalog import Architecture, architectures
from explorer.architectures.titles import short_title
from explorer.core.conventions import Conventions
from explorer.export.subjects import Accuracy, Subject, default_subject


@dataclass(frozen=True)
class Point:
    """A network by its cost and accuracy. `family` joins those that a line connects.

    `accuracy` is None for a network whose accuracy nobody measured yet.
    """

    name: str
    title: str
    family: str
    operations: int
    parameters: int
    accuracy: Accuracy | None


def known_networks() -> tuple[str, ...]:
    """The networks of the catalogue whose accuracy is published, in the order of the catalogue."""
    return tuple(
        item.name
        for item in architectures().values()
        if item.facts.weights and item.facts.weights[0].top1 is not None
    )


def landscape(conventions: Conventions) -> Iterator[Point]:
    """The points of the catalogue one by one: some take a few hundredths of a second at first."""
    for name in known_networks():
        yield point_named(name, conventions)


@lru_cache(maxsize=1024)
def point_named(name: str, conventions: Conventions) -> Point:
    """One network of the catalogue as a point, for its own pictures.

    Raises:
        UnknownName: no network has this name.
    """
    return point(default_subject(name), conventions, architectures()[name])


def point(subject: Subject, conventions: Conventions, architecture: Architecture | None = None) -> Point:
    """Any network as a point."""
    totals = subject.analysis.totals
    return Point(
        subject.name,
        short_title(subject.title),
        "" if architecture is None else f"{architecture.family}, {architecture.facts.paper}",
        conventions.operations(totals),
        totals.parameters,
        subject.accuracy,
    )


def families(points: Sequence[Point]) -> Mapping[str, tuple[Point, ...]]:
    """The points of each family with two members or more, from the cheapest to the dearest."""
    found: dict[str, list[Point]] = {}
    for item in points:
        if item.family and item.accuracy is not None:
            found.setdefault(item.family, []).append(item)
    return {
        family: tuple(sorted(members, key=lambda item: item.operations))
        for family, members in found.items()
        if len(members) > 1
    }

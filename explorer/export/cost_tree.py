"""What a network costs, as a tree: the network, its stages and blocks, and their layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from explorer.core.analysis import Row
from explorer.core.conventions import Conventions
from explorer.core.outline import Line
from explorer.core.units import count_text, share_text, short_count_text

PARAMETERS, OPERATIONS, ACTIVATIONS, TIME = "parameters", "operations", "activations", "time"


_MOST_NANOSECONDS = 10**18

_PLURALS: Mapping[str, str] = {
    "Convolution": "the convolutions",
    "Pooling": "the poolings",
    "Normalization": "the normalizations",
    "Activation": "the activation functions",
    "Dense": "the dense layers",
    "Merge": "the merges",
    "Input-Output": "the inputs",
    "Blocks": "the other layers",
}


@dataclass(frozen=True)
class Measure:
    """One thing that layers cost. `amount` is None for a layer of which it is not known."""

    key: str
    noun: str
    said: str
    """What a share is of, with its verb: "hold {share} of the parameters"."""
    amount: Callable[[Line], int | None]
    text: Callable[[int], str]
    short: Callable[[int], str]
    note: str = ""
    """How it is counted: "for one picture, bias not counted"."""

    @property
    def title(self) -> str:
        """The noun as a heading."""
        return f"{self.noun[0].upper()}{self.noun[1:]}"


@dataclass(frozen=True)
class Cost:
    """A layer, a block with its parts, or the whole network (`line` is None); amounts are exact.

    The amount of a block is the sum over its parts.
    """

    name: str
    title: str
    category: str
    amount: int
    line: Line | None = field(default=None, repr=False)
    parts: tuple[Cost, ...] = field(default=(), repr=False)

    @property
    def leaves(self) -> Iterator[Cost]:
        """The plain layers in it; itself where it is one."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves

    def found(self, name: str) -> Cost | None:
        """The part with a full name, at any depth; None where there is none."""
        for part in self.parts:
            if part.name == name:
                return part
            inside = part.found(name)
            if inside is not None:
                return inside
        return None


def measures(conventions: Conventions, times: Mapping[str, float] | None = None) -> tuple[Measure, ...]:
    """What can be shown: parameters, MACs or FLOPs, activations, and time where `times` were measured.

    `times` are milliseconds of a forward pass by full name, as they were measured.
    """
    word = conventions.operations_word
    found = [
        Measure(
            PARAMETERS,
            "parameters",
            "hold {share} of the parameters",
            lambda line: _row(line, lambda row: row.parameters),
            lambda count: f"{count_text(count)} parameters",
            short_count_text,
        ),
        Measure(
            OPERATIONS,
            word,
            f"do {{share}} of the {word}",
            lambda line: _row(line, conventions.operations),
            lambda count: f"{count_text(count)} {conventions.operations_said}",
            short_count_text,
            f"{conventions.pictures}, {conventions.counted}",
        ),
        Measure(
            ACTIVATIONS,
            "activations",
            "make {share} of the activations",
            lambda line: _row(line, conventions.activation_bytes),
            lambda count: f"{conventions.size_text(count)} of activations {conventions.memory_said}",
            conventions.size_text,
            conventions.memory_said,
        ),
    ]
    if times:
        found.append(
            Measure(
                TIME,
                "time",
                "take {share} of the time",
                lambda line: _nanoseconds(times.get(line.name)),
                lambda count: f"{_milliseconds(count)} measured for a forward pass",
                _milliseconds,
            )
        )
    return tuple(found)


def cost_tree(title: str, lines: Iterable[Line], measure: Measure) -> Cost:
    """The tree of a measure over the lines of an outline; layers that cost nothing are in it too.

    A block of which the whole alone was measured has that amount and no parts.
    """
    above: list[tuple[Line | None, list[Cost]]] = [(None, [])]
    for line in lines:
        while len(above) > len(line.path):
            _close(above, measure)
        above.append((line, []))
    while len(above) > 1:
        _close(above, measure)
    parts = tuple(above[0][1])
    return Cost("", title, "Blocks", sum(part.amount for part in parts), None, parts)


def largest_category(tree: Cost) -> tuple[str, int] | None:
    """The category of layers with the largest share, and its amount; None where nothing is spent."""
    sums: dict[str, int] = {}
    for leaf in tree.leaves:
        if leaf.amount:
            sums[leaf.category] = sums.get(leaf.category, 0) + leaf.amount
    return max(sums.items(), key=lambda item: item[1], default=None)


def sentence(trees: Iterable[tuple[Measure, Cost]]) -> str:
    """Which layers hold most of the parameters, do most of the MACs and so on; "" for nothing.

    For VGG-16: "The dense layers hold 89.4 % of the parameters; the convolutions do 99.2 % of the MACs."
    """
    said: list[tuple[str, list[str]]] = []
    for measure, tree in trees:
        most = largest_category(tree)
        if most is None:
            continue
        category, amount = most
        share = share_text(amount, tree.amount)
        if amount < tree.amount and share == share_text(1, 1):
            share = ">99.9 %"  # not all of it
        words = measure.said.format(share=share)
        if said and said[-1][0] == category:
            said[-1][1].append(words)
        else:
            said.append((category, [words]))
    text = "; ".join(f"{_PLURALS[category]} {_listed(words)}" for category, words in said)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _listed(words: list[str]) -> str:
    """One, two and three."""
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]


def _close(above: list[tuple[Line | None, list[Cost]]], measure: Measure) -> None:
    """The innermost open line is complete: it goes to the parts of what is around it."""
    line, parts = above.pop()
    assert line is not None  # noqa: S101  (the network itself is never closed)
    amount = sum(part.amount for part in parts)
    if not amount:
        amount, parts = measure.amount(line) or 0, []
    kind = type(line.entry.node.operator)
    title = line.name.removeprefix(f"{line.block}.") if line.block else line.name
    above[-1][1].append(Cost(line.name, title, kind.category, amount, line, tuple(parts)))


def _row(line: Line, figure: Callable[[Row], int]) -> int | None:
    return figure(line.entry) if isinstance(line.entry, Row) else None


def _nanoseconds(milliseconds: float | None) -> int | None:
    if milliseconds is None or not 0 <= milliseconds < _MOST_NANOSECONDS:
        return None
    return round(milliseconds * 1e6)


def _milliseconds(nanoseconds: int) -> str:
    return f"{nanoseconds / 1e6:,.3g} ms" if nanoseconds < 10**9 else f"{nanoseconds / 1e6:,.0f} ms"

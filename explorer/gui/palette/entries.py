"""What the palette offers: operators by category, and networks by family."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from explorer.architectures.architecture import Architecture, architectures
from explorer.architectures.printed import SIGNS, Counted, Quantity, Verdict, judged
from explorer.core.group import Group
from explorer.core.operator import CATEGORIES, Operator, operators
from explorer.operators.repeat import Repeat
from explorer.operators.residual import BasicBlock


@dataclass(frozen=True)
class Entry:
    """One line: its name, what is said beside it, its tooltip, and what it stands for.

    `category` is that of an operator, "" for a network; `words` are what a search looks in.
    """

    name: str
    hint: str
    tip: str
    category: str
    words: str
    operator: Operator | None = None
    network: str = ""


@cache
def operator_entries() -> dict[str, tuple[Entry, ...]]:
    """All operators with their default settings, by category in the order of the palette."""
    made = [_operator_entry(item) for item in _instances()]
    found = {category: tuple(item for item in made if item.category == category) for category in _ORDER}
    return {category: items for category, items in found.items() if items}


@cache
def network_entries() -> dict[str, tuple[Entry, ...]]:
    """All networks of the catalogue by family; nothing is built for this."""
    families: dict[str, list[Entry]] = {}
    for item in architectures().values():
        families.setdefault(item.family, []).append(_network_entry(item))
    return {family: tuple(items) for family, items in families.items()}


# where pictures enter comes last: it is needed once
_ORDER = (*(item for item in CATEGORIES if item != "Input-Output"), "Input-Output")


def _instances() -> Iterator[Operator]:
    for kind in operators().values():
        if kind is Repeat:
            yield Repeat(BasicBlock(), 2)
        elif kind is not Group:  # a block of one's own is made by grouping
            yield kind()


def _operator_entry(operator: Operator) -> Entry:
    kind = type(operator)
    source = f"\n{kind.paper}" if kind.paper else ""
    telling = "2 × BasicBlock" if isinstance(operator, Repeat) else operator.telling()
    tip = f"{kind.summary()}{source}"
    words = f"{kind.kind()} {kind.category} {kind.summary()}".lower()
    return Entry(kind.kind(), telling, tip, kind.category, words, operator=operator)


def _network_entry(item: Architecture) -> Entry:
    facts = item.facts
    macs = f", {facts.macs:,} MACs" if facts.macs is not None else ""
    tip = f"{item.summary}\n{facts.parameters:,} parameters{macs}\n{facts.paper}{_published(item)}"
    words = f"{item.name} {item.title} {item.family} {facts.year}".lower()
    title = item.title.replace(" with BatchNorm", " + BN")  # year and size stand beside it
    return Entry(title, f"{facts.year}   {short_count(facts.parameters)}", tip, "", words, network=item.name)


def _published(item: Architecture) -> str:
    """What is published of a network, with a sign before each figure that agrees with ours or not."""
    counted = Counted(item.facts.parameters, item.facts.macs)
    lines = []
    for printed in item.facts.published:
        # a size needs the buffers, which are known when the network is built
        found = judged(replace(printed, counts=None) if printed.counts is Quantity.SIZE else printed, counted)
        lines.append(f"{SIGNS[found.verdict]} {found.what}: {found.published}")
    if item.facts.top1 is not None:
        lines.append(
            f"{SIGNS[Verdict.STATED]} top-1 accuracy of torchvision's first weights: {item.facts.top1} %"
        )
    return "".join(f"\n{line}" for line in lines)


def own_entries(groups: Iterable[Group]) -> tuple[Entry, ...]:
    """The blocks that a person keeps."""
    return tuple(_own_entry(group) for group in groups)


def _own_entry(group: Group) -> Entry:
    count = len(group.graph) - len(group.graph.sources)
    kinds = ", ".join(
        dict.fromkeys(node.operator.kind() for node in group.graph if node.operator.ports[1] != 0)
    )
    layers = "1 layer" if count == 1 else f"{count} layers"
    tip = f"A block of your own, of {layers}: {kinds}\nThe right button renames or removes it."
    words = f"{group.title} my blocks {kinds}".lower()
    return Entry(group.title, layers, tip, "Blocks", words, operator=group)


def short_count(count: int) -> str:
    """A count in few letters for a list: 25.6 M. The exact figure stands in the tooltip."""
    for size, unit in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return str(count)

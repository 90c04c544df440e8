"""The lines of a form for one or several operators: their settings, also of operators nested in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import gcd

from explorer.core.analysis import Problem, Row
from explorer.core.attribute import Attribute
from explorer.core.graph import Graph
from explorer.core.group import Group
from explorer.core.operator import Operator
from explorer.core.shapes import Shape
from explorer.gui.attributes.form import Setting

_MOST_DIVISORS = 4
_SEVERAL = "several values"


def settings_of(entry: Row | Problem) -> tuple[Setting, ...]:
    """What can be set at a node; a stage has its number of blocks and the block's own settings."""
    arriving = entry.inputs[0] if isinstance(entry, Row) and entry.inputs else None
    return tuple(_settings(entry.node.operator, "", arriving))


def shared_settings(entries: Sequence[Row | Problem]) -> tuple[Setting, ...]:
    """What all these nodes have: the last one's fields, marked where their values differ.

    Layers of other kinds share what has the same name and the same kind of value: the channels
    of a block and those of a stage of blocks are one field.
    """
    if len(entries) == 1:
        return settings_of(entries[0])
    words = [by_word(settings_of(entry)) for entry in entries]
    shown = words[-1]
    together = []
    for word, setting in shown.items():
        others = [item.get(word) for item in words[:-1]]
        alike = [item for item in others if item is not None and item.declared.kind == setting.declared.kind]
        if len(alike) == len(others):
            mixed = setting.mixed or any(item.mixed or item.value != setting.value for item in alike)
            together.append(replace(setting, hint=_SEVERAL if mixed else "", mixed=mixed))
    return tuple(together)


def by_word(settings: Sequence[Setting]) -> Mapping[str, Setting]:
    """Settings by the last word of their name, by the whole name where that word is there twice."""
    last = [item.name.rpartition(".")[2] for item in settings]
    return {
        word if last.count(word) == 1 else item.name: item for word, item in zip(last, settings, strict=True)
    }


def _settings(operator: Operator, prefix: str, arriving: Shape | None) -> Iterator[Setting]:
    nested = []
    for declared in operator.settings():
        if isinstance(declared.kind, type) and issubclass(declared.kind, Operator):
            nested.append(declared)
        elif declared.kind is not Graph:
            value = operator.value_of(declared.name)
            mixed = isinstance(operator, Group) and operator.is_mixed(declared.name)
            hint = _SEVERAL if mixed else _hint(declared, operator, arriving)
            yield Setting(prefix + declared.name, declared, value, hint, mixed)
    for declared in nested:  # after the figure that says how often it is there
        yield from _settings(getattr(operator, declared.name), f"{prefix}{declared.name}.", arriving)


def _hint(declared: Attribute, operator: Operator, arriving: Shape | None) -> str:
    if arriving is not None and declared.name in ("out_channels", "out_features", "channels"):
        return f"{arriving[0]:,} come in"
    if arriving is not None and declared.name == "groups" and hasattr(operator, "out_channels"):
        return _divisors(gcd(arriving[0], operator.out_channels))
    return declared.unit


def _divisors(number: int) -> str:
    """The first few groups that are possible: 1, 2, 4 … 64."""
    if number == 1 or number > 10**6:
        return ""
    found = [item for item in range(1, int(number**0.5) + 1) if number % item == 0]
    small = [item for item in found if item < number][: _MOST_DIVISORS - 1] or [1]
    listed = ", ".join(str(item) for item in small)
    return listed if number == small[-1] else f"{listed} … {number}"

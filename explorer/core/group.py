"""A block that a person made: it holds a graph, and some attributes inside may be its own."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from explorer.core.attribute import Attribute, attribute, attributes, replaced, value_text
from explorer.core.composite import Composite
from explorer.core.errors import ExplorerError, GraphError, ShapeError
from explorer.core.graph import Graph, Node
from explorer.core.nested_settings import setting_at, with_setting
from explorer.core.operator import Operator, operator
from explorer.core.promotion import Promoted, Target
from explorer.core.shapes import Shape, Side


@operator("Blocks")
class Group(Composite):
    """A block of your own: select layers and group them."""

    title: str = attribute("Group", help="What the block is called.")
    graph: Graph = attribute(Graph(), help="The layers inside.", advanced=True)
    promoted: Promoted = attribute(
        Promoted(), help="Attributes of the layers inside that are the block's own.", advanced=True
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        # per instance: how many pictures or maps enter is a fact of the inside
        count = len(self.graph.sources) or 1
        object.__setattr__(self, "ports", (count, count))
        for name, targets in self.promoted:
            self._check_promoted(name, targets)

    def expand(self, *x: Shape) -> Graph:
        if not self.graph.sinks:
            raise ShapeError("this block is empty; put layers in it, or delete it")
        entering = dict(zip(self.graph.sources, x, strict=False))
        return Graph(
            Node(node.id, replaced(node.operator, "shape", entering[node.id]))
            if node.id in entering
            else node
            for node in self.graph
        )

    def following(self) -> Composite:
        """The same block; an attribute of its own that is called stride is 1 in it."""
        if "stride" not in self.promoted:
            return self
        after = self.with_value("stride", 1)
        return after if isinstance(after, Composite) else self

    def called(self) -> str:
        return self.title

    def telling(self) -> str:
        shown = [
            f"{item.name.replace('_', ' ')} {value_text(self.value_of(item.name))}"
            for item in self._own
            if not self.is_mixed(item.name)
        ]
        return ", ".join(shown) if shown else self.title

    def settings(self) -> tuple[Attribute, ...]:
        return (attributes(Group)[0], *self._own)

    def value_of(self, name: str) -> Any:
        if name not in self.promoted:
            return super().value_of(name)
        return self._values_inside(name)[0]

    def is_mixed(self, name: str) -> bool:
        """Whether the layers that an attribute of the block's own sets differ in it."""
        return name in self.promoted and len(set(map(repr, self._values_inside(name)))) > 1

    def with_value(self, name: str, value: Any) -> Operator:
        if name not in self.promoted:
            changed: Operator = super().with_value(name, value)
            return changed
        graph = self.graph
        for node, inner in self.promoted[name]:
            operator = with_setting(graph[node].operator, inner.split("."), value)
            if operator != graph[node].operator:
                graph = graph.with_operator(node, operator)
        return self if graph is self.graph else Group(self.title, graph, self.promoted)

    def holding(self, graph: Graph, follow: Callable[[Target], Iterable[Target]] | None = None) -> Group:
        """The block with another inside; attributes of its own whose layers are gone end.

        `follow` says where targets went that are called otherwise now.
        """
        moved = self.promoted.moved(follow) if follow else self.promoted
        return Group(self.title, graph, moved.where(lambda target: _declared_at(graph, target) is not None))

    @cached_property
    def _own(self) -> tuple[Attribute, ...]:
        return tuple(self._attribute(name, targets) for name, targets in self.promoted)

    def _attribute(self, name: str, targets: tuple[Target, ...]) -> Attribute:
        """What is known of an attribute of the block's own: what all that it sets allow."""
        known = [item for item in (_declared_at(self.graph, target) for target in targets) if item]
        lows = [item.low for item in known if item.low is not None]
        highs = [item.high for item in known if item.high is not None]
        scales = {item.scales for item in known}
        sets = ", ".join(f"{node} ({inner.replace('_', ' ')})" for node, inner in targets[:6])
        more = f" and {len(targets) - 6} more" if len(targets) > 6 else ""
        return replace(
            known[0],
            name=name,
            low=max(lows, default=None),
            high=min(highs, default=None),
            help=f"{known[0].help}\nSets {sets}{more}.",
            advanced=False,
            scales=scales.pop() if len(scales) == 1 else "",
        )

    def _values_inside(self, name: str) -> list[Any]:
        return [setting_at(self.graph[node].operator, inner)[1] for node, inner in self.promoted[name]]

    def _check_promoted(self, name: str, targets: tuple[Target, ...]) -> None:
        if name in {item.name for item in attributes(Group)}:
            raise GraphError(f"a block of your own has a {name} already; call the attribute something else")
        kinds = set()
        for node, inner in targets:
            if node not in self.graph:
                raise GraphError(f"{name} sets {inner} of {node}, but the block holds no {node}")
            kinds.add(setting_at(self.graph[node].operator, inner)[0].kind)
        if len(kinds) > 1:
            raise GraphError(f"{name} cannot set attributes of different kinds: a figure, a choice, a text")
        if not is_plain(kinds.pop()):
            raise GraphError(f"{name} cannot be an attribute of the block: it is no plain value")


def promotable(graph: Graph) -> Iterator[tuple[Target, Attribute, Any]]:
    """What a block that holds this could have as attributes of its own: where, what it is, its value.

    Nested operators come after the node's own attributes, as "block.channels". Places where pictures
    or maps enter have none: their shape is what arrives.
    """
    for name in graph.order:
        if name in graph.sources:
            continue
        for inner, declared, value in _plain_settings(graph[name].operator, ""):
            yield (name, inner), declared, value


def is_plain(kind: Any) -> bool:
    """Whether an attribute of this kind is a figure, a text, a switch or a choice: no operator, no graph."""
    return kind in _PLAIN or (isinstance(kind, type) and issubclass(kind, enum.Enum))


def _plain_settings(operator: Operator, prefix: str) -> Iterator[tuple[str, Attribute, Any]]:
    nested = []
    for declared in operator.settings():
        value = operator.value_of(declared.name)
        if isinstance(value, Operator):
            nested.append((declared.name, value))
        elif is_plain(declared.kind) and not (isinstance(operator, Group) and declared.name == "title"):
            yield prefix + declared.name, declared, value
    for name, held in nested:
        yield from _plain_settings(held, f"{prefix}{name}.")


def _declared_at(graph: Graph, target: Target) -> Attribute | None:
    """What is known of an attribute inside; None where the layer has none of this name (any more)."""
    node, inner = target
    if node not in graph:
        return None
    try:
        return setting_at(graph[node].operator, inner)[0]
    except ExplorerError:  # another kind of layer stands there now
        return None


_PLAIN = (bool, int, float, str, tuple, Side)

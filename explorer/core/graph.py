"""A network as a value: nodes that name who feeds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from explorer.core.errors import GraphError
from explorer.core.operator import Operator

NodeId = str
"""A dotted path of plain words: conv1, layer1.0.conv1; a leading slash makes it absolute.

An absolute id that ends in a word, /features.conv1, is a member of a flat list: the full names of all
members, whatever block they stand in, are features.0, features.1 … in order of computation.
"""

Path = tuple[NodeId, ...]
"""The ids from a node of the network down to a node inside its blocks."""

_ID = re.compile(r"/?[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*\Z")
_LONGEST_ID = 200


@dataclass(frozen=True)
class Node:
    """One use of an operator. `inputs` holds who feeds each port; None is not connected yet."""

    id: NodeId
    operator: Operator
    inputs: tuple[NodeId | None, ...] = ()

    def __post_init__(self) -> None:
        low, high = self.operator.ports
        count = len(self.inputs)
        if count < low:
            object.__setattr__(self, "inputs", self.inputs + (None,) * (low - count))
        elif high is not None and count > high:
            raise GraphError(f"{self.id}: {self.operator.kind()} takes {high} inputs, got {count}")


class Graph:
    """An immutable directed graph without cycles; nodes are kept in order of creation.

    A half-built graph is legal: ports may be open and shapes may clash. Edges live at the
    consumer, so two edges into one port cannot be written down.

    Raises:
        GraphError: a double or malformed id, an unknown input, or a cycle.
    """

    def __init__(self, nodes: Iterable[Node] = ()) -> None:
        known: dict[NodeId, Node] = {}
        for node in nodes:
            if node.id in known:
                raise GraphError(f"two nodes are named {node.id}; rename one")
            check_id(node.id)
            known[node.id] = node
        for node in known.values():
            for source in node.inputs:
                if source is not None and source not in known:
                    raise GraphError(f"{node.id} is fed by {source}, which does not exist")
        self.nodes: Mapping[NodeId, Node] = MappingProxyType(known)
        self.order  # noqa: B018  (a cycle is refused here, not at first use)

    @classmethod
    def trusted(cls, nodes: dict[NodeId, Node]) -> Graph:
        """A graph from nodes that an edit knows to be sound; nothing is checked again."""
        graph = cls.__new__(cls)
        graph.nodes = MappingProxyType(nodes)
        return graph

    def with_operator(self, name: NodeId, operator: Operator) -> Graph:
        """The same graph with another operator in a node's place.

        Raises:
            GraphError: there is no such node, or it has more inputs than the operator takes.
        """
        nodes = dict(self.nodes)
        nodes[name] = Node(name, operator, self[name].inputs)
        changed = Graph.trusted(nodes)
        if nodes[name].inputs == self[name].inputs:
            changed.__dict__["order"] = self.order  # the edges are the same
        return changed

    @cached_property
    def order(self) -> tuple[NodeId, ...]:
        """The ids so that every node follows those that feed it; ties by creation."""
        state: dict[NodeId, bool] = {}
        order: list[NodeId] = []
        for root in self.nodes:
            stack = [root]
            while stack:
                current = stack[-1]
                if current in state:
                    stack.pop()
                    if not state[current]:
                        state[current] = True
                        order.append(current)
                    continue
                state[current] = False
                for source in reversed(self.nodes[current].inputs):
                    if source is None:
                        continue
                    if source not in state:
                        stack.append(source)
                    elif not state[source]:
                        raise GraphError(f"{current} and {source} feed each other in a circle")
        return tuple(order)

    @cached_property
    def consumers(self) -> Mapping[NodeId, tuple[tuple[NodeId, int], ...]]:
        """For each node, the (node, port) pairs that it feeds."""
        fed: dict[NodeId, list[tuple[NodeId, int]]] = {name: [] for name in self.nodes}
        for node in self.nodes.values():
            for port, source in enumerate(node.inputs):
                if source is not None:
                    fed[source].append((node.id, port))
        return {name: tuple(ports) for name, ports in fed.items()}

    @cached_property
    def sources(self) -> tuple[NodeId, ...]:
        """The nodes that take no input: where pictures enter, in order of creation."""
        return tuple(node.id for node in self if node.operator.ports == (0, 0))

    @cached_property
    def sinks(self) -> tuple[NodeId, ...]:
        """The nodes that feed no other: where results leave."""
        return tuple(name for name, fed in self.consumers.items() if not fed)

    def reaches(self, start: NodeId, goal: NodeId) -> bool:
        """Whether `goal` lies downstream of `start` (or is it)."""
        seen, stack = {start}, [start]
        while stack:
            current = stack.pop()
            if current == goal:
                return True
            for follower, _ in self.consumers[current]:
                if follower not in seen:
                    seen.add(follower)
                    stack.append(follower)
        return False

    def __getitem__(self, name: NodeId) -> Node:
        try:
            return self.nodes[name]
        except KeyError:
            raise GraphError(f"there is no node named {name}") from None

    def __contains__(self, name: object) -> bool:
        return name in self.nodes

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes.values())

    def __len__(self) -> int:
        return len(self.nodes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Graph):
            return NotImplemented
        return self is other or tuple(self) == tuple(other)

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(self))

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Graph({list(self)!r})"


def check_id(name: str) -> None:
    """Refuse an id that is no dotted path of plain words.

    Raises:
        GraphError: with what an id may be.
    """
    if not isinstance(name, str) or len(name) > _LONGEST_ID or not _ID.match(name):
        shown = name if isinstance(name, str) and len(name) <= 60 else "this"
        raise GraphError(f"{shown!r} cannot name a layer: use letters, digits and _, parts joined by dots")


def local(name: NodeId) -> NodeId:
    """What a node is called in its own graph: conv1 of /features.conv1, features.0 of /features.0."""
    if not name.startswith("/"):
        return name
    return name.rpartition(".")[2] if flat_list(name) else name[1:]


def flat_list(name: NodeId) -> str:
    """The flat list that an absolute id is a member of: features of /features.conv1; "" for others."""
    flat, _, last = name[1:].rpartition(".")
    return flat if name.startswith("/") and not last.isdigit() else ""


def joined(parent: str, name: NodeId) -> str:
    """The full name of a node inside a block: layer1 + 0.conv1, or an absolute id without its slash."""
    if name.startswith("/"):
        return name[1:]
    return f"{parent}.{name}" if parent else name

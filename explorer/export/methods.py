"""The two methods of a module class as text: how it is made, and what it computes."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from explorer.core.operator import TorchCall
from explorer.core.shapes import Shape
from explorer.export.classes import BlockClass
from explorer.export.literals import is_identifier, literal
from explorer.export.scopes import Step, Value

_OF_CONTAINERS = frozenset(
    ("append", "clear", "extend", "insert", "items", "keys", "pop", "update", "values")
)
"""What nn.Sequential and nn.ModuleDict call their own, and so name no module inside them."""

_VALUES = ("x", "y", "z", "u", "v", "w")

Tree = dict[str, "Tree | int"]
"""The modules of a class by the parts of their paths; a leaf is the number of a step."""


@dataclass(frozen=True)
class _Call:
    """One line of forward: a module, a row of modules that is called at once, or a function."""

    text: str
    inputs: tuple[Value, ...]
    gives: Value
    shape: Shape
    function: TorchCall | None = None

    def written(self, names: Sequence[str]) -> str:
        if self.function is None:
            return f"{self.text}({', '.join(names)})"
        return _function_text(self.function, names)


class Methods:
    """Writes `__init__` and `forward` of one class."""

    def __init__(self, kind: BlockClass) -> None:
        self._kind = kind
        self._steps = kind.steps
        self._arguments = kind.scope.arguments
        self._uses = _uses(kind.steps)
        self._tree = _tree(kind.steps)

    def init(self) -> list[str]:
        """The lines that make the modules."""
        lines: list[str] = []
        for name, node in self._tree.items():
            if self._is_plain(name, node):
                lines += self._statements((name,), node)
            else:
                first, *rest = self._expression(node)
                lines += [f"self.{name} = {first}", *rest]
        return lines

    def forward(self, with_shapes: bool) -> list[str]:
        """The lines that compute the result, with the shapes beside them where they are always the same."""
        calls = self._calls()
        last_use = {value: number for number, call in enumerate(calls) for value in call.inputs}
        last_use.update(dict.fromkeys(self._kind.scope.results, len(calls)))
        names = dict(enumerate(argument_names(self._arguments)))
        lines = []
        for number, call in enumerate(calls):
            text = call.written([names[value] for value in call.inputs])
            names = {value: held for value, held in names.items() if last_use.get(value, -1) > number}
            names[call.gives] = _free_name(names.values())
            beside = f"  # {'x'.join(map(str, call.shape))}" if with_shapes else ""
            lines.append(f"{names[call.gives]} = {text}{beside}")
        return [*lines, f"return {', '.join(names[value] for value in self._kind.scope.results)}"]

    def _calls(self) -> list[_Call]:
        calls: list[_Call] = []
        done: set[int] = set()
        for number, step in enumerate(self._steps):
            if number in done:
                continue
            access, members = self._access(step, number)
            done.update(members)
            last = members[-1]
            call = step.call if step.call and not step.call.is_module else None
            calls.append(_Call(access, step.inputs, self._arguments + last, self._steps[last].output, call))
        return calls

    def _access(self, step: Step, number: int) -> tuple[str, list[int]]:
        """How forward reaches a step's module, and which steps the call runs."""
        if not step.path:
            return "", [number]
        name, *parts = step.path.split(".")
        node = self._tree[name]
        if self._is_plain(name, node):
            return f"self.get_submodule({literal(step.path)})", [number]
        text = f"self.{name}"
        while isinstance(node, dict):
            if self._is_row(node):
                return text, _leaves(node)
            part = parts.pop(0)
            text, node = f"{text}[{literal(part)}]", node[part]
        return text, [number]

    def _is_plain(self, name: str, node: Tree | int) -> bool:
        """Whether some part of a path can be no attribute or no key, so that `add_module` is needed."""
        return not is_identifier(name) or (isinstance(node, dict) and _has_odd_part(node))

    def _is_row(self, node: Tree) -> bool:
        """Whether the modules below run one after the other, with nothing taken out between."""
        members = _leaves(node)
        results = self._kind.scope.results
        if members != sorted(members) or len(self._steps[members[0]].inputs) != 1:
            return False
        return all(
            self._steps[after].inputs == (self._arguments + before,)
            and self._uses[self._arguments + before] == 1
            and self._arguments + before not in results
            for before, after in itertools.pairwise(members)
        )

    def _expression(self, node: Tree | int) -> list[str]:
        """Lines that make one module or container; the first goes on where the caller is."""
        if isinstance(node, int):
            return [self._kind.expressions[node]]
        if not self._is_row(node):
            items = [_prefixed(f"{literal(name)}: ", self._expression(below)) for name, below in node.items()]
            return _enclosed("nn.ModuleDict({", items, "})")
        if list(node) == [str(number) for number in range(len(node))]:
            return _enclosed(
                "nn.Sequential(", _gathered([self._expression(item) for item in node.values()]), ")"
            )
        items = [
            _closed(_prefixed(f"({literal(name)}, ", self._expression(below))) for name, below in node.items()
        ]
        return _enclosed("nn.Sequential(OrderedDict([", items, "]))")

    def _statements(self, parts: tuple[str, ...], node: Tree | int) -> list[str]:
        """Statements that put a module, or plain containers, at a path of any names."""
        *above, last = parts
        place = f"self.get_submodule({literal('.'.join(above))})" if above else "self"
        if isinstance(node, int):
            return [f"{place}.add_module({literal(last)}, {self._kind.expressions[node]})"]
        lines = [f"{place}.add_module({literal(last)}, nn.Module())"]
        for name, below in node.items():
            lines += self._statements((*parts, name), below)
        return lines


def argument_names(count: int) -> list[str]:
    """The names of what enters a forward."""
    return list(itertools.islice(_value_names(), count))


def _value_names() -> Iterator[str]:
    return itertools.chain(_VALUES, (f"x{number}" for number in itertools.count(len(_VALUES) + 1)))


def _free_name(used: Iterable[str]) -> str:
    """The first name that holds nothing that is still needed."""
    taken = set(used)
    return next(name for name in _value_names() if name not in taken)


def _function_text(call: TorchCall, names: Sequence[str]) -> str:
    more = [literal(value) for value in call.args]
    more += [f"{name}={literal(value)}" for name, value in call.settings.items()]
    if call.inputs == "packed":
        return f"{call.target}({', '.join(['[' + ', '.join(names) + ']', *more])})"
    if call.inputs == "folded":
        return functools.reduce(lambda one, other: f"{call.target}({', '.join([one, other, *more])})", names)
    return f"{call.target}({', '.join([*names, *more])})"


def _uses(steps: Sequence[Step]) -> Mapping[Value, int]:
    counts: dict[Value, int] = {}
    for step in steps:
        for value in step.inputs:
            counts[value] = counts.get(value, 0) + 1
    return counts


def _tree(steps: Sequence[Step]) -> Tree:
    tree: Tree = {}
    for number, step in enumerate(steps):
        if not step.path:
            continue
        *above, last = step.path.split(".")
        place = tree
        for part in above:
            below = place.setdefault(part, {})
            if isinstance(below, int):
                raise AssertionError(f"{step.path} lies inside a layer")
            place = below
        place[last] = number
    return tree


def _leaves(node: Tree | int) -> list[int]:
    if isinstance(node, int):
        return [node]
    return [leaf for below in node.values() for leaf in _leaves(below)]


def _has_odd_part(node: Tree) -> bool:
    return any(
        name in _OF_CONTAINERS or (isinstance(below, dict) and _has_odd_part(below))
        for name, below in node.items()
    )


def _prefixed(text: str, lines: list[str]) -> list[str]:
    return [text + lines[0], *lines[1:]]


def _closed(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1] + ")"]


def _enclosed(opening: str, items: Sequence[list[str]], closing: str) -> list[str]:
    lines = [opening]
    for item in items:
        lines += [f"    {line}" for line in item]
        lines[-1] += ","
    return [*lines, closing]


def _gathered(items: Sequence[list[str]]) -> list[list[str]]:
    """Three equal items in a row or more are written as one."""
    gathered: list[list[str]] = []
    for item, run in itertools.groupby(items):
        count = len(list(run))
        if count > 2 and len(item) == 1:
            gathered.append([f"*({item[0]} for _ in range({count}))"])
        else:
            gathered += [item] * count
    return gathered

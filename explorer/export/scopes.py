"""A network cut into the classes that its source will have: one scope per block, the network outermost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import groupby

from explorer.core.analysis import Analysis, Row
from explorer.core.errors import ExplorerError
from explorer.core.graph import Path
from explorer.core.group import Group
from explorer.core.module_paths import module_paths
from explorer.core.operator import Operator, TorchCall
from explorer.core.outline import Layer, flatten, outline, results
from explorer.core.shapes import Shape
from explorer.export.literals import literal
from explorer.export.variants import variants

Value = int
"""What a scope computes with: its arguments are 0, 1, …; then come the steps' outputs in order."""


@dataclass(frozen=True)
class Step:
    """One call inside a scope: a layer, a function (`path` is ""), or a block with a scope of its own.

    `path` is the module's place inside the scope's class.
    """

    path: str
    inputs: tuple[Value, ...]
    output: Shape
    call: TorchCall | None = None
    block: Scope | None = None


@dataclass(frozen=True)
class Scope:
    """The inside of one class: what enters, what is called, what leaves.

    `own` are the attributes that a person gave the block, by name, as literals; `variants` the same
    block with one of them changed.
    """

    stem: str
    arguments: int
    steps: tuple[Step, ...]
    results: tuple[Value, ...]
    own: tuple[tuple[str, str], ...] = ()
    variants: tuple[Scope, ...] = ()


def scope_of(analysis: Analysis, stem: str) -> Scope:
    """The whole network as a scope, its blocks as scopes inside.

    Raises:
        ExplorerError: the network has a problem, or nothing to compute.
    """
    layers = flatten(analysis)
    reader = _Reader(analysis, layers)
    scope = reader.outermost(stem)
    if not scope.steps:
        raise ExplorerError("there is nothing to export: put a layer below the input")
    return scope


@dataclass
class _Open:
    """A scope while it is being read. `prefix` is the module path of its class."""

    prefix: str
    values: dict[str, Value]
    steps: list[Step] = field(default_factory=list)

    def add(self, step: Step, gives: str) -> None:
        self.values[gives] = len(self.values)
        self.steps.append(step)

    def inside(self, path: str) -> str:
        return path.removeprefix(f"{self.prefix}.") if self.prefix else path


class _Reader:
    """Walks the flat layers along their blocks and decides which blocks become classes."""

    def __init__(self, analysis: Analysis, layers: Sequence[Layer], *, with_variants: bool = True) -> None:
        self._with_variants = with_variants
        self._layers = [layer for layer in layers if layer.shapes]
        self._entering = [layer.name for layer in layers if not layer.shapes]
        self._calls: Mapping[str, TorchCall] = {
            layer.name: layer.operator.torch(*layer.shapes) for layer in self._layers
        }
        self._paths = module_paths(name for name, call in self._calls.items() if call.is_module)
        self._results = results(analysis)
        blocks = [line for line in outline(analysis) if line.inner is not None]
        self._blocks: dict[Path, tuple[str, Operator]] = {
            line.path: (line.name, line.entry.node.operator) for line in blocks
        }
        self._entering_shapes = {
            line.path: line.entry.inputs for line in blocks if isinstance(line.entry, Row)
        }
        self._below = Counter(
            path[:end] for path in self._paths.values() for end, sign in enumerate(path) if sign == "."
        )
        graph = analysis.graph
        sinks = [name for name in graph.sinks if name not in graph.sources]
        self._leaving = [self._results[(name,)] for name in sinks]

    def outermost(self, stem: str) -> Scope:
        values = {name: number for number, name in enumerate(self._entering)}
        scope = _Open("", values)
        self._read(self._layers, 1, scope)
        return Scope(
            stem,
            len(self._entering),
            tuple(scope.steps),
            tuple(scope.values[name] for name in self._leaving),
        )

    def _read(self, layers: Sequence[Layer], depth: int, scope: _Open) -> None:
        """Append the steps of layers that share the first `depth` − 1 ids of their paths."""
        for path, run in groupby(layers, key=lambda layer: layer.path[:depth]):
            members = list(run)
            if len(members[0].path) == depth:
                self._append_layer(members[0], scope)
                continue
            prefix = self._class_prefix(path, members)
            if prefix:
                self._append_block(path, members, prefix, scope)
            else:
                self._read(members, depth + 1, scope)

    def _append_layer(self, layer: Layer, scope: _Open) -> None:
        call = self._calls[layer.name]
        path = scope.inside(self._paths[layer.name]) if call.is_module else ""
        inputs = tuple(scope.values[name] for name in layer.inputs)
        scope.add(Step(path, inputs, layer.output, call=call), layer.name)

    def _append_block(self, path: Path, members: Sequence[Layer], prefix: str, scope: _Open) -> None:
        own = {layer.name for layer in members}
        outside = [name for layer in members for name in layer.inputs if name not in own]
        entering = list(dict.fromkeys(outside))
        inner = _Open(prefix, {name: number for number, name in enumerate(entering)})
        self._read(members, len(path) + 1, inner)
        result = self._results[path]
        operator = self._blocks[path][1]
        stem = operator.title if isinstance(operator, Group) else operator.kind()
        block = Scope(
            stem, len(entering), tuple(inner.steps), (inner.values[result],), *self._own(path, operator)
        )
        shape = next(layer.output for layer in members if layer.name == result)
        inputs = tuple(scope.values[name] for name in entering)
        scope.add(Step(scope.inside(prefix), inputs, shape, block=block), result)

    def _own(self, path: Path, operator: Operator) -> tuple[tuple[tuple[str, str], ...], tuple[Scope, ...]]:
        """The attributes of a block's own, and the block with each of them changed."""
        if not isinstance(operator, Group) or not operator.promoted:
            return (), ()
        values = {
            name: operator.value_of(name) for name, _ in operator.promoted if not operator.is_mixed(name)
        }
        own = tuple((name, _literal(value)) for name, value in values.items())
        if not self._with_variants:
            return own, ()
        found = []
        name, _ = self._blocks[path]
        for _, _, analysis in variants(operator, name, self._entering_shapes[path]):
            whole = _Reader(analysis, flatten(analysis), with_variants=False).outermost("variant")
            found += [step.block for step in whole.steps if step.block is not None]
        return own, tuple(found)

    def _class_prefix(self, path: Path, members: Sequence[Layer]) -> str:
        """The module path of a block that can be a class; "" where its layers belong to the scope around.

        A class needs all its modules, and no others, below one path. A row of numbered layers
        needs no class, since `nn.Sequential` is one.
        """
        name, _ = self._blocks[path]
        ids = {layer.path[len(path)] for layer in members}
        inside = [self._paths[layer.name] for layer in members if layer.name in self._paths]
        if len(members) < 2 or not inside or all(item.isdigit() for item in ids):
            return ""
        if not all(layer.name.startswith(f"{name}.") for layer in members):
            return ""  # absolute names: the layers live elsewhere
        prefix = ".".join(inside[0].split(".")[: name.count(".") + 1])
        if not all(item.startswith(f"{prefix}.") for item in inside) or self._below[prefix] != len(inside):
            return ""
        return prefix


def _literal(value: object) -> str:
    return literal(value.value if isinstance(value, Enum) else value)

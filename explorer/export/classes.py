"""Blocks of equal build become one class; what differs between its uses becomes its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from explorer.core.operator import TorchCall
from explorer.export.literals import class_name, is_identifier, literal
from explorer.export.scopes import Scope, Step

_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "nn.Conv2d": ("in_channels", "out_channels", "kernel_size"),
    "nn.ConvTranspose2d": ("in_channels", "out_channels", "kernel_size"),
    "nn.Linear": ("in_features", "out_features"),
    "nn.BatchNorm2d": ("num_features",),
    "nn.GroupNorm": ("num_groups", "num_channels"),
    "nn.Dropout": ("p",),
    "nn.Dropout2d": ("p",),
    "torchvision.ops.StochasticDepth": ("p", "mode"),
}
"""What torch calls the positional arguments, to name parameters after."""

_IMPLIED: Mapping[str, Mapping[str, Any]] = {
    "nn.Conv2d": {"stride": 1, "padding": 0, "dilation": 1, "groups": 1},
}
"""Settings that calls leave out at torch's default, so that one use has them and another has not."""

_RESERVED = ("self", "nn", "torch", "OrderedDict", "StochasticDepth")
"""What the text of a constructor means something else by."""

_VAGUE = ("num_features", "num_channels", "value")
"""Names that give way to a better one for the same figure."""


@dataclass
class BlockClass:
    """A class of the source: its name, its parameters, and its scope with the text of every figure."""

    name: str
    scope: Scope
    uses: list[_Use] = field(default_factory=list)
    parameters: tuple[str, ...] = ()
    expressions: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The calls in its forward."""
        return self.scope.steps


@dataclass
class _Use:
    """One block of the network that is of a class. `arguments` are the literals it is made with.

    `own` are the attributes that a person gave the block. A variant of such a block is a use as well,
    though it stands nowhere: what differs in it depends on the attribute, and becomes a parameter.
    """

    steps: tuple[Step, ...]
    blocks: tuple[_Use | None, ...]
    kind: BlockClass
    own: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Slot:
    """A figure in a class: the argument it is for, its keyword ("" where positional), its text."""

    step: int
    argument: str
    keyword: str
    text: str


def classes_of(network: Scope) -> tuple[BlockClass, ...]:
    """The classes of a network's source, each before those that use it; the network is the last."""
    found: dict[Any, BlockClass] = {}
    _use(network, found, {class_name(network.stem, ())}, outermost=True)
    for kind in found.values():  # a class comes after those it is made of, so their parameters are known
        _settle(kind)
    return tuple(found.values())


def _use(scope: Scope, found: dict[Any, BlockClass], taken: set[str], *, outermost: bool = False) -> _Use:
    blocks = tuple(_use(step.block, found, taken) if step.block else None for step in scope.steps)
    key = _key(scope, blocks, outermost)
    if key not in found:
        name = class_name(scope.stem, () if outermost else taken)
        taken.add(name)
        found[key] = BlockClass(name, scope)
    kind = found[key]
    use = _Use(scope.steps, blocks, kind, dict(scope.own))
    kind.uses.append(use)
    for variant in scope.variants:
        for other in _uses_like(variant, found):
            other.kind.uses.append(other)
    return use


def _uses_like(scope: Scope, found: dict[Any, BlockClass]) -> list[_Use]:
    """A variant of a block as a use of the classes there are, after those inside it; none if it differs."""
    uses: list[_Use] = []
    blocks: list[_Use | None] = []
    for step in scope.steps:
        inside = _uses_like(step.block, found) if step.block else []
        if step.block and not inside:
            return []
        uses += inside
        blocks.append(inside[-1] if inside else None)
    kind = found.get(_key(scope, tuple(blocks), False))
    return [*uses, _Use(scope.steps, tuple(blocks), kind, dict(scope.own))] if kind else []


def _key(scope: Scope, blocks: tuple[_Use | None, ...], outermost: bool) -> Any:
    """What blocks of one class share."""
    return (
        outermost,
        scope.stem,
        scope.arguments,
        scope.results,
        tuple(
            (step.path, step.inputs, _call_key(step.call) if step.call else use and use.kind.name)
            for step, use in zip(scope.steps, blocks, strict=True)
        ),
    )


def _call_key(call: TorchCall) -> Any:
    """What two calls of one class must share; the figures of a module may differ."""
    if not call.is_module:
        return (call.target, literal(call.args), literal(tuple(sorted(call.settings.items()))), call.inputs)
    implied = _IMPLIED.get(call.target, {})
    return (call.target, len(call.args), tuple(name for name in call.settings if name not in implied))


def _settle(kind: BlockClass) -> None:
    """Decide which figures are parameters, name them, and write every step's constructor."""
    given = [_implied_settings(kind, index) for index in range(len(kind.steps))]
    rows = [list(_slots(use, given)) for use in kind.uses]
    columns = list(zip(*rows, strict=True))
    names = _own_names(kind)
    for column in sorted(columns, key=lambda column: column[0].argument in _VAGUE):
        texts = tuple(slot.text for slot in column)
        if len(set(texts)) > 1 and texts not in names:
            names[texts] = _parameter(column[0], kind.steps, names)
    # in the order of their first use, so that in_channels comes before out_channels
    used = dict.fromkeys(
        texts for column in columns if (texts := tuple(slot.text for slot in column)) in names
    )
    kind.parameters = tuple(names[texts] for texts in used)
    for number, use in enumerate(kind.uses):
        use.arguments = tuple(texts[number] for texts in used)
    spelled: list[list[str]] = [[] for _ in kind.steps]
    for column in columns:
        texts = tuple(slot.text for slot in column)
        text = names.get(texts, texts[0])
        slot = column[0]
        spelled[slot.step].append(f"{slot.keyword}={text}" if slot.keyword else text)
    first = kind.uses[0]
    kind.expressions = tuple(
        _constructor(step, use, arguments)
        for step, use, arguments in zip(kind.steps, first.blocks, spelled, strict=True)
    )


def _own_names(kind: BlockClass) -> dict[tuple[str, ...], str]:
    """For the figures of an attribute that a person gave the block, one for every use, its name."""
    names: dict[tuple[str, ...], str] = {}
    for name in kind.uses[0].own:
        texts = tuple(use.own.get(name, "") for use in kind.uses)
        if len(set(texts)) > 1 and "" not in texts and is_identifier(name) and name not in _RESERVED:
            names.setdefault(texts, name)
    return names


def _implied_settings(kind: BlockClass, index: int) -> tuple[str, ...]:
    """The implied settings that any use gives at this step."""
    calls = [use.steps[index].call for use in kind.uses]
    implied = _IMPLIED.get(calls[0].target, {}) if calls[0] else {}
    return tuple(name for name in implied if any(call and name in call.settings for call in calls))


def _slots(use: _Use, given: list[tuple[str, ...]]) -> Iterator[_Slot]:
    for index, (step, block) in enumerate(zip(use.steps, use.blocks, strict=True)):
        if block is not None:
            for name, text in zip(block.kind.parameters, block.arguments, strict=True):
                yield _Slot(index, name, name, text)
        elif step.call is not None and step.call.is_module:
            yield from _call_slots(index, step.call, given[index])


def _call_slots(index: int, call: TorchCall, given: tuple[str, ...]) -> Iterator[_Slot]:
    known = _ARGUMENTS.get(call.target, ())
    for position, value in enumerate(call.args):
        yield _Slot(index, known[position] if position < len(known) else "value", "", literal(value))
    implied = _IMPLIED.get(call.target, {})
    for name in given:
        yield _Slot(index, name, name, literal(call.settings.get(name, implied[name])))
    for name, value in call.settings.items():
        if name not in implied:
            yield _Slot(index, name, name, literal(value))


def _parameter(slot: _Slot, steps: tuple[Step, ...], names: Mapping[Any, str]) -> str:
    taken = set(names.values())
    if slot.argument not in taken:
        return slot.argument
    layer = "".join(sign if sign.isalnum() else "_" for sign in steps[slot.step].path).strip("_")
    name = stem = f"{layer}_{slot.argument}" if layer[:1].isalpha() else f"{slot.argument}_of_{layer}"
    number = 2
    while name in taken:
        name = f"{stem}_{number}"
        number += 1
    return name


def _constructor(step: Step, use: _Use | None, arguments: list[str]) -> str:
    """The text that makes a step's module; "" for a function."""
    if use is not None:
        return f"{use.kind.name}({', '.join(arguments)})"
    if step.call is None or not step.call.is_module:
        return ""
    target = step.call.target.removeprefix("torchvision.ops.")
    return f"{target}({', '.join(arguments)})"

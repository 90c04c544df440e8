"""What a problem's sentence means: the rule that is broken, in words and with the numbers that arrive."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from explorer.core.analysis import Problem
from explorer.core.errors import ExplorerError
from explorer.core.graph import local
from explorer.core.operator import Operator
from explorer.core.shapes import Shape, elements, shape_text
from explorer.operators.convolution import Conv2d, ConvTranspose2d
from explorer.operators.dense import Linear
from explorer.operators.merge import Add, Concat, Multiply
from explorer.operators.normalization import GroupNorm
from explorer.operators.spatial import ChannelShuffle, PixelShuffle, SliceChannels

_DEEPEST = 24
_FIGURES = re.compile(r"[a-z][\w ·/²+]*: ")
_SHAPE = re.compile(r"^\s*Shape: (.+?)(?:\n\s*\n|\n\s*[A-Z][\w, ]*:|\Z)", re.DOTALL | re.MULTILINE)

Rule = Callable[[Operator, tuple[Shape, ...]], Iterator[str]]

_Function = TypeVar("_Function", bound=Callable[..., Iterator[str]])

_RULES: dict[type[Operator], Rule] = {}


def explanation(problem: Problem) -> tuple[str, ...]:
    """Why a layer has no shape, in a few sentences: what it does, what arrives, and the rule with numbers.

    A block's problem is that of the layer inside it which causes it; a waiting layer's, that it waits.
    """
    where: list[str] = []
    while problem.inner is not None and problem.inner.causes and len(where) < _DEEPEST:
        problem = problem.inner.causes[0]
        where.append(local(problem.id))
    if problem.waits_for is not None:
        return (f"Its shape follows from that of {local(problem.waits_for)}, which has none yet.",)
    operator = problem.node.operator
    lines = [f"The layer inside that causes it is {' · '.join(where)}, a {operator.kind()}."] if where else []
    lines += _purpose(operator)
    shapes = tuple(shape for shape in problem.inputs if shape is not None)
    if len(shapes) == len(problem.node.inputs):
        lines += _arriving(problem, shapes)
        lines += _rule(operator, shapes)
    else:
        low = operator.ports[0]
        needs = "an input" if low == 1 else f"{low} inputs"
        lines.append(f"It needs {needs}: a shape follows from what comes in, and nothing does yet.")
    return tuple(lines)


def brief(problem: Problem) -> str:
    """The one figure that matters most, in a line; "" where there is none."""
    operator = problem.node.operator
    shapes = tuple(shape for shape in problem.inputs if shape is not None)
    if problem.waits_for is not None or problem.inner is not None or len(shapes) < len(problem.node.inputs):
        return ""
    if isinstance(operator, Linear) and len(shapes[0]) == 3:
        factors = " · ".join(str(side) for side in shapes[0])
        return f"{factors} = {elements(shapes[0]):,} features for {local(problem.id)}"
    lines = list(_rule(operator, shapes))
    return lines[-1] if lines and _FIGURES.match(lines[-1]) else ""


def explains(*kinds: type[Operator]) -> Callable[[_Function], _Function]:
    """Declare a function as what tells the rule of some operators with the numbers of their inputs."""

    def declare(function: _Function) -> _Function:
        for kind in kinds:
            _RULES[kind] = function
        return function

    return declare


def _purpose(operator: Operator) -> Iterator[str]:
    """What the layer does, and what it makes of a shape, from its declaration."""
    yield f"{operator.kind()}: {operator.summary()}"
    found = _SHAPE.search(operator.__doc__ or "")
    if found:
        yield f"Shape: {' '.join(found[1].split())}"


def _arriving(problem: Problem, shapes: tuple[Shape, ...]) -> Iterator[str]:
    pairs = zip(problem.node.inputs, shapes, strict=True)
    came = ", ".join(f"{shape_text(shape)} from {local(source or '')}" for source, shape in pairs)
    if came:
        yield f"Here: {came}."


def _rule(operator: Operator, shapes: tuple[Shape, ...]) -> Iterator[str]:
    for base in type(operator).__mro__:
        if base in _RULES:
            yield from _RULES[base](operator, shapes)
            return


@explains(Operator)
def _of_window(operator: Operator, shapes: tuple[Shape, ...]) -> Iterator[str]:
    """The sides that a window leaves, and what a vector lacks."""
    if not shapes or operator.ports[0] != 1:
        return
    if len(shapes[0]) == 1:
        yield (
            f"A vector of {shapes[0][0]:,} numbers has no height and no width along which it could work:"
            " a Flatten or a pooling over the whole map took them away."
        )
        return
    try:
        sides = operator.sides(*shapes)
    except ExplorerError:  # the rule itself has no value here: the sentence of the problem says why
        return
    names = ("height", "width") if len(sides) > 1 and sides[0].shown != sides[1].shown else ("side",)
    for name, side in zip(names, sides, strict=False):
        yield f"{name}: {side.rule}"
        small = "; at least 1 must be left" if side.value < 1 else ""
        yield f"{name}: {side.shown} = {str(side.value).replace('-', '−')}{small}"


@explains(Conv2d, ConvTranspose2d)
def _of_convolution(operator: Conv2d, shapes: tuple[Shape, ...]) -> Iterator[str]:
    if len(shapes[0]) == 3:
        for name, count in (("in", shapes[0][0]), ("out", operator.out_channels)):
            whole, rest = divmod(count, operator.groups)
            if rest:
                yield f"{name} / groups: {count} / {operator.groups} = {whole}, and {rest} are left over."
                return
    yield from _of_window(operator, shapes)


@explains(Linear)
def _of_linear(operator: Linear, shapes: tuple[Shape, ...]) -> Iterator[str]:
    shape = shapes[0]
    if len(shape) == 3:
        channels, high, wide = shape
        flat = elements(shape)
        yield (
            f"Flattened, channels · height · width: {channels} · {high} · {wide} = {flat:,} numbers,"
            f" and out · in: {operator.out_features} · {flat} = {operator.out_features * flat:,} weights."
        )
        pooled = operator.out_features * channels
        yield f"After global average pooling: {channels} numbers, {pooled:,} weights."
    elif operator.in_features:
        made, come = operator.in_features, shape[0]
        yield (
            f"out · in: its {operator.out_features} · {made} = {operator.out_features * made:,} weights are"
            f" for {made:,} numbers; for {come:,} it needs {operator.out_features * come:,}."
        )


@explains(Add, Multiply)
def _of_equal_shapes(operator: Operator, shapes: tuple[Shape, ...]) -> Iterator[str]:
    """Which of channels, height and width differ."""
    first = shapes[0]
    other = next((shape for shape in shapes if shape != first), first)
    if isinstance(operator, Multiply) and other[1:] == (1, 1):
        first = (first[0], 1, 1)  # a 1×1 map scales whole channels
    if len(first) != len(other):
        yield f"{shape_text(first)} and {shape_text(other)}: one is a map, the other a vector."
        return
    names = ("channels", "height", "width") if len(first) == 3 else ("numbers",)
    for name, one, two in zip(names, first, other, strict=True):
        if one != two:
            yield f"{name}: {one} ≠ {two}{_times(one, two)}"


@explains(Concat)
def _of_equal_sides(_operator: Operator, shapes: tuple[Shape, ...]) -> Iterator[str]:
    if {len(shape) for shape in shapes} != {3}:
        yield "A map and a vector cannot stand one behind the other."
        return
    channels = [shape[0] for shape in shapes]
    yield f"channels: {' + '.join(map(str, channels))} = {sum(channels)}"
    for name, axis in (("height", 1), ("width", 2)):
        sides = list(dict.fromkeys(shape[axis] for shape in shapes))
        if len(sides) > 1:
            yield f"{name}: {' ≠ '.join(map(str, sides))}{_times(sides[0], sides[1])}"


@explains(GroupNorm, ChannelShuffle)
def _of_groups(operator: Operator, shapes: tuple[Shape, ...]) -> Iterator[str]:
    groups = getattr(operator, "num_groups", 0) or getattr(operator, "groups", 1)
    whole, rest = divmod(shapes[0][0], groups)
    if rest:
        yield f"channels / groups: {shapes[0][0]} / {groups} = {whole}, and {rest} are left over."


@explains(SliceChannels)
def _of_slice(operator: SliceChannels, shapes: tuple[Shape, ...]) -> Iterator[str]:
    last = operator.start + operator.length
    yield f"start + length: {operator.start} + {operator.length} = {last} > {shapes[0][0]} channels"


@explains(PixelShuffle)
def _of_pixels(operator: PixelShuffle, shapes: tuple[Shape, ...]) -> Iterator[str]:
    if len(shapes[0]) == 3:
        by = operator.factor**2
        whole, rest = divmod(shapes[0][0], by)
        yield f"channels / factor²: {shapes[0][0]} / {by} = {whole}, and {rest} are left over."


def _times(one: int, two: int) -> str:
    """By how much the larger is a multiple of the smaller: a stride, most often."""
    small, large = sorted((one, two))
    return f", {large // small} times as many" if small and large % small == 0 and large > small else ""


__all__ = ["brief", "explains", "explanation"]

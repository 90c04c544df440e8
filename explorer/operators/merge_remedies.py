"""What helps where several paths meet with shapes that do not fit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from explorer.core.analysis import Row
from explorer.core.attribute import WIDTH, replaced
from explorer.core.errors import ExplorerError, ShapeError
from explorer.core.operator import Operator, Repair
from explorer.core.repairs import Site, remedy
from explorer.core.shapes import Shape, elements, pair, shape_text
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.merge import Add, Concat, Multiply
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.pooling import AdaptiveAvgPool2d, GlobalAvgPool, MaxPool2d
from explorer.operators.projection import brought
from explorer.operators.spatial import Upsample, ZeroPad2d

_NEAR = 4
"""How many layers above a merge are looked at."""


@remedy(Add)
def project(site: Site) -> Iterator[Repair]:
    """Bring the inputs that are unlike the others to their shape."""
    normalized = any(_has_batch_norm(row) for port in range(len(site.shapes)) for row in _near(site, port))
    projected = False
    for wanted in _by_votes(site.shapes):
        for repair in _brought_to(site, [wanted] * len(site.shapes), normalized):
            projected = True
            yield repair
    for wanted in _by_votes(site.shapes):
        for port, shape in enumerate(site.shapes):
            if shape != wanted and shape[1:] == wanted[1:]:
                yield from _channels_set(site, port, wanted[0])
    if len(site.shapes) == 2 and site.shapes[0][1:] != site.shapes[1][1:]:
        for port in (0, 1):
            yield from _window_set(site, port, site.shapes[1 - port][1:])
    for wanted in () if projected else _by_votes(site.shapes):
        yield from _pooled_to(site, wanted, normalized)


@remedy(Concat)
def fit_sides(site: Site) -> Iterator[Repair]:
    """Bring all inputs to one height and width; channels may differ."""
    if len({len(shape) for shape in site.shapes}) > 1:
        flat = [
            Repair("", insert=Flatten(), port=port)
            for port, shape in enumerate(site.shapes)
            if len(shape) > 1
        ]
        yield Repair("Insert Flatten before the maps", steps=tuple(flat))
        return
    for sides in _by_votes([shape[1:] for shape in site.shapes]):
        odd = [port for port, shape in enumerate(site.shapes) if shape[1:] != sides]
        if len(odd) == 1:
            yield from _window_set(site, odd[0], sides)
        steps: list[Repair] = []
        words: list[str] = []
        for port in odd:
            resized = _resized(site.shapes[port], sides)
            if resized is None:
                break
            steps.append(Repair("", insert=resized, port=port))
            words.append(_words(site.feeder(port), (resized,), sides))
        else:
            yield _one_or_all(" and ".join(words), steps)


@remedy(Multiply)
def fit_gate(site: Site) -> Iterator[Repair]:
    """Make the smaller input a gate of the larger: one number for each of its channels."""
    if len(site.shapes) != 2:
        return
    yield from _dense_layers_as_convolutions(site)
    large, gate = sorted((0, 1), key=lambda port: -elements(site.shapes[port]))
    shape, wanted = site.shapes[gate], site.shapes[large]
    if len(shape) == len(wanted) == 3:
        steps: list[Operator] = []
        if shape[1:] not in ((1, 1), wanted[1:]):
            steps.append(GlobalAvgPool())
        if shape[0] != wanted[0]:
            steps.append(Conv2d(wanted[0], kernel_size=1))
        repairs = [Repair("", insert=item, port=gate) for item in steps]
        yield _one_or_all(_words(site.feeder(gate), tuple(steps), wanted[1:]), repairs)
    for shape in _by_votes(site.shapes):
        yield from _brought_to(site, [shape, shape], normalized=False)


def _near(site: Site, port: int) -> Iterator[Row]:
    for _, row in zip(range(_NEAR), site.above(port), strict=False):
        yield row


def _by_votes(shapes: Any) -> list[Any]:
    """The distinct shapes, the most frequent first; of equally frequent ones the smallest maps first."""
    counted = Counter(shapes)
    return sorted(counted, key=lambda shape: (-counted[shape], elements(shape[-2:])))[:3]


def _brought_to(site: Site, wanted: list[Shape], normalized: bool) -> Iterator[Repair]:
    """Layers before each input that is not as wanted; nothing where that cannot be."""
    steps: list[Repair] = []
    words: list[str] = []
    for port, (shape, goal) in enumerate(zip(site.shapes, wanted, strict=True)):
        try:
            layers = brought(shape, goal, batch_norm=normalized)
        except ShapeError:
            return
        steps += (Repair("", insert=layer, port=port) for layer in layers)
        if layers:
            words.append(_words(site.feeder(port), layers, goal[1:]))
    if steps:
        yield _one_or_all(" and ".join(words), steps)


def _pooled_to(site: Site, wanted: Shape, normalized: bool) -> Iterator[Repair]:
    """Where no stride fits: average each odd map to the sides of the others, then mix its channels."""
    steps: list[Repair] = []
    words: list[str] = []
    for port, shape in enumerate(site.shapes):
        if len(shape) != 3 or len(wanted) != 3:
            return
        if shape != wanted:
            pooling = AdaptiveAvgPool2d(output_size=(wanted[1], wanted[2]))
            mixing = brought((shape[0], *wanted[1:]), wanted, batch_norm=normalized)
            layers = (pooling, *mixing) if shape[1:] != wanted[1:] else mixing
            steps += (Repair("", insert=layer, port=port) for layer in layers)
            words.append(_words(site.feeder(port), layers, wanted[1:]))
    if steps:
        yield _one_or_all(" and ".join(words), steps)


def _one_or_all(words: str, steps: list[Repair]) -> Repair:
    label = words[:1].upper() + words[1:]
    if len(steps) == 1:
        return Repair(label, insert=steps[0].insert, port=steps[0].port)
    return Repair(label, steps=tuple(steps))


def _words(name: str, layers: tuple[Operator, ...], sides: Shape) -> str:
    """What the layers do to a path: "project conv1 with 1×1, stride 2"."""
    said = []
    for layer in layers:
        if isinstance(layer, Conv2d):
            stride = (
                ""
                if layer.stride == 1
                else ", stride " + "×".join(map(str, dict.fromkeys(pair(layer.stride))))
            )
            said.append(f"project {{}} with 1×1{stride}")
        elif isinstance(layer, Linear):
            said.append("project {} with a Linear")
        elif isinstance(layer, Upsample):
            said.append(f"enlarge {{}} ×{layer.factor}")
        elif isinstance(layer, ZeroPad2d):
            said.append(f"pad {{}} to {shape_text(sides)}")
        elif isinstance(layer, GlobalAvgPool):
            said.append("average {}")
        elif isinstance(layer, (MaxPool2d, AdaptiveAvgPool2d)):
            said.append(f"pool {{}} to {shape_text(sides)}")
        elif isinstance(layer, Flatten) and len(layers) == 1:
            said.append("flatten {}")
    return " and ".join([said[0].format(name), *(item.format("it") for item in said[1:])]) if said else ""


def _has_batch_norm(row: Row) -> bool:
    if row.inner is not None:
        return any(_has_batch_norm(inner) for inner in row.inner.rows.values())
    return isinstance(row.node.operator, BatchNorm2d)


def _channels_set(site: Site, port: int, wanted: int) -> Iterator[Repair]:
    """The layer above that decides the channels makes as many as the other path has."""
    for row in site.above(port):
        names = [item.name for item in row.node.operator.settings() if item.scales == WIDTH]
        if not names:
            continue
        if len(names) == 1 and (figure := row.node.operator.value_of(names[0]) * wanted // row.output[0]):
            label = f"Set {names[0].replace('_', ' ')} of {row.id} to {figure}"
            yield Repair(label, names[0], figure, at=row.id)
        return


def _window_set(site: Site, port: int, sides: Shape) -> Iterator[Repair]:
    """A layer above whose padding or stride alone makes the side wrong."""
    for row in _near(site, port):
        operator = row.node.operator
        kernel, padding = getattr(operator, "kernel_size", None), getattr(operator, "padding", None)
        stride = getattr(operator, "stride", None)
        if kernel is not None and padding is not None:
            dilation = pair(getattr(operator, "dilation", 1))
            same = tuple(step * (side - 1) // 2 for side, step in zip(pair(kernel), dilation, strict=True))
            value = same[0] if same[0] == same[1] else same
            yield Repair(f"Set padding of {row.id} to {value}", "padding", value, at=row.id)
            if stride is not None and stride != 1:
                both = _with(operator, padding=value, stride=1)
                yield Repair(f"Set stride of {row.id} to 1 and padding to {value}", replace=both, at=row.id)
        if isinstance(stride, int):
            grown = stride * site.shapes[port][1] // sides[0] if sides and len(site.shapes[port]) == 3 else 0
            for step in dict.fromkeys((1, grown)):
                if step not in (0, stride):
                    yield Repair(f"Set stride of {row.id} to {step}", "stride", step, at=row.id)


def _with(operator: Operator, **settings: object) -> Operator:
    try:
        for name, value in settings.items():
            operator = replaced(operator, name, value)
    except ExplorerError:
        return operator  # changes nothing, so that it is not offered
    return operator


def _resized(shape: Shape, sides: Shape) -> Operator | None:
    """One layer without weights that gives a map other sides."""
    if len(shape) != 3:
        return None
    (high, wide), (to_high, to_wide) = shape[1:], sides
    if high >= to_high and wide >= to_wide:
        down, across = high // to_high, wide // to_wide
        if (down * to_high, across * to_wide) == (high, wide):
            window = down if down == across else (down, across)
            return MaxPool2d(kernel_size=window, stride=window)
        return AdaptiveAvgPool2d(output_size=(to_high, to_wide))
    factor = to_high // high
    if factor > 1 and (factor * high, factor * wide) == (to_high, to_wide):
        return Upsample(factor=min(factor, 1_000))
    if 0 <= to_high - high <= 1 and 0 <= to_wide - wide <= 1:
        return ZeroPad2d(left=0, right=to_wide - wide, top=0, bottom=to_high - high)
    return AdaptiveAvgPool2d(output_size=(to_high, to_wide))


def _dense_layers_as_convolutions(site: Site) -> Iterator[Repair]:
    """A gate written with Flatten and Linear: the same with 1×1 convolutions, which keep it a map."""
    for port in (0, 1):
        if len(site.shapes[port]) != 1 or len(site.shapes[1 - port]) != 3:
            continue
        steps: list[Repair] = []
        for row in site.above(port):
            operator = row.node.operator
            if isinstance(operator, Linear):
                convolution = Conv2d(operator.out_features, kernel_size=1, bias=operator.bias)
                steps.append(Repair("", replace=convolution, at=row.id))
            elif isinstance(operator, Flatten):
                steps.append(Repair("", remove=True, at=row.id))
                yield Repair("Use 1×1 convolutions for the dense layers", steps=tuple(steps))
                break

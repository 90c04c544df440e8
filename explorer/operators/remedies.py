"""What helps where a layer cannot take what comes in: windows, groups, flat inputs, picture sides."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd, isqrt
from typing import Any

from explorer.core.analysis import Row
from explorer.core.attribute import replaced
from explorer.core.errors import MapNeeded
from explorer.core.facts import facts_of
from explorer.core.group import Group
from explorer.core.operator import Operator, Repair
from explorer.core.repairs import Site, remedy
from explorer.core.shapes import Side, pair, side_text
from explorer.operators.convolution import Conv2d, ConvTranspose2d, DepthwiseConv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.normalization import BatchNorm2d, GroupNorm, LayerNorm
from explorer.operators.pooling import AdaptiveAvgPool2d, AvgPool2d, GlobalAvgPool, MaxPool2d
from explorer.operators.regularization import Dropout, Dropout2d
from explorer.operators.sources import Input
from explorer.operators.spatial import ChannelShuffle, PixelShuffle, SliceChannels


@remedy(Linear)
def flatten_first(site: Site) -> Iterator[Repair]:
    """A map before a Linear: line it up, or average each map first."""
    operator: Linear = site.operator
    if len(site.shapes[0]) != 3:
        return
    flatten, average = Repair("", insert=Flatten()), Repair("", insert=GlobalAvgPool())
    yield Repair("Insert Flatten", insert=Flatten())
    yield Repair("Insert global average pooling and Flatten", steps=(average, flatten))
    if operator.in_features:
        free = Repair("", "in_features", 0)
        yield Repair("Insert Flatten and take any number of inputs", steps=(flatten, free))


@remedy(Linear)
def fit_dense_layer(site: Site) -> Iterator[Repair]:
    """A Linear made for another picture size: make it anew, or free it from the size."""
    operator: Linear = site.operator
    if len(site.shapes[0]) != 1 or not operator.in_features:
        return
    arriving = site.shapes[0][0]
    yield Repair(f"Make it for {arriving:,} inputs", "in_features", arriving)
    flattening = _flattening(site)
    if flattening is None:
        return
    average = Repair("", insert=GlobalAvgPool(), at=flattening.id)
    yield Repair("Switch to global average pooling", steps=(average, Repair("", "in_features", 0)))
    channels = flattening.inputs[0][0]
    side = isqrt(operator.in_features // channels)
    if side and channels * side * side == operator.in_features:
        pooling = AdaptiveAvgPool2d(output_size=side)
        yield Repair(f"Pool to {side}×{side} before {flattening.id}", insert=pooling, at=flattening.id)


@remedy(Conv2d, DepthwiseConv2d, MaxPool2d, AvgPool2d)
def fit_window(site: Site) -> Iterator[Repair]:
    """A window larger than its input: pad, use a smaller one, or leave it out."""
    operator: Any = site.operator
    if len(site.shapes[0]) != 3:
        return
    dilations = pair(getattr(operator, "dilation", 1))
    paddings, kernels = [], []
    for side, kernel, padding, dilation in zip(
        site.shapes[0][1:], pair(operator.kernel_size), pair(operator.padding), dilations, strict=True
    ):
        span = dilation * (kernel - 1) + 1
        fits = span <= side + 2 * padding
        paddings.append(padding if fits else span // 2)
        kernels.append(min(kernel, (side + 2 * padding - 1) // dilation + 1))
    yield _set("padding", paddings)
    yield _set("kernel_size", kernels, "kernel size")
    if dilations != (1, 1):
        yield Repair("Set dilation to 1", "dilation", 1)
    if isinstance(operator, (MaxPool2d, AvgPool2d)):
        yield Repair("Delete it", remove=True)
    yield from _larger_picture(site)


def _set(attribute: str, figures: list[int], word: str = "") -> Repair:
    value: Side = (figures[0], figures[1]) if figures[0] != figures[1] else figures[0]
    shown = str(value) if isinstance(value, int) else side_text(value)
    return Repair(f"Set {word or attribute} to {shown}", attribute, value)


def _larger_picture(site: Site) -> Iterator[Repair]:
    sources = [site.graph[name] for name in site.graph.sources]
    if len(sources) != 1 or not isinstance(sources[0].operator, Input):
        return
    shape = sources[0].operator.shape
    if len(shape) != 3:
        return
    for factor in (2, 4, 8, 16):
        larger = (shape[0], shape[1] * factor, shape[2] * factor)
        if max(larger) <= 4096:
            label = f"Set the picture to {larger[1]}×{larger[2]}"
            yield Repair(label, "shape", larger, at=sources[0].id)


@remedy(Conv2d, ConvTranspose2d, ChannelShuffle, GroupNorm)
def fit_groups(site: Site) -> Iterator[Repair]:
    """Groups that do not divide the channels: the nearest number that does, or other channels."""
    operator: Any = site.operator
    name = "num_groups" if isinstance(operator, GroupNorm) else "groups"
    groups, arriving = getattr(operator, name), site.shapes[0][0]
    leaving = getattr(operator, "out_channels", 0)
    yield Repair(f"Set groups to {(near := _nearest_divisor(gcd(arriving, leaving), groups))}", name, near)
    if leaving and arriving % groups == 0:
        multiple = max(groups, round(leaving / groups) * groups)
        yield Repair(f"Set out channels to {multiple}", "out_channels", multiple)
    yield Repair("Set groups to 1", name, 1)


def _nearest_divisor(number: int, wanted: int) -> int:
    divisors = {
        one
        for low in range(1, min(isqrt(number), 10**5) + 1)
        if not number % low
        for one in (low, number // low)
    }
    return min(divisors, key=lambda divisor: (abs(divisor - wanted), divisor))


@remedy(PixelShuffle)
def fit_pixel_shuffle(site: Site) -> Iterator[Repair]:
    """Channels that are no multiple of factor²: mix them to as many, or enlarge less."""
    operator: PixelShuffle = site.operator
    channels, area = site.shapes[0][0], operator.factor**2
    multiple = max(area, round(channels / area) * area)
    yield Repair(f"Insert a 1×1 convolution to {multiple} channels", insert=Conv2d(multiple, kernel_size=1))
    for factor in range(operator.factor - 1, 1, -1):
        if channels % factor**2 == 0:
            yield Repair(f"Set factor to {factor}", "factor", factor)
            return


@remedy(SliceChannels)
def fit_slice(site: Site) -> Iterator[Repair]:
    """More channels wanted than there are: take what is there."""
    operator: SliceChannels = site.operator
    channels = site.shapes[0][0]
    if operator.start < channels:
        left = channels - operator.start
        yield Repair(f"Take {left} channels", "length", left)
    first = replaced(replaced(operator, "start", 0), "length", min(operator.length, channels))
    yield Repair(f"Take the first {first.length} channels", replace=first)


@remedy(Group)
def drop_empty_block(site: Site) -> Iterator[Repair]:
    """A block with nothing in it."""
    operator: Group = site.operator
    if not operator.graph.sinks:
        yield Repair("Delete it", remove=True)


@remedy(Operator)
def map_before_flatten(site: Site) -> Iterator[Repair]:
    """A vector where a map is needed: go up before the Flatten, or take what works on vectors."""
    operator: Operator = site.operator
    if not isinstance(facts_of(operator, site.shapes), MapNeeded):
        return
    flattening = _flattening(site)
    if flattening is not None:
        yield Repair(f"Move it before {flattening.id}", before=flattening.id)
        yield Repair(f"Delete {flattening.id}", remove=True, at=flattening.id)
    if isinstance(operator, Conv2d):
        dense = Linear(operator.out_channels, bias=operator.bias)
        yield Repair("Use a Linear instead", replace=dense)
    elif isinstance(operator, BatchNorm2d):
        yield Repair("Use a LayerNorm instead", replace=LayerNorm())
    elif isinstance(operator, Dropout2d):
        yield Repair("Use Dropout instead", replace=Dropout(p=operator.p))
    yield from _picture_of_vector(site)
    yield Repair("Delete it", remove=True)


def _flattening(site: Site) -> Row | None:
    """The node above that makes a vector of a map."""
    return next((row for row in site.above(0) if row.inputs and len(row.inputs[0]) == 3), None)


def _picture_of_vector(site: Site) -> Iterator[Repair]:
    """An Input that lines its pixels up already: 784 numbers are 28×28 pixels."""
    for row in site.above(0):
        if not isinstance(row.node.operator, Input):
            continue
        for channels in (1, 3):
            side = isqrt(row.output[0] // channels)
            if side and channels * side * side == row.output[0]:
                label = f"Set the shape of {row.id} to {channels}×{side}×{side}"
                yield Repair(label, "shape", (channels, side, side), at=row.id)

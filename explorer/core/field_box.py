"""Where on the picture one number looks: the receptive field of a single place, padding told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.core.outline import Layer
from explorer.core.receptive_field import Field, Reach
from explorer.core.shapes import Shape


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels, both ends included; beyond the picture it lies in the padding."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Rows, those in the padding included."""
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        """Columns, those in the padding included."""
        return self.right - self.left + 1

    def within(self, height: int, width: int) -> Box | None:
        """The part on a picture of this size; None where it lies in the padding alone."""
        part = Box(
            max(0, self.top), max(0, self.left), min(height - 1, self.bottom), min(width - 1, self.right)
        )
        return part if part.height > 0 and part.width > 0 else None

    def around(self, other: Box) -> Box:
        """The smallest box that holds both."""
        return Box(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )


def field_box(field: Field, shape: Shape, place: tuple[int, ...]) -> Box:
    """What one place of a layer sees of the picture.

    Args:
        field: the layer's receptive field.
        shape: the layer's output, (C, H, W) or (F,).
        place: (channel, row, column) or (index,); a vector's numbers all see the same.

    Source: Araujo, Norris and Sim (2019), "Computing Receptive Fields of Convolutional Neural
    Networks", Distill, section 3.2.
    """
    row, column = place[1:] if len(shape) == 3 else (0, 0)
    (top, bottom), (left, right) = field[0].at(row), field[1].at(column)
    return Box(top, left, bottom, right)


def pixels_read(layers: Sequence[Layer], name: str, place: tuple[int, ...]) -> Box | None:
    """The pixels of the first picture that one place of a layer reads, and no padding of any layer.

    The field of a place near the border reaches into the padding of layers on the way; what it
    would see beyond that padding it does not see. So this may be smaller than the part of
    `field_box` that lies on the picture. None where it reads padding alone. Of all channels
    together: where inputs are joined, one channel may read less than another.

    Args:
        layers: all plain layers in order of computation, as `flatten` gives them.
        name: one of them.
        place: (channel, row, column) or (index,).
    """
    row, column = place[1:] if len(place) == 3 else (0, 0)
    needed: dict[str, Box] = {name: Box(row, column, row, column)}
    for layer in reversed(layers):
        box = needed.get(layer.name)
        if box is None:
            continue
        if not layer.inputs and layer is _first_source(layers):
            return box
        for source, shape, (down, across) in zip(
            layer.inputs, layer.shapes, layer.operator.reach(*layer.shapes), strict=True
        ):
            (top, bottom), (left, right) = (
                _stretch(down, box.top, box.bottom),
                _stretch(across, box.left, box.right),
            )
            read = Box(top, left, bottom, right).within(*(shape[1:] if len(shape) == 3 else (1, 1)))
            if read is not None:
                needed[source] = read.around(needed[source]) if source in needed else read
    return None


def _first_source(layers: Sequence[Layer]) -> Layer:
    return next(layer for layer in layers if not layer.inputs)


def _stretch(reach: Reach, first: int, last: int) -> tuple[int, int]:
    """What a stretch of positions reads: ends only grow with the position."""
    return reach.at(first)[0], reach.at(last)[1]

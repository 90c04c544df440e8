"""Where on the picture one number looks: the receptive field of a single place, padding told apart."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.receptive_field import Field
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

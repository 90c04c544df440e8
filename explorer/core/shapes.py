"""Shapes without the batch, and windows that slide along one axis."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from explorer.core.errors import ExplorerError, MapNeeded, ShapeError

Shape = tuple[int, ...]
"""(C, H, W) of a map or (F,) of a vector; the batch is never part of it."""

Side = int | tuple[int, int]
"""One figure for both axes, or (height, width)."""

ELEMENT_BYTES = 4
"""Bytes of one fp32 number."""


def pair(value: Side) -> tuple[int, int]:
    """(height, width) of a setting that may be one figure for both."""
    return value if isinstance(value, tuple) else (value, value)


def elements(shape: Shape) -> int:
    """How many numbers a tensor of this shape holds for one picture."""
    return prod(shape)


def shape_text(shape: Shape) -> str:
    """A shape as people write it: 64×56×56."""
    return "×".join(str(side) for side in shape)


def side_text(value: Side) -> str:
    """A setting per axis as people write it: 3×3, 1×7."""
    return "{}×{}".format(*pair(value))


def parse_shape(text: str) -> Shape:
    """Read 3x224x224, 3×224×224 or 784.

    Raises:
        ExplorerError: not one or three positive whole numbers.
    """
    parts = text.lower().replace("×", "x").replace(",", "x").split("x")
    try:
        shape = tuple(int(part) for part in parts if len(part) <= 18)
    except ValueError:
        shape = ()
    if len(shape) != len(parts) or len(shape) not in (1, 3) or min(shape) < 1:
        raise ExplorerError(
            f"a shape is channels x height x width, like 3x224x224, or one number; got {text[:60]!r}"
        )
    return shape


@dataclass(frozen=True)
class Window:
    """Kernel, stride, padding and dilation along one axis, in positions of the input.

    `ceil_mode` lets the last window hang over the end, as torch does: it must still start
    inside the input or its left padding.
    """

    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    ceil_mode: bool = False

    @property
    def span(self) -> int:
        """Positions from the first to the last tap: dilation · (kernel − 1) + 1."""
        return self.dilation * (self.kernel - 1) + 1

    def slide(self, side: int) -> int:
        """How many places the window has on an axis of `side` positions.

        Source: Dumoulin and Visin, arXiv:1603.07285, relationship 15; ceil_mode as in
        torch.nn.MaxPool2d.

        Raises:
            ShapeError: the window is larger than the padded axis.
        """
        room = side + 2 * self.padding - self.span
        if room < 0 and not (self.ceil_mode and room + self.stride > 0):
            raise ShapeError(
                f"a window of {self.span} does not fit {side} positions"
                f" padded to {side + 2 * self.padding}; use a smaller kernel or more padding"
            )
        if not self.ceil_mode:
            return room // self.stride + 1
        count = -(-room // self.stride) + 1
        # torch drops the last window where it would start beyond input and left padding
        if (count - 1) * self.stride >= side + self.padding:
            count -= 1
        if count < 1:
            raise ShapeError(f"no window of {self.span} starts inside {side} positions")
        return count


def map_shape(owner: str, shape: Shape) -> tuple[int, int, int]:
    """The shape as (channels, height, width).

    Raises:
        MapNeeded: it is a vector.
    """
    if len(shape) != 3:
        raise MapNeeded(
            f"{owner} needs a map (channels, height, width), got {shape_text(shape)};"
            " put it before the Flatten"
        )
    return shape

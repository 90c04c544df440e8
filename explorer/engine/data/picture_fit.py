"""How pictures are made to fit a network's input, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.shapes import Shape, shape_text


@dataclass(frozen=True)
class PictureFit:
    """What is done to pictures of one shape so that they enter an input of another.

    `sides` (height, width) are those after resizing; what the input has beyond stays black.
    `said` are the words for each thing that is done, none where the pictures fit as they are.
    """

    sides: tuple[int, int]
    turns_grey: bool
    said: tuple[str, ...]

    @property
    def text(self) -> str:
        """All that is done, in words."""
        if not self.said:
            return "taken as they are"
        return ", ".join(self.said[:-1]) + (" and " if len(self.said) > 1 else "") + self.said[-1]


def picture_fit(old: Shape, new: Shape) -> PictureFit:
    """How pictures of the shape `old` enter an input of the shape `new`; both are (C, H, W).

    They are resized evenly until they touch the tighter sides.
    """
    factor = min(new[1] / old[1], new[2] / old[2])
    sides = min(new[1], max(1, round(old[1] * factor))), min(new[2], max(1, round(old[2] * factor)))
    said: list[str] = []
    if sides != old[1:]:
        said.append(f"{'enlarged' if factor > 1 else 'reduced'} to {shape_text(sides)}")
    if new[0] < old[0]:
        said.append("made grey")
    if sides != new[1:]:
        said.append(f"given black borders to {shape_text(new[1:])}")
    if new[0] > old[0]:
        said.append(f"repeated in {new[0]} channels")
    return PictureFit(sides, new[0] < old[0], tuple(said))

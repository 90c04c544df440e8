"""What is done to the pictures before the network sees them, as declared settings."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from explorer.core.attribute import Declared, attribute


class Border(enum.StrEnum):
    """What stands beyond the edges of a picture that is moved or turned."""

    EDGE = "edge"
    MEAN = "mean"


AUGMENTATION = ("shift", "border", "flip", "colour", "rotation", "erasing", "mixup", "normalize")
"""Settings that say what is done to the pictures before the network sees them."""


@dataclass(frozen=True)
class Augmentation(Declared):
    """Changes at random that make many pictures of one, and how the numbers are spread."""

    shift: int = attribute(
        3,
        low=0,
        high=64,
        help="Pad each picture by this much and crop it at random: it moves by up to so many pixels.",
        unit="px",
    )
    border: Border = attribute(Border.EDGE, help="What stands in the padding.", advanced=True)
    flip: bool = attribute(False, help="Mirror half of the pictures, at random.", advanced=True)
    colour: float = attribute(
        0.0,
        low=0.0,
        high=1.0,
        help="Change brightness, contrast and saturation by up to this share, at random.",
        advanced=True,
    )
    rotation: float = attribute(
        0.0,
        low=0.0,
        high=180.0,
        help="Turn each picture by up to this angle, at random.",
        unit="°",
        advanced=True,
    )
    erasing: float = attribute(
        0.0,
        low=0.0,
        high=1.0,
        help="Share of the pictures of which a random rectangle is erased.",
        advanced=True,
    )
    mixup: float = attribute(
        0.0,
        low=0.0,
        high=10.0,
        help="Blend pictures and their labels in pairs; larger figures blend more evenly, 0 not at all.",
        advanced=True,
    )
    normalize: bool = attribute(
        True, help="Subtract the mean of each channel and divide by its deviation.", advanced=True
    )

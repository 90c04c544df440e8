"""Ways to ask what a network answers to, and why it chose a class; needs no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.core.errors import ExplorerError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Heat = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Attribution:
    """Where the evidence lies. `heat` (H, W) is as large as the picture, or as the maps it comes from.

    `signed` says that places may also speak against the class. `figures` are numbers that
    say how far to trust it, by name.
    """

    method: str
    layer: str
    index: int
    heat: Heat
    signed: bool
    figures: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Share:
    """How much of the work is done, from 0 to 1."""

    done: float


@dataclass(frozen=True, eq=False)
class Dream:
    """A picture that is climbed to: `pixels` (H, W, 1 or 3) as bytes, and how strongly it is answered."""

    pixels: NDArray[np.uint8]
    strength: float
    step: int
    steps: int


DREAM_LIMIT = (
    "One of many pictures that excite it, and none that a camera would take: what the channel likes best is"
    " not all that it answers to."
)
"""What such a picture does not say."""


@dataclass(frozen=True)
class Method:
    """A way to ask; `limit` is what its picture does not say. `by_layer`: it looks at one layer's maps."""

    name: str
    title: str
    limit: str
    paper: str
    by_layer: bool = False
    slow: bool = False


METHODS: tuple[Method, ...] = (
    Method(
        "cam",
        "CAM",
        "Only for networks that average their last maps straight into the classes; as coarse as these maps.",
        "Zhou et al., arXiv:1512.04150, eq. 2",
        by_layer=True,
    ),
    Method(
        "grad_cam",
        "Grad-CAM",
        "Shows only what speaks for the class, as coarsely as the layer's maps; several objects of the class"
        " may melt into one.",
        "Selvaraju et al., arXiv:1610.02391, eq. 1 and 2",
        by_layer=True,
    ),
    Method(
        "grad_cam_pp",
        "Grad-CAM++",
        "As Grad-CAM, but it weighs each place of a map; its derivation assumes that the class score is"
        " exponential.",
        "Chattopadhyay et al., arXiv:1710.11063, eq. 10 and 19",
        by_layer=True,
    ),
    Method(
        "saliency",
        "Saliency",
        "Says where a small change of a pixel moves the score most, not which pixels made the score; noisy.",
        "Simonyan et al., arXiv:1312.6034, sec. 3.1",
    ),
    Method(
        "guided",
        "Guided backprop",
        "Sharp, but nearly the same for every class: it shows edges that were used, not why this class won.",
        "Springenberg et al., arXiv:1412.6806, sec. 3.4; the caution: Adebayo et al., arXiv:1810.03292",
    ),
    Method(
        "integrated",
        "Integrated gradients",
        "Adds up to the difference from a picture that is even grey to the network; another starting picture"
        " gives another answer.",
        "Sundararajan et al., arXiv:1703.01365, eq. 1 and 3, prop. 1",
        slow=True,
    ),
    Method(
        "occlusion",
        "Occlusion",
        "A covered patch is itself strange to the network; evidence that is there twice seems not to count.",
        "Zeiler and Fergus, arXiv:1311.2901, sec. 4.2",
        slow=True,
    ),
)


def method_named(name: str) -> Method:
    """The method of this name.

    Raises:
        ExplorerError: there is none; the text lists them.
    """
    for method in METHODS:
        if method.name == name:
            return method
    raise ExplorerError(
        f"no method is named {name!r}; there are {', '.join(method.name for method in METHODS)}"
    )

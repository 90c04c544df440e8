"""What the networks of the catalogue are called where there is little room: at a curve, in a list."""

from __future__ import annotations

from explorer.architectures import catalog

_SMALL_PICTURES = "CIFAR "
"""No network for large pictures has the depth of one of these, so nothing is lost without it."""


def short_title(title: str) -> str:
    """A title as a label: without the letter of the paper's table, BatchNorm as BN,
    and without the version that torchvision's ResNets have."""
    words = title.replace(" with BatchNorm", " BN").removesuffix(" v1.5")
    head, bracket, tail = words.rpartition(" (")
    return head if bracket and tail.endswith(")") and len(tail) == 2 else words


def spoken_name(name: str) -> str:
    """A network's name as people say it: of `cifar_plain56 again` plain-56 again.

    Names that are not of the catalogue stay as they are.
    """
    first, space, more = name.partition(" ")
    known = catalog.architectures().get(first)
    return name if known is None else short_title(known.title).removeprefix(_SMALL_PICTURES) + space + more

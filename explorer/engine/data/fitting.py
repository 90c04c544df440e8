"""Pictures that are held as one tensor are made as high, wide and coloured as a network takes them."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  (its usual name)
from torch import Tensor

from explorer.core.shapes import Shape, shape_text
from explorer.engine.data.picture_fit import picture_fit
from explorer.engine.device import check_memory

_GREY = (0.299, 0.587, 0.114)
_PIECE = 500


def fitted(pictures: Tensor, shape: Shape, what: str) -> tuple[Tensor, str]:
    """The pictures fitted to an input's shape, and a sentence about what was done to them.

    They are resized evenly (bilinear, antialiased); what is left of an input that is no square
    stays black. Colours become the grey of ITU-R 601; one channel is kept where three are
    wanted, because the normalization repeats it.

    Shape: (N, C, H, W) of bytes.

    Raises:
        ExplorerError: the result would not fit the memory.
    """
    old: Shape = tuple(pictures.shape[1:])
    fit = picture_fit(old, shape)
    (high, wide), (inner_high, inner_wide) = shape[1:], fit.sides
    if fit.said:
        needed = 3 * len(pictures) * (1 if fit.turns_grey else old[0]) * high * wide  # borders, two parts
        check_memory(needed, "cpu", f"{what}, {fit.text},", "give the network's Input smaller sides")
    if fit.turns_grey or fit.sides != old[1:]:
        pieces = torch.split(pictures, _PIECE)
        pictures = torch.cat([_piece(part, fit.sides, fit.turns_grey) for part in pieces])
    if fit.sides != (high, wide):
        left, top = (wide - inner_wide) // 2, (high - inner_high) // 2
        pictures = F.pad(pictures, (left, wide - inner_wide - left, top, high - inner_high - top))
    return pictures, f"{what} of {shape_text(old[1:])} pixels are {fit.text}"


def _piece(pictures: Tensor, sides: tuple[int, int], turns_grey: bool) -> Tensor:
    values = pictures.float()
    if turns_grey:
        values = (values * torch.tensor(_GREY).view(1, 3, 1, 1)).sum(1, keepdim=True)
    if sides != tuple(values.shape[2:]):
        values = F.interpolate(values, sides, mode="bilinear", antialias=True)
    return values.round_().clamp_(0, 255).to(torch.uint8)

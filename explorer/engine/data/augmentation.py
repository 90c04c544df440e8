"""Random changes of whole batches on the device; all randomness follows from one seed per batch."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812  (its usual name)
from torch import Tensor

from explorer.core.recipe import Border, Recipe
from explorer.engine.data.batches import Normalizer

_FIGURES = 12
_FLIP, _ACROSS, _DOWN, _LIGHT, _CONTRAST, _SATURATION, _ANGLE, _ERASED, _AREA, _ASPECT, _TOP, _LEFT = range(
    _FIGURES
)
"""Which random figure of a picture decides what. All are drawn always: what one setting does
to a picture does not change when another is switched on."""

_GREY = (0.299, 0.587, 0.114)
_AREAS = (0.02, 0.33)
_ASPECTS = (0.3, 1 / 0.3)


class Augmentation:
    """Makes bytes from 0 to 255 into what the network is fed while it learns.

    A batch is cropped out of its padding and mirrored as bytes, then coloured, normalized,
    turned, erased in part and blended. Nothing is done picture by picture.
    """

    def __init__(
        self, recipe: Recipe, mean: Sequence[float], std: Sequence[float], classes: int, device: torch.device
    ) -> None:
        self._recipe, self._classes, self._device = recipe, classes, device
        self._normalize = Normalizer(mean, std, device)

    def __call__(
        self, pictures: Tensor, labels: Tensor, seed: int, first: int = 0, total: int | None = None
    ) -> tuple[Tensor, Tensor]:
        """The pictures as the network takes them, and what it is to answer.

        Shape: pictures (N, C, H, W) of bytes; the answers are the labels (N,), with mixup a
        share of each class (N, classes). Where a batch is divided among devices, this part
        begins with its picture `first` of `total`: a picture is changed alike on any device.
        """
        recipe, count = self._recipe, len(pictures)
        figures = drawn(seed, total or count)[:, first : first + count]
        on_device = figures.to(self._device, non_blocking=True)
        inside: Tensor | None = None
        if recipe.shift or recipe.flip:
            pictures, inside = _cropped(pictures, on_device, recipe)
        values = pictures.float()
        if recipe.colour:
            values = _coloured(values, on_device, recipe.colour)
        values = self._normalize(values)
        if inside is not None:
            values = values * inside
        if recipe.rotation:
            values = _turned(values, figures, recipe)
        if recipe.erasing:
            values = _erased(values, on_device, recipe.erasing)
        return (
            _blended(values, labels, recipe.mixup, seed, self._classes) if recipe.mixup else (values, labels)
        )


def drawn(seed: int, count: int) -> Tensor:
    """Figures from 0 to 1 for each picture of a batch, (12, count), on the CPU: alike on every device."""
    generator = torch.Generator().manual_seed(seed)
    # one row of figures per picture, so that a longer batch begins like a shorter one
    return torch.rand((count, _FIGURES), generator=generator).T.contiguous()


def _cropped(pictures: Tensor, figures: Tensor, recipe: Recipe) -> tuple[Tensor, Tensor | None]:
    """Mirrored, padded by the shift and cropped to the old size; where the result is inside the picture."""
    count, channels, high, wide = pictures.shape
    down, across = (
        (figures[which] * (2 * recipe.shift + 1)).long().sub_(recipe.shift)[:, None]
        for which in (_DOWN, _ACROSS)
    )
    rows = torch.arange(high, device=pictures.device) + down
    columns = torch.arange(wide, device=pictures.device) + across
    inside: Tensor | None = None
    if recipe.shift and recipe.border is Border.MEAN:
        inside = ((rows >= 0) & (rows < high))[:, None, :, None] & ((columns >= 0) & (columns < wide))[
            :, None, None
        ]
    rows, columns = rows.clamp_(0, high - 1), columns.clamp_(0, wide - 1)
    if recipe.flip:
        columns = torch.where((figures[_FLIP] < 0.5)[:, None], wide - 1 - columns, columns)
    places = (rows[:, :, None] * wide + columns[:, None, :]).view(count, 1, high * wide)
    flat = pictures.reshape(count, channels, high * wide)
    return flat.gather(2, places.expand(-1, channels, -1)).view(pictures.shape), inside


def _coloured(values: Tensor, figures: Tensor, strength: float) -> Tensor:
    """Brightness, contrast and saturation times 1 ± strength, each drawn for itself.

    As torchvision's ColorJitter in this order, but cut to 0 to 255 once, at the end.
    """
    light, contrast, saturation = (
        (1 + (2 * figures[which] - 1) * strength).view(-1, 1, 1, 1)
        for which in (_LIGHT, _CONTRAST, _SATURATION)
    )
    if values.shape[1] == 3:
        weights = torch.tensor(_GREY, device=values.device).view(1, 3, 1, 1)
        grey = (values * weights).sum(1, keepdim=True)
        values = values * (light * contrast * saturation) + grey * (light * contrast * (1 - saturation))
    else:
        grey = values
        values = values * (light * contrast)
    return (values + grey.mean((1, 2, 3), keepdim=True) * (light * (1 - contrast))).clamp_(0, 255)


def _turned(values: Tensor, figures: Tensor, recipe: Recipe) -> Tensor:
    """Turned about the middle by up to so many degrees, interpolated bilinearly."""
    _, _, high, wide = values.shape
    angles = (2 * figures[_ANGLE] - 1) * math.radians(recipe.rotation)
    cos, sin, none = angles.cos(), angles.sin(), torch.zeros(len(angles))
    # sides count from −1 to 1: in a picture that is no square an angle must be stretched
    turns = torch.stack([cos, -sin * high / wide, none, sin * wide / high, cos, none], 1).view(-1, 2, 3)
    grid = F.affine_grid(turns.to(values.device), list(values.shape), align_corners=False)
    border = "border" if recipe.border is Border.EDGE else "zeros"
    return F.grid_sample(values, grid, mode="bilinear", padding_mode=border, align_corners=False)


def _erased(values: Tensor, figures: Tensor, share: float) -> Tensor:
    """A rectangle of 2 to 33 % of the area, as wide as high or up to 3.3 times, made the mean colour.

    Source: Zhong et al., arXiv:1708.04896, algorithm 1, with the mean instead of random values;
    a rectangle that does not fit is cut, not drawn again.
    """
    _, _, high, wide = values.shape
    area = (_AREAS[0] + figures[_AREA] * (_AREAS[1] - _AREAS[0])) * (high * wide)
    low, span = math.log(_ASPECTS[0]), math.log(_ASPECTS[1] / _ASPECTS[0])
    aspect = (figures[_ASPECT] * span + low).exp()
    gone = (figures[_ERASED] < share).view(-1, 1, 1)
    for which, side, length in ((_TOP, high, (area * aspect).sqrt()), (_LEFT, wide, (area / aspect).sqrt())):
        length = length.round().clamp_(1, side)
        start = (figures[which] * (side - length + 1)).floor()
        places = torch.arange(side, device=values.device)
        within = (places >= start[:, None]) & (places < (start + length)[:, None])
        gone = gone & (within[:, :, None] if which == _TOP else within[:, None, :])
    return values.masked_fill(gone[:, None], 0.0)


def _blended(values: Tensor, labels: Tensor, alpha: float, seed: int, classes: int) -> tuple[Tensor, Tensor]:
    """Each picture with the one before it, and their labels alike.

    Source: Zhang et al., arXiv:1710.09412, sec. 2: one share for a batch, from Beta(α, α).
    """
    share = random.Random(seed).betavariate(alpha, alpha)  # noqa: S311  (no secret)
    answers = F.one_hot(labels, classes).float()
    return values.lerp(values.roll(1, 0), 1 - share), answers.lerp(answers.roll(1, 0), 1 - share)

"""Random changes of whole batches on the device; all randomness follows from one seed per batch."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812  (its usual name)
from torch import Tensor

from explorer.core.recipe import Border, Recipe
from explorer.engine.data.batches import Normalizer, sent

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
        self._grey = torch.tensor(_GREY, device=device).view(1, 3, 1, 1)

    def __call__(
        self, pictures: Tensor, labels: Tensor, seed: int, first: int = 0, total: int | None = None
    ) -> tuple[Tensor, Tensor]:
        """The pictures as the network takes them, and what it is to answer.

        Shape: pictures (N, C, H, W) of bytes; the answers are the labels (N,), with mixup a
        share of each class (N, classes). Where a batch is divided among devices, this part
        begins with its picture `first` of `total`: a picture is changed alike on any device.
        """
        recipe, count = self._recipe, len(pictures)
        if recipe.shift or recipe.flip or recipe.colour or recipe.rotation or recipe.erasing:
            values = self._changed(pictures, drawn(seed, total or count)[:, first : first + count])
        else:
            values = self._normalize(pictures)
        return (
            _blended(values, labels, recipe.mixup, seed, self._classes) if recipe.mixup else (values, labels)
        )

    def _changed(self, pictures: Tensor, figures: Tensor) -> Tensor:
        """Each picture changed by its figures, and normalized."""
        recipe, on_device = self._recipe, sent(figures, self._device)
        inside: Tensor | None = None
        if recipe.shift or recipe.flip:
            pictures, inside = _cropped(pictures, on_device, recipe)
        if recipe.colour:
            pictures = _coloured(pictures.float(), on_device, recipe.colour, self._grey)
        values = self._normalize(pictures)
        if inside is not None:
            values = values * inside
        if recipe.rotation:
            values = _turned(values, figures, recipe)
        return _erased(values, on_device, recipe.erasing) if recipe.erasing else values


def drawn(seed: int, count: int) -> Tensor:
    """Figures from 0 to 1 for each picture of a batch, (12, count), on the CPU: alike on every device."""
    generator = torch.Generator().manual_seed(seed)
    # one row of figures per picture, so that a longer batch begins like a shorter one
    return torch.rand((count, _FIGURES), generator=generator).T.contiguous()


def _cropped(pictures: Tensor, figures: Tensor, recipe: Recipe) -> tuple[Tensor, Tensor | None]:
    """Mirrored, padded by the shift and cropped to the old size; where the result is inside the picture."""
    count, channels, high, wide = pictures.shape
    shift, device = recipe.shift, pictures.device
    down, across = (
        (figures[which] * (2 * shift + 1)).long().sub_(shift)[:, None] for which in (_DOWN, _ACROSS)
    )
    rows = torch.arange(high, device=device) + down
    inside: Tensor | None = None
    if shift and recipe.border is Border.MEAN:
        columns = torch.arange(wide, device=device) + across
        inside = ((rows >= 0) & (rows < high))[:, None, :, None] & ((columns >= 0) & (columns < wide))[
            :, None, None
        ]
    broad = _broadened(pictures, shift, mirrored_too=recipe.flip)
    long = wide + 2 * shift
    starts = across + shift
    if recipe.flip:  # the mirrored pictures lie behind the others
        starts = starts + (figures[_FLIP] < 0.5)[:, None] * (pictures.numel() // wide * long)
    lines = torch.arange(0, count * channels * high * long, high * long, device=device).view(
        count, channels, 1
    )
    starts = lines + (rows.clamp_(0, high - 1).mul_(long) + starts)[:, None]
    # every stretch of a line as long as a picture is wide: whole stretches are copied, not single bytes
    stretches = broad.as_strided((broad.numel() - wide + 1, wide), (1, 1))
    return stretches.index_select(0, starts.view(-1)).view(pictures.shape), inside


def _broadened(pictures: Tensor, shift: int, *, mirrored_too: bool) -> Tensor:
    """The pictures with their edges continued to the left and right; then the same mirrored."""
    *sides, wide = pictures.shape
    broad = pictures.new_empty((1 + mirrored_too, *sides, wide + 2 * shift))
    broad[0, ..., shift : shift + wide] = pictures
    if shift:
        broad[0, ..., :shift] = pictures[..., :1]
        broad[0, ..., shift + wide :] = pictures[..., -1:]
    if mirrored_too:
        broad[1] = broad[0].flip(-1)
    return broad


def _coloured(values: Tensor, figures: Tensor, strength: float, weights: Tensor) -> Tensor:
    """Brightness, contrast and saturation times 1 ± strength, each drawn for itself.

    As torchvision's ColorJitter in this order, but cut to 0 to 255 once, at the end.
    """
    light, contrast, saturation = (
        (1 + (2 * figures[which] - 1) * strength).view(-1, 1, 1, 1)
        for which in (_LIGHT, _CONTRAST, _SATURATION)
    )
    if values.shape[1] == 3:
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
    grid = F.affine_grid(sent(turns, values.device), list(values.shape), align_corners=False)
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
    # not F.one_hot, which waits for the largest label
    answers = torch.zeros(len(labels), classes, device=labels.device).scatter_(1, labels[:, None], 1.0)
    return values.lerp(values.roll(1, 0), 1 - share), answers.lerp(answers.roll(1, 0), 1 - share)

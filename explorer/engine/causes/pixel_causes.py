"""Which pixels count: gradients by the picture, the way from an even picture, and covered patches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, fx, nn

from explorer.engine.causes.class_score import Asked, answer, part_of
from explorer.engine.causes.methods import Attribution, Share
from explorer.engine.running.forward import evaluating

ShouldStop = Callable[[], bool]

_STEPS = 32
"""Points on the way from the even picture; Sundararajan et al. advise 20 to 300."""


def saliency(asked: Asked, *, guided: bool) -> Attribution:
    """The size of the gradient by each pixel; `guided` keeps only what speaks for the class at every ReLU."""

    def only_for(node: fx.Node, result: Tensor) -> Tensor:
        # what comes back through a ReLU is kept only where it speaks for the class
        if isinstance(part_of(asked.module, node), (nn.ReLU, nn.ReLU6)) and result.requires_grad:
            result.register_hook(lambda slope: slope.clamp(min=0))  # type: ignore[no-untyped-call]
        return result

    asked.together(sloped=True)
    with evaluating(asked.module), torch.enable_grad():
        picture = asked.picture.clone().requires_grad_()
        score = asked.score(picture, only_for if guided else None)[0]
        (slope,) = torch.autograd.grad(score, picture)
    heat = slope[0].abs().amax(0)  # the strongest colour, as Simonyan et al. take it
    return answer(
        "guided" if guided else "saliency", asked, heat, figures=(("score", float(score.detach())),)
    )


def integrated(asked: Asked, should_stop: ShouldStop) -> Iterator[Share | Attribution]:
    """Gradients along the way from an even picture, at midpoints; it adds up to a difference in score."""
    picture, total = asked.picture, torch.zeros_like(asked.picture)
    points = (torch.arange(_STEPS, device=picture.device) + 0.5) / _STEPS
    together = asked.together(sloped=True)
    for first in range(0, _STEPS, together):
        if should_stop():
            return
        with evaluating(asked.module), torch.enable_grad():
            batch = (points[first : first + together].view(-1, 1, 1, 1) * picture).requires_grad_()
            (slope,) = torch.autograd.grad(asked.score(batch).sum(), batch)
        total += slope.sum(0, keepdim=True)
        yield Share(min(1.0, (first + together) / _STEPS))
    with evaluating(asked.module), torch.no_grad():
        here, even = (float(asked.score(item)[0]) for item in (picture, torch.zeros_like(picture)))
    heat = (total / _STEPS * picture)[0].sum(0)
    figures = (("sum", float(heat.sum())), ("score less that of the even picture", here - even))
    yield answer("integrated", asked, heat, signed=True, figures=figures)


def occlusion(asked: Asked, should_stop: ShouldStop) -> Iterator[Share | Attribution]:
    """An even patch, an eighth of the side, moves by half of it; the heat is the mean loss of score."""
    high, wide = asked.picture.shape[2:]
    patch = max(1, round(min(high, wide) / 8))
    step = max(1, patch // 2)
    corners = [(row, column) for row in _starts(high, patch, step) for column in _starts(wide, patch, step)]
    lost = torch.zeros(high, wide, dtype=torch.float64)
    covered = torch.zeros(high, wide, dtype=torch.float64)
    with evaluating(asked.module), torch.no_grad():
        score = float(asked.score(asked.picture)[0])
    together = asked.together(sloped=False)
    for first in range(0, len(corners), together):
        if should_stop():
            return
        some = corners[first : first + together]
        batch = asked.picture.repeat(len(some), 1, 1, 1)
        for item, (row, column) in zip(batch, some, strict=True):
            item[:, row : row + patch, column : column + patch] = 0
        with evaluating(asked.module), torch.no_grad():
            scores = asked.score(batch).double().cpu()
        for (row, column), now in zip(some, scores, strict=True):
            lost[row : row + patch, column : column + patch] += score - now
            covered[row : row + patch, column : column + patch] += 1
        yield Share(min(1.0, (first + together) / len(corners)))
    figures = (("score", score), ("side of the patch", float(patch)))
    yield answer("occlusion", asked, lost / covered, signed=True, figures=figures)


def _starts(side: int, patch: int, step: int) -> Sequence[int]:
    """Where the patch starts along an axis: every step, and at the far end."""
    return sorted({*range(0, side - patch + 1, step), side - patch})

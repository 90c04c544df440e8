"""Which pixels count: gradients by the picture, the way from an even picture, and covered patches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, fx, nn

from explorer.core.errors import ExplorerError
from explorer.engine.causes.class_score import Asked, answer, part_of
from explorer.engine.causes.methods import Attribution, Share
from explorer.engine.running.forward import evaluating

ShouldStop = Callable[[], bool]

_STEPS = (32, 96, 288)
"""Points on the way from the even picture, more where fewer do not add up; each holds those before.

Sundararajan et al. (sec. 5) advise 20 to 300, and to check that the answer adds up to within 5 %.
"""

_CLOSE = 0.01
"""What may be missing of the difference in score before more points are taken."""


def saliency(asked: Asked, *, guided: bool) -> Attribution:
    """The size of the gradient by each pixel; `guided` keeps only what speaks for the class at every ReLU.

    Raises:
        ExplorerError: `guided`, and no ReLU lies between picture and score.
    """
    met: list[fx.Node] = []

    def only_for(node: fx.Node, result: Tensor) -> Tensor:
        # what comes back through a ReLU is kept only where it speaks for the class
        if isinstance(part_of(asked.module, node), (nn.ReLU, nn.ReLU6)) and result.requires_grad:
            met.append(node)
            result.register_hook(lambda slope: slope.clamp(min=0))  # type: ignore[no-untyped-call]
        return result

    asked.together(sloped=True)
    with evaluating(asked.module), torch.enable_grad():
        picture = asked.picture.clone().requires_grad_()
        score = asked.score(picture, only_for if guided else None)[0]
        if guided and not met:
            raise ExplorerError(
                "guided backpropagation changes what flows back through ReLUs, and this network has none;"
                " use saliency, which would show the same"
            )
        if not score.requires_grad:
            raise ExplorerError("the score does not depend on the picture; switch parts on again")
        (slope,) = torch.autograd.grad(score, picture)
    heat = slope[0].abs().amax(0)  # the strongest colour, as Simonyan et al. take it
    figures = [("score", float(score.detach()))]
    if guided:
        figures.append(("ReLUs that guide", float(len(met))))
    return answer("guided" if guided else "saliency", asked, heat, figures=tuple(figures))


def integrated(asked: Asked, should_stop: ShouldStop) -> Iterator[Share | Attribution]:
    """Gradients along the way from an even picture, at midpoints; it adds up to a difference in score.

    That it does (completeness) is checked: with what is missing, more points are taken.
    """
    picture, total = asked.picture, torch.zeros_like(asked.picture)
    together = asked.together(sloped=True)
    with evaluating(asked.module), torch.no_grad():
        here, even = (float(asked.score(item)[0]) for item in (picture, torch.zeros_like(picture)))
    difference, reached, steps = here - even, 0.0, 0
    for stage, steps in enumerate(_STEPS):
        # of three midpoints the middle one is that of the coarser way
        places = [place for place in range(steps) if not stage or place % 3 != 1]
        for first in range(0, len(places), together):
            if should_stop():
                return
            total += _slopes(asked, [(place + 0.5) / steps for place in places[first : first + together]])
            done = min(1.0, (first + together) / len(places))
            yield Share((stage + done) / len(_STEPS))
        reached = float((total / steps * picture).double().sum())
        if abs(reached - difference) <= _CLOSE * abs(difference):
            break
    figures = [("sum", reached), ("score less that of the even picture", difference)]
    if difference:
        figures.append(("completeness in %", 100 * reached / difference))
    figures.append(("points on the way", float(steps)))
    heat = (total / steps * picture)[0].sum(0)
    yield answer("integrated", asked, heat, signed=True, figures=tuple(figures))


def _slopes(asked: Asked, shares: Sequence[float]) -> Tensor:
    """The gradients by the picture at some shares of the way, added up."""
    with evaluating(asked.module), torch.enable_grad():
        part = torch.tensor(shares, device=asked.picture.device).view(-1, 1, 1, 1)
        batch = (part * asked.picture).requires_grad_()
        scores = asked.score(batch).sum()
        if not scores.requires_grad:
            raise ExplorerError("the score does not depend on the picture; switch parts on again")
        (slope,) = torch.autograd.grad(scores, batch)
    return slope.sum(0, keepdim=True)


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

"""How well a network does on pictures that it was not trained on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  (its usual name)
from numpy.typing import NDArray
from torch import Tensor

from explorer.engine.data.batches import Pictures, parts
from explorer.engine.learning.team import ALONE, Team

_MOST_CLASSES = 200
"""Beyond so many classes the confusion counts are left out: they would be larger than all else."""


_Numbers = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Mean loss, share of right answers, and counts by true class and answer.

    `labels`, `answers` and `losses` are those of every picture in its order; a label of -1 says
    that a picture of the batch could not be read, so that nobody knows which is which.
    """

    loss: float
    accuracy: float
    confusion: tuple[tuple[int, ...], ...]
    labels: _Numbers = field(repr=False)
    answers: _Numbers = field(repr=False)
    losses: _Numbers = field(repr=False)


@torch.no_grad()
def evaluate(
    scores_of: Callable[[Tensor], Tensor],
    pictures: Pictures,
    batch_size: int,
    classes: int,
    should_stop: Callable[[], bool] = lambda: False,
    team: Team = ALONE,
) -> Evaluation | None:
    """Ask a network about all pictures; None if it was stopped. `scores_of` takes pictures of bytes.

    A team divides the pictures among its processes; each gets the figures of all.
    """
    losses, pairs, places = [], [], []
    own, _ = team.share(torch.arange(len(pictures)))
    batches = parts(own, batch_size)
    pictures.announce(batches)
    for chosen in batches:
        if should_stop():
            return None
        values, labels = pictures.batch(chosen)
        if not len(labels):
            continue
        scores = scores_of(values)
        losses.append(F.cross_entropy(scores, labels, reduction="none"))
        pairs.append(labels * classes + scores.argmax(1))
        # where some could not be read, nobody knows which these are
        places.append(chosen if len(chosen) == len(labels) else torch.full((len(labels),), -1))
    answers = torch.cat(pairs) if pairs else torch.zeros(0, dtype=torch.int64)
    every = torch.cat(losses) if losses else torch.zeros(0)
    loss = every.sum()
    right = (answers // classes == answers % classes).sum()
    if team.size == 1:
        total, correct, count = float(loss), int(right), len(answers)
    else:
        figures = torch.stack([loss.double().cpu(), right.double().cpu(), torch.tensor(float(len(answers)))])
        total, correct, count = team.summed(figures).tolist()
    confusion: tuple[tuple[int, ...], ...] = ()
    if classes <= _MOST_CLASSES and count:
        counts = torch.bincount(answers.cpu(), minlength=classes * classes)
        confusion = tuple(tuple(row) for row in team.summed(counts).view(classes, classes).tolist())
    told = torch.cat(places) if places else torch.zeros(0, dtype=torch.int64)
    single = _each(len(pictures), classes, told, answers, every, team)
    return Evaluation(total / max(1, count), correct / max(1, count), confusion, *single)


def _each(
    count: int, classes: int, places: Tensor, answers: Tensor, losses: Tensor, team: Team
) -> tuple[_Numbers, _Numbers, _Numbers]:
    """Class, answer and loss of each picture, by its place; a team puts together what each found."""
    answers, losses = answers.cpu(), losses.double().cpu()
    known = places >= 0
    table = torch.zeros(3, count, dtype=torch.float64)
    table[0, places[known]] = (answers[known] // classes + 1).double()  # 0 is left for: not known
    table[1, places[known]] = (answers[known] % classes).double()
    table[2, places[known]] = losses[known]
    labels, given, lost = team.summed(table).cpu().numpy()
    most = float(np.finfo(np.float16).max)
    return (labels - 1).astype(np.int64), given.astype(np.int64), lost.clip(0, most).astype(np.float16)

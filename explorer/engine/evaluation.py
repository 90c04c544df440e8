"""How well a network does on pictures that it was not trained on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812  (its usual name)
from torch import nn

from explorer.engine.batches import Normalizer, Pictures, parts

_MOST_CLASSES = 200
"""Beyond so many classes the confusion counts are left out: they would be larger than all else."""


@dataclass(frozen=True)
class Evaluation:
    """Mean loss, share of right answers, and counts by true class and answer."""

    loss: float
    accuracy: float
    confusion: tuple[tuple[int, ...], ...]


@torch.no_grad()
def evaluate(
    network: nn.Module,
    pictures: Pictures,
    normalize: Normalizer,
    batch_size: int,
    classes: int,
    should_stop: Callable[[], bool] = lambda: False,
) -> Evaluation | None:
    """Ask the network about all pictures, in evaluation mode; None if it was stopped."""
    network.eval()
    losses, pairs = [], []
    for chosen in parts(torch.arange(len(pictures)), batch_size):
        if should_stop():
            return None
        values, labels = pictures.batch(chosen)
        if not len(labels):
            continue
        scores = network(normalize(values))
        losses.append(F.cross_entropy(scores, labels, reduction="sum"))
        pairs.append(labels * classes + scores.argmax(1))
    if not pairs:
        return Evaluation(0.0, 0.0, ())
    answers = torch.cat(pairs)
    right = int((answers // classes == answers % classes).sum())
    confusion: tuple[tuple[int, ...], ...] = ()
    if classes <= _MOST_CLASSES:
        counts = torch.bincount(answers.cpu(), minlength=classes * classes).view(classes, classes)
        confusion = tuple(tuple(row) for row in counts.tolist())
    return Evaluation(float(torch.stack(losses).sum()) / len(answers), right / len(answers), confusion)

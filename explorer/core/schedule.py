"""Schedules: the height of the learning rate at every moment of a training, as a share of its full height."""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence


class Schedule(enum.StrEnum):
    """How the learning rate falls."""

    CONSTANT = "constant"
    COSINE = "cosine"
    STEP = "step"
    ONE_CYCLE = "one-cycle"
    PLATEAU = "plateau"


class WarmUp(enum.StrEnum):
    """How the learning rate is kept low at first."""

    LINEAR = "linear"
    CONSTANT = "constant"


def cosine(done: float, lowest: float = 0.0) -> float:
    """Half a wave from 1 down to `lowest`, over a training of which the share `done` is over.

    Source: Loshchilov and Hutter, arXiv:1608.03983, eq. 5, without restarts.
    """
    return lowest + (1 - lowest) * (1 + math.cos(math.pi * done)) / 2


def stepped(done: float, decay_at: Sequence[int], factor: float) -> float:
    """1, times `factor` from each of the moments on (in percent of the training).

    Source: He et al., arXiv:1512.03385, sec. 4.2: a tenth at 32,000 and 48,000 of 64,000 steps.
    """
    return factor ** sum(100 * done >= moment for moment in decay_at)


_FIRST_OF_CYCLE = 1 / 25
_LAST_OF_CYCLE = 1e-4


def one_cycle(done: float, peak_at: float) -> float:
    """Half a wave up from 1/25 to 1 at `peak_at`, and half a wave down to 1/250,000.

    Source: Smith and Topin, arXiv:1708.07120, sec. 3, with the figures of torch's OneCycleLR.
    Departs from both in that the momentum stays as it is.
    """
    if done < peak_at:
        return 1 - (1 - _FIRST_OF_CYCLE) * (1 + math.cos(math.pi * done / peak_at)) / 2
    return cosine((done - peak_at) / (1 - peak_at), _FIRST_OF_CYCLE * _LAST_OF_CYCLE)


def warm_up(done: float, until: float, start: float, shape: WarmUp) -> float:
    """What a schedule is multiplied by until the share `until` is over: `start` rising to 1, or `start`.

    Source: rising: Goyal et al., arXiv:1706.02677, sec. 2.2; constant: He et al.,
    arXiv:1512.03385, sec. 4.2 (ResNet-110).
    """
    if done >= until:
        return 1.0
    return start if shape is WarmUp.CONSTANT else start + (1 - start) * done / until

"""How far the numbers of a whole network reach: the ends of one scale of colours for all its layers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from explorer.core.shapes import elements
from explorer.engine.drawing.cutting import SAMPLE, quantile, sampled
from explorer.engine.drawing.tiles import finite_extremes, maps_of
from explorer.engine.looking.kept_network import KeptNetwork
from explorer.engine.pictures.images import Picture
from explorer.engine.running.ablation import switching
from explorer.engine.running.activations import stream
from explorer.engine.running.module import layer_nodes

_SAMPLE = 4 * SAMPLE


def reach(
    kept: KeptNetwork, picture: Picture, should_stop: Callable[[], bool], percent: float = 0.0
) -> float:
    """The largest size of any number of any layer but the inputs; 0 where it was stopped.

    With a `percent`, the size that at most so many of all their numbers exceed: zeros do not count, and
    of every layer the same share of its numbers is looked at. It is found once for a picture. What is
    kept already is not computed again. Hold `TURN`.
    """
    asked = picture, kept.switches, percent
    if kept.reached is not None and kept.reached[0] == asked:
        return kept.reached[1]
    own: Mapping[str, int] = {
        name: elements(node.meta["shape"])
        for name, node in layer_nodes(kept.module).items()
        if node.op != "placeholder"
    }
    step = math.ceil(sum(own.values()) / _SAMPLE)
    most, sizes = 0.0, []
    passing = stream(
        kept.module,
        kept.entering(picture),
        tuple(own),
        step=switching(kept.module, kept.switches),
        known={} if kept.switches or kept.picture is not picture else dict(kept.activations),
        should_stop=should_stop,
    )
    for found in passing:
        values = found.values[0]
        lows, highs = finite_extremes(maps_of(values.reshape(len(values), 1, -1)))
        most = max(most, float(highs.max()), -float(lows.min()))
        if percent:
            sizes.append(sampled(values, step))
    if should_stop():
        return 0.0
    if percent:
        most = quantile(np.concatenate(sizes), percent, most)
    kept.reached = asked, most
    return most

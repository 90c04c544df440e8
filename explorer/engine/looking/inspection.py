"""What a window asks while a person looks inside a network: weights, one picture, one layer at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape, shape_text
from explorer.engine.causes.influence import influence
from explorer.engine.drawing.colour_scales import colour_texts, palette_colours
from explorer.engine.drawing.map_colours import NETWORK
from explorer.engine.drawing.tiles import Row, drawn_side, finite_extremes, maps_of, tiles
from explorer.engine.looking.findings import Answer, Doing, Maps, Report, Request
from explorer.engine.looking.kept_network import TURN, Figures, KeptNetwork, kept_network
from explorer.engine.looking.map_figures import histogram, map_figures
from explorer.engine.looking.network_scale import reach
from explorer.engine.pictures.images import Picture, fitted
from explorer.engine.running.ablation import switching
from explorer.engine.running.activations import Prediction, Values, class_name, predictions
from explorer.engine.running.module import giving_layer, input_shapes, layer_nodes, neighbours

STOPS = 17
_AT_ONCE = 2**22
"""Of layers of more numbers, figures take longer than a hand waits for: so many are looked at first."""

_TOP = 5


def inspect(
    request: Request, should_stop: Callable[[], bool] = lambda: False, room: int = 1
) -> Iterator[Report]:
    """Answer one request: first the maps that were asked for, then what the network says.

    The network and its activations are kept between requests (so many networks as there is
    `room` for), so that another layer of the same picture costs no second pass; one request is
    answered at a time.

    Raises:
        ExplorerError: the network has a problem, or weights, picture and layer do not fit it.
    """
    with TURN:
        kept = yield from kept_network(request, room)
        if should_stop():
            return
        giver = giving_layer(kept.module, request.layer)
        looked = yield from kept.look(request.picture, (giver, kept.leaving), should_stop)
        if should_stop():
            return
        if request.colours.scale == NETWORK:
            yield Doing("Looking at all layers…")
            most = reach(kept, request.picture, should_stop, request.colours.cut)
            if should_stop():
                return
        else:
            most = 0.0
        moved = _influence(request, kept, giver, looked[kept.leaving][0])
        found = _maps(request, giver, looked[giver][0], most, moved, kept.figures.get(giver))
        before = None
        if request.switches:
            plain = yield from kept.look(request.picture, (kept.leaving,), should_stop, plain=True)
            if should_stop():
                return
            before = plain[kept.leaving][0]
        answer = _answer(request, kept, looked[kept.leaving][0], before)
    yield found
    yield answer
    if found.sampled > 1:
        figures = _figures(found.values, finite_extremes(maps_of(found.values)), should_stop)
        if should_stop():
            return
        kept.remember_figures(request, giver, figures)
        made, whole, spread = figures
        yield replace(found, figures=made, statistics=whole, histogram=spread, sampled=1)
    kept.complete(request.picture, should_stop, neighbours(kept.module, giver))


def maps_of_numbers(request: Request, values: Values) -> Maps:
    """What is shown of a layer whose numbers were not computed now but kept.

    Raises:
        ExplorerError: they are no maps.
    """
    return _maps(request, request.layer, values, 0.0, ((), ""), None)


def _maps(
    request: Request,
    giver: str,
    values: Values,
    reach: float,
    moved: tuple[tuple[float, ...], str],
    known: Figures | None,
) -> Maps:
    if values.ndim not in (1, 3):
        raise ExplorerError(
            f"{giver} gives {shape_text(values.shape)}, which are no maps; choose another layer"
        )
    colours, extremes = request.colours, finite_extremes(maps_of(values))
    coloured = tiles(
        values, theme=request.theme, colours=colours, reach=reach, most=drawn_side(values), extremes=extremes
    )
    scale = palette_colours(colours.palette(signed=coloured.signed), request.theme)
    step = 1
    if known is None and request.hurry and values.size > _AT_ONCE:
        step = math.ceil(math.sqrt(values.size / _AT_ONCE))
    part = values[:, ::step, ::step] if step > 1 else values
    figures, whole, spread = known or _figures(part, extremes)
    return Maps(
        request,
        request.layer,
        giver,
        values,
        coloured.pixels,
        coloured.signed,
        coloured.lows,
        coloured.highs,
        colour_texts(scale, STOPS),
        whole,
        figures,
        spread,
        coloured.step,
        *moved,
        step,
    )


def _figures(
    values: Values, extremes: tuple[Row, Row], should_stop: Callable[[], bool] = lambda: False
) -> Figures:
    figures, whole = map_figures(values, extremes, should_stop)
    return figures, whole, histogram(values, extremes=extremes, should_stop=should_stop)


def _influence(
    request: Request, kept: KeptNetwork, giver: str, scores: Values
) -> tuple[tuple[float, ...], str]:
    """How much each map moves the likeliest class, and what that is called; nothing where none is."""
    if not request.influence or not _names_classes(kept, scores):
        return (), ""
    best = _ranked(scores, kept, 1)[0]
    step = switching(kept.module, request.switches) if request.switches else None
    return influence(kept.module, kept.entering(request.picture)[0], giver, best.index, step), best.label


def _names_classes(kept: KeptNetwork, scores: Values) -> bool:
    """Whether the network ends in one row of scores."""
    outputs = kept.module.graph.output_node().meta["layers"]
    return scores.ndim == 1 and len(scores) > 1 and len(outputs) == 1 and not _flaw(scores)


def _flaw(scores: Values) -> str:
    """Why scores name no class though they are a row; the maps of such a network can be looked at."""
    if scores.ndim != 1 or np.isfinite(scores).all():
        return ""
    return "Its scores are NaN or infinite, so it names no class: weights hold such numbers or are too large."


def _answer(request: Request, kept: KeptNetwork, scores: Values, plain: Values | None) -> Answer:
    """What the network says; `plain` are its scores without the switches, if there are any."""
    module = kept.module
    shape = input_shapes(module)[0]
    said: tuple[Prediction, ...] = ()
    before: tuple[Prediction, ...] = ()
    names: tuple[str, ...] = ()
    fallen: Prediction | None = None
    rest = 0, 0.0
    if _names_classes(kept, scores):
        said = _ranked(scores, kept, _TOP)
        names = tuple(class_name(kept.labels or None, index) for index in range(len(scores)))
        rest = len(scores) - len(said), max(0.0, 1.0 - sum(item.probability for item in said))
        if plain is not None and not _flaw(plain):
            earlier = _ranked(plain, kept)
            now = {item.index for item in said}
            before = (*earlier[:_TOP], *(item for item in earlier[_TOP:] if item.index in now))
            others = _ranked(scores, kept)[_TOP:]
            fallen = next((item for item in others if item.index == earlier[0].index), None)
    return Answer(
        request,
        fitted(request.picture, shape, share=kept.share),
        kept.share,
        _feeding(request.picture, shape),
        kept.said,
        said,
        rest,
        tuple(layer_nodes(module)),
        before,
        names,
        kept.mean,
        kept.std,
        kept.seconds,
        fallen,
        kept.keeping,
        _flaw(scores),
    )


def class_shares(kept: KeptNetwork, scores: Values) -> tuple[Prediction, ...]:
    """What a network says of every class, the likeliest first; nothing where it names none."""
    return _ranked(scores, kept) if _names_classes(kept, scores) else ()


def _ranked(scores: Values, kept: KeptNetwork, top: int | None = None) -> tuple[Prediction, ...]:
    """All classes, or so many, the likeliest first."""
    normalized = bool((scores >= 0).all() and abs(float(scores.sum()) - 1.0) < 1e-3)
    return predictions(scores, kept.labels or None, top or len(scores), normalized=normalized)


def _feeding(picture: Picture, shape: Shape) -> str:
    """What was done to the picture, in words."""
    high, wide = picture.pixels.shape[:2]
    if len(shape) != 3:
        return f"{shape_text(shape)} numbers, read row by row"
    done = []
    if (high, wide) != shape[1:]:
        done.append("resized and centre-cropped" if high * shape[2] != wide * shape[1] else "resized")
    if shape[0] == 1:
        done.append("made grey")
    if altered := picture.alteration.told():
        done.append(altered)
    return shape_text(shape) + (f", {' and '.join(done)}" if done else ", as it is")

"""What a window asks while a person looks inside a network: weights, one picture, one layer at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape, shape_text
from explorer.engine.causes.influence import influence
from explorer.engine.drawing.colour_scales import colour_texts, palette_colours
from explorer.engine.drawing.map_colours import NETWORK
from explorer.engine.drawing.tiles import tiles
from explorer.engine.looking.findings import Answer, Doing, Maps, Report, Request
from explorer.engine.looking.kept_network import TURN, KeptNetwork, kept_network, neighbours
from explorer.engine.looking.map_figures import histogram, map_figures
from explorer.engine.pictures.images import Picture, fitted
from explorer.engine.running.activations import Prediction, Values, predictions
from explorer.engine.running.module import giving_layer, input_shapes, layer_nodes

STOPS = 17
DRAWN_SIDE = 512
"""Larger maps are drawn in part: nothing on the screen shows more of one among many."""

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
        looked = yield from kept.look(
            request.picture, (giver, kept.leaving), should_stop, near=neighbours(kept.module, giver)
        )
        if should_stop():
            return
        if request.colours.scale == NETWORK:
            yield Doing("Looking at all layers…")
            reach = kept.reach(request.picture, should_stop)
            if should_stop():
                return
        else:
            reach = 0.0
        moved = _influence(request, kept, giver, looked[kept.leaving][0])
        found = _maps(request, giver, looked[giver][0], reach, moved)
        before = None
        if request.switches:
            plain = yield from kept.look(request.picture, (kept.leaving,), should_stop, plain=True)
            if should_stop():
                return
            before = plain[kept.leaving][0]
        answer = _answer(request, kept, looked[kept.leaving][0], before)
    yield found
    yield answer
    kept.complete(request.picture, should_stop)


def _maps(
    request: Request, giver: str, values: Values, reach: float, moved: tuple[tuple[float, ...], str]
) -> Maps:
    if values.ndim not in (1, 3):
        raise ExplorerError(
            f"{giver} gives {shape_text(values.shape)}, which are no maps; choose another layer"
        )
    colours = request.colours
    coloured = tiles(values, theme=request.theme, colours=colours, reach=reach, most=DRAWN_SIDE)
    scale = palette_colours(colours.palette(signed=coloured.signed), request.theme)
    figures, whole = map_figures(values)
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
        histogram(values),
        coloured.step,
        *moved,
    )


def _influence(
    request: Request, kept: KeptNetwork, giver: str, scores: Values
) -> tuple[tuple[float, ...], str]:
    """How much each map moves the likeliest class, and what that is called; nothing where none is."""
    if not request.influence or not _names_classes(kept, scores):
        return (), ""
    best = _ranked(scores, kept)[0]
    return influence(kept.module, kept.entering(request.picture)[0], giver, best.index), best.label


def _names_classes(kept: KeptNetwork, scores: Values) -> bool:
    """Whether the network ends in one row of scores."""
    outputs = kept.module.graph.output_node().meta["layers"]
    return scores.ndim == 1 and len(scores) > 1 and len(outputs) == 1


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
        everything = _ranked(scores, kept)
        said, names = everything[:_TOP], tuple(item.label for item in sorted(everything, key=_by_index))
        rest = len(scores) - len(said), max(0.0, 1.0 - sum(item.probability for item in said))
        if plain is not None:
            earlier = _ranked(plain, kept)
            now = {item.index for item in said}
            before = (*earlier[:_TOP], *(item for item in earlier[_TOP:] if item.index in now))
            fallen = next((item for item in everything[_TOP:] if item.index == earlier[0].index), None)
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
    )


def class_shares(kept: KeptNetwork, scores: Values) -> tuple[Prediction, ...]:
    """What a network says of every class, the likeliest first; nothing where it names none."""
    return _ranked(scores, kept) if _names_classes(kept, scores) else ()


def _ranked(scores: Values, kept: KeptNetwork) -> tuple[Prediction, ...]:
    """All classes, the likeliest first."""
    normalized = bool((scores >= 0).all() and abs(float(scores.sum()) - 1.0) < 1e-3)
    return predictions(scores, kept.labels or None, len(scores), normalized=normalized)


def _by_index(prediction: Prediction) -> int:
    return prediction.index


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

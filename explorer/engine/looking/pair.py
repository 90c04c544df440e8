"""One picture in two networks: maps on one scale, what differs, and what each network says."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace

import numpy as np

from explorer.core.analysis import analyze
from explorer.core.outline import flatten
from explorer.core.shapes import shape_text
from explorer.engine.drawing.colour_scales import colour_texts, palette_colours
from explorer.engine.drawing.map_colours import LAYER, MAP
from explorer.engine.drawing.tiles import chunks, drawn_side, maps_of, tiles
from explorer.engine.looking.findings import Answer, Doing, Maps, Request
from explorer.engine.looking.inspection import STOPS, class_shares, inspect, maps_of_numbers
from explorer.engine.looking.kept_maps import as_kept, kept_values, probe_picture
from explorer.engine.looking.kept_network import TURN, KeptNetwork, kept_network
from explorer.engine.looking.pair_findings import Difference, KeptEpoch, PairAnswers, PairMaps, PairRequest
from explorer.engine.running.activations import Prediction, class_name

ShouldStop = Callable[[], bool]
_BOTH = 2


def compare(
    request: PairRequest, should_stop: ShouldStop = lambda: False
) -> Iterator[Doing | PairMaps | PairAnswers]:
    """Look at one picture with two networks; both are kept, so that another layer costs no second pass.

    Raises:
        ExplorerError: a network has a problem, or weights, picture or layer do not fit it.
    """
    if request.probe is not None:
        picture = probe_picture(request.probe)
        left, right = (replace(side, picture=picture) for side in (request.left, request.right))
        request = replace(request, left=left, right=right)
    looked = []
    for side, kept in zip((request.left, request.right), request.kept, strict=True):
        found = yield from _seen(side, kept, should_stop)
        if found is None or should_stop():
            return
        looked.append(found)
    (left_maps, says_left), (right_maps, says_right) = looked
    left_maps, right_maps, note = _as_kept(left_maps, right_maps, request.kept)
    left_maps, right_maps = _on_one_scale(left_maps, right_maps)
    shapes = left_maps.values.shape, right_maps.values.shape
    difference, why = None, ""
    if shapes[0] == shapes[1]:
        difference = _difference(left_maps, right_maps)
    else:
        why = f"no difference: the left gives {shape_text(shapes[0])}, the right {shape_text(shapes[1])}"
    yield PairMaps(left_maps, right_maps, difference, why, note)
    shares: list[tuple[Prediction, ...]] = []
    for side, kept in zip((request.left, request.right), request.kept, strict=True):
        shares.append(() if kept is not None else (yield from _shares(side, should_stop)))
    if not should_stop():
        said = _named(says_left, request.kept[0]), _named(says_right, request.kept[1])
        joined = _joined(says_left, says_right, *shares)
        yield PairAnswers(says_left, says_right, request.left.picture, said, joined)


def _seen(
    side: Request, kept: KeptEpoch | None, should_stop: ShouldStop
) -> Generator[Doing, None, tuple[Maps, Answer | None] | None]:
    """Maps and answer of one side; maps alone, where a run kept these and no weights."""
    if kept is None:
        return (yield from _looked(side, should_stop))
    return maps_of_numbers(side, kept_values(kept, side.layer, side.picture)), None


def _named(answer: Answer | None, kept: KeptEpoch | None) -> str:
    if kept is not None:
        return f"{kept.folder.name}, epoch {kept.epoch}, kept maps"
    return answer.weights if answer is not None else ""


def _as_kept(
    left: Maps, right: Maps, kept: tuple[KeptEpoch | None, KeptEpoch | None]
) -> tuple[Maps, Maps, str]:
    """Both sides in the size in which a run kept one of them, and what is to be known of it."""
    if kept == (None, None):
        return left, right, ""
    sides = [left, right]
    notes = []
    for place, name in enumerate(("left", "right")):
        if kept[place] is None:
            continue
        own, other = sides[place], sides[1 - place]
        whole, held = _gives(own), own.values.shape
        words = ["in half precision"]
        if held[0] < whole[0]:
            words.append(f"the first {held[0]:,} of {whole[0]:,}")
        if held[1:] != whole[1:]:
            words.append(f"averaged to {shape_text(held[1:])}")
        notes.append(f"The {name} is what the run kept: {', '.join(words)}.")
        if held != whole and kept[1 - place] is None and other.values.shape == whole:
            smaller = as_kept(other.values, held)
            sides[1 - place] = maps_of_numbers(replace(other.request, layer=other.giver), smaller)
            notes.append(f"The {('right', 'left')[place]} was made as small.")
    return sides[0], sides[1], " ".join(notes)


def _gives(maps: Maps) -> tuple[int, ...]:
    """The whole shape of the layer that maps are of."""
    layers = flatten(analyze(maps.request.graph))
    return next(layer.output for layer in layers if layer.name == maps.giver)


def _looked(request: Request, should_stop: ShouldStop) -> Generator[Doing, None, tuple[Maps, Answer] | None]:
    """Maps and answer of one side; None where it was stopped."""
    maps: Maps | None = None
    for report in inspect(request, should_stop, room=_BOTH):
        if isinstance(report, Doing):
            yield report
        elif isinstance(report, Maps):
            maps = report
        elif maps is not None:
            return maps, report  # what it would fetch for later is left: the other side waits
    return None


def _shares(request: Request, should_stop: ShouldStop) -> Generator[Doing, None, tuple[Prediction, ...]]:
    """What a network makes of every class; nothing where it names none."""
    with TURN:
        kept: KeptNetwork = yield from kept_network(request, _BOTH)
        looked = yield from kept.look(request.picture, (kept.leaving,), should_stop)
    scores = looked.get(kept.leaving)
    return () if scores is None else class_shares(kept, scores[0])  # None: it was stopped


def _joined(
    left: Answer | None,
    right: Answer | None,
    ours: tuple[Prediction, ...],
    others: tuple[Prediction, ...],
) -> tuple[tuple[str, float | None, float | None], ...]:
    labels = _labels(left, right)
    said = [
        names[item.index]
        for answer, names in zip((left, right), labels, strict=True)
        if answer is not None
        for item in answer.predictions
    ]
    first, second = (
        {names[item.index]: item.probability for item in found}
        for found, names in zip((ours, others), labels, strict=True)
    )
    rows = [(name, first.get(name), second.get(name)) for name in dict.fromkeys(said)]
    return tuple(sorted(rows, key=lambda row: -max(row[1] or 0.0, row[2] or 0.0)))


def _labels(left: Answer | None, right: Answer | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the classes of both; one without names takes those of another with as many classes."""
    ours, others = (() if answer is None else answer.classes for answer in (left, right))
    nameless = tuple(class_name(None, index) for index in range(len(ours)))
    if len(ours) == len(others) and nameless in (ours, others):
        return (others, others) if ours == nameless else (ours, ours)
    return ours, others


def _on_one_scale(left: Maps, right: Maps) -> tuple[Maps, Maps]:
    """Both in colours that mean the same numbers, unless each map has a scale of its own."""
    if left.request.colours.scale == MAP:
        return left, right
    signed = left.signed or right.signed
    reach = max(*left.highs, *right.highs, *(-low for low in (*left.lows, *right.lows)))
    return _recoloured(left, reach, signed=signed), _recoloured(right, reach, signed=signed)


def _recoloured(maps: Maps, reach: float, *, signed: bool) -> Maps:
    request = maps.request
    made = tiles(
        maps.values,
        signed=signed,
        theme=request.theme,
        colours=request.colours,
        reach=reach,
        most=drawn_side(maps.values),
    )
    scale = palette_colours(request.colours.palette(signed=signed), request.theme)
    return replace(
        maps,
        pixels=made.pixels,
        signed=signed,
        lows=made.lows,
        highs=made.highs,
        stops=colour_texts(scale, STOPS),
    )


def _difference(left: Maps, right: Maps) -> Difference:
    request = left.request
    values = right.values - left.values
    values.setflags(write=False)
    colours = replace(request.colours, scale=LAYER)
    made = tiles(values, signed=True, theme=request.theme, colours=colours, most=drawn_side(values))
    maps, ours, others = (maps_of(item) for item in (values, left.values, right.values))
    sizes, largest = np.zeros(len(maps)), 0.0
    dot = own = other = 0.0
    for part in chunks(maps):
        away = np.abs(np.nan_to_num(maps[part].astype(np.float64), posinf=0.0, neginf=0.0))
        sizes[part] = away.mean((1, 2))
        largest = max(largest, float(away.max()))
        first, second = (
            np.nan_to_num(item[part].astype(np.float64), posinf=0.0, neginf=0.0) for item in (ours, others)
        )
        dot += float((first * second).sum())
        own += float((first * first).sum())
        other += float((second * second).sum())
    likeness = dot / (own * other) ** 0.5 if own and other else float(own == other)
    scale = palette_colours(request.colours.palette(signed=True), request.theme)
    return Difference(
        values,
        made.pixels,
        max(made.highs),
        colour_texts(scale, STOPS),
        tuple(sizes.tolist()),
        largest,
        likeness,
    )

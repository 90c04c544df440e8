"""One picture in two networks: maps on one scale, what differs, and what each network says."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import replace

import numpy as np

from explorer.core.shapes import shape_text
from explorer.engine.drawing.colour_scales import colour_texts, palette_colours
from explorer.engine.drawing.map_colours import MAP
from explorer.engine.drawing.tiles import chunks, maps_of, tiles
from explorer.engine.looking.findings import Answer, Doing, Maps, Request
from explorer.engine.looking.inspection import DRAWN_SIDE, STOPS, class_shares, inspect
from explorer.engine.looking.kept_network import TURN, KeptNetwork, kept_network
from explorer.engine.looking.pair_findings import Difference, PairAnswers, PairMaps, PairRequest

ShouldStop = Callable[[], bool]
_BOTH = 2


def compare(
    request: PairRequest, should_stop: ShouldStop = lambda: False
) -> Iterator[Doing | PairMaps | PairAnswers]:
    """Look at one picture with two networks; both are kept, so that another layer costs no second pass.

    Raises:
        ExplorerError: a network has a problem, or weights, picture or layer do not fit it.
    """
    looked = []
    for side in (request.left, request.right):
        found = yield from _looked(side, should_stop)
        if found is None or should_stop():
            return
        looked.append(found)
    (left, says_left), (right, says_right) = looked
    left, right = _on_one_scale(left, right)
    shapes = left.values.shape, right.values.shape
    difference, why = None, ""
    if shapes[0] == shapes[1]:
        difference = _difference(left, right)
    else:
        why = f"no difference: the left gives {shape_text(shapes[0])}, the right {shape_text(shapes[1])}"
    yield PairMaps(left, right, difference, why)
    ours = yield from _shares(request.left, should_stop)
    others = yield from _shares(request.right, should_stop)
    if not should_stop():
        yield PairAnswers(says_left, says_right, _joined(says_left, says_right, ours, others))


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


def _shares(request: Request, should_stop: ShouldStop) -> Generator[Doing, None, Mapping[str, float]]:
    """What a network makes of every class, by name; nothing where it names none."""
    with TURN:
        kept: KeptNetwork = yield from kept_network(request, _BOTH)
        looked = yield from kept.look(request.picture, (kept.leaving,), should_stop)
    scores = looked.get(kept.leaving)
    if scores is None:  # it was stopped
        return {}
    return {item.label: item.probability for item in class_shares(kept, scores[0])}


def _joined(
    left: Answer, right: Answer, ours: Mapping[str, float], others: Mapping[str, float]
) -> tuple[tuple[str, float | None, float | None], ...]:
    names = dict.fromkeys(item.label for item in (*left.predictions, *right.predictions))
    rows = [(name, ours.get(name), others.get(name)) for name in names]
    return tuple(sorted(rows, key=lambda row: -max(row[1] or 0.0, row[2] or 0.0)))


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
        maps.values, signed=signed, theme=request.theme, colours=request.colours, reach=reach, most=DRAWN_SIDE
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
    made = tiles(values, signed=True, theme=request.theme, most=DRAWN_SIDE)
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

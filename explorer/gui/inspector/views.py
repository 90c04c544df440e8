"""Which views the pages of the Inspect area show now, and what each is of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from explorer.engine.looking.cause_findings import CauseReport
from explorer.gui.inspector.area import InspectArea
from explorer.gui.inspector.methods.list import MAXIMIZE, PICTURES, VALUE
from explorer.gui.inspector.view_files import Column, View

if TYPE_CHECKING:
    from explorer.gui.inspector.embedding.area import EmbeddingArea
    from explorer.gui.inspector.pairs.area import PairArea


def views_of_one(area: InspectArea, network: str) -> list[View]:
    """What is seen of one picture; nothing before it was looked at."""
    maps = area.panel.maps
    if maps is None:
        return []
    look = maps.request
    about = " · ".join(part for part in (network, area.results.predictions.source.text()) if part)
    about = f"{about} · {look.picture.name}"
    found = [*_middle(area, about), *_picture(area, about), *_right(area, about)]
    return [view for view in found if view.parts]


def found_of(area: InspectArea) -> tuple[CauseReport, ...]:
    """What the chosen way has found, as it is seen."""
    causes = area.results.causes
    answers = (causes.cause.cause, causes.dream.dreamt, causes.pictures.excited)
    return tuple(answer for answer in answers if answer is not None)


def place_of(area: InspectArea) -> tuple[int, ...]:
    """The value of the shown layer that is taken apart: (map, row, column) or (index,); () for none."""
    story, maps = area.results.value.story, area.panel.maps
    same = story is not None and maps is not None and story.cells[0].layer == maps.giver
    return story.cells[0].place if story is not None and same else ()


def _picture(area: InspectArea, about: str) -> Iterator[View]:
    view = area.pictures.view
    marked = "The picture" if view.field is None else "The picture and what the value sees of it"
    yield View("picture", marked, about, (view, area.pictures.facts), (view,))
    fields = area.results.fields
    if not fields.isHidden():
        both = ((fields.may, fields.may_words), (fields.does, fields.does_words))
        yield View("fields", "Theoretical and effective receptive field", about, (both,), (fields,))


def _middle(area: InspectArea, about: str) -> Iterator[View]:
    panel = area.panel
    maps, shown = panel.maps, panel.shown
    assert maps is not None  # noqa: S101  (asked by the caller)
    scale: Column = (panel.scale,) if panel.scale.drawn else ()
    if shown is panel.grid:
        title = f"{len(maps.values):,} maps of {maps.giver}"
        yield View("maps", title, f"{about} · {panel.told}", (*scale, panel.grid), (panel.grid,))
    elif shown is panel.bars:
        title = f"{maps.values.shape[0]:,} numbers of {maps.giver}"
        yield View("maps", title, f"{about} · {panel.told}", (panel.bars,), (panel.bars,))
    elif shown is panel.view:
        title = f"Map {panel.view.index} of {maps.giver}"
        yield View("map", title, f"{about} · {panel.told}", (*scale, panel.view), (panel.view,))
    elif shown is panel.kernels and panel.kernels.sheet is not None:
        yield from _kernels(area, about)


def _kernels(area: InspectArea, about: str) -> Iterator[View]:
    kernels = area.panel.kernels
    assert kernels.sheet is not None  # noqa: S101  (asked by the caller)
    layer = kernels.sheet.kernels.layer
    said = (kernels.readout.text(), kernels.scale.text())
    more = f"{about} · {'; '.join(said)}"
    yield View("kernels", f"Kernels of {layer}", more, (kernels.grid,), (kernels.grid,))
    norms: Column = ("norm of each kernel", kernels.norms)
    likeness: Column = () if kernels.matrix.isHidden() else ("likeness of every two (cosine)", kernels.matrix)
    parts = (kernels.facts, *norms, *likeness)
    places = (kernels.facts, kernels.norms, kernels.matrix)
    yield View("kernelFigures", f"Figures of the kernels of {layer}", about, parts, places)


def _right(area: InspectArea, about: str) -> Iterator[View]:
    results = area.results
    if results.predictions.shown:
        yield View("predictions", "Predictions", about, (results.predictions,), (results.predictions,))
    yield from _cause(area, about)
    for key, part, name in (
        ("mapValues", results.map_part, "Values of one map"),
        ("layerValues", results.layer_part, "Values of the layer"),
    ):
        if not part.isHidden():
            layer = area.panel.maps.giver if area.panel.maps is not None else ""
            yield View(key, name, f"{about} · {layer}", (part,), (part,))


def _cause(area: InspectArea, about: str) -> Iterator[View]:
    """The card of the chosen way, where it has an answer."""
    causes, picture = area.results.causes, area.pictures.view
    name = causes.list.name
    if name == VALUE:
        card = area.results.value
        if card.story is not None and not card.isHidden():
            layer = card.story.cells[0].layer
            yield View("value", "How one value came about", f"{about} · {layer}", card.drawn, (card,))
    elif name == MAXIMIZE:
        dream = causes.dream
        if dream.dreamt is not None:
            title = f"What map {dream.dreamt.request.channel} of {dream.dreamt.request.look.layer} answers to"
            yield View("method", title, about, (dream.still, dream.told, dream.limit), (dream,))
    elif name == PICTURES:
        card_of_pictures = causes.pictures
        if card_of_pictures.excited is not None:
            asked = card_of_pictures.excited.request
            title = f"What excites map {asked.channel} of {asked.look.layer} most"
            parts = (card_of_pictures.sheet, card_of_pictures.told)
            yield View("method", title, f"{about} · {asked.data}", parts, (card_of_pictures,))
    elif causes.cause.answered:
        cause = causes.cause
        parts = (picture, cause.told, cause.scale, cause.facts, cause.limit)
        yield View("method", cause.title.text(), about, parts, (cause,))


def views_of_many(area: EmbeddingArea, network: str) -> list[View]:
    """The plane of many pictures, its classes, and who is taken for whom."""
    from explorer.gui.inspector.embedding.legend import ClassLegend  # the page is there: it is loaded

    features = area.features
    if features is None:
        return []
    about = " · ".join((network, features.said, features.request.layer, features.drawn))
    legend = ClassLegend(area.plot)
    plane: Column = (((area.plot,), (legend,)), area.told)
    found = [View("plane", "Many pictures as points", about, plane, (area.plot,))]
    side = area.side
    if side.matrix.counts and not side.matrix.isHidden():
        parts: Column = (side.matrix, side.told)
        found.append(View("confusion", "Who is taken for whom", about, parts, (side.matrix,)))
    if side.index is not None:
        found.append(View("chosen", "The chosen picture", about, (side.still, side.facts), (side.still,)))
    return found


def views_of_two(area: PairArea) -> list[View]:
    """Both networks and their difference, and what both say."""
    shown = area.maps.shown
    if shown is None:
        return []
    about = f"{area.side.said.text()} · {shown.left.request.picture.name}"
    names = (shown.left.giver, shown.right.giver, area.maps.heads.text())
    columns, places = [], []
    for name, column in zip(names, area.maps.columns, strict=True):
        if column.isHidden():
            continue
        scale: Column = (column.scale,) if column.scale.drawn else ()
        columns.append((name, *scale, column.area))
        places.append(column.area)
    title = f"{area.own.text()} and {area.network.currentText()}"
    found = [View("pair", title, about, (tuple(columns),), tuple(places))]
    said: list[QWidget] = [area.side.predictions, area.side.facts]
    found.append(View("pairSays", f"What {title} say", about, tuple(said), (area.side.predictions,)))
    return found

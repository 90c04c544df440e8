"""A whole inspection becomes a file: a web page, or all numbers; computed layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from torch import nn

from explorer import __version__
from explorer.core.analysis import analyze
from explorer.core.outline import flatten
from explorer.core.shapes import shape_text
from explorer.core.units import probability_text
from explorer.engine.causes.methods import Share, method_named
from explorer.engine.device import check_memory
from explorer.engine.drawing.map_colours import NETWORK
from explorer.engine.looking.cause_findings import Cause, CauseRequest
from explorer.engine.looking.cause_requests import answer as answer_cause
from explorer.engine.looking.cell_findings import CellRequest, CellStory, KernelRequest, KernelSheet
from explorer.engine.looking.cell_requests import answer as answer_cell
from explorer.engine.looking.export_findings import DRAWING, NUMBERS, Exported, ExportRequest
from explorer.engine.looking.findings import RANDOM, Answer, Doing, Maps, shared_end
from explorer.engine.looking.inspection import inspect
from explorer.engine.looking.inspection_answers import answers_shown, kernels_section, story_told
from explorer.engine.looking.inspection_html import to_html
from explorer.engine.looking.inspection_page import Page, Section, Shown, Story
from explorer.engine.looking.inspection_sections import layer_section, maps_each, picture_shown
from explorer.engine.looking.kept_network import TURN, KeptNetwork, kept_network
from explorer.engine.looking.map_files import NumbersFile, to_svg
from explorer.engine.looking.network_scale import reach
from explorer.engine.running.ablation import switching
from explorer.engine.running.activations import Activation, stream
from explorer.engine.running.module import giving_layer, layer_nodes

ShouldStop = Callable[[], bool]


def export(
    request: ExportRequest, should_stop: ShouldStop = lambda: False
) -> Iterator[Doing | Share | Exported]:
    """Compute the file; the last item is it, unless it was stopped.

    Raises:
        ExplorerError: as `inspect`; also for several inputs, and where a method does not fit the network.
    """
    with TURN:
        kept: KeptNetwork = yield from kept_network(request.look)
    if request.kind == NUMBERS:
        yield from _numbers(request, kept, should_stop)
    elif request.kind == DRAWING:
        yield from _drawing(request, should_stop)
    else:
        yield from _page(request, kept, should_stop)


def _asked(request: ExportRequest, kept: KeptNetwork) -> tuple[str, ...]:
    """Plain layers that are asked for, in their order; those of a block are what gives its result."""
    if not request.layers:
        return tuple(layer_nodes(kept.module))
    return tuple(dict.fromkeys(giving_layer(kept.module, name) for name in request.layers))


def _activations(request: ExportRequest, kept: KeptNetwork) -> Iterator[Activation]:
    step = switching(kept.module, request.look.switches)
    return stream(kept.module, kept.entering(request.look.picture), _asked(request, kept), step=step)


def _numbers(
    request: ExportRequest, kept: KeptNetwork, should_stop: ShouldStop
) -> Iterator[Doing | Share | Exported]:
    names = _asked(request, kept)
    nodes = layer_nodes(kept.module)
    needed = 4 * sum(int(np.prod(nodes[name].meta["shape"])) for name in names)
    check_memory(needed, "cpu", "packing these maps", "choose fewer layers")
    yield Doing("Packing the maps…")
    file = NumbersFile()
    for done, found in enumerate(_activations(request, kept), 1):
        if should_stop():
            return
        file.add(found.name, found.values[0])
        yield Share(done / len(names))
    yield Exported(request, file.finish(_about(request, kept)))


def _drawing(request: ExportRequest, should_stop: ShouldStop) -> Iterator[Doing | Exported]:
    for report in inspect(request.look, should_stop):
        if isinstance(report, Doing):
            yield report
        elif isinstance(report, Maps):
            found, look = report.statistics, request.look
            spread = f"from {found.minimum:.4g} to {found.maximum:.4g}"
            detail = f"{shape_text(report.values.shape)}, {spread}; {look.picture.name}"
            title = f"{report.giver} of {request.title}"
            drawn = to_svg(
                report.values,
                title,
                detail,
                colours=look.colours,
                theme=look.theme,
                reach=shared_end(report),
            )
            yield Exported(request, drawn.encode("utf-8"))
            return


def _about(request: ExportRequest, kept: KeptNetwork) -> Mapping[str, Any]:
    """Where the numbers come from."""
    picture = request.look.picture
    return {
        "program": f"Architecture Explorer {__version__}",
        "network": request.title,
        "weights": kept.said,
        "picture": picture.name,
        "mean": list(kept.mean),
        "std": list(kept.std),
        "share": kept.share,
        "altered": picture.alteration.alters,
        "switches": [switch.told() for switch in request.look.switches],
    }


def _page(
    request: ExportRequest, kept: KeptNetwork, should_stop: ShouldStop
) -> Iterator[Doing | Share | Exported]:
    answer: Answer | None = None
    for report in inspect(request.look, should_stop):
        if isinstance(report, Doing):
            yield report
        if isinstance(report, Answer):
            answer = report
            break
    if answer is None:
        return
    causes = yield from _causes(request, answer, should_stop)
    cells = yield from _cells(request, kept, should_stop)
    layers = {layer.name: layer for layer in flatten(analyze(request.look.graph))}
    names = _asked(request, kept)
    opened = giving_layer(kept.module, request.look.layer)
    yield Doing("Drawing the maps…")
    far = 0.0
    if request.look.colours.scale == NETWORK:
        with TURN:
            far = reach(kept, request.look.picture, should_stop, request.look.colours.cut)
    sections, most = [], maps_each(len(names))
    for done, found in enumerate(_activations(request, kept), 1):
        if should_stop():
            return
        section = layer_section(
            layers[found.name],
            found.values[0],
            request.look.colours,
            most=most,
            whole=found.name == opened,
            reach=far,
        )
        sections.append(section)
        yield Share(done / len(names))
    if should_stop():
        return
    page = _described(request, kept, answer, causes, cells, sections, opened)
    yield Exported(request, to_html(page).encode("utf-8"))


def _described(
    request: ExportRequest,
    kept: KeptNetwork,
    answer: Answer,
    causes: Sequence[Shown],
    cells: tuple[Story | None, Section | None],
    sections: Sequence[Section],
    opened: str,
) -> Page:
    picture = request.look.picture
    spread = ", ".join(f"{value:.4g}" for value in kept.std)
    facts = {
        "network": request.title,
        "weights": answer.weights,
        "picture": f"{picture.name}, {picture.size[0]:,}×{picture.size[1]:,} pixels, mode {picture.mode}",
        "fed to the network as": answer.feeding,
        "cut": _cut(answer),
        "normalised by mean": ", ".join(f"{value:.4g}" for value in kept.mean),
        "and deviation": spread,
    }
    if picture.notes:
        facts["read as"] = "; ".join(picture.notes)
    warnings = []
    if request.look.weights.kind == RANDOM:
        warnings.append(
            "The weights are random: maps and shares show the architecture, not anything learned."
        )
    if picture.alteration.alters:
        warnings.append("The picture was altered before the network saw it; the second picture shows how.")
    if request.look.switches:
        off = "; ".join(switch.told() for switch in request.look.switches)
        warnings.append(f"Parts of the network are switched: {off}.")
    count, share = answer.rest
    return Page(
        f"{request.title} looks at {picture.name}",
        facts,
        warnings,
        (
            picture_shown(picture.pixels, "the picture as it was opened"),
            picture_shown(answer.fed, f"what the network sees: {answer.feeding}"),
        ),
        [(item.label, item.probability) for item in answer.predictions],
        f"the other {count:,} classes together {probability_text(share)}" if count else answer.flaw,
        causes,
        sections,
        opened,
        *cells,
        _left_out(len(sections), opened),
    )


def _cut(answer: Answer) -> str:
    """Which part of the picture is seen, in its own pixels."""
    high, wide = answer.request.picture.pixels.shape[:2]
    down, across = answer.fed.shape[:2]
    scale = answer.share / max(down / high, across / wide)
    seen = round(across * scale), round(down * scale)
    if seen == (wide, high):
        return "the whole picture"
    return f"the middle {seen[0]:,}×{seen[1]:,} of its {wide:,}×{high:,} pixels"


def _left_out(layers: int, opened: str) -> str:
    """Of what not all is drawn, and where the rest is."""
    most = maps_each(layers)
    if layers == 1:
        return ""
    return (
        f"Of each layer the first {most} maps are drawn, of {opened} up to 512; the figures are those of"
        " all maps. An .npz file holds all numbers."
    )


def _has_kernels(kept: KeptNetwork, layer: str) -> bool:
    node = layer_nodes(kept.module)[giving_layer(kept.module, layer)]
    part = kept.module.get_submodule(str(node.target)) if node.op == "call_module" else None
    return isinstance(part, (nn.Conv2d, nn.ConvTranspose2d))


def _cells(
    request: ExportRequest, kept: KeptNetwork, should_stop: ShouldStop
) -> Generator[Doing, None, tuple[Story | None, Section | None]]:
    """The value that is asked for, taken apart, and the kernels of the layer that is looked at."""
    story: Story | None = None
    section: Section | None = None
    asked: list[CellRequest | KernelRequest] = []
    if request.place:
        asked.append(CellRequest(request.look, request.place))
    if _has_kernels(kept, request.look.layer):
        asked.append(KernelRequest(request.look))
    for question in asked:
        for report in answer_cell(question, should_stop):
            if isinstance(report, CellStory):
                story = story_told(report)
            elif isinstance(report, KernelSheet):
                section = kernels_section(report)
            elif isinstance(report, Doing):
                yield report
    return story, section


def _causes(
    request: ExportRequest, answer: Answer, should_stop: ShouldStop
) -> Generator[Doing | Share, None, list[Shown]]:
    """What is found already, and the picture under the heat of each method that is asked for."""
    shown = [item for report in request.found for item in answers_shown(report, answer.fed)]
    for name in request.methods:
        method = method_named(name)
        yield Doing(f"{method.title}…")
        layer = request.look.layer if method.by_layer and len(request.layers) == 1 else ""
        for report in answer_cause(CauseRequest(request.look, name, request.index, layer), should_stop):
            if isinstance(report, Cause):
                shown += answers_shown(report, answer.fed)
            elif isinstance(report, (Doing, Share)):
                yield report
    return shown

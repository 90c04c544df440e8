"""A whole inspection becomes a file: a web page, or all numbers; computed layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from explorer import __version__
from explorer.core.analysis import analyze
from explorer.core.outline import flatten
from explorer.core.shapes import shape_text
from explorer.engine.causes.methods import Share, method_named
from explorer.engine.device import check_memory
from explorer.engine.looking.cause_findings import Cause, CauseRequest
from explorer.engine.looking.cause_requests import answer as answer_cause
from explorer.engine.looking.export_findings import DRAWING, NUMBERS, Exported, ExportRequest
from explorer.engine.looking.findings import RANDOM, Answer, Doing, Maps
from explorer.engine.looking.inspection import inspect
from explorer.engine.looking.inspection_page import Page, Section, Shown, to_html
from explorer.engine.looking.inspection_sections import layer_section, picture_shown
from explorer.engine.looking.kept_network import TURN, KeptNetwork, kept_network
from explorer.engine.looking.map_files import NumbersFile, to_svg
from explorer.engine.pictures.images import Pixels
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
            drawn = to_svg(report.values, title, detail, colours=look.colours, theme=look.theme)
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
    layers = {layer.name: layer for layer in flatten(analyze(request.look.graph))}
    names = _asked(request, kept)
    yield Doing("Drawing the maps…")
    sections = []
    for done, found in enumerate(_activations(request, kept), 1):
        if should_stop():
            return
        sections.append(layer_section(layers[found.name], found.values[0], whole=len(names) == 1))
        yield Share(done / len(names))
    opened = giving_layer(kept.module, request.look.layer)
    page = _described(request, kept, answer, causes, sections, opened)
    yield Exported(request, to_html(page).encode("utf-8"))


def _described(
    request: ExportRequest,
    kept: KeptNetwork,
    answer: Answer,
    causes: Sequence[Shown],
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
        "cut": "the whole picture" if answer.share == 1 else f"its middle {100 * answer.share:.1f} %",
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
        f"the other {count:,} classes together {100 * share:.1f} %" if count else "",
        causes,
        sections,
        opened,
    )


def _causes(
    request: ExportRequest, answer: Answer, should_stop: ShouldStop
) -> Generator[Doing | Share, None, list[Shown]]:
    """The picture under the heat of each method that is asked for."""
    shown: list[Shown] = []
    for name in request.methods:
        method = method_named(name)
        yield Doing(f"{method.title}…")
        layer = request.look.layer if method.by_layer and len(request.layers) == 1 else ""
        for report in answer_cause(CauseRequest(request.look, name, request.index, layer), should_stop):
            if isinstance(report, Cause):
                caption = f"{method.title} for {report.label}. What it does not say: {method.limit}"
                shown.append(picture_shown(laid_over(answer.fed, report.pixels), caption))
            elif isinstance(report, (Doing, Share)):
                yield report
    return shown


def laid_over(fed: Pixels, heat: Pixels, strength: float = 0.85) -> Pixels:
    """Heat (H, W, 4) over the picture (H, W, 1 or 3) that it explains."""
    below = np.repeat(fed, 3 // fed.shape[2], axis=2).astype(np.float32)
    cover = heat[:, :, 3:].astype(np.float32) / 255 * strength
    return np.rint(below * (1 - cover) + heat[:, :, :3] * cover).astype(np.uint8)

"""`arch-explorer features`: what layers make of a picture, as a drawing, as numbers or as a page."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from explorer.cli.network import Network, network
from explorer.cli.output import add_network, write_file
from explorer.cli.program import DONE, complain
from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError, UnknownName
from explorer.core.outline import outline
from explorer.core.shapes import shape_text
from explorer.engine.causes.methods import METHODS, Share, method_named
from explorer.engine.looking.export_findings import NUMBERS, PAGE, Exported, ExportRequest
from explorer.engine.looking.findings import FILE, RANDOM, Answer, Maps, Request, WeightsSource

ALL = "all"
_PNG, _SVG = "png", "svg"
_KINDS = (_PNG, _SVG, NUMBERS, PAGE)


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "features",
        help="the feature maps of layers for a picture, as PNG, SVG, .npz or a web page",
        description="Writes what layers make of a picture. The ending of --out says how: .png and .svg draw"
        " one layer, .npz holds all numbers by the names of the layers, .html is a page that needs nothing"
        " else.",
    )
    parser.set_defaults(run=run)
    add_network(parser)
    parser.add_argument("--image", required=True, metavar="FILE", help="the picture that enters")
    parser.add_argument(
        "--layer",
        required=True,
        metavar="ID|ID,ID|all",
        help="a layer or block, as `table` names it; several, or all, for .npz and .html",
    )
    parser.add_argument(
        "--out",
        required=True,
        metavar="FILE.png|svg|npz|html",
        help="the file to write; a PNG where it ends in nothing of these",
    )
    parser.add_argument(
        "--method",
        action="append",
        default=[],
        metavar="NAME",
        help="also ask why the likeliest class: "
        + ", ".join(_spelled(method.name) for method in METHODS)
        + " (in a page beside the maps; in a PNG instead of them); may be given several times",
    )
    parser.add_argument("--class", type=int, dest="index", metavar="N", help="ask --method of this class")
    parser.add_argument(
        "--weights",
        metavar="FILE|RUN|pretrained|random",
        help="what the weights are; a run has its own, others are random (seed 0) unless told",
    )


def run(args: Namespace) -> int:
    """Write the file and say what is in it."""
    chosen = network(args.network, input=args.input, settings=args.settings)
    kind, layers = _kind(args.out), _layers(chosen, args.layer)
    methods = tuple(_method(name) for name in args.method)
    _check(kind, layers, methods)
    look = _look(chosen, args, layers[0] if layers else "")
    title = chosen.name
    if kind in (NUMBERS, PAGE):
        request = ExportRequest(look, title, kind, layers, methods, args.index)
        return _export(request, args.out)
    if methods:
        return _explain(look, methods[0], args.index, args.out)
    return _draw(look, title, kind, args.out)


def _kind(out: str) -> str:
    ending = Path(out).suffix.lower().removeprefix(".")
    return ending if ending in _KINDS else PAGE if ending == "htm" else _PNG


def _spelled(name: str) -> str:
    return name.replace("_", "-")


def _method(name: str) -> str:
    known = [_spelled(method.name) for method in METHODS]
    if _spelled(name) not in known:
        raise ExplorerError(str(UnknownName("method", name, known)))
    return method_named(name.replace("-", "_")).name


def _layers(chosen: Network, text: str) -> tuple[str, ...]:
    """The layers that are asked for; none mean all.

    Raises:
        ExplorerError: with near names, or the first problem of the network.
    """
    analysis = analyze(chosen.graph)
    for problem in analysis.causes:
        raise ExplorerError(f"{problem.id}: {problem.message}")
    if len(chosen.graph.sources) != 1:
        raise ExplorerError(f"features needs a network with one input, this has {len(chosen.graph.sources)}")
    names = [line.name for line in outline(analysis)]
    if text == ALL and ALL not in names:
        return ()
    wanted = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for layer in wanted:
        if layer not in names:
            refusal = UnknownName(f"layer of {chosen.name}", layer, names)
            raise ExplorerError(f"{refusal}; arch-explorer table {chosen.name} lists them all")
    return wanted


def _check(kind: str, layers: tuple[str, ...], methods: tuple[str, ...]) -> None:
    """Refuse what a kind of file cannot hold."""
    if kind in (_PNG, _SVG) and len(layers) != 1:
        raise ExplorerError(
            f"a {kind.upper()} draws one layer; name it with --layer, or let --out end in .html or .npz"
        )
    if methods and (kind in (_SVG, NUMBERS) or (kind == _PNG and len(methods) > 1)):
        raise ExplorerError(
            "--method is drawn in a page (.html), or one method in a .png; let --out end in one of these"
        )


def _look(chosen: Network, args: Namespace, layer: str) -> Request:
    """What is looked at, with the network kept ready for it."""
    # the engine loads torch, which takes seconds: here and below only after the cheap checks
    from explorer.cli.weights import weighted
    from explorer.engine.looking.kept_network import KeptNetwork, keep
    from explorer.engine.pictures.images import read_picture
    from explorer.engine.running.module import output_layers

    picture = read_picture(Path(args.image))
    for note in picture.notes:
        complain(f"{args.image}: {note}", label="")
    running = weighted(chosen, args.weights)
    source = WeightsSource(RANDOM if running.said.startswith(RANDOM) else FILE, which=running.said)
    made = KeptNetwork(chosen.graph, source, None, "cpu", running.module)
    made.mean, made.std, made.share = running.mean, running.std, running.share
    made.labels, made.said = running.labels, running.said
    keep(made)
    return Request(chosen.graph, source, picture, layer or output_layers(running.module)[0])


def _export(request: ExportRequest, out: str) -> int:
    from explorer.engine.looking.inspection_export import export

    for report in _with_progress(export(request)):
        if isinstance(report, Exported):
            write_file(out, report.data)
    what = ", ".join(request.layers[:3]) or "all layers"
    more = f" and {len(request.layers) - 3} more" if len(request.layers) > 3 else ""
    complain(f"{out}: {what}{more} of {request.title} for {request.look.picture.name}", label="")
    return DONE


def _explain(look: Request, method: str, index: int | None, out: str) -> int:
    """Draw the picture under the heat of one method."""
    from explorer.engine.drawing.mosaic import to_png
    from explorer.engine.looking.cause_findings import Cause, CauseRequest
    from explorer.engine.looking.cause_requests import answer
    from explorer.engine.looking.inspection_export import laid_over

    known = method_named(method)
    layer = look.layer if known.by_layer and method != "cam" else ""
    for report in _with_progress(answer(CauseRequest(look, method, index, layer))):
        if isinstance(report, Cause):
            write_file(out, to_png(laid_over(_looked(look)[1].fed, report.pixels)))
            complain(
                f"{out}: {known.title} for {report.label}. What it does not say: {known.limit}", label=""
            )
    return DONE


def _draw(look: Request, title: str, kind: str, out: str) -> int:
    """Draw the maps of one layer."""
    from explorer.engine.drawing.mosaic import mosaic, to_png
    from explorer.engine.looking.map_files import to_svg

    maps = _looked(look)[0]
    found, shape = maps.statistics, shape_text(maps.values.shape)
    figures = f"from {found.minimum:.4g} to {found.maximum:.4g}, mean {found.mean:.4g}"
    if kind == _SVG:
        detail = f"{shape}, {figures}; {look.picture.name}"
        write_file(out, to_svg(maps.values, f"{look.layer} of {title}", detail).encode("utf-8"))
    else:
        write_file(out, to_png(mosaic(maps.values).pixels))
    complain(
        f"{out}: {look.layer} of {title}, {shape}, {figures},"
        f" {found.dead:,} of {found.channels:,} maps zero everywhere",
        label="",
    )
    return DONE


def _looked(look: Request) -> tuple[Maps, Answer]:
    """The maps of the layer, and what the network says."""
    from explorer.engine.looking.inspection import inspect

    maps: Maps | None = None
    for report in inspect(look):
        if isinstance(report, Maps):
            maps = report
        elif isinstance(report, Answer) and maps is not None:
            return maps, report
    raise AssertionError("nothing stops an inspection on the command line")


def _with_progress(reports: Iterable[object]) -> Iterator[object]:
    """The reports; how far the work is stands on a terminal meanwhile."""
    terminal = sys.stderr.isatty()
    for report in reports:
        if terminal and isinstance(report, Share):
            sys.stderr.write(f"\r{report.done:4.0%}\r")
        yield report

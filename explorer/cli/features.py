"""`arch-explorer features`: what layers make of a picture, as a drawing, as numbers or as a page."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

from explorer.cli.colour_options import add_colours, colours_of
from explorer.cli.network import Network, network
from explorer.cli.output import add_network, write_file
from explorer.cli.program import DONE, complain
from explorer.cli.questions import about_maps, add_questions, answer_to, methods_of, told, with_progress
from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError, UnknownName
from explorer.core.outline import outline
from explorer.core.shapes import shape_text
from explorer.engine.looking.export_findings import NUMBERS, PAGE, Exported, ExportRequest
from explorer.engine.looking.findings import (
    FILE,
    RANDOM,
    Answer,
    Maps,
    Request,
    WeightsSource,
    beyond_scale,
    shared_end,
)

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
        help="the file to write; a PNG where it has no ending",
    )
    add_questions(parser)
    add_colours(parser)
    parser.add_argument(
        "--weights",
        metavar="FILE|RUN|pretrained|random",
        help="what the weights are; a run has its own, others are random (seed 0) unless told",
    )
    parser.add_argument(
        "--classes",
        metavar="imagenet|FILE",
        help="what the classes are called, where the weights do not say it: ImageNet's 1,000, or a file with"
        " one name in a line",
    )
    parser.add_argument(
        "--value",
        metavar="MAP,ROW,COLUMN|INDEX",
        help="also take one number of the (first) layer of --layer apart, in a page",
    )


def run(args: Namespace) -> int:
    """Write the file and say what is in it."""
    chosen = network(args.network, input=args.input, settings=args.settings)
    kind, layers = _kind(args.out), _layers(chosen, args.layer)
    methods, colours = methods_of(args), colours_of(args)
    place = _place(args.value)
    _check(kind, layers, methods, args)
    look = replace(_look(chosen, args, layers[0] if layers else ""), colours=colours)
    title = chosen.name
    if kind in (NUMBERS, PAGE):
        request = ExportRequest(look, title, kind, layers, methods, args.index, place=place)
        return _export(request, args)
    if methods:
        return _explain(look, methods[0], args)
    return _draw(look, title, kind, args.out)


def _kind(out: str) -> str:
    """What the ending of a file says; PNG where it has none.

    Raises:
        ExplorerError: it says something else, or there is no such folder.
    """
    ending = Path(out).suffix.lower().removeprefix(".")
    kind = _PNG if not ending else PAGE if ending == "htm" else ending
    if kind not in _KINDS:
        raise ExplorerError(f"--out ends in .{ending}; let it end in .png, .svg, .npz or .html")
    if not Path(out).absolute().parent.is_dir():
        raise ExplorerError(f"there is no folder {Path(out).parent} for {Path(out).name}; make it first")
    return kind


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


def _place(text: str | None) -> tuple[int, ...]:
    """The place of one number; () where none is asked for."""
    if text is None:
        return ()
    parts = text.split(",")
    if len(parts) not in (1, 3) or not all(
        part.strip().isascii() and part.strip().isdigit() for part in parts
    ):
        raise ExplorerError(
            f"--value is a map, row and column such as 3,10,12, or the index of a number; got {text!r}"
        )
    return tuple(int(part) for part in parts)


def _check(kind: str, layers: tuple[str, ...], methods: tuple[str, ...], args: Namespace) -> None:
    """Refuse what a kind of file cannot hold, and what would be asked for in vain."""
    if args.value is not None and (kind != PAGE or not layers):
        raise ExplorerError(
            "--value takes a number of one layer apart in a page; name the layer, and let --out end in .html"
        )
    if kind in (_PNG, _SVG) and len(layers) != 1:
        raise ExplorerError(
            f"a {kind.upper()} draws one layer; name it with --layer, or let --out end in .html or .npz"
        )
    if methods and (kind in (_SVG, NUMBERS) or (kind == _PNG and len(methods) > 1)):
        raise ExplorerError(
            "--method is drawn in a page (.html), or one method in a .png; let --out end in one of these"
        )
    if about_maps(methods) and len(layers) != 1:
        raise ExplorerError(
            f"--method {about_maps(methods)[0]} asks about a map of one layer; name it with --layer"
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
    running = weighted(chosen, args.weights, args.classes)
    source = WeightsSource(RANDOM if running.said.startswith(RANDOM) else FILE, which=running.said)
    made = KeptNetwork(chosen.graph, source, None, "cpu", running.module)
    made.mean, made.std, made.share = running.mean, running.std, running.share
    made.labels, made.said = running.labels, running.said
    keep(made)
    return Request(chosen.graph, source, picture, layer or output_layers(running.module)[0])


def _export(request: ExportRequest, args: Namespace) -> int:
    """Write numbers or a page, after what the maps answer to is found."""
    from explorer.engine.looking.inspection_export import export

    found = tuple(answer_to(request.look, method, args) for method in about_maps(request.methods))
    others = tuple(method for method in request.methods if method not in about_maps((method,)))
    for report in with_progress(export(replace(request, methods=others, found=found))):
        if isinstance(report, Exported):
            write_file(args.out, report.data)
    what = ", ".join(request.layers[:3]) or "all layers"
    more = f" and {len(request.layers) - 3} more" if len(request.layers) > 3 else ""
    complain(f"{args.out}: {what}{more} of {request.title} for {request.look.picture.name}", label="")
    return DONE


def _explain(look: Request, method: str, args: Namespace) -> int:
    """Draw what one method finds."""
    from explorer.engine.drawing.mosaic import to_png
    from explorer.engine.looking.inspection_answers import answer_pixels

    found = answer_to(look, method, args)
    write_file(args.out, to_png(answer_pixels(found, _looked(look)[1].fed)))
    complain(f"{args.out}: {told(found)}", label="")
    return DONE


def _draw(look: Request, title: str, kind: str, out: str) -> int:
    """Draw the maps of one layer."""
    from explorer.engine.looking.map_files import maps_png, to_svg

    maps = _looked(look)[0]
    found, shape = maps.statistics, shape_text(maps.values.shape)
    figures = f"from {found.minimum:.4g} to {found.maximum:.4g}, mean {found.mean:.4g}"
    if kind == _SVG:
        detail, end = f"{shape}, {figures}; {look.picture.name}", shared_end(maps)
        drawn = to_svg(maps.values, f"{look.layer} of {title}", detail, colours=look.colours, reach=end)
        write_file(out, drawn.encode("utf-8"))
    else:
        write_file(out, maps_png(maps))
    cut = (
        f", the outermost {look.colours.cut:g} % in the colours of the ends"
        if any(beyond_scale(maps))
        else ""
    )
    complain(
        f"{out}: {look.layer} of {title}, {shape}, {figures},"
        f" {found.dead:,} of {found.channels:,} maps zero everywhere{cut}",
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

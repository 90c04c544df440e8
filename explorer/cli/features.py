"""`arch-explorer features`: what one layer makes of a picture, as a PNG of all its maps."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from explorer.cli.network import Network, network
from explorer.cli.output import add_network, write_file
from explorer.cli.program import DONE, complain
from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError, UnknownName
from explorer.core.outline import outline
from explorer.core.shapes import shape_text


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("features", help="the feature maps of one layer for a picture, as a PNG")
    parser.set_defaults(run=run)
    add_network(parser)
    parser.add_argument("--image", required=True, metavar="FILE", help="the picture that enters")
    parser.add_argument("--layer", required=True, metavar="ID", help="a layer or block, as `table` names it")
    parser.add_argument("--out", required=True, metavar="FILE.png", help="the file to write")
    parser.add_argument(
        "--weights",
        metavar="FILE|RUN|pretrained|random",
        help="what the weights are; a run has its own, others are random (seed 0) unless told",
    )


def run(args: Namespace) -> int:
    """Write the picture and say what is in it."""
    chosen = network(args.network, input=args.input, settings=args.settings)
    _check(chosen, args.layer)
    # the engine loads torch, which takes seconds: only after the cheap checks
    from explorer.cli.weights import weighted
    from explorer.engine.activations import capture, statistics
    from explorer.engine.images import fit, read_picture
    from explorer.engine.module import input_shapes
    from explorer.engine.mosaic import mosaic, to_png

    picture = read_picture(Path(args.image))
    for note in picture.notes:
        complain(f"{args.image}: {note}", label="")
    running = weighted(chosen, args.weights)
    shape = input_shapes(running.module)[0]
    entering = fit(picture, shape, running.mean, running.std, share=running.share)
    values = capture(running.module, entering[None], [args.layer])[args.layer][0]
    drawn = mosaic(values)
    write_file(args.out, to_png(drawn.pixels))
    found = statistics(values[None])
    complain(
        f"{args.out}: {args.layer} of {chosen.name}, {shape_text(values.shape)},"
        f" from {found.minimum:.4g} to {found.maximum:.4g}, mean {found.mean:.4g},"
        f" {found.dead:,} of {found.channels:,} maps zero everywhere",
        label="",
    )
    return DONE


def _check(chosen: Network, layer: str) -> None:
    """Refuse an unknown layer and a network that cannot run.

    Raises:
        ExplorerError: with near names, or the first problem.
    """
    analysis = analyze(chosen.graph)
    for problem in analysis.causes:
        raise ExplorerError(f"{problem.id}: {problem.message}")
    if len(chosen.graph.sources) != 1:
        raise ExplorerError(f"features needs a network with one input, this has {len(chosen.graph.sources)}")
    names = [line.name for line in outline(analysis)]
    if layer not in names:
        refusal = UnknownName(f"layer of {chosen.name}", layer, names)
        raise ExplorerError(f"{refusal}; arch-explorer table {chosen.name} lists them all")

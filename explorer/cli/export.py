"""`arch-explorer export`: a network as PyTorch source, ONNX, SVG, PNG or a document."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from explorer.cli.network import Network, network
from explorer.cli.output import add_network, write_file
from explorer.cli.program import DONE, complain
from explorer.core import notation
from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError
from explorer.export.colours import THEMES


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("export", help="a network as PyTorch source, ONNX, SVG, PNG or JSON")
    parser.set_defaults(run=run)
    add_network(parser)
    parser.add_argument(
        "--to",
        required=True,
        choices=tuple(_WRITERS),
        help="python: PyTorch source; onnx: with weights; svg, png: a drawing; json: a document (.archx)",
    )
    parser.add_argument("--out", required=True, metavar="FILE", help="the file to write")
    parser.add_argument(
        "--weights",
        metavar="FILE|RUN|pretrained|random",
        help="for onnx: what the weights are (random, seed 0, unless told)",
    )
    parser.add_argument("--depth", type=int, metavar="N", help="for svg and png: open blocks down to here")
    parser.add_argument("--theme", choices=tuple(THEMES), default="light", help="for svg and png")


def run(args: Namespace) -> int:
    """Write the file and say what it holds."""
    if args.depth is not None and args.depth < 1:
        raise ExplorerError(f"--depth counts from 1 (blocks folded), got {args.depth}")
    if args.weights is not None and args.to != "onnx":
        raise ExplorerError(f"--weights is for --to onnx; --to {args.to} holds no weights, leave it out")
    chosen = network(args.network, input=args.input, settings=args.settings)
    data = _WRITERS[args.to](chosen, args)
    write_file(args.out, data)
    complain(f"{args.out}: {len(data):,} bytes, {chosen.name} as {args.to}", label="")
    return DONE


def _python(chosen: Network, _: Namespace) -> bytes:
    from explorer.export.source import source  # each format loads only what it needs

    return source(chosen.graph, chosen.name).encode("ascii")


def _svg(chosen: Network, args: Namespace) -> bytes:
    from explorer.export.diagram import drawing  # each format loads only what it needs
    from explorer.export.svg import svg

    return svg(drawing(chosen.name, analyze(chosen.graph), args.depth or 1), THEMES[args.theme]).encode()


def _png(chosen: Network, args: Namespace) -> bytes:
    from explorer.export.diagram import drawing  # each format loads only what it needs
    from explorer.export.png import png

    return png(drawing(chosen.name, analyze(chosen.graph), args.depth or 1), THEMES[args.theme])


def _json(chosen: Network, _: Namespace) -> bytes:
    return notation.to_text(chosen.document).encode("utf-8")


def _onnx(chosen: Network, args: Namespace) -> bytes:
    # the engine loads torch, which takes seconds
    from explorer.cli.weights import weighted
    from explorer.engine.running.onnx import onnx_bytes

    return onnx_bytes(weighted(chosen, args.weights).module)


_WRITERS = {"python": _python, "onnx": _onnx, "svg": _svg, "png": _png, "json": _json}

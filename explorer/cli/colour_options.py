"""The options that say how maps are coloured: scale, its ends, and palettes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from explorer.core.errors import ExplorerError, UnknownName
from explorer.engine.drawing.map_colours import CUTS, SCALES, SIGNED, UNSIGNED, MapColours

_USUAL = MapColours()


def add_colours(parser: ArgumentParser) -> None:
    """Declare `--scale`, `--cut` and `--palette`."""
    parser.add_argument(
        "--scale",
        choices=tuple(SCALES),
        default=_USUAL.scale,
        help=f"what shares one scale of colours; {_USUAL.scale} where left out",
    )
    parser.add_argument(
        "--cut",
        metavar="|".join(f"{percent:g}" for percent in CUTS),
        help="so many percent of the numbers that are not zero lie beyond the ends of the scale, in the"
        f" colour of the end; {_USUAL.cut:g} where left out",
    )
    parser.add_argument(
        "--palette",
        action="append",
        default=[],
        metavar="NAME",
        help=f"colours of maps without negative numbers ({', '.join(UNSIGNED)}) or with them"
        f" ({', '.join(_plain(name) for name in SIGNED)}); may be given for both",
    )


def colours_of(args: Namespace) -> MapColours:
    """The colours that were asked for.

    Raises:
        ExplorerError: no such cut or palette; with near names.
    """
    cuts = {f"{percent:g}": percent for percent in CUTS}
    cut = _USUAL.cut if args.cut is None else cuts.get(args.cut.removesuffix("%").strip())
    if cut is None:
        raise ExplorerError(f"--cut is {', '.join(cuts)} (percent), got {args.cut!r}")
    unsigned, signed = _USUAL.unsigned, _USUAL.signed
    known = {_plain(name): name for name in (*UNSIGNED, *SIGNED)}
    for text in args.palette:
        name = known.get(_plain(text.lower()))
        if name is None:
            raise ExplorerError(str(UnknownName("palette", text, tuple(known))))
        unsigned, signed = (name, signed) if name in UNSIGNED else (unsigned, name)
    return MapColours(args.scale, unsigned, signed, cut)


def _plain(name: str) -> str:
    """As it is typed: with a plain hyphen."""
    return name.replace("–", "-")

"""The ways in which the command line asks why: by name, with what each needs, and its answer step by step."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator

from explorer.core.errors import ExplorerError, UnknownName
from explorer.engine.causes.methods import DREAM_LIMIT, METHODS, Share, method_named
from explorer.engine.looking.cause_findings import (
    Cause,
    CauseReport,
    CauseRequest,
    DreamRequest,
    Dreamt,
    Excited,
    ExcitingRequest,
)
from explorer.engine.looking.findings import Request

MAXIMIZE, PICTURES = "maximize", "pictures"
_BY_MAP = MAXIMIZE, PICTURES
_OTHERS = {"maximise": MAXIMIZE, "exciting": PICTURES}


def add_questions(parser: ArgumentParser) -> None:
    """Declare `--method` and what the methods are asked of."""
    parser.add_argument(
        "--method",
        action="append",
        default=[],
        metavar="NAME",
        help="also ask why the likeliest class: "
        + ", ".join(_spelled(method.name) for method in METHODS)
        + f"; or what --map answers to: {MAXIMIZE} (a picture made from noise), {PICTURES} (those of --data"
        " that excite it most). In a page beside the maps, in a PNG instead of them; in a page several times",
    )
    parser.add_argument(
        "--class", type=int, dest="index", metavar="N", help="ask --method of this class, counted from 0"
    )
    parser.add_argument(
        "--map",
        type=int,
        metavar="N",
        help=f"the map (or number) of --layer that {MAXIMIZE} and {PICTURES} are about, counted from 0",
    )
    parser.add_argument("--seed", type=int, metavar="N", help=f"the noise that {MAXIMIZE} begins with; or 0")
    parser.add_argument(
        "--data", metavar="NAME|FOLDER", help=f"the pictures that {PICTURES} looks through, like digits"
    )


def methods_of(args: Namespace) -> tuple[str, ...]:
    """The methods by their own names: integrated, or "integrated gradients", is one.

    Raises:
        ExplorerError: there is none of a name; or what a method needs is missing, or asked for in vain.
    """
    chosen = tuple(dict.fromkeys(_named(name) for name in args.method))
    about_map = [name for name in chosen if name in _BY_MAP]
    needs = (
        (
            args.index is not None,
            len(about_map) < len(chosen),
            "--class says of which class --method is asked",
        ),
        (args.map is not None, bool(about_map), f"--map is for --method {MAXIMIZE} and {PICTURES}"),
        (args.seed is not None, MAXIMIZE in chosen, f"--seed is for --method {MAXIMIZE}"),
        (args.data is not None, PICTURES in chosen, f"--data is for --method {PICTURES}"),
    )
    for given, used, said in needs:
        if given and not used:
            raise ExplorerError(f"{said}; name a method, or leave it out")
    if about_map and args.map is None:
        raise ExplorerError(
            f"--method {about_map[0]} asks about one map of the layer; say which with --map N"
        )
    if PICTURES in chosen and args.data is None:
        raise ExplorerError(f"--method {PICTURES} looks through pictures; say which with --data, like digits")
    if not 0 <= (args.seed or 0) < 2**63:
        raise ExplorerError(f"--seed is a number from 0, got {args.seed}")
    return chosen


def about_maps(methods: Iterable[str]) -> tuple[str, ...]:
    """Those of the methods that ask what a map answers to, not why a class was chosen."""
    return tuple(name for name in methods if name in _BY_MAP)


def answer_to(look: Request, method: str, args: Namespace) -> CauseReport:
    """The last answer to one question; how far it is stands on a terminal meanwhile.

    Raises:
        ExplorerError: the question does not fit network, layer, class, map or data.
    """
    from explorer.engine.looking.cause_requests import answer  # torch takes seconds: after the cheap checks

    asked: CauseRequest | DreamRequest | ExcitingRequest
    if method == MAXIMIZE:
        asked = DreamRequest(look, args.map, args.seed or 0)
    elif method == PICTURES:
        asked = ExcitingRequest(look, args.map, args.data)
    else:
        layer = look.layer if method_named(method).by_layer and method != "cam" else ""
        asked = CauseRequest(look, method, args.index, layer)
    found: CauseReport | None = None
    for report in with_progress(answer(asked)):
        if isinstance(report, Cause | Dreamt | Excited):
            found = report
    if found is None or (isinstance(found, Excited) and not found.pictures):
        raise ExplorerError(f"--data {args.data} holds no picture to look at; choose other data")
    return found


def told(found: CauseReport) -> str:
    """What was found, in one line, and what it does not say."""
    if isinstance(found, Cause):
        method = method_named(found.found.method)
        return f"{method.title} for {found.label}. What it does not say: {method.limit}"
    where = f"map {found.request.channel} of {found.request.look.layer}"
    if isinstance(found, Dreamt):
        return f"a picture that {where} answers to with {found.dream.strength:.4g} on average. {DREAM_LIMIT}"
    skipped = f", {found.skipped:,} could not be read" if found.skipped else ""
    best = f", from {found.pictures[0].value:.4g} to {found.pictures[-1].value:.4g}" if found.pictures else ""
    return (
        f"the {len(found.pictures)} of {found.count:,} pictures of {found.request.data} that excite {where}"
        f" most{best}{skipped}"
    )


def with_progress(reports: Iterable[object]) -> Iterator[object]:
    """The reports; how far the work is stands on a terminal meanwhile."""
    terminal, shown = sys.stderr.isatty(), False
    try:
        for report in reports:
            share = _share(report)
            if terminal and share is not None:
                sys.stderr.write(f"\r{share:4.0%}")
                sys.stderr.flush()
                shown = True
            yield report
    finally:
        if shown:
            sys.stderr.write("\r    \r")
            sys.stderr.flush()


def _share(report: object) -> float | None:
    """How much of the work is done, where a report says it."""
    if isinstance(report, Share):
        return report.done
    if isinstance(report, Dreamt):
        return report.dream.step / report.dream.steps
    if isinstance(report, Excited):
        return report.done / max(1, report.count)
    return None


def _spelled(name: str) -> str:
    return name.lower().replace("_", "-").replace(" ", "-")


def _named(name: str) -> str:
    known = {_spelled(method.name): method.name for method in METHODS} | {way: way for way in _BY_MAP}
    titles = {_spelled(method.title): method.name for method in METHODS} | _OTHERS
    found = known.get(_spelled(name)) or titles.get(_spelled(name))
    if found is None:
        raise ExplorerError(str(UnknownName("method", name, list(known))))
    return found

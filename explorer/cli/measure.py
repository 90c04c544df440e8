"""`arch-explorer measure`: how long every layer takes on a device, and what a training step needs."""

from __future__ import annotations

import contextlib
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from explorer.cli.network import Network, network
from explorer.cli.output import add_network, deliver
from explorer.cli.program import DONE, complain
from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError
from explorer.core.memory import in_training, numbers_of
from explorer.core.outline import Line, leaves, outline
from explorer.core.summing import summed
from explorer.core.units import bytes_text, probability_text
from explorer.export import formats

if TYPE_CHECKING:
    from explorer.engine.counting.ceilings import Ceilings
    from explorer.engine.counting.measuring import Times
    from explorer.engine.events import StepMemory

_HEADER = ("layer", "operator", "in use, ms", "spread, ms", "share", "forward, ms", "backward, ms", "GFLOP/s")


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "measure", help="the time of every layer, and the memory of a training step"
    )
    parser.set_defaults(run=run)
    add_network(parser)
    parser.add_argument("--batch", type=int, default=1, metavar="N", help="pictures at once (1)")
    parser.add_argument("--device", default="auto", help="auto (the default), cpu, cuda:0 …")
    parser.add_argument("--depth", type=int, metavar="N", help="show blocks at this depth as one line each")
    parser.add_argument("--memory", action="store_true", help="also measure the memory of a training step")
    parser.add_argument("--roof", action="store_true", help="also measure what the device can do at most")
    parser.add_argument("--format", choices=formats.FORMATS, default="text", help="how to print it")
    parser.add_argument("--out", metavar="FILE", help="write a file instead of printing")


def run(args: Namespace) -> int:
    """Measure, then print or write the figures."""
    if args.depth is not None and args.depth < 1:
        raise ExplorerError(f"--depth counts from 1 (blocks folded), got {args.depth}")
    chosen = network(args.network, input=args.input, settings=args.settings)
    # not at the top: torch takes seconds to import, and bad input must be answered at once
    from explorer.engine.counting.ceilings import ceilings
    from explorer.engine.counting.measuring import measure
    from explorer.engine.counting.memory import step_memory

    recipe = chosen.document.recipe
    times = _last(measure(chosen.graph, device=args.device, batch=args.batch, recipe=recipe))
    memory = None
    if args.memory:
        one_step = replace(recipe, accumulation=1)
        memory = _last(step_memory(chosen.graph, one_step, device=args.device, pictures=args.batch))
    roof = _last(ceilings(args.device)) if args.roof else None
    deliver(_text(args, chosen, times, memory, roof), args.out)
    return DONE


def _last(events: Iterator[Any]) -> Any:
    """Follow the work on standard error; its result."""
    result: Any = None
    said = ""
    with contextlib.closing(events) as following:  # type: ignore[type-var]
        for result in following:
            what = getattr(result, "what", "")
            if what and what != said:
                said = what
                complain(f"measuring {what}", label="")
    return result


def _text(
    args: Namespace, chosen: Network, times: Times, memory: StepMemory | None, roof: Ceilings | None
) -> str:
    analysis = analyze(chosen.graph)
    lines = tuple(outline(analysis))
    columns = {
        "use": summed(lines, {name: item.median for name, item in times.use.items()}),
        "spread": summed(lines, {name: item.high - item.low for name, item in times.use.items()}),
        "forward": summed(lines, {name: item.median for name, item in times.forward.items()}),
        "backward": summed(lines, {name: item.median for name, item in times.backward.items()}),
    }
    shown = [line for line in leaves(analysis, args.depth) if line.name in columns["use"]]
    if args.format == "json":
        return formats.json_text(_data(chosen, times, memory, roof, shown, columns))
    rows = [_cells(line, columns, times) for line in shown]
    if args.format == "csv":
        return formats.csv_text(_HEADER, rows)
    text = formats.rendered(args.format, _HEADER, rows, _total(columns, lines))
    return text if args.format == "latex" else f"{text}\n{_summary(chosen, times, memory, roof)}\n"


def _cells(line: Line, columns: Mapping[str, Mapping[str, float]], times: Times) -> list[formats.Cell]:
    name = line.name
    use = columns["use"][name]
    share = use / max(1e-12, sum(item.median for item in times.use.values()))
    macs = getattr(line.entry, "macs", 0)
    speed = 2 * macs * times.batch / use / 1e9 if macs and use else None
    backward = columns["backward"].get(name)
    return [
        name,
        line.entry.node.operator.kind(),
        _ms(use),
        _ms(columns["spread"][name]),
        probability_text(share),
        _ms(columns["forward"][name]),
        None if backward is None else _ms(backward),
        None if speed is None else f"{speed:,.1f}",
    ]


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:,.3f}"


def _total(columns: Mapping[str, Mapping[str, float]], lines: tuple[Line, ...]) -> list[formats.Cell]:
    top = [line.name for line in lines if not line.block]
    sums = {key: sum(column.get(name, 0.0) for name in top) for key, column in columns.items()}
    return ["total", "", _ms(sums["use"]), "", "", _ms(sums["forward"]), _ms(sums["backward"]), ""]


def _summary(chosen: Network, times: Times, memory: StepMemory | None, roof: Ceilings | None) -> str:
    pictures = "1 picture" if times.batch == 1 else f"{times.batch:,} pictures"
    speed = times.batch / times.whole_use.median
    said = [f"{chosen.name} on {times.title}, {pictures} at once: {_ms(times.whole_use.median)} ms in use"]
    said[0] += f" ({speed:,.1f} pictures/s)."
    if times.whole_step is not None:
        said.append(
            f"A training step takes {_ms(times.whole_step.median)} ms"
            f" ({times.batch / times.whole_step.median:,.1f} pictures/s)."
        )
    said.append(
        f"Medians of {times.rounds} rounds after 2 that do not count; spread is that of the quartiles."
    )
    if memory is not None:
        said.append(
            f"A training step takes {bytes_text(memory.measured)} of memory, {bytes_text(memory.predicted)}"
            f" were predicted ({100 * (1 / memory.ratio - 1):+.1f} %)."
        )
    if roof is not None:
        said.append(
            f"The device does {roof.flops / 1e9:,.1f} GFLOP/s and {roof.bandwidth / 1e9:,.1f} GB/s at most;"
            f" the ridge is at {roof.ridge:,.1f} FLOPs per byte."
        )
    return "\n".join(said)


def _data(
    chosen: Network,
    times: Times,
    memory: StepMemory | None,
    roof: Ceilings | None,
    shown: list[Line],
    columns: Mapping[str, Mapping[str, float]],
) -> dict[str, Any]:
    keys = {"use": "use_seconds", "spread": "use_spread_seconds", "forward": "forward_seconds",
            "backward": "backward_seconds"}  # fmt: skip
    step = times.whole_step
    numbers = numbers_of(replace(chosen.document.recipe, accumulation=1), gpu=times.device.startswith("cuda"))
    predicted = in_training(analyze(chosen.graph), numbers).need(times.batch)
    return {
        "network": chosen.name,
        "device": times.device,
        "batch": times.batch,
        "rounds": times.rounds,
        "use_seconds": times.whole_use.median,
        "step_seconds": None if step is None else step.median,
        "step_bytes": {"predicted": predicted, "measured": memory and memory.measured},
        "roof": roof and {"flops_per_second": roof.flops, "bytes_per_second": roof.bandwidth},
        "rows": [
            {"id": line.name, "operator": line.entry.node.operator.kind()}
            | {key: columns[name].get(line.name) for name, key in keys.items()}
            for line in shown
        ],
    }

"""Run the benchmarks that are named, or all; print a table and write it as JSON."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks import (
    analysis,
    audit,
    canvas,
    data,
    diagnostics,
    doctor,
    edits,
    latency,
    looking,
    memory,
    numbers,
    plots,
    running,
    window,
)
from tests.benchmarks.measurement import Measurement

BENCHMARKS: Mapping[str, Callable[[], Iterator[Measurement]]] = {
    "analysis": analysis.measure,
    "audit": audit.measure,
    "start": window.measure_start,
    "largest": window.measure_largest,
    "canvas": canvas.measure,
    "edits": edits.measure,
    "memory": memory.measure,
    "numbers": numbers.measure,
    "training": running.measure_training,
    "diagnostics": diagnostics.measure_diagnostics,
    "strip": diagnostics.measure_strip,
    "doctor": doctor.measure,
    "looking": looking.measure,
    "data": data.measure,
    "plots": plots.measure,
    "latency": latency.measure,
}


def main() -> int:
    """0 where every bound is kept, 1 where one is not."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all if none")
    parser.add_argument("--out", type=Path, default=Path("benchmarks.json"), help="the file that is written")
    options = parser.parse_args()
    unknown = set(options.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no benchmark is named {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    found: list[Measurement] = []
    for name in options.names or BENCHMARKS:
        for measurement in BENCHMARKS[name]():
            found.append(measurement)
            print(_line(measurement), flush=True)
    options.out.write_text(json.dumps(_content(found), indent=1) + "\n", encoding="utf-8")
    return 0 if all(item.met for item in found) else 1


def _line(item: Measurement) -> str:
    bounds = [f"at most {item.most:g}"] if item.most is not None else []
    bounds += [f"at most {item.limit:g} {item.unit}"] if item.limit is not None else []
    times = f"{_figure(item.ours, item.unit)} : {_figure(item.baseline, item.unit)} ({item.baseline_name})"
    verdict = "ok  " if item.met else "MISS"
    return f"{verdict} {item.name:<56} {times:<48} = {item.ratio:.4f}, {', '.join(bounds)}"


def _figure(value: float, unit: str) -> str:
    return f"{value * 1000:.1f} ms" if unit == "s" and value < 1 else f"{value:.2f} {unit}"


def _content(found: list[Measurement]) -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "measurements": [{**asdict(item), "ratio": item.ratio, "met": item.met} for item in found],
    }


if __name__ == "__main__":
    sys.exit(main())

"""What a benchmark found, and how it is timed."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Measurement:
    """One comparison: `ours` and `baseline` in `unit`, and the most that ours may be of the baseline.

    `limit` is an absolute bound on `ours`; either bound may be missing.
    """

    name: str
    ours: float
    baseline_name: str
    baseline: float
    most: float | None = None
    limit: float | None = None
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """Ours as a share of the baseline."""
        return self.ours / self.baseline

    @property
    def met(self) -> bool:
        """Whether both bounds are kept."""
        within = self.most is None or self.ratio <= self.most
        return within and (self.limit is None or self.ours <= self.limit)


def best_in_turns(
    ours: Callable[[], object], baseline: Callable[[], object], rounds: int, often: int
) -> tuple[float, float]:
    """The shortest times of two pieces of work: other programs can only make them longer.

    They take turns, `often` of ours for one of the baseline, so that both meet the same machine.
    """
    ours_times, baseline_times = [], []
    for _ in range(rounds):
        baseline_times.append(timed(baseline))
        gc.collect()
        gc.disable()
        try:
            ours_times += [timed(ours) for _ in range(often)]
        finally:
            gc.enable()
    return min(ours_times), min(baseline_times)


def in_turns(one: Callable[[], float], other: Callable[[], float], rounds: int) -> tuple[float, float]:
    """The shortest times of two pieces of work that time themselves, in turns after one round to warm up."""
    one(), other()
    pairs = [(one(), other()) for _ in range(rounds)]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def alternating(one: Callable[[], float], other: Callable[[], float], rounds: int) -> tuple[float, float]:
    """The medians of two timed pieces of work in turns, so that a busy machine slows both."""
    pairs = [(one(), other()) for _ in range(rounds)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def timed(work: Callable[[], object]) -> float:
    """The time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def fresh_process(program: str, python: str = "") -> tuple[float, dict[str, Any]]:
    """Seconds from the start of a Python process until it prints its first line, and that line as JSON.

    `python` is the interpreter, by default our own.

    Raises:
        RuntimeError: the process failed; with what it said.
    """
    with tempfile.TemporaryDirectory() as home:
        folders = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"), home)
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **folders}
        start = time.perf_counter()
        with subprocess.Popen(
            [python or sys.executable, "-c", program],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            seconds = time.perf_counter() - start
            _, said = process.communicate()
    if process.returncode or not line:
        raise RuntimeError(f"the measured process ended with {process.returncode}:\n{said}")
    found: dict[str, Any] = json.loads(line)
    return seconds, found


def import_torch_seconds() -> float:
    """A fresh process that imports torch and says so."""
    return fresh_process("import torch; print('{}', flush=True)")[0]

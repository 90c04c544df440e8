"""How long the window keeps a person waiting: while libraries load, while it trains, over a very long run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.benchmarks.measurement import Measurement, fresh_process

_P99, _LONGEST = 0.016, 0.100
_NETWORKS = {"resnet20": "ResNet-20", "lenet5": "LeNet-5"}
_PHASES = {
    "loading": "while PyTorch loads for {}",
    "train": "while {} trains, its plots and strip shown",
    "design": "while {} trains, its gradients on the canvas",
    "listing": "while a run of a million steps is read",
    "showing": "while its curves are drawn first",
    "running": "while an experiment trains",
}


def measure() -> Iterator[Measurement]:
    """Moves of the mouse that another process sends every 4 ms: how long until each is dealt with."""
    for scene in ("resnet20", "lenet5", "large run", "experiment"):
        program = f"from tests.benchmarks import latency_window; latency_window.show({scene!r})"
        found: dict[str, Any] = fresh_process(program)[1]
        _check(scene, found)
        for phase, name in _PHASES.items():
            if phase in found:
                yield from _waits(name.format(_NETWORKS.get(scene, "an experiment")), found[phase])


def _check(scene: str, found: Mapping[str, Any]) -> None:
    """What was measured took place."""
    if scene in _NETWORKS:
        assert found["steps"] > 10, "nothing was trained"
        assert found["redraws"] > 10, "no curve was drawn"
        assert found["recolourings"] > 2, "the canvas was not coloured anew"
    elif scene == "large run":
        assert found["points"] == 1_000_000, "the run was not shown"


def _waits(name: str, figures: Mapping[str, float]) -> Iterator[Measurement]:
    p50, p99, longest = figures["p50"], figures["p99"], figures["longest"]
    yield Measurement(f"an input waits {name}, p50", p50, "1 ms", 0.001)
    yield Measurement(f"an input waits {name}, p99", p99, "p50", max(1e-6, p50), limit=_P99)
    yield Measurement(f"an input waits {name}, longest", longest, "p99", max(1e-6, p99), limit=_LONGEST)
    yield Measurement(f"and is painted {name}, p99", figures["painted"], "p99", max(1e-6, p99))

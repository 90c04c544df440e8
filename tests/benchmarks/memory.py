"""The predicted memory of training steps against what the device measures, on a GPU where there is one."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.architectures import catalog
from explorer.core.recipe import Recipe
from tests.benchmarks.measurement import Measurement

_NETWORKS = ("resnet50", "vgg16", "densenet121", "mobilenet_v2", "efficientnet_b0")
_BATCHES = {"cpu": (1, 4), "cuda": (16, 64)}
_MOST = 0.15


def measure() -> Iterator[Measurement]:
    """Five networks at 224×224, two batch sizes each: how far the prediction is off."""
    from explorer.engine.counting.memory import step_memory
    from explorer.engine.device import choose

    device = choose("auto")
    for name in _NETWORKS:
        for batch in _BATCHES.get(device.type, _BATCHES["cpu"]):
            for found in step_memory(catalog.build(name), Recipe(), device=str(device), pictures=batch):
                size = found.measured / 2**20
                yield Measurement(
                    f"{name}, a step of {batch} on {found.device}: {size:,.0f} MiB, prediction off by",
                    100 * abs(found.predicted / found.measured - 1),
                    "all of it",
                    100.0,
                    limit=100 * _MOST,
                    unit="%",
                )

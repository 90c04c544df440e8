"""Looking at the layers of a training: what it costs, and how fast the strip of layers is drawn."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from explorer.architectures import catalog
from explorer.core.recipe import Recipe
from tests.benchmarks.measurement import Measurement, alternating

if TYPE_CHECKING:
    from explorer.gui.training.layer_tracks import LayerTracks

_STEPS = 40
_LAYERS, _LOOKS, _FRAMES = 100, 100_000, 50
_FRAME = 1 / 60


def measure_diagnostics() -> Iterator[Measurement]:
    """ResNet-20 on digits with its layers watched, against the same training without."""
    watched, plain = alternating(lambda: _training(watched=True), lambda: _training(watched=False), 3)
    yield Measurement(
        f"ResNet-20 on digits, {_STEPS} steps, layers watched", watched, "not watched", plain, 1.03
    )


def measure_strip() -> Iterator[Measurement]:
    """A strip of 100 layers after 100,000 looks: one frame while the pointer moves over it."""
    from PySide6.QtWidgets import QApplication

    from explorer.gui.theme import theme
    from explorer.gui.training.insights.gradient_strip import GradientStrip
    from explorer.gui.training.layer_tracks import GRADIENT

    application = QApplication.instance() or QApplication([])
    strip = GradientStrip()
    strip.resize(1000, 400)
    strip.set_theme(theme(dark=True))
    strip.show_track(_tracks().tracks[GRADIENT])
    strip.show()
    application.processEvents()
    start = time.perf_counter()
    for _ in range(_FRAMES):
        strip.repaint()
    frame = (time.perf_counter() - start) / _FRAMES
    strip.close()
    yield Measurement(
        f"strip of {_LAYERS} layers, {_LOOKS:,} looks, one frame", frame, "60 a second", _FRAME, 1.0
    )


def _training(*, watched: bool) -> float:
    from explorer.engine.events import Finished, Started
    from explorer.engine.training.diagnostics import LayerObserver
    from explorer.engine.training.trainer import train

    graph = catalog.build("cifar_resnet20", in_channels=1)
    recipe = Recipe(steps=_STEPS, batch_size=64)
    start = 0.0
    observers = (LayerObserver(),) if watched else ()
    for event in train(graph, recipe, device="cpu", observers=observers):
        if isinstance(event, Started):
            start = time.perf_counter()
        if isinstance(event, Finished):
            return time.perf_counter() - start
    raise RuntimeError("the training did not finish")


def _tracks() -> LayerTracks:
    from explorer.engine.runs.sightings import LayersSeen
    from explorer.gui.training.layer_tracks import LayerTracks

    names = tuple(f"layer{place // 25}.{place}.conv" for place in range(_LAYERS))
    made = LayerTracks()
    for look in range(1, _LOOKS + 1):
        figures = tuple(10.0 ** ((place - _LAYERS + look % 7) / 30) for place in range(_LAYERS))
        made.take(LayersSeen(10 * look, names, names, figures, figures, figures, figures, figures))
    return made

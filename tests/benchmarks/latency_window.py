"""Windows at work under a hand that never rests, as a process of its own prints them for the benchmark."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton

from explorer.architectures import catalog
from explorer.core.recipe import Recipe
from explorer.engine.runs.metrics import append_metrics
from explorer.engine.runs.run_folder import RunRecord, write_record
from explorer.gui.application import create_window
from explorer.gui.collecting import Collecting
from explorer.gui.dialogs import Answer, Leave
from explorer.gui.main_window import MainWindow
from explorer.gui.training.area import TrainArea, default_runs_folder
from tests.benchmarks.hand import Hand, figures

_POINTS = 1_000_000
_LONG = 180.0
_PHASE = float(os.environ.get("LATENCY_SECONDS", "10"))

Phases = dict[str, Any]


def training(name: str, data: str) -> Phases:
    """PyTorch is loaded, then a network trained: the Train page, then its gradients on the canvas."""
    window, area, hand = _opened(name, Recipe(data=data, epochs=500, batch_size=32))
    began = time.perf_counter()
    area.start()
    loading = hand.wait(_LONG, until=lambda: area.session.progress.step > 0)
    seconds = time.perf_counter() - began
    hand.wait(1.0)  # the first pictures of all its parts
    train = hand.wait(_PHASE)
    redraws = area.findChild(QObject, "lossPlot").redraws
    colours: list[object] = []
    area.insight.figures_changed.connect(colours.append)
    area.insight.canvas_wanted.emit()  # the button "On the canvas"
    design = hand.wait(1.0 + _PHASE)
    design += hand.wait(_LONG, until=lambda: _changes(colours) > 2)  # on a busy machine
    assert window.design.isVisible()
    return {
        "loading": figures(loading),
        "train": figures(train),
        "design": figures(design),
        "seconds": seconds,
        "steps": area.session.progress.step,
        "redraws": redraws,
        "recolourings": _changes(colours),
    }


def large_run() -> Phases:
    """A run of a million steps is read, while the Train page is there; then its curves are shown."""
    _write_run(default_runs_folder() / "long-20250101-000000")
    _, area, hand = _opened("lenet5", Recipe())
    listing = hand.wait(_LONG, until=lambda: len(area.model.runs) == 1)
    area.model.tick(area.model.runs[0], on=True)
    showing = hand.wait(_LONG, until=lambda: _redraws(area) > 0)
    showing += hand.wait(3.0)
    points = area.pages.cards.loss.points if area.pages.cards is not None else {}
    return {"listing": figures(listing), "showing": figures(showing), "points": sum(points.values())}


def experiment() -> Phases:
    """An experiment trains its networks one after the other, its window open before the other."""
    _, area, hand = _opened("cifar_resnet20", Recipe())
    area.experiments.open()
    window = area.experiments.window
    assert window is not None
    window.choose("degradation")
    hand.wait(_LONG, until=lambda: window.session.found is not None)
    window.findChild(QPushButton, "experimentStart").click()
    loading = hand.wait(_LONG, until=lambda: _trains(window.session.found))
    running = hand.wait(1.0 + _PHASE)
    assert _trains(window.session.found)
    return {"loading": figures(loading), "running": figures(running)}


def _opened(name: str, recipe: Recipe) -> tuple[MainWindow, TrainArea, Hand]:
    window = create_window([name])
    Collecting(window).__enter__()  # as the program does; the process ends without leaving it
    window.resize(1600, 1000)
    window.dialogs.unsaved = lambda *_: Answer.DISCARD
    window.dialogs.training_goes_on = lambda *_, **__: Leave.STOP
    bench = window.workbench
    bench.apply("set the recipe", replace(bench.document, recipe=recipe))
    hand = Hand(window)
    hand.wait(1.0)
    window.window_actions["train"].trigger()
    area = window.areas.train
    assert area is not None
    hand.wait(1.0)
    return window, area, hand


def _redraws(area: TrainArea) -> int:
    return area.pages.cards.loss.redraws if area.pages.cards is not None else 0


def _changes(colours: Sequence[object]) -> int:
    return sum(one != other for one, other in pairwise(colours))


def _trains(found: Any) -> bool:
    return found is not None and any(outcome.state == "running" for outcome in found.outcomes)


def _write_run(folder: Path) -> None:
    folder.mkdir(parents=True)
    write_record(folder, RunRecord("lenet5", catalog.build("lenet5"), Recipe(), {"device": "cpu"}))
    append_metrics(
        folder,
        (
            {"kind": "step", "step": step, "epoch": 1, "loss": 2.0 / step**0.5, "learning_rate": 0.1}
            for step in range(1, _POINTS + 1)
        ),
    )
    append_metrics(folder, [{"kind": "end", "state": "finished", "step": _POINTS, "epoch": 1}])


SCENES: Mapping[str, Callable[[], Phases]] = {
    "resnet20": lambda: training("cifar_resnet20", "shapes"),
    "lenet5": lambda: training("lenet5", "digits"),
    "large run": large_run,
    "experiment": experiment,
}


def show(scene: str) -> None:
    """Play a scene, print what was felt as one line of JSON, and end the process as it stands."""
    print(json.dumps(SCENES[scene]()), flush=True)
    os._exit(0)


if __name__ == "__main__":
    show(sys.argv[1])

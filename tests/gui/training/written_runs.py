"""Runs on the disk for tests, as another program would leave them."""

from __future__ import annotations

from explorer.architectures import catalog
from explorer.core.recipe import Recipe
from explorer.engine.runs.metrics import append_metrics
from explorer.engine.runs.run_folder import RunRecord, write_record
from tests.gui.training.training_area import LONG


def written(folder, name="lenet5", recipe=None, epochs=2, end="finished"):
    """A run on the disk, as another program would leave it."""
    folder.mkdir(parents=True)
    recipe = recipe or Recipe()
    write_record(folder, RunRecord(name, catalog.build("lenet5"), recipe, {"device": "cpu"}))
    start = {"kind": "start", "step": 0, "epoch": 0, "steps_per_epoch": 10, "last_step": 10 * epochs}
    append_metrics(folder, [start | {"device": "cpu", "epochs": epochs, "classes": [], "notes": []}])
    for epoch in range(1, epochs + 1):
        more(folder, epoch)
    if end:
        append_metrics(folder, [{"kind": "end", "state": end, "step": 10 * epochs, "epoch": epochs}])


def more(folder, epoch):
    """One more epoch of ten steps."""
    steps = range(10 * epoch - 9, 10 * epoch + 1)
    lines = [{"kind": "step", "step": step, "epoch": epoch, "loss": 2.0 / step} for step in steps]
    lines = [line | {"accuracy": 0.5, "learning_rate": 0.1} for line in lines]
    figures = {
        "confusion": [],
        "train_loss": 1.0,
        "train_accuracy": 0.5,
        "test_loss": 1.0,
        "test_accuracy": 0.9 - 0.1 / epoch,
    }
    last = {
        "kind": "epoch",
        "step": 10 * epoch,
        "epoch": epoch,
        "best": True,
        "seconds": 1.0,
        "confusion": [],
    }
    append_metrics(folder, [*lines, last | figures])


def listed(qtbot, area, count):
    qtbot.waitUntil(lambda: area.model.rowCount() == count, timeout=LONG)
    return area.model.runs

"""Random presses while LeNet-5 trains; nothing hangs, nothing is lost, no thread is left.

Run `python -m tests.gui.training.random_training --count 200` for many; the test suite does a few.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from explorer.core.recipe import Recipe
from explorer.engine.runs.checkpoint import Checkpoints
from explorer.engine.runs.metrics import read_metrics
from explorer.engine.runs.run_folder import is_run, summarize
from explorer.gui.panel import IconButton
from explorer.gui.training.run import Run, State
from tests.gui.windows import opened

LIMIT_SECONDS = 60.0
"""What takes longer than this hangs."""

RECIPES = (
    Recipe(epochs=1, batch_size=128),
    Recipe(epochs=2, batch_size=256),
    Recipe(epochs=500, batch_size=64),
    Recipe(steps=7, batch_size=128),
    Recipe(epochs=3, batch_size=512, learning_rate=0.01),
)


class TrainingHand:
    """Presses what a person can press, with real events, and looks whether all is as it should be."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.window, self.answers = opened(folder / "user", "lenet5")
        self.chance = random.Random(seed)
        self.done: list[str] = []
        self.runs: list[Run] = []
        self.window.window_actions["train"].trigger()
        area = self.window.areas.train
        assert area is not None
        self.area = area
        area.session.runs_folder = folder / "runs"
        area.session.started.connect(self._keep)
        self._edit()

    def step(self) -> None:
        """One press, some time for what it sets off, and a look at all."""
        what = self.chance.choices(list(_PRESSES), [weight for weight, _ in _PRESSES.values()])[0]
        self.done.append(what)
        _PRESSES[what][1](self)
        QTest.qWait(self.chance.choice((0, 0, 5, 30, 120, 400)))
        self.look()

    def look(self) -> None:
        """What must hold at any moment."""
        session, toolbar = self.area.session, self.area.toolbar
        here = [run for run in session.live if not run.apart]
        assert len(here) <= 1, "two trainings at once in one process"
        assert here == ([session.trained] if session.trained else []), "a training that nobody knows"
        assert not session.waiting or session.trained is not None, "one waits for nobody"
        for run in self.runs:
            xs = list(run.loss.xs)
            assert xs == sorted(set(xs)), f"{run.name} has steps twice"
        if session.paused:
            assert toolbar.start.isEnabled(), "a paused training cannot go on"

    def end(self) -> None:
        """Stop all; every step that was shown is on the disk, and the window closes."""
        session = self.area.session
        for run in session.waiting:
            session.withdraw(run)
        until = time.monotonic() + LIMIT_SECONDS
        while session.live:
            self._press("trainStop")
            QTest.qWait(20)
            assert time.monotonic() < until, "stopping takes too long"
        for run in self.runs:
            self._check_kept(run)
        assert self.window.close(), "the window does not close"

    def _check_kept(self, run: Run) -> None:
        assert run.folder is not None
        if not is_run(run.folder):
            assert not len(run.loss), f"{run.name} has steps and no folder"
            return
        steps = [item["step"] for item in read_metrics(run.folder) if item["kind"] == "step"]
        assert steps == list(range(1, len(steps) + 1)), f"{run.folder} lacks steps: {steps}"
        assert list(run.loss.xs) == steps, "the plot shows other steps than the folder has"
        summary = summarize(run.folder)
        assert summary.state == run.state.value, f"{summary.state} is shown as {run.state.value}"
        assert run.state in (State.STOPPED, State.FINISHED), run.message
        newest = Checkpoints(run.folder).newest()
        assert newest is not None
        assert newest.entry.step == len(steps), f"step {newest.entry.step} of {len(steps)} is kept"

    def close(self) -> None:
        """Put the window away, however it stands."""
        self.window.close()
        self.window.deleteLater()

    def _keep(self, run: Run) -> None:
        if run not in self.runs:
            self.runs.append(run)

    def _press(self, name: str) -> None:
        button = self.area.findChild(IconButton, name)
        assert button is not None
        if self.area.isVisible():
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        elif button.isEnabled():
            button.click()  # from another area it is pressed through the menu

    def _switch(self) -> None:
        area = self.chance.choice(("design", "train", "train", "inspect", "compare"))
        self.done[-1] += f" to {area}"
        self.window.window_actions[area].trigger()

    def _edit(self) -> None:
        bench = self.window.workbench
        recipe = self.chance.choice(RECIPES)
        if recipe != bench.document.recipe:
            bench.apply("another recipe", replace(bench.document, recipe=recipe))

    def _change(self) -> None:
        """Another rate for what trains, typed into its field."""
        field = self.area.recipe.findChild(QWidget, "attribute.learning_rate")
        if self.area.isVisible() and field is not None and field.isEnabled():
            line = field.lineEdit()
            line.setFocus()
            line.selectAll()
            QTest.keyClicks(line, self.chance.choice(("0.01", "0.02", "0.05")))
            QTest.keyClick(line, Qt.Key.Key_Return)

    def _resume(self) -> None:
        """Go on with a run that was stopped."""
        stopped = [run for run in self.area.model.runs if run.state is State.STOPPED and run.folder]
        if stopped:
            self.area.panel.wanted.emit("resume", self.chance.choice(stopped))

    def _undo(self) -> None:
        self.window.window_actions["undo"].trigger()

    def _redo(self) -> None:
        self.window.window_actions["redo"].trigger()

    def _refuse(self) -> None:
        """Close the window and think better of it."""
        from explorer.gui.dialogs import Leave

        if self.area.session.live:
            self.answers.leave_answer = Leave.CANCEL
            assert not self.window.close(), "it closed although it was told not to"
            self.answers.leave_answer = Leave.STOP


_PRESSES: dict[str, tuple[int, Callable[[TrainingHand], None]]] = {
    "start": (6, lambda hand: hand._press("trainStart")),
    "pause": (4, lambda hand: hand._press("trainPause")),
    "step": (4, lambda hand: hand._press("trainStep")),
    "stop": (4, lambda hand: hand._press("trainStop")),
    "queue": (1, lambda hand: hand._press("trainQueue")),
    "switch": (4, TrainingHand._switch),
    "undo": (2, TrainingHand._undo),
    "redo": (1, TrainingHand._redo),
    "edit": (2, TrainingHand._edit),
    "change": (2, TrainingHand._change),
    "resume": (2, TrainingHand._resume),
    "close and cancel": (1, TrainingHand._refuse),
}


def main() -> int:
    """Press as often as is asked for, from several beginnings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--each", type=int, default=50, help="presses in one window")
    options = parser.parse_args()
    failures = 0
    raised: list[BaseException] = []

    def note(_kind: object, error: BaseException, _trace: object) -> None:
        raised.append(error)  # those inside Qt's events

    before = sys.excepthook
    for start in range(0, options.count, options.each):
        seed = options.seed + start // options.each
        with tempfile.TemporaryDirectory() as folder:
            hand = TrainingHand(Path(folder), seed)
            sys.excepthook = note  # the window has one of its own
            try:
                for _ in range(min(options.each, options.count - start)):
                    hand.step()
                    if raised:
                        raise raised.pop()
                hand.end()
            except Exception as error:  # noqa: BLE001  (every kind is a finding; on to the next)
                failures += 1
                traceback.print_exception(error)
                raised.clear()
                print(f"seed {seed}, press {len(hand.done)}: {type(error).__name__}: {error}")
                print("\n".join(f"  {said}" for said in hand.done[-8:]), flush=True)
            hand.close()
            sys.excepthook = before
    print(f"{options.count} presses, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    sys.exit(main())

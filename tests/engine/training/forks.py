"""Trainings in forked processes: killed again and again, or in a team. Run as a module, for it forks.

One process imports torch, which takes seconds; each training is a fork of it.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch.utils.tensorboard import SummaryWriter  # noqa: F401  (imported once, before the forks)

from explorer.core.graph import Graph
from explorer.core.recipe import Recipe
from explorer.engine.data.digits import read_digits
from explorer.engine.events import Finished, Stepped
from explorer.engine.runs.changes import Change, read_changes
from explorer.engine.runs.checkpoint import Checkpoints
from explorer.engine.runs.steering import Steering
from explorer.engine.training import safekeeping
from explorer.engine.training.trainer import train
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.pooling import MaxPool2d
from explorer.operators.sketch import Sketch
from tests.engine.training.training_graphs import tiny

KILLED = Recipe(
    epochs=120,
    batch_size=256,
    learning_rate=0.002,
    optimizer="adamw",
    average=0.95,
    accumulation=2,
    shift=1,
    flip=True,
    mixup=0.2,
)
CHANGES = (
    Change(31, {"learning_rate": 0.001}),
    Change(100, {"batch_size": 300}),
    Change(200, {"momentum": 0.5}),
)

SHORT = replace(KILLED, epochs=40)

TOLD = ({"learning_rate": 0.0005}, {"batch_size": 200}, {"momentum": 0.6}, {"learning_rate": 0.002})
"""What a person says while it trains; the last is the rate that it began with."""

TEAM = Recipe(epochs=2, batch_size=128, learning_rate=0.05, shift=0, weight_decay=1e-3, momentum=0.9)


def plain() -> Graph:
    """A network without BatchNorm and Dropout: the same in a team as alone."""
    sketch = Sketch()
    sketch.chain(
        sketch.input((1, 8, 8)),
        ("conv", Conv2d(8, kernel_size=3, padding=1)),
        ("relu", ReLU()),
        ("pool", MaxPool2d()),
        ("flatten", Flatten()),
        ("fc", Linear(10)),
    )
    return sketch.graph()


def kill(folder: Path, times: int, seed: int) -> list[dict[str, int]]:
    """Train in forks that are killed at random moments, then to the end; what each began and left."""
    chance = random.Random(seed)
    lives = []
    while True:
        before = _newest(folder)
        process, pipe = _begin(folder, resume=before >= 0)
        with os.fdopen(pipe, "rb", buffering=0) as told:
            began = -1
            if len(lives) < times:
                # now and then in the first moments, else after some steps
                wanted = chance.choice((0, 1, 3, 8, 15))
                seen = 0
                while seen < wanted and (data := told.read(8)):
                    began = int(data) if began < 0 else began
                    seen += 1
                time.sleep(chance.uniform(0, 0.02))
                os.kill(process, signal.SIGKILL)
            else:
                while data := told.read(8):
                    began = int(data) if began < 0 else began
        _, status = os.waitpid(process, 0)
        lives.append({"before": before, "began": began, "left": _newest(folder), "status": status})
        if not os.WIFSIGNALED(status):
            return lives


def told(folder: Path) -> list[int]:
    """Train in forks that are killed as soon as another setting counts; the steps that were lost."""
    lost = []
    for setting in TOLD:
        process, pipe = _begin(folder, resume=bool(lost), changes=(), recipe=SHORT)
        with os.fdopen(pipe, "rb", buffering=0) as said:
            said.read(8)  # it has begun to listen
            Steering(folder).change(**setting)
            count, step = len(lost), 0
            while len(read_changes(folder)) == count and (data := said.read(8)):
                step = int(data)
            os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        lost.append(step - _newest(folder))
    process, pipe = _begin(folder, resume=True, changes=(), recipe=SHORT)
    with os.fdopen(pipe, "rb", buffering=0) as said:
        while said.read(8):
            pass
    assert os.waitpid(process, 0)[1] == 0
    return lost


def _begin(
    folder: Path, *, resume: bool, changes: Sequence[Change] = CHANGES, recipe: Recipe = KILLED
) -> tuple[int, int]:
    """Fork a training that writes its step at every event."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    code = 1
    try:
        os.close(reading)
        safekeeping._SAVE_SECONDS = 0.05  # within an epoch too
        has_run = (folder / "run.json").exists()
        if has_run:
            changes = ()
        events = train(tiny(), recipe, device="cpu", folder=folder, resume=has_run, changes=changes)
        for event in events:
            step = event.last.step if isinstance(event, Stepped) else getattr(event, "step", None)
            if step is not None:
                os.write(writing, b"%8d" % step)
            code = 0 if isinstance(event, Finished) else code
    except BaseException:  # noqa: BLE001  (the end of a fork: it is shown, then the fork goes)
        traceback.print_exc()
    finally:
        os._exit(code)


def _newest(folder: Path) -> int:
    """The step of the newest sound checkpoint; -1 where there is none."""
    if not (folder / "checkpoints" / "manifest.json").exists():
        return -1
    newest = Checkpoints(folder).newest()
    return newest.entry.step if newest else -1


def team(root: Path, size: int) -> list[int]:
    """The command line in as many processes as torchrun would start; their exit codes."""
    import torch._dynamo  # noqa: F401  (imported once, before the forks)

    from explorer.__main__ import main
    from explorer.core.document import Document
    from explorer.core.notation import save

    with contextlib.closing(socket.socket()) as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
    save(Document("plain", plain(), recipe=TEAM), root / "plain.archx")
    arguments = ["train", str(root / "plain.archx"), "--run", str(root / "team"), "--device", "cpu"]
    processes = []
    for rank in range(size):
        process = os.fork()
        if not process:
            os.environ |= {
                "RANK": str(rank),
                "LOCAL_RANK": str(rank),
                "WORLD_SIZE": str(size),
                "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": str(port),
            }
            code = 9
            try:
                code = main(arguments)
            except BaseException:  # noqa: BLE001  (the end of a fork: it is shown, then the fork goes)
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                os._exit(code)
        processes.append(process)
    return [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in processes]


def uninterrupted(folder: Path, recipe: Recipe = KILLED, changes: Sequence[Change] = CHANGES) -> int:
    """The same training as that which is killed, in one go; its last step."""
    *_, last = train(tiny(), recipe, device="cpu", folder=folder, changes=changes)
    return int(last.step) if isinstance(last, Finished) else -1


if __name__ == "__main__":
    torch.set_num_threads(1)
    read_digits()
    what, root, number = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    if what == "kills":
        lives = kill(root / "killed", number, seed=number)
        print(json.dumps({"lives": lives, "whole": uninterrupted(root / "whole")}))
    elif what == "told":
        lost = told(root / "killed")
        whole = uninterrupted(root / "whole", SHORT, read_changes(root / "killed"))
        print(json.dumps({"lost": lost, "whole": whole}))
    else:
        codes = team(root, number)
        *_, end = train(plain(), TEAM, device="cpu", folder=root / "alone")
        print(json.dumps({"codes": codes, "alone": isinstance(end, Finished)}))

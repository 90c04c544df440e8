"""Trainings of two processes that lose one of them, or whose leader loses its folder. Run as a module.

One process imports torch, which takes seconds; each training is two forks of it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import sys
import time
import traceback
from datetime import timedelta
from pathlib import Path

import torch
import torch._dynamo  # (what every fork would import is imported once, before them)
from torch.utils.tensorboard import SummaryWriter  # noqa: F401

import explorer.cli.train
import explorer.engine.training.trainer  # noqa: F401
from explorer.__main__ import main
from explorer.engine.data.digits import read_digits
from explorer.engine.learning import team
from explorer.engine.runs.metrics import METRICS

PATIENCE = 6
"""Seconds that a process waits for one that does not answer."""

_LIMIT = 90
"""Seconds after which a fork that hangs is killed; its code is -9 then."""


def free_port() -> int:
    """A port of this computer where two processes can meet."""
    with contextlib.closing(socket.socket()) as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def begin(rank: int, port: int, arguments: list[str], said: Path) -> int:
    """Fork the command line as torchrun would start it; what it says goes to a file."""
    process = os.fork()
    if process:
        return process
    code = 9
    try:
        descriptor = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(descriptor, stream)
        place = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": 2, "MASTER_PORT": port}
        os.environ |= {name: str(value) for name, value in place.items()} | {"MASTER_ADDR": "127.0.0.1"}
        code = main(arguments)
    except BaseException:  # noqa: BLE001  (the end of a fork: it is shown, then the fork goes)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def ended(process: int, until: float) -> int:
    """The exit code of a fork; one that outlasts the limit is killed."""
    while time.monotonic() < until:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.kill(process, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def until_steps(run: Path, lines: int) -> None:
    """Wait until a run has told so much."""
    until = time.monotonic() + _LIMIT
    while time.monotonic() < until:
        if (run / METRICS).exists() and (run / METRICS).read_text("utf-8").count("\n") > lines:
            return
        time.sleep(0.05)


def suffer(root: Path, what: str) -> dict[str, object]:
    """Begin a training of two, let something happen to it, and see how both end."""
    root.mkdir(parents=True)
    run, port = root / "run", free_port()
    epochs = "2" if what == "nothing" else "100000"
    arguments = ["train", "lenet5", "--data", "digits", "--run", str(run), "--device", "cpu"]
    arguments += ["--epochs", epochs, "--batch", "128", "--shift", "2", "--flip", "--mixup", "0.2"]
    ranks = (0,) if what == "absent" else (0, 1)
    processes = [begin(rank, port, arguments, root / f"said-{rank}") for rank in ranks]
    if what not in ("nothing", "absent"):
        until_steps(run, 30)
    if what in ("kill 0", "kill 1"):
        os.kill(processes[int(what[-1])], signal.SIGKILL)
    elif what == "freeze 1":
        os.kill(processes[1], signal.SIGSTOP)
    elif what == "folder":
        shutil.move(run, root / "gone")
    began = time.monotonic()
    waited = processes[:1] if what == "freeze 1" else processes
    codes = [ended(process, began + _LIMIT) for process in waited]
    if what == "freeze 1":
        os.kill(processes[1], signal.SIGKILL)
        os.waitpid(processes[1], 0)
    said = [(root / f"said-{rank}").read_text("utf-8") for rank in ranks]
    return {"codes": codes, "said": said}


if __name__ == "__main__":
    torch.set_num_threads(1)
    read_digits()
    team.PATIENCE = timedelta(seconds=PATIENCE)
    folder = Path(sys.argv[1])
    print(json.dumps({what: suffer(folder / what.replace(" ", "-"), what) for what in sys.argv[2:]}))

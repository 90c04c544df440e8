"""Several processes that train together: what they write, and that none waits for ever for another."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from explorer.core.recipe import Recipe
from explorer.engine.failures import explained
from explorer.engine.learning.team import TeamLost, is_team_lost
from explorer.engine.runs.epoch_files import epochs_in
from explorer.engine.runs.layer_log import read_layers
from explorer.engine.runs.probes import PROBES
from explorer.engine.runs.run_folder import read_record, summarize
from explorer.engine.runs.watch import watch

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a training is forked")

GONE = "another process of the training is gone, or does not answer"


@pytest.fixture(scope="module")
def suffered(tmp_path_factory):
    """What became of two processes when something happened to them."""
    root = tmp_path_factory.mktemp("team")
    what = ("nothing", "kill 1", "kill 0", "freeze 1", "folder", "absent")
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.training.team_forks", str(root), *what],
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return root, json.loads(done.stdout.splitlines()[-1])


def test_layers_and_probes_are_seen_in_a_team_with_augmentation(suffered):
    root, told = suffered
    run = root / "nothing" / "run"
    assert told["nothing"]["codes"] == [0, 0]
    assert told["nothing"]["said"][1] == ""
    looks = list(read_layers(run))
    assert looks
    assert {"c1", "output"} <= set(looks[0].weighted)
    assert all(value > 0 for look in looks for value in look.gradient)
    assert epochs_in(run / PROBES) == (1, 2)
    assert (read_record(run).recipe.mixup, read_record(run).recipe.flip) == (0.2, True)
    assert summarize(run).state == "finished"


@pytest.mark.parametrize("what", ["kill 1", "freeze 1"])
def test_the_leader_ends_with_a_sentence_where_another_is_gone(suffered, what):
    root, told = suffered
    assert told[what]["codes"][0] == 1
    assert GONE in told[what]["said"][0]
    assert "is safe in" in told[what]["said"][0]
    assert "Traceback" not in told[what]["said"][0]
    run = root / what.replace(" ", "-") / "run"
    assert summarize(run).state == "failed"
    *_, last = watch(run)
    assert last.message == GONE
    assert [remedy.label for remedy in last.remedies] == ["Go on in one process"]


@pytest.mark.parametrize("what", ["kill 0", "folder"])
def test_another_ends_with_a_sentence_where_the_leader_is_gone(suffered, what):
    _, told = suffered
    leader, other = told[what]["codes"]
    assert leader == (-signal.SIGKILL if what == "kill 0" else 1)
    assert other == 1
    assert told[what]["said"][1] == f"error: process 2 of 2: {GONE}\n"


def test_the_leader_says_where_its_folder_is_gone(suffered):
    _, told = suffered
    assert "the folder of the run is gone" in told["folder"]["said"][0]
    assert "the trained weights are in" in told["folder"]["said"][0]


def test_nobody_waits_for_ever_for_one_that_never_came(suffered):
    _, told = suffered
    assert told["absent"]["codes"] == [2]
    assert told["absent"]["said"][0].startswith(f"error: {GONE}; start it again")


def test_what_libraries_say_of_a_team_is_told_from_other_errors():
    assert is_team_lost(TeamLost("gone"))
    assert is_team_lost(RuntimeError("[../gloo/transport/tcp/pair.cc:547] Connection closed by peer"))
    assert is_team_lost(RuntimeError("NCCL error in: ProcessGroupNCCL.cpp, remote process exited"))
    assert not is_team_lost(RuntimeError("CUDA error: device-side assert triggered"))
    assert not is_team_lost(ValueError("gloo/transport"))
    assert explained(TeamLost("gone"), Recipe()).message == GONE

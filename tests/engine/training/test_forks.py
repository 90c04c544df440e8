"""Trainings that are killed fifty times, and trainings of several processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest
import torch

from explorer.engine.learning.team import ALONE, torchrun_started
from explorer.engine.runs.changes import read_changes
from explorer.engine.runs.checkpoint import Checkpoints
from explorer.engine.runs.metrics import read_metrics
from explorer.engine.runs.run_folder import read_record, summarize
from tests.engine.training import forks

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a training is forked")

KILLS = 50


def forked(*arguments):
    command = [sys.executable, "-m", "tests.engine.training.forks", *map(str, arguments)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    root = tmp_path_factory.mktemp("killed")
    return root, *forked("kills", root, KILLS)


def test_a_run_that_is_killed_fifty_times_ends_like_one_that_was_not(killed):
    root, told, _ = killed
    lives = told["lives"]
    assert [life["status"] for life in lives] == [signal.SIGKILL] * KILLS + [0]
    one, other = (Checkpoints(root / name).newest() for name in ("killed", "whole"))
    assert one.entry.step == other.entry.step == told["whole"]
    assert one.entry.sums == other.entry.sums
    for ours, theirs in ((one.weights, other.weights), (one.optimizer, other.optimizer)):
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    raw = [name for name in one.state.training if name.startswith("raw.")]
    assert raw
    assert all(torch.equal(one.state.training[name], other.state.training[name]) for name in raw)
    assert read_changes(root / "killed") == forks.CHANGES


def test_no_life_loses_what_the_one_before_had_saved(killed):
    _, told, _ = killed
    for life in told["lives"]:
        assert life["left"] >= life["before"]
        if life["began"] >= 0:
            assert life["began"] == max(0, life["before"])
    assert sum(life["left"] > life["before"] for life in told["lives"]) > KILLS / 4


def test_the_figures_of_the_killed_run_are_those_of_the_other_without_doubles(killed):
    root, _, _ = killed

    def figures(name):
        kept = ("step", "epoch", "loss", "accuracy", "learning_rate")
        return [
            tuple(item[key] for key in kept) for item in read_metrics(root / name) if item["kind"] == "step"
        ]

    assert figures("killed") == figures("whole")
    changes = [item["step"] for item in read_metrics(root / "killed") if item["kind"] == "change"]
    assert changes == [change.step for change in forks.CHANGES]
    assert summarize(root / "killed").state == "finished"


def test_what_was_told_while_it_went_on_counts_after_a_kill_bit_for_bit(tmp_path):
    told, _ = forked("told", tmp_path, 0)
    changes = read_changes(tmp_path / "killed")
    assert [dict(change.settings) for change in changes] == list(forks.TOLD)
    one, other = (Checkpoints(tmp_path / name).newest() for name in ("killed", "whole"))
    assert one.entry.step == other.entry.step == told["whole"]
    for ours, theirs in ((one.weights, other.weights), (one.optimizer, other.optimizer)):
        assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    rows = [
        [
            (item["step"], item["loss"], item["learning_rate"])
            for item in read_metrics(tmp_path / name)
            if item["kind"] == "step"
        ]
        for name in ("killed", "whole")
    ]
    assert rows[0] == rows[1]
    marks = [
        (item["step"], item["settings"])
        for item in read_metrics(tmp_path / "killed")
        if item["kind"] == "change"
    ]
    assert marks == [(change.step, dict(change.settings)) for change in changes]


@pytest.fixture(scope="module")
def team(tmp_path_factory):
    root = tmp_path_factory.mktemp("team")
    return root, *forked("team", root, 2)


def test_two_processes_train_what_one_does(team):
    root, told, _ = team
    assert told == {"codes": [0, 0], "alone": True}
    two, one = (Checkpoints(root / name).newest() for name in ("team", "alone"))
    assert two.entry.step == one.entry.step
    for name, item in one.weights.items():
        torch.testing.assert_close(two.weights[name], item, rtol=1e-4, atol=1e-5)
    for kind, names in (("step", ("loss",)), ("epoch", ("train_loss", "test_loss", "test_accuracy"))):
        rows = [
            [item[name] for item in read_metrics(root / folder) if item["kind"] == kind for name in names]
            for folder in ("team", "alone")
        ]
        assert rows[0] == pytest.approx(rows[1], rel=1e-3)
    confusion = [
        [item["confusion"] for item in read_metrics(root / folder) if item["kind"] == "epoch"][-1]
        for folder in ("team", "alone")
    ]
    assert sum(map(sum, confusion[0])) == sum(map(sum, confusion[1])) == 359


def test_only_the_first_process_writes_and_speaks(team):
    root, _, said = team
    assert said.count("epoch 2/2: loss") == 1
    assert said.count("2 processes: each batch is divided among them") == 1
    assert summarize(root / "team").state == "finished"
    assert read_record(root / "team").recipe == forks.TEAM


def test_one_process_is_a_team_of_its_own():
    chosen = torch.arange(5)
    share, first = ALONE.share(chosen)
    assert torch.equal(share, chosen)
    assert first == 0
    assert ALONE.agreed("so") == "so"
    assert not torchrun_started({})
    assert not torchrun_started({"RANK": "0", "WORLD_SIZE": "1"})
    assert torchrun_started({"RANK": "0", "WORLD_SIZE": "2"})

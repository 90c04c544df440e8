"""Recipes on the command line: --set, --preset, --branch, --sweep, and a process apart."""

from __future__ import annotations

import json
import os

import pytest

from explorer.__main__ import main
from explorer.core.document import Document
from explorer.core.notation import save
from explorer.core.recipe import Recipe
from explorer.engine.events import Finished, Stepped, Stopped
from explorer.engine.runs import apart
from explorer.engine.runs.run_folder import current_recipe, read_record, run_folders, summarize
from explorer.engine.runs.run_notes import RunNotes, write_notes
from explorer.engine.runs.steering import Steering
from explorer.engine.runs.watch import watch
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import tiny

SHORT = ("--epochs", "1", "--batch", "479", "--shift", "0", "--device", "cpu")


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "tiny.archx"
    save(Document("tiny", tiny(), recipe=Recipe(epochs=2, batch_size=256, shift=0, seed=5)), path)
    return path


def cli(capsys, *arguments):
    code = main(["train", *map(str, arguments)])
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return code, told.out, told.err


def test_set_is_for_the_network_and_for_the_recipe(capsys, tmp_path, document):
    run = tmp_path / "run"
    code, _, _ = cli(
        capsys,
        *("lenet5", "--run", run, *SHORT, "--set", "classes=10", "--set", "optimizer=adam"),
        *("--set", "lr=0.001", "--set", "decay_at=20,40", "--set", "decay-all=false"),
    )
    assert code == 0
    recipe = read_record(run).recipe
    assert (recipe.optimizer.value, recipe.learning_rate, recipe.decay_at) == ("adam", 0.001, (20, 40))
    assert not recipe.decay_all
    # a document has no options, so all is the recipe's
    assert cli(capsys, document, "--run", tmp_path / "two", *SHORT, "--set", "seed=9")[0] == 0
    assert read_record(tmp_path / "two").recipe.seed == 9


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--set", "optimiser=adam"], "optimizer"),
        (["--set", "optimizer=lion"], "must be one of sgd, adam"),
        (["--set", "lr=fast"], "must be a number"),
        (["--set", "nonsense"], "name=value"),
        (["--preset", "nobody"], "no preset named 'nobody'"),
        (["--decay-at", "a,b"], "--decay-at"),
        (["--sweep", "lr"], "--sweep takes"),
        (["--sweep", "lr=0.1,x"], "must be a number"),
        (["--sweep", "seed=1,2", "--resume"], "holds no run"),
        (["--at-epoch", "3"], "--branch"),
        (["--branch", "nowhere"], "holds no run"),
    ],
)
def test_bad_input_is_one_line(capsys, tmp_path, arguments, sentence):
    code, out, err = cli(capsys, "lenet5", "--run", tmp_path / "run", *SHORT, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert sentence in err
    assert not (tmp_path / "run").exists()


def test_a_preset_begins_and_options_go_before_it(capsys, tmp_path, document):
    run = tmp_path / "run"
    code, _, _ = cli(capsys, document, "--run", run, "--preset", "D2L", "--epochs", "1", "--device", "cpu")
    assert code == 0
    recipe = read_record(run).recipe
    assert (recipe.learning_rate, recipe.batch_size, recipe.epochs, recipe.seed) == (0.05, 128, 1, 5)


def test_a_branch_takes_the_recipe_of_its_parent(capsys, tmp_path, document):
    parent, branch = tmp_path / "parent", tmp_path / "branch"
    assert cli(capsys, document, "--run", parent, "--device", "cpu")[0] == 0
    code, _, err = cli(
        capsys,
        parent,
        "--run",
        branch,
        "--branch",
        parent,
        "--at-epoch",
        "1",
        "--lr",
        "0.005",
        "--device",
        "cpu",
    )
    assert code == 0
    assert "branched from epoch 1" in err
    assert "epoch 2/2: loss" in err
    assert "epoch 1/2: loss" not in err
    assert read_record(branch).facts["parent"]["epoch"] == 1
    assert read_record(branch).recipe == Recipe(
        epochs=2, batch_size=256, shift=0, seed=5, learning_rate=0.005
    )


def test_a_sweep_trains_each_value_in_a_folder_of_its_own(capsys, tmp_path, document):
    root = tmp_path / "sweep"
    arguments = (document, "--run", root, *SHORT, "--sweep", "lr=0.1,0.01", "--sweep", "optimizer=sgd")
    code, out, err = cli(capsys, *arguments)
    assert code == 0
    names = [path.name for path in run_folders(root)]
    assert names == ["learning_rate=0.01,optimizer=sgd", "learning_rate=0.1,optimizer=sgd"]
    assert out.count("test accuracy") == 2
    assert "training 2 of 2" in err
    code, out, err = cli(capsys, *arguments)  # every folder holds a run already
    assert (code, out) == (1, "")
    assert err.count("holds a run already") == 2


def test_a_run_apart_is_found_watched_steered_and_stopped(tmp_path):
    folder = tmp_path / "run"
    process = apart.start(Document("tiny", tiny(), recipe=Recipe(epochs=100_000, shift=0)), folder, "cpu")
    assert apart.wait_for_run(folder, process)
    steering = Steering(folder)
    for event in watch(folder):
        if isinstance(event, Stepped):
            break
    assert summarize(folder).state == "running"
    steering.change(learning_rate=0.02, epochs=1)
    *_, last = watch(folder)
    assert isinstance(last, Finished)
    assert current_recipe(folder).learning_rate == 0.02
    done = next(item for item in apart._STARTED if item.pid == process)
    assert done.wait(30) == 0
    assert "test accuracy" in (folder / apart.OUTPUT).read_text()
    assert json.loads((folder / "status.json").read_text())["process"] == process != os.getpid()


def test_what_keeps_a_run_apart_from_beginning_is_said(tmp_path):
    folder = tmp_path / "run"
    process = apart.start(Document("tiny", tiny(classes=3), recipe=Recipe(shift=0)), folder, "cpu")
    with pytest.raises(apart.ExplorerError, match="set out_features of fc to 10"):
        apart.wait_for_run(folder, process)
    assert next(item for item in apart._STARTED if item.pid == process).wait(30) == 2
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(apart.ExplorerError, match="is not empty"):
        apart.start(Document("tiny", tiny()), folder)


def test_a_run_is_reproduced_listed_by_words_and_told_only_while_it_trains(capsys, tmp_path, document):
    runs = tmp_path / "runs"
    assert cli(capsys, document, "--run", runs / "one", "--device", "cpu")[0] == 0
    write_notes(runs / "one", RunNotes("the first", ("good",)))
    code, out, _ = cli(capsys, runs / "one", "--run", runs / "two", "--reproduce", "--device", "cpu")
    assert code == 0
    assert "agree to the last bit: all 12 losses are equal" in out
    for words, names in (("#good", ["one"]), ("tiny", ["one", "two"]), ("nothing", [])):
        assert main(["runs", str(runs), "--search", words, "--format", "json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert [os.path.basename(item["run"]) for item in found] == names  # noqa: PTH119
    assert main(["runs", str(runs / "one"), "--format", "json"]) == 0
    (item,) = json.loads(capsys.readouterr().out)
    assert item["tags"] == ["good"]
    assert item["bytes"] > 1000
    assert item["best_epoch"] in (1, 2)
    assert main(["runs", str(runs / "one"), "--tell", "pause"]) == 2
    assert "nothing is trained" in capsys.readouterr().err
    assert cli(capsys, document, "--run", runs / "three", "--reproduce")[0] == 2


def test_a_training_is_told_by_the_command_line(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("explorer.engine.runs.steering._POLL_SECONDS", 0.0)
    running = train(tiny(), Recipe(epochs=2, batch_size=256), device="cpu", folder=tmp_path)
    next(running)
    assert main(["runs", str(tmp_path), "--tell", "lr=0.01"]) == 0
    assert main(["runs", str(tmp_path), "--tell", "dance"]) == 2
    assert main(["runs", str(tmp_path), "--tell", "seed=3"]) == 2
    assert "seed cannot change while a run goes on" in capsys.readouterr().err
    assert main(["runs", str(tmp_path), "--tell", "stop"]) == 0
    assert isinstance(list(running)[-1], Stopped)
    assert current_recipe(tmp_path).learning_rate == Recipe().learning_rate  # it was stopped first

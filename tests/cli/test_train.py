from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from explorer.__main__ import main
from explorer.cli import progress
from explorer.core.document import Document
from explorer.core.notation import save
from explorer.core.recipe import Recipe
from explorer.engine.events import Evaluated, Point, Reading, Started, Stepped
from explorer.engine.runs.run_folder import read_record
from explorer.engine.training import stepper
from tests.engine.training.training_graphs import picture_folder, tiny

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


def test_a_catalogue_network_is_trained_and_the_result_is_one_line(capsys, tmp_path):
    run = tmp_path / "run"
    code, out, err = cli(
        capsys, "lenet5", "--data", "digits", "--run", run, *SHORT, "--lr", "0.02", "--seed", "7"
    )
    assert code == 0
    assert out.count("\n") == 1
    assert out.startswith("lenet5 on digits: test accuracy ")
    assert "epoch 1/1: loss" in err
    assert "\r" not in err  # a bar is for terminals
    record = read_record(run)
    assert (record.name, record.recipe.learning_rate, record.recipe.seed) == ("lenet5", 0.02, 7)


def test_a_document_brings_its_recipe_and_options_change_it(capsys, tmp_path, document):
    code, _, _ = cli(capsys, document, "--run", tmp_path / "run", "--epochs", "1", "--schedule", "step")
    assert code == 0
    recipe = read_record(tmp_path / "run").recipe
    assert (recipe.seed, recipe.batch_size, recipe.epochs, recipe.schedule.value) == (5, 256, 1, "step")


def test_a_network_of_the_catalogue_is_built_to_fit_the_data(capsys, tmp_path):
    data = picture_folder(tmp_path / "data", {"a": 4, "b": 4, "c": 4})
    run = tmp_path / "run"
    code, _, err = cli(capsys, "lenet5", "--data", data, "--run", run, "--epochs", "1", "--device", "cpu")
    assert code == 0
    assert "lenet5 is built with classes=3, in_channels=3" in err
    graph = read_record(run).graph
    assert graph["input"].operator.shape == (3, 32, 32)
    assert graph["output"].operator.out_features == 3


def test_what_a_person_sets_is_not_changed_behind_their_back(capsys, tmp_path):
    code, _, err = cli(capsys, "lenet5", "--set", "classes=12", "--run", tmp_path / "run", *SHORT)
    assert code == 2
    assert err.count("error: ") == 1
    assert "set out_features of output to 10" in err
    assert not (tmp_path / "run").exists()


def test_a_run_is_resumed_with_its_own_recipe(capsys, tmp_path, document):
    run = tmp_path / "run"
    assert cli(capsys, document, "--run", run)[0] == 0
    code, _, err = cli(capsys, document, "--run", run)
    assert (code, err.count("\n")) == (2, 1)
    assert "holds a run already" in err
    code, out, err = cli(capsys, document, "--run", run, "--resume", "--epochs", "3")
    assert code == 0
    assert "resumed from step" in err
    assert "after 3 epochs" in out
    assert cli(capsys, run, "--run", run, "--resume", "--epochs", "4")[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonet", "--run", "RUN"],
        ["lenet5"],
        ["lenet5", "--run", "RUN", "--epochs", "0"],
        ["lenet5", "--run", "RUN", "--epochs", "many"],
        ["lenet5", "--run", "RUN", "--lr", "nan"],
        ["lenet5", "--run", "RUN", "--batch", "-3"],
        ["lenet5", "--run", "RUN", "--schedule", "linear"],
        ["lenet5", "--run", "RUN", "--data", "nowhere"],
        ["lenet5", "--run", "RUN", "--device", "cuda:77"],
        ["lenet5", "--run", "RUN", "--resume"],
        ["lenet5", "--run", "RUN", "--seed", "9" * 5000],
        ["lenet5", "--run", __file__],
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(capsys, tmp_path, arguments):
    run = tmp_path / "run"
    code, out, err = cli(capsys, *(str(run) if item == "RUN" else item for item in arguments))
    assert code == 2
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert not run.exists()


def test_divergence_is_exit_code_1_with_the_remedy(capsys, tmp_path, document, monkeypatch):
    real = stepper.Stepper.fetch

    def fetch(self):
        fetched = real(self)
        return stepper.Fetched(None, diverged=fetched.report.last.step) if fetched.report else fetched

    monkeypatch.setattr(stepper.Stepper, "fetch", fetch)
    code, out, err = cli(capsys, document, "--run", tmp_path / "run")
    assert (code, out) == (1, "")
    assert "diverged" in err
    assert "learning rate" in err
    assert "step 0 is safe" in err


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_control_c_saves_and_says_how_to_go_on(tmp_path, document):
    run = tmp_path / "run"
    command = [sys.executable, "-m", "explorer", "train", str(document), "--run", str(run)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [*command, "--epochs", "5000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        while "epoch 2/" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 130
    assert out == ""
    assert "all is saved; go on with: arch-explorer train" in err
    assert "Traceback" not in err
    assert (
        main(["train", str(document), "--run", str(run), "--resume", "--epochs", "5000", "--device", "no"])
        == 2
    )
    assert json.loads((run / "metrics.jsonl").read_text().splitlines()[-1])["state"] == "stopped"


def test_the_bar_is_drawn_on_a_terminal_only_and_goes_away(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    line = progress.ProgressLine()
    line.show(Reading(50, 100))
    started = Started(None, "cpu", ("a", "b"), 8, 2, 2, 4, 0, 0, 77, ("x: damaged",) * 12, ("a note",))
    line.show(started)
    line.show(Stepped((Point(8, 2, 0.5, 0.5, 0.1),), 123.0))
    line.show(Evaluated(4, 1, 0.5, 0.75, 0.25, 1.0, (), True, 0.1, 3))
    line.close()
    err = capsys.readouterr().err
    assert "50%  reading pictures 50 of 100" in err
    assert "a note" in err
    assert "2 more" in err
    assert "(best); 3 pictures could not be read" in err
    assert err.endswith("\n")


def test_runs_are_listed_as_text_and_json(capsys, tmp_path, document):
    assert cli(capsys, document, "--run", tmp_path / "runs" / "one")[0] == 0
    (tmp_path / "runs" / "bad").mkdir()
    (tmp_path / "runs" / "bad" / "run.json").write_text("{")
    assert main(["runs", str(tmp_path / "runs")]) == 0
    told = capsys.readouterr()
    assert "finished" in told.out
    assert "left out: " in told.err
    assert main(["runs", str(tmp_path / "runs" / "one"), "--format", "json"]) == 0
    (item,) = json.loads(capsys.readouterr().out)
    assert (item["network"], item["state"], item["epoch"]) == ("tiny", "finished", 2)
    assert item["recipe"]["seed"] == 5
    assert main(["runs", str(tmp_path / "nowhere")]) == 2


def test_listing_runs_needs_no_torch(tmp_path):
    code = "import sys; from explorer.__main__ import main; code = main(['runs', sys.argv[1]]);"
    code += "sys.exit(code or int('torch' in sys.modules or 'numpy' in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 0

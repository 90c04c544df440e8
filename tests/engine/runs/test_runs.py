from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.engine.events import Evaluated, Finished, Stepped, Stopped
from explorer.engine.running.module import build
from explorer.engine.runs import manifest
from explorer.engine.runs.checkpoint import Checkpoints, Entry, State
from explorer.engine.runs.metrics import append_metrics, read_metrics
from explorer.engine.runs.run_folder import load_run, read_record, run_folders, summarize
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import tiny

RECIPE = Recipe(epochs=3, batch_size=256, learning_rate=0.1, shift=0)


def run(folder: Path, recipe=RECIPE, **settings):
    return list(train(tiny(), recipe, device="cpu", folder=folder, name="tiny", **settings))


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "one"
    return folder, run(folder)


def test_the_record_can_be_read_without_this_program(finished):
    folder, _ = finished
    content = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert content["recipe"]["learning_rate"] == 0.1
    assert content["seed"] == 0
    assert content["versions"]["torch"] == str(torch.__version__)
    assert content["data"]["train"] == 1438
    assert content["data"]["classes"] == list("0123456789")
    assert content["preprocessing"]["shape"] == [1, 8, 8]
    assert [node["id"] for node in content["graph"]["nodes"]][:2] == ["input", "conv"]
    record = read_record(folder)
    assert (record.name, record.graph, record.recipe) == ("tiny", tiny(), RECIPE)
    assert record.classes == tuple("0123456789")


def test_the_figures_are_one_object_a_line_and_those_of_the_events(finished):
    folder, events = finished
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    steps = [line for line in lines if line["kind"] == "step"]
    points = [point for event in events if isinstance(event, Stepped) for point in event.points]
    assert [line["loss"] for line in steps] == [point.loss for point in points]
    epochs = [line for line in lines if line["kind"] == "epoch"]
    told = [event for event in events if isinstance(event, Evaluated)]
    assert [line["test_accuracy"] for line in epochs] == [event.test_accuracy for event in told]
    assert [tuple(map(tuple, line["confusion"])) for line in epochs] == [event.confusion for event in told]
    assert lines[-1]["state"] == "finished"


def test_tensorboard_reads_the_same_figures(finished):
    folder, events = finished
    reader = EventAccumulator(str(folder))
    reader.Reload()
    points = [point for event in events if isinstance(event, Stepped) for point in event.points]
    read = reader.Scalars("loss/train")
    assert [item.step for item in read] == [point.step for point in points]
    assert [item.value for item in read] == pytest.approx([point.loss for point in points])
    tested = [event.test_accuracy for event in events if isinstance(event, Evaluated)]
    assert [item.value for item in reader.Scalars("accuracy/test")] == pytest.approx(tested)


def test_a_resumed_run_is_one_line_of_figures_without_doubles(tmp_path):
    calls = iter(range(100))
    run(tmp_path, should_stop=lambda: next(calls) >= 9)
    lost = {"kind": "step", "step": 9999, "loss": 1.0}  # logged, but later than the last checkpoint
    append_metrics(tmp_path, [lost])
    with (tmp_path / "metrics.jsonl").open("ab") as file:
        file.write(b'{"kind": "step", "st')
    assert isinstance(run(tmp_path, resume=True)[-1], Finished)
    steps = [item["step"] for item in read_metrics(tmp_path) if item["kind"] == "step"]
    assert steps == list(range(1, 19))
    assert [item["kind"] for item in read_metrics(tmp_path)].count("end") == 1
    reader = EventAccumulator(str(tmp_path))
    reader.Reload()
    assert [item.step for item in reader.Scalars("loss/train")] == list(range(1, 19))


def test_the_last_two_and_the_best_are_kept_with_true_sizes_and_hashes(finished):
    folder, events = finished
    listed = json.loads((folder / "checkpoints" / "manifest.json").read_text())
    told = [event for event in events if isinstance(event, Evaluated)]
    best = max(told, key=lambda event: event.test_accuracy)
    kept = [event.step for event in told]  # they are small: the end of every epoch stays
    assert [item["step"] for item in listed["checkpoints"]] == kept
    assert [item["step"] for item in listed["checkpoints"] if item["best"]] == [best.step]
    files = {path.name for path in (folder / "checkpoints").iterdir()}
    named = {f"step-{step:09}{part}.safetensors" for step in kept for part in ("", ".optimizer")}
    assert files == named | {"manifest.json"}
    for item in listed["checkpoints"]:
        data = (folder / "checkpoints" / f"step-{item['step']:09}.safetensors").read_bytes()
        assert len(data) == item["sizes"]["weights"]
        assert hashlib.sha256(data).hexdigest() == item["hashes"]["weights"]


def test_the_best_is_kept_when_later_epochs_are_worse_and_there_is_no_room(tmp_path, monkeypatch):
    monkeypatch.setattr(manifest, "_EPOCHS_BYTES", 0)
    checkpoints = Checkpoints(tmp_path)
    for step, accuracy in enumerate((0.5, 0.9, 0.6, 0.7, 0.8), start=1):
        value = {"weight": torch.full((2,), float(step))}
        checkpoints.save(Entry(step, step, 0, accuracy, best=accuracy in (0.5, 0.9)), State(value, {}))
    read = Checkpoints(tmp_path)
    assert [entry.step for entry in read.entries] == [2, 4, 5]
    assert read.best().weights["weight"].tolist() == [2.0, 2.0]
    assert read.newest().weights["weight"].tolist() == [5.0, 5.0]


def test_a_run_gives_its_network_recipe_and_weights(finished):
    folder, events = finished
    graph, recipe, weights = load_run(folder)
    assert (graph, recipe) == (tiny(), RECIPE)
    network = build(graph)
    network.load_state_dict(dict(weights))
    best = max(
        (event for event in events if isinstance(event, Evaluated)), key=lambda event: event.test_accuracy
    )
    path = folder / "checkpoints" / f"step-{best.step:09}.safetensors"
    assert Checkpoints(folder).weights_path(Checkpoints(folder).best().entry) == path


@pytest.mark.parametrize("bit", range(0, 2400, 97))
def test_every_flipped_bit_is_noticed(finished, tmp_path, bit):
    folder, _ = finished
    target = tmp_path / "checkpoints"
    target.mkdir()
    for path in (folder / "checkpoints").iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    newest = Checkpoints(tmp_path).newest().entry.step
    path = target / f"step-{newest:09}.safetensors"
    data = bytearray(path.read_bytes())
    data[bit % len(data)] ^= 1 << bit % 8
    path.write_bytes(data)
    assert Checkpoints(tmp_path).newest().entry.step < newest


def test_when_all_checkpoints_are_damaged_it_is_said(finished, tmp_path):
    folder, _ = finished
    for path in folder.rglob("*"):
        if path.is_file():
            target = tmp_path / path.relative_to(folder)
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes()[:-1] if path.suffix == ".safetensors" else path.read_bytes())
    with pytest.raises(ExplorerError, match=r"no checkpoint in .* is sound"):
        load_run(tmp_path)
    with pytest.raises(ExplorerError, match=r"no checkpoint in .* is sound"):
        run(tmp_path, replace(RECIPE, epochs=9), resume=True)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"format": 1}', '{"format": "x", "checkpoints": []}', "\xff"]
)
def test_a_damaged_manifest_is_refused_in_a_sentence(tmp_path, content):
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "manifest.json").write_text(content, encoding="latin-1")
    with pytest.raises(ExplorerError, match="is damaged"):
        Checkpoints(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"program": "architecture-explorer"}',
        '{"program": "architecture-explorer", "format": 99}',
    ],
)
def test_a_damaged_record_is_refused_in_a_sentence(tmp_path, content):
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(ExplorerError):
        read_record(tmp_path)


def test_runs_are_listed_with_their_states(tmp_path, finished):
    folder, events = finished
    calls = iter(range(100))
    run(tmp_path / "b", should_stop=lambda: next(calls) >= 3)
    running = train(tiny(), RECIPE, device="cpu", folder=tmp_path / "a")
    next(running)
    (tmp_path / "c").mkdir()
    (tmp_path / "d").symlink_to(folder)
    assert [path.name for path in run_folders(tmp_path)] == ["a", "b"]
    assert [summarize(path).state for path in run_folders(tmp_path)] == ["running", "stopped"]
    running.close()
    assert summarize(tmp_path / "a").state == "interrupted"
    told = summarize(folder)
    assert (told.state, told.epoch, told.step) == ("finished", 3, 18)
    assert told.best_accuracy == events[-1].best_accuracy
    assert told.test_accuracy == events[-1].test_accuracy
    assert run_folders(folder) == (folder,)
    with pytest.raises(ExplorerError, match="cannot be listed"):
        run_folders(tmp_path / "nowhere")


_KILLED = """
import sys
from dataclasses import replace
from pathlib import Path
from explorer.core.recipe import Recipe
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import tiny
recipe = Recipe(epochs=40, batch_size=256, learning_rate=0.1, shift=0)
for event in train(tiny(), recipe, device="cpu", folder=Path(sys.argv[1])):
    print(type(event).__name__, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_run_is_resumed_to_the_same_weights(tmp_path):
    recipe = replace(RECIPE, epochs=40)
    run(tmp_path / "whole", recipe)
    folder = tmp_path / "run"
    command = [sys.executable, "-c", _KILLED, str(folder)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        for _ in range(17):  # events; after them it is killed, wherever it is then
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert summarize(folder).state == "interrupted"
    assert isinstance(run(folder, recipe, resume=True)[-1], Finished)
    whole, resumed = (load_run(path, "last").weights for path in (tmp_path / "whole", folder))
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    steps = [item["step"] for item in read_metrics(folder) if item["kind"] == "step"]
    assert steps == list(range(1, 241))


def test_stopping_saves_once(tmp_path):
    calls = iter(range(100))
    found = run(tmp_path, should_stop=lambda: next(calls) >= 4)
    assert isinstance(found[-1], Stopped)
    assert Checkpoints(tmp_path).entries[-1].step == found[-1].step == 3

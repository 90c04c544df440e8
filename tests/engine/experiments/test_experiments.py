"""An experiment is a queue of ordinary runs: stopped, gone on with, judged from their folders."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import pytest

from explorer.architectures.experiments import EXPERIMENTS, experiment_named
from explorer.cli.program import execute
from explorer.core.errors import ExplorerError
from explorer.core.experiment import DIVERGED, PAPER, Conclusion, Cost, Plan, Trial
from explorer.core.pareto import Space, searched
from explorer.core.recipe import Recipe
from explorer.engine.events import Began, Failed, Finished, Stepped, Stopped
from explorer.engine.experiments.conducting import Progressed, carry_out, outcomes, progress
from explorer.engine.experiments.experiment_time import estimate, seen
from explorer.engine.runs.checkpoint import Checkpoints
from explorer.engine.runs.run_folder import load_run, read_record
from explorer.engine.runs.run_notes import read_notes, write_notes
from tests.engine.training.training_graphs import tiny

SHORT = Recipe(epochs=2, batch_size=256, learning_rate=0.1, shift=0)


def said(found):
    return Conclusion((), f"{sum(item.is_over for item in found)} over")


def plan(seeds=(0, 1), **settings):
    graphs = {"dry": tiny(), "wet": tiny(dropout=0.6)}
    recipe = replace(SHORT, **settings)
    trials = tuple(
        Trial(name, seed, graph, replace(recipe, seed=seed), f"try-{name}-seed-{seed}")
        for seed in seeds
        for name, graph in graphs.items()
    )
    return Plan("A try", "try", trials, dict.fromkeys(graphs, Cost(1, 1)), said)


def last(events):
    return [event for event in events if isinstance(event, Progressed)][-1]


def test_all_is_trained_once_and_told_from_the_folders(tmp_path):
    events = list(carry_out(plan(), tmp_path, device="cpu"))
    assert [event.name for event in events if isinstance(event, Began)] == [
        "dry, seed 0",
        "wet, seed 0",
        "dry, seed 1",
        "wet, seed 1",
    ]
    found = last(events)
    assert found.conclusion.sentence == "4 over"
    assert found == progress(plan(), tmp_path)
    finished = [event for event in events if isinstance(event, Finished)]
    for item, event in zip(found.outcomes, finished, strict=True):
        assert item.state == "finished"
        assert [epoch for epoch, *_ in item.curve] == [1, 2]
        assert item.curve[-1][2] == pytest.approx(1 - event.test_accuracy)
        assert (item.train_pictures, item.test_pictures) == (1438, 359)
    assert read_notes(tmp_path / "try-dry-seed-0").tags == ("try",)
    assert read_record(tmp_path / "try-wet-seed-1").recipe.seed == 1
    again = list(carry_out(plan(), tmp_path, device="cpu"))
    assert [type(event) for event in again] == [Progressed]


def test_the_figures_grow_while_it_goes_on(tmp_path):
    states = [
        (event.outcomes[0].state, len(event.outcomes[0].curve))
        for event in carry_out(plan((0,)), tmp_path, device="cpu")
        if isinstance(event, Progressed)
    ]
    assert states[:6] == [
        ("waiting", 0),
        ("starting", 0),
        ("running", 0),
        ("running", 1),
        ("running", 2),
        ("finished", 2),
    ]


def test_stopped_in_the_middle_it_goes_on_to_the_same_weights(tmp_path):
    list(carry_out(plan((0,)), tmp_path / "whole", device="cpu"))
    calls = itertools.count()
    events = list(
        carry_out(plan((0,)), tmp_path / "parts", device="cpu", should_stop=lambda: next(calls) > 9)
    )
    assert isinstance(events[-2], Stopped)
    assert last(events).outcomes[0].state == "stopped"
    assert last(events).outcomes[1].state == "waiting"
    again = list(carry_out(plan((0,)), tmp_path / "parts", device="cpu"))
    first = next(event for event in again if isinstance(event, Stepped))
    assert first.points[0].step > 1
    assert last(again).conclusion.sentence == "2 over"
    for name in ("try-dry-seed-0", "try-wet-seed-0"):
        one, other = (load_run(tmp_path / where / name, "last").weights for where in ("whole", "parts"))
        assert all(bool((one[key] == other[key]).all()) for key in one)


def test_a_training_that_diverges_is_an_answer_and_the_next_one_begins(tmp_path):
    wild = plan((0,), learning_rate=100.0, momentum=0.999, weight_decay=1.0, epochs=30)
    events = list(carry_out(wild, tmp_path, device="cpu"))
    failed = [event for event in events if isinstance(event, Failed)]
    assert failed
    assert all(Failed.is_divergence(event.message) for event in failed)
    found = last(events)
    assert {item.state for item in found.outcomes} == {DIVERGED}
    assert found.conclusion.sentence == "2 over"
    assert Checkpoints(tmp_path / "try-dry-seed-0").newest() is not None
    assert [type(event) for event in carry_out(wild, tmp_path, device="cpu")] == [Progressed]


def test_a_folder_with_another_run_is_refused(tmp_path):
    list(carry_out(plan((0,), epochs=1), tmp_path, device="cpu"))
    with pytest.raises(ExplorerError, match="holds another run"):
        outcomes(plan((0,)), tmp_path)


def test_tags_of_a_person_stay(tmp_path):
    for event in carry_out(plan((0,), epochs=1), tmp_path, device="cpu"):
        if isinstance(event, Finished):
            break
    folder = tmp_path / "try-dry-seed-0"
    write_notes(folder, replace(read_notes(folder), text="mine", tags=("try", "good")))
    list(carry_out(plan((0,), epochs=1), tmp_path, device="cpu"))
    assert read_notes(folder).tags == ("try", "good")


def test_a_search_is_trained_like_any_other(tmp_path):
    found = searched("tiny", tiny(), replace(SHORT, epochs=1), Space((0.5, 2.0)))
    events = list(carry_out(found, tmp_path, device="cpu"))
    assert last(events).conclusion.sentence.startswith("Of 2 candidates, ")
    assert last(events).conclusion.findings[0].sentence.startswith("The front, by test error and parameters")


def test_the_time_is_measured_for_each_network():
    two = plan((0, 1))
    (found,) = estimate(two, device="cpu")
    assert set(found.seconds) == {"dry", "wet"}
    assert all(value > 0 for value in found.seconds.values())
    assert found.of(two) == pytest.approx(2 * sum(found.seconds.values()))
    assert list(estimate(two, device="cpu", should_stop=lambda: True)) == []
    assert seen(replace(SHORT, epochs=3), 900, 300) == 3 * 1000
    assert seen(replace(SHORT, steps=9, batch_size=100), 900, 300) == 900 + 100


def test_the_command_line_reports_without_training(tmp_path, capsys):
    code = execute(["experiment", "head", "--runs", str(tmp_path), "--report", "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert code == 0
    assert [item["state"] for item in found["outcomes"]] == ["waiting", "waiting"]
    assert found["outcomes"][0]["test_error"] is None
    assert found["findings"][0]["verdict"] == "seen"  # the counts are exact before any training
    assert found["conclusion"] == "0 of 2 trainings are over."
    assert execute(["experiment"]) == 0
    assert "degradation" in capsys.readouterr().out


@pytest.mark.parametrize("name", [item.name for item in EXPERIMENTS])
def test_every_experiment_has_the_version_of_its_paper_on_the_command_line(name, tmp_path, capsys):
    assert execute(["experiment", name, "--paper", "--runs", str(tmp_path), "--report"]) == 0
    said = capsys.readouterr().out
    assert "waiting" in said
    assert "0 of " in said
    paper = experiment_named(name).version(PAPER)
    assert paper.departs  # no data set of a paper but CIFAR-10 is at hand, and what differs is said
    for variant in paper.variants:
        assert variant.label in said


def test_figures_that_a_run_lost_are_not_made_up(tmp_path):
    short = plan((0,), epochs=1)
    list(carry_out(short, tmp_path, device="cpu"))
    metrics = tmp_path / short.trials[0].folder / "metrics.jsonl"
    lines = [json.loads(line) for line in metrics.read_text().splitlines()]
    kept = [{**line, "test_accuracy": None} if line.get("kind") == "epoch" else line for line in lines]
    metrics.write_text("".join(f"{json.dumps(line)}\n" for line in kept))
    lost, sound = outcomes(short, tmp_path)
    assert (lost.state, lost.is_over, lost.is_lost) == ("finished", False, True)
    assert sound.is_over


def test_the_command_line_searches_and_goes_on(tmp_path, capsys):
    told = [
        "search",
        "lenet5",
        "--widths",
        "0.25,0.5",
        "--epochs",
        "1",
        "--batch",
        "256",
        "--runs",
        str(tmp_path),
    ]
    assert execute([*told, "--device", "cpu", "--max-parameters", "20000"]) == 0
    caught = capsys.readouterr()
    assert "Of 2 candidates within 20,000 parameters, " in caught.out
    assert "training 2 of 2" in caught.err
    assert execute([*told, "--device", "cpu", "--max-parameters", "20000"]) == 0
    again = capsys.readouterr()
    assert again.out == caught.out
    assert "training 1" not in again.err


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (["experiment", "degredation"], "did you mean degradation"),
        (["experiment", "width", "--seeds", "x"], "seeds are whole numbers"),
        (["search", "lenet5", "--widths", "0"], "--widths takes factors"),
        (["search", "lenet5", "--max-macs", "0"], "a budget is 1 or more"),
        (["search", "lenet5", "--max-parameters", "5"], "the smallest has"),
    ],
)
def test_bad_input_is_one_sentence(told, sentence, tmp_path, capsys):
    assert execute([*told, "--runs", str(tmp_path)]) == 2
    assert sentence in capsys.readouterr().err
    assert not list(tmp_path.iterdir())

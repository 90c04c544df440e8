"""Every experiment can be trained as it is declared, and draws its lesson only from what was measured."""

from __future__ import annotations

import pytest

from explorer.architectures.experiments import EXPERIMENTS, cost_of, experiment_named, network_of, planned
from explorer.core.analysis import analyze
from explorer.core.errors import UnknownName
from explorer.core.experiment import PAPER, Outcome, Verdict, concluded
from explorer.engine.data.survey import survey
from explorer.engine.training.readiness import check_result, picture_shape


def outcome(variant, seed, train):
    return Outcome(variant, seed, "finished", 1000, 1000, ((1, 0.9, 0.9), (2, train, train)))


def _degradation(plain_56, resnet_56, seeds=3):
    shares = {"plain-20": 0.05, "plain-56": plain_56, "ResNet-20": 0.02, "ResNet-56": resnet_56}
    return [
        outcome(name, seed, share + seed / 1000) for seed in range(seeds) for name, share in shares.items()
    ]


def test_the_lesson_is_drawn_only_where_all_of_it_is_seen():
    experiment = experiment_named("degradation")
    assert concluded(experiment, _degradation(0.6, 0.02), {}).sentence == experiment.lesson
    other = concluded(experiment, _degradation(0.6, 0.7), {})
    assert other.sentence == "1 of 3 claims are seen here."
    assert experiment.lesson not in other.sentence
    assert concluded(experiment, _degradation(0.05, 0.1), {}).sentence == "None of it is seen here."


def test_one_seed_is_not_trusted_and_a_part_is_no_conclusion():
    experiment = experiment_named("degradation")
    assert "one seed only" in concluded(experiment, _degradation(0.6, 0.02, seeds=1), {}).sentence
    part = [*_degradation(0.6, 0.02)[:-1], Outcome("ResNet-56", 2)]
    assert concluded(experiment, part, {}).sentence == (
        "11 of 12 trainings are over. What follows may change."
    )


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda item: item.name)
def test_every_experiment_can_be_trained_as_it_is(experiment):
    for version in experiment.versions:
        plan = planned(experiment, version.name, (0, 1))
        assert len({trial.folder for trial in plan.trials}) == len(plan.trials)
        assert [trial.seed for trial in plan.trials[: len(version.variants)]] == [0] * len(version.variants)
        for variant in version.variants:
            graph = network_of(variant)
            assert not analyze(graph).problems
            recipe = version.recipe_of(variant, 1)
            found = survey(recipe.data)
            assert recipe.seed == 1
            picture_shape(graph)
            check_result(graph, len(found.classes), found.name)
            assert plan.costs[variant.label] == cost_of(graph)
        missing = [claim([], plan.costs) for claim in version.claims or experiment.claims]
        assert all(
            finding.verdict is Verdict.MISSING or "parameters" in finding.sentence for finding in missing
        )


def test_the_paper_version_of_degradation_has_the_papers_networks_and_recipe():
    plan = planned(experiment_named("degradation"), PAPER, (0,))
    assert [cost.parameters for cost in plan.costs.values()] == [269_722, 853_018, 269_722, 853_018]
    recipe = plan.trials[0].recipe
    assert (recipe.data, recipe.steps, recipe.batch_size, recipe.learning_rate) == (
        "cifar10",
        64_000,
        128,
        0.1,
    )


def test_unknown_names_and_seeds_are_refused():
    with pytest.raises(UnknownName, match="degradation"):
        experiment_named("degredation")
    with pytest.raises(UnknownName):
        planned(experiment_named("width"), "slow")

"""The experiments of the field that can be repeated with one click, and the trainings they ask for."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.architectures import catalog
from explorer.architectures.residual_experiments import DEGRADATION, SHAPES, SQUEEZENET
from explorer.architectures.vgg_studies import BATCH_NORM, DEPTH, HEAD, KERNEL, WIDTH
from explorer.core.analysis import analyze
from explorer.core.errors import UnknownName
from explorer.core.experiment import FAST, Cost, Experiment, Plan, Trial, Variant, concluded, folder_name
from explorer.core.graph import Graph

EXPERIMENTS: tuple[Experiment, ...] = (
    DEGRADATION,
    BATCH_NORM,
    DEPTH,
    WIDTH,
    KERNEL,
    HEAD,
    SQUEEZENET,
    SHAPES,
)
"""All experiments, the best known first."""


def experiment_named(name: str) -> Experiment:
    """The experiment of a name.

    Raises:
        UnknownName: there is none.
    """
    for experiment in EXPERIMENTS:
        if experiment.name == name:
            return experiment
    raise UnknownName("experiment", name, [experiment.name for experiment in EXPERIMENTS])


def network_of(variant: Variant) -> Graph:
    """The network of a variant.

    Raises:
        ExplorerError: the catalogue does not have it so.
    """
    return catalog.build(variant.network, **variant.options)


def cost_of(graph: Graph) -> Cost:
    """What a network has to learn, and computes for one picture, exactly.

    Raises:
        ExplorerError: the network has a problem.
    """
    totals = analyze(graph).totals
    return Cost(totals.parameters, totals.macs)


def planned(experiment: Experiment, version: str = FAST, seeds: Sequence[int] = (0,)) -> Plan:
    """An experiment as trainings: all variants with the first seed, then with the next.

    Raises:
        UnknownName: it has no such version.
    """
    chosen = experiment.version(version)
    graphs = {variant.label: network_of(variant) for variant in chosen.variants}
    costs = {label: cost_of(graph) for label, graph in graphs.items()}
    trials = tuple(
        Trial(
            variant.label,
            seed,
            graphs[variant.label],
            chosen.recipe_of(variant, seed),
            folder_name(experiment.name, version, variant.label, f"seed-{seed}"),
        )
        for seed in seeds
        for variant in chosen.variants
    )
    return Plan(
        experiment.title,
        experiment.name,
        trials,
        costs,
        lambda outcomes: concluded(experiment, outcomes, costs, version),
    )

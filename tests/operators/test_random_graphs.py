"""Random networks over all operators: every shape and every count is torch's."""

from __future__ import annotations

import os

import pytest

from explorer.core.analysis import analyze
from explorer.core.operator import operators
from explorer.core.outline import flatten
from tests.operators.random_graphs import differences, random_graph

COUNT = int(os.environ.get("RANDOM_GRAPHS", "60"))
"""How many networks are compared; RANDOM_GRAPHS=1000 compares more."""

_BATCHES = 10


@pytest.mark.parametrize("batch", range(_BATCHES))
def test_random_networks_agree_with_torch(batch: int) -> None:
    for seed in range(batch, COUNT, _BATCHES):
        assert differences(random_graph(seed)) == [], f"seed {seed}"


def test_the_draws_cover_all_operators_and_kinds_of_networks() -> None:
    kinds: set[str] = set()
    branching = merging = several_inputs = several_results = 0
    for seed in range(100):
        graph = random_graph(seed)
        assert not analyze(graph).problems
        kinds |= {node.operator.kind() for node in graph}
        kinds |= {layer.operator.kind() for layer in flatten(analyze(graph))}
        branching += any(len(fed) > 1 for fed in graph.consumers.values())
        merging += any(len(set(node.inputs)) > 1 for node in graph)
        several_inputs += len(graph.sources) > 1
        several_results += len(graph.sinks) > 1
    assert kinds == set(operators())
    assert min(branching, merging, several_inputs, several_results) > 10


def test_a_seed_is_a_network() -> None:
    assert random_graph(7) == random_graph(7)
    assert random_graph(7) != random_graph(8)

"""How much memory a network takes: exact sums, shared memory counted once, batches that fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

import explorer.operators  # noqa: F401  (registers all operators)
from explorer.architectures import catalog
from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.liveness import BACKWARD, FORWARD, UPDATE, Amount, Numbers
from explorer.core.memory import in_training, in_use, numbers_of, pictures_at_once
from explorer.core.memory_terms import peak_text, terms_at_peak
from explorer.core.recipe import Optimizer, Precision, Recipe
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.merge import Add
from explorer.operators.regularization import Dropout
from explorer.operators.sketch import Sketch
from tests.arithmetic import evaluated


def _chain(*operators: object, shape: tuple[int, ...] = (4, 8, 8)) -> Graph:
    sketch = Sketch()
    last = sketch.input(shape)
    for number, operator in enumerate(operators):
        last = sketch.add(f"n{number}", operator, last)  # type: ignore[arg-type]
    return sketch.graph()


def test_sizes_are_rounded_up_to_whole_bytes() -> None:
    assert Amount(each=6, fixed=0).size(1) == 1
    assert Amount(each=6, fixed=1).size(4) == 4
    assert Amount(each=8, fixed=16).size(10**30) == 10**30 + 2


def test_a_chain_keeps_what_its_layers_need() -> None:
    graph = _chain(Linear(3), ReLU(), Linear(2), shape=(5,))
    timeline = in_training(analyze(graph), Numbers(copies=1, borrowed=1))
    # the picture is kept too, but counted apart; ReLU's output is kept by itself and by the last layer
    assert timeline.kept(1) == 3 * 4
    assert timeline.kept(10) == 10 * 3 * 4
    assert timeline.constant["pictures"].size(2) == 2 * 5 * 4
    parameters = 5 * 3 + 3 + 3 * 2 + 2
    assert timeline.constant["parameters"].size(1) == 4 * parameters
    assert timeline.constant["optimizer state"].size(1) == 4 * parameters
    update = timeline.moments[-1]
    assert (update.phase, update.gradients.size(1), update.passing.size(1)) == (
        UPDATE,
        4 * parameters,
        4 * parameters,
    )


def test_memory_that_two_layers_share_is_counted_once() -> None:
    sketch = Sketch()
    start = sketch.chain(sketch.input((4, 8, 8)), ("stem", Conv2d(4, kernel_size=1)), ("relu", ReLU()))
    body = sketch.add("body", Conv2d(4, kernel_size=1), start)
    sketch.add("other", Conv2d(4, kernel_size=1), start)
    sketch.add("add", Add(), body, "other")
    map_bytes = 4 * 8 * 8 * 4
    # both convolutions and the ReLU keep one and the same map
    assert in_training(analyze(sketch.graph())).kept(1) == map_bytes


def test_what_learns_nothing_keeps_nothing() -> None:
    graph = _chain(ReLU(), ReLU(), Flatten(), Linear(2))
    timeline = in_training(analyze(graph))
    assert timeline.kept(1) == 4 * 8 * 8 * 4  # the input of Linear alone
    without = in_training(analyze(_chain(ReLU(), ReLU())))
    assert without.kept(1) == 0
    assert all(moment.phase != BACKWARD for moment in without.moments)


def test_in_use_only_what_is_still_needed_is_there() -> None:
    graph = _chain(Conv2d(4, kernel_size=1), ReLU(), ReLU(), Dropout(), ReLU())
    timeline = in_use(analyze(graph))
    map_bytes = 4 * 8 * 8 * 4
    # one map comes in, one goes out; Dropout hands its input on
    assert timeline.need(1) == timeline.standing.size(1) + 2 * map_bytes
    assert {moment.phase for moment in timeline.moments} == {FORWARD}
    small = in_use(analyze(graph), Numbers(weights=8, activations=8))
    assert small.need(1) * 4 == timeline.need(1)


@pytest.mark.parametrize("name", ["lenet5", "resnet18", "densenet121", "vgg16", "cifar_resnet1202"])
def test_the_largest_batch_fits_and_the_next_does_not(name: str) -> None:
    analysis = analyze(catalog.build(name))
    for timeline in (in_training(analysis, numbers_of(Recipe())), in_use(analysis)):
        for room in (2**33, 10**11 + 7, 10**30):
            batch = timeline.largest_batch(room)
            assert timeline.need(batch) <= room < timeline.need(batch + 1)
        assert timeline.largest_batch(timeline.standing.size(0)) == 0
        assert timeline.largest_batch(0) == 0


@pytest.mark.parametrize("name", ["lenet5", "resnet50", "googlenet", "efficientnet_b0"])
@pytest.mark.parametrize("batch", [1, 3, 10**30])
def test_terms_add_up_and_their_formulas_give_them(name: str, batch: int) -> None:
    analysis = analyze(catalog.build(name))
    for timeline in (
        in_training(analysis, numbers_of(Recipe())),
        in_use(analysis),
        in_use(analysis, Numbers(weights=6, activations=6)),
    ):
        terms = terms_at_peak(timeline, batch)
        total = sum(term.bytes.value for term in terms)
        assert 0 <= total - timeline.need(batch) < len(terms)  # every part is rounded up
        for term in terms:
            assert evaluated(term.bytes.shown) == term.bytes.value, term.name
        assert peak_text(timeline.peak(batch)).startswith("in the ")


def test_an_optimizer_keeps_its_copies() -> None:
    plain = Recipe(momentum=0.0, weight_decay=0.0)
    figures = {
        kind: (numbers_of(replace(plain, optimizer=kind)).copies, numbers_of(Recipe(optimizer=kind)).copies)
        for kind in Optimizer
    }
    assert figures == {
        Optimizer.SGD: (0, 1),
        Optimizer.ADAM: (2, 2),
        Optimizer.ADAMW: (2, 2),
        Optimizer.RMSPROP: (1, 2),
    }
    assert numbers_of(Recipe(average=0.9)).copies == 2
    half = numbers_of(Recipe(precision=Precision.BFLOAT16))
    assert (half.weights, half.activations, half.cast) == (32, 16, 16)


def test_parts_of_a_batch_take_less_but_keep_all_gradients() -> None:
    analysis = analyze(catalog.build("resnet18"))
    recipe = Recipe(batch_size=100, accumulation=7)
    assert pictures_at_once(recipe) == 15
    whole, parts = in_training(analysis, numbers_of(Recipe())), in_training(analysis, numbers_of(recipe))
    assert parts.need(15) < whole.need(100)
    assert {moment.gradients for moment in parts.moments} == {Amount(fixed=32 * analysis.totals.parameters)}


def test_a_network_with_a_problem_has_no_memory() -> None:
    with pytest.raises(ExplorerError, match="flat input"):
        in_training(analyze(_chain(Linear(3))))

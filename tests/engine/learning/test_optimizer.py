from __future__ import annotations

import pytest
import torch
from torch.optim.adam import adam
from torch.optim.adamw import adamw
from torch.optim.rmsprop import rmsprop

from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.engine.learning.averaging import WeightAverage
from explorer.engine.learning.numerics import LossScaler
from explorer.engine.learning.optimizer import optimizer_of

RATES = [0.1 / (step + 1) for step in range(6)]


def parameters():
    start = [torch.randn(4, 3, generator=torch.Generator().manual_seed(0)), torch.ones(5)]
    return [item.clone().requires_grad_() for item in start]


def give_gradients(items, step):
    for item in items:
        item.grad = (item.detach() * 2 + step).sin()


def ours(recipe, items=None):
    items = items or parameters()
    optimizer = optimizer_of([("weight", items[0]), ("bias", items[1])], recipe)
    for step, rate in enumerate(RATES):
        give_gradients(items, step)
        optimizer.step(rate, recipe)
    return items, optimizer


@pytest.mark.parametrize("decay", [0.0, 0.01])
@pytest.mark.parametrize(("name", "function"), [("adam", adam), ("adamw", adamw)])
def test_adam_is_torchs(name, function, decay):
    recipe = Recipe(optimizer=name, weight_decay=decay, beta1=0.8, beta2=0.95, epsilon=1e-6)
    theirs = parameters()
    memory = [[torch.zeros_like(item) for item in theirs] for _ in range(2)]
    steps = [torch.tensor(0.0) for _ in theirs]
    for step, rate in enumerate(RATES):
        give_gradients(theirs, step)
        with torch.no_grad():
            function(
                *(theirs, [item.grad for item in theirs], *memory, [], steps),
                amsgrad=False,
                beta1=0.8,
                beta2=0.95,
                lr=rate,
                weight_decay=decay,
                eps=1e-6,
                maximize=False,
                fused=True,
            )
    for one, other in zip(ours(recipe)[0], theirs, strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("decay", [0.0, 0.01])
def test_rmsprop_is_torchs(momentum, decay):
    recipe = Recipe(optimizer="rmsprop", weight_decay=decay, beta2=0.99, momentum=momentum)
    theirs = parameters()
    squares, means, velocities = ([torch.zeros_like(item) for item in theirs] for _ in range(3))
    steps = [torch.tensor(0.0) for _ in theirs]
    for step, rate in enumerate(RATES):
        give_gradients(theirs, step)
        with torch.no_grad():
            rmsprop(
                *(theirs, [item.grad for item in theirs], squares, means, velocities, steps),
                lr=rate,
                alpha=0.99,
                eps=1e-8,
                weight_decay=decay,
                momentum=momentum,
                centered=False,
                foreach=True,
            )
    for one, other in zip(ours(recipe)[0], theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw", "rmsprop"])
def test_biases_and_norms_may_be_left_out_of_the_decay(name):
    decayed, _ = ours(Recipe(optimizer=name, weight_decay=0.1, decay_all=False))
    plain, _ = ours(Recipe(optimizer=name, weight_decay=0.0))
    everything, _ = ours(Recipe(optimizer=name, weight_decay=0.1))
    assert torch.equal(decayed[1], plain[1])
    assert torch.equal(decayed[0], everything[0])
    assert not torch.equal(decayed[0], plain[0])


@pytest.mark.parametrize("name", ["sgd", "adam", "rmsprop"])
def test_a_state_goes_on_where_it_was_and_another_networks_is_refused(name):
    recipe = Recipe(optimizer=name)
    items, optimizer = ours(recipe)
    copies = [item.detach().clone().requires_grad_() for item in items]
    second = optimizer_of([("weight", copies[0]), ("bias", copies[1])], recipe)
    second.load(optimizer.state())
    for group, mover in ((items, optimizer), (copies, second)):
        give_gradients(group, 3)
        mover.step(0.1, recipe)
    assert all(torch.equal(one, other) for one, other in zip(items, copies, strict=True))
    with pytest.raises(ExplorerError, match="another network or optimizer"):
        second.load({"other": torch.zeros(3)})
    with pytest.raises(ExplorerError, match="another network or optimizer"):
        second.load({name: torch.zeros(1) for name in second.state()})


def test_momentum_may_begin_later():
    items, optimizer = ours(Recipe(momentum=0.0))
    assert set(optimizer.state()) == {"steps made"}
    give_gradients(items, 1)
    optimizer.step(0.1, Recipe(momentum=0.9))
    assert {"weight", "bias"} < set(optimizer.state())


def test_the_mean_of_the_weights_follows_them_and_gives_them_back():
    network = torch.nn.BatchNorm1d(2)
    average = WeightAverage(network, 0.5)
    expected = network.weight.detach().clone()
    for step in range(1, 9):
        with torch.no_grad():
            network.weight.fill_(float(step))
            network.num_batches_tracked.fill_(step)
        average.update()
        keep = min(0.5, (1 + step) / (10 + step))
        expected = keep * expected + (1 - keep) * step
    with average.applied():
        torch.testing.assert_close(network.weight.detach(), expected)
    assert network.weight.tolist() == [8.0, 8.0]
    assert average.state()["num_batches_tracked"] == 8
    other = WeightAverage(torch.nn.BatchNorm1d(2), 0.5)
    other.load(average.state(), average.updates)
    assert torch.equal(other.state()["weight"], average.state()["weight"])


def test_the_scaler_leaves_out_overflow_halves_and_doubles():
    items = parameters()
    scaler = LossScaler(torch.device("cpu"))
    for item in items:
        item.grad = torch.full_like(item, 65536.0)
    assert not scaler.unscale(items)
    assert items[0].grad[0, 0] == 1.0
    items[0].grad[0, 0] = float("inf")
    assert scaler.unscale(items)
    assert (scaler.scale, scaler.good) == (2.0**15, 0)
    scaler.good.fill_(1999)
    give_gradients(items, 0)
    assert not scaler.unscale(items)
    assert (scaler.scale, scaler.good) == (2.0**16, 0)
    second = LossScaler(torch.device("cpu"))
    second.load(scaler.state())
    assert (second.scale, second.good) == (scaler.scale, scaler.good)


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw", "rmsprop"])
@pytest.mark.parametrize("decay_all", [True, False])
def test_a_spoilt_step_changes_nothing_and_is_not_counted(name, decay_all):
    recipe = Recipe(optimizer=name, decay_all=decay_all)
    items, optimizer = ours(recipe)
    before = [item.detach().clone() for item in items]
    state = {slot: item.clone() for slot, item in optimizer.state().items()}
    give_gradients(items, 7)
    optimizer.step(0.1, recipe, torch.ones(1))
    assert all(torch.equal(one, other) for one, other in zip(items, before, strict=True))
    assert all(torch.equal(item, state[slot]) for slot, item in optimizer.state().items())
    assert all(item.grad is None for item in items)
    give_gradients(items, 8)
    optimizer.step(0.1, recipe, torch.zeros(1))
    assert not torch.equal(items[0], before[0])
    assert optimizer.state()["steps made"] == state["steps made"] + 1


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw", "rmsprop"])
@pytest.mark.parametrize("decay_all", [True, False])
def test_the_order_of_memory_changes_no_number(name, decay_all):
    """Channels last, and a gradient that lies otherwise than its parameter."""
    recipe = Recipe(optimizer=name, decay_all=decay_all)
    start = torch.randn(6, 4, 3, 3, generator=torch.Generator().manual_seed(1))
    plain, turned, mixed = (start.clone().requires_grad_() for _ in range(3))
    turned.data, mixed.data = (start.contiguous(memory_format=torch.channels_last) for _ in range(2))
    for item in (plain, turned, mixed):
        optimizer = optimizer_of([("weight", item)], recipe)
        for step, rate in enumerate(RATES):
            gradient = (item.detach() * 2 + step).sin()
            item.grad = gradient.contiguous() if item is mixed else gradient
            optimizer.step(rate, recipe)
        torch.testing.assert_close(item, plain, rtol=1e-6, atol=1e-7)
    assert torch.equal(turned, mixed)
    assert turned.is_contiguous(memory_format=torch.channels_last)

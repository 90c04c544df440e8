"""Pictures made from noise: they climb, they repeat, they stop, and they leave the network alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph, Node
from explorer.engine.causes.maximisation import maximised
from explorer.engine.running.module import build
from explorer.operators.sources import Input
from tests.engine.training.training_graphs import tiny

FIGURES = {"mean": (0.5,), "std": (0.25,)}


def module():
    torch.manual_seed(1)
    return build(tiny((1, 16, 16)))


def test_the_channel_answers_more_and_more():
    dreams = list(maximised(module(), "conv", 2, **FIGURES, steps=64))
    assert [dream.step for dream in dreams] == [1, *range(8, 65, 8)]
    assert dreams[-1].strength > 2 * dreams[1].strength > 0 > dreams[0].strength
    assert dreams[-1].pixels.shape == (16, 16, 1)
    assert dreams[-1].pixels.dtype == np.uint8


def test_a_class_can_be_asked_too():
    dreams = list(maximised(module(), "flatten", 3, **FIGURES, steps=40))
    assert dreams[-1].strength > dreams[0].strength


def test_the_seed_alone_decides_and_nothing_is_left_behind():
    torch.manual_seed(3)
    before = torch.get_rng_state()
    network = module()
    state = {name: item.clone() for name, item in network.state_dict().items()}
    torch.set_rng_state(before)
    one, two, other = (
        list(maximised(network, "relu", 1, **FIGURES, seed=seed, steps=9))[-1] for seed in (4, 4, 5)
    )
    np.testing.assert_array_equal(one.pixels, two.pixels)
    assert not np.array_equal(one.pixels, other.pixels)
    assert torch.equal(before, torch.get_rng_state())
    assert all(torch.equal(state[name], item) for name, item in network.state_dict().items())
    assert all(item.grad is None for item in network.parameters())
    assert one.step == 9  # the last step is shown, whatever its number


def test_a_channel_that_is_dead_does_no_harm_and_is_said():
    network = module()
    with torch.no_grad():
        network.get_submodule("bn").bias.fill_(-1000.0)
    with pytest.raises(ExplorerError, match="none of 16 pictures moves map 0 of relu"):
        list(maximised(network, "relu", 0, **FIGURES, steps=16))
    climbing = maximised(network, "relu", 0, **FIGURES, steps=16)
    first = next(climbing)
    assert first.strength == 0
    assert np.isfinite(first.pixels).all()


def test_it_stops_when_told():
    asked = []
    found = list(
        maximised(module(), "conv", 0, **FIGURES, should_stop=lambda: asked.append(1) or len(asked) > 20)
    )
    assert [dream.step for dream in found] == [1, 8, 16]


def test_what_cannot_be_asked_is_told():
    with pytest.raises(ExplorerError, match="channels 0 to 5, not 6"):
        next(maximised(module(), "conv", 6, **FIGURES))
    with pytest.raises(ExplorerError, match="one grey or coloured picture"):
        next(maximised(build(Graph([Node("input", Input(shape=(5, 8, 8)))])), "input", 0, **FIGURES))


def test_it_climbs_as_adam_does():
    from explorer.engine.causes.maximisation import _Climb

    place = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    climb = _Climb(place)
    # algorithm 1 of the paper, written out (torch's own Adam takes seconds to load)
    wanted = place.numpy().astype(np.float64)
    first = second = np.zeros_like(wanted)
    for step in range(1, 21):
        climb.step(place**3)
        slope = wanted**3
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        wanted = wanted - 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    np.testing.assert_allclose(place.numpy(), wanted, rtol=1e-4, atol=1e-5)

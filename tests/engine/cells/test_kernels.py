"""Kernels and what they see: norms, likeness, dead ones, and the effective receptive field."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError
from explorer.core.field_box import Box, field_box
from explorer.core.graph import Graph, Node
from explorer.core.outline import outline
from explorer.engine.cells.effective_field import EffectiveField, effective_field
from explorer.engine.cells.kernels import kernels, likeness, near_duplicates, silent
from explorer.engine.running.activations import capture
from explorer.engine.running.module import build
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d, ConvTranspose2d
from explorer.operators.sketch import Sketch
from explorer.operators.sources import Input


def network() -> Graph:
    sketch = Sketch()
    sketch.chain(
        sketch.input((3, 24, 24)),
        ("conv1", Conv2d(6, 3, padding=1)),
        ("relu", ReLU()),
        ("conv2", Conv2d(4, 3, 2, 1, groups=2)),
    )
    return sketch.graph()


def test_norms_likeness_and_the_dead():
    module = build(network())
    weight = module.get_submodule("conv1").weight
    with torch.no_grad():
        weight[1] = 2 * weight[0]
        weight[2] = 0
        weight[3] = -weight[0]
    found = kernels(module, "conv1")
    assert found.colour
    assert found.dead == (2,)
    np.testing.assert_allclose(found.norms[1], 2 * found.norms[0], rtol=1e-5)
    matrix = likeness(found)
    assert matrix.shape == (6, 6)
    assert matrix[0, 1] == pytest.approx(1)
    assert matrix[0, 3] == pytest.approx(-1)
    assert not matrix[2].any()
    pairs = near_duplicates(matrix, 0.999)
    assert [(pair.first, pair.second) for pair in pairs] == [(0, 1)]
    assert not kernels(module, "conv2").colour


def test_kernels_of_a_transposed_convolution_stand_by_the_map_that_leaves():
    operator = ConvTranspose2d(6, 2, 2, groups=2, bias=False)
    module = build(Graph([Node("input", Input(shape=(4, 3, 3))), Node("up", operator, ("input",))])).eval()
    found = kernels(module, "up")
    assert found.values.shape == (6, 2, 2, 2)
    pulse = np.zeros((1, 4, 3, 3), np.float32)
    pulse[0, 3, 1, 1] = 1  # the second channel of the second group
    made = capture(module, pulse)["up"][0, :, 2:4, 2:4]
    np.testing.assert_allclose(made[3:], found.values[3:, 1], atol=1e-6)
    assert not made[:3].any()


def test_what_has_no_kernels_says_so():
    with pytest.raises(ExplorerError, match="relu has no kernels"):
        kernels(build(network()), "relu")


def test_silent_channels():
    values = np.zeros((2, 3, 2, 2), np.float32)
    values[1, 0, 0, 0] = 1
    values[:, 2] = -1
    assert silent(values) == (1, 2)


def test_the_effective_field_lies_in_the_theoretical_box_and_touches_it():
    graph = network()
    module = build(graph)
    with torch.no_grad():
        for item in module.parameters():
            item.uniform_(0.1, 1)  # nothing cancels and no ReLU closes
    pictures = np.random.default_rng(0).uniform(0.1, 1, (3, 3, 24, 24)).astype(np.float32)
    found = effective_field(module, [pictures], "conv2", (2, 5, 0))
    assert found is not None
    line = next(line for line in outline(analyze(graph)) if line.name == "conv2")
    box = field_box(line.field, (4, 12, 12), (2, 5, 0))
    assert box == Box(8, -2, 12, 2)
    assert box.within(24, 24) == Box(8, 0, 12, 2)
    rows, columns = np.nonzero(found.influence)
    assert (rows.min(), columns.min(), rows.max(), columns.max()) == (8, 0, 12, 2)
    assert found.influence.sum() == pytest.approx(1, abs=1e-5)
    assert all(not part.requires_grad or part.grad is None for part in module.parameters())


def test_a_number_that_no_pixel_moves():
    module = build(network())
    with torch.no_grad():
        module.get_submodule("conv1").bias.fill_(-100)
    picture = np.ones((1, 3, 24, 24), np.float32)
    found = effective_field(module, [picture], "relu", (0, 3, 3))
    assert found is not None
    assert not found.influence.any()
    assert found.held() is None
    first = effective_field(module, [picture], "input", (1, 2, 3))
    assert first is not None
    assert first.held() == Box(2, 3, 2, 3)


def test_it_can_be_stopped():
    picture = np.ones((2, 3, 24, 24), np.float32)
    assert effective_field(build(network()), [picture], "conv2", (0, 0, 0), lambda: True) is None


def test_the_part_that_holds_a_share():
    influence = np.zeros((5, 7), np.float32)
    influence[2, 1:6] = (0.01, 0.2, 0.58, 0.2, 0.01)
    found = EffectiveField("x", (0, 0, 0), influence)
    assert found.held(0.95) == Box(2, 2, 2, 4)
    assert found.held(1.0) == Box(2, 1, 2, 5)

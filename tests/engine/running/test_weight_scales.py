"""First weights by a layer's place: the first loss is that of guessing, sums stay in bounds."""

from __future__ import annotations

import math

import pytest
import torch
import torchvision
from torch import nn

from explorer.architectures import catalog
from explorer.engine.running.module import build, layer_nodes
from explorer.engine.running.weight_scales import scales
from explorer.engine.running.weights import initialized
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.merge import Add
from explorer.operators.pooling import GlobalAvgPool
from explorer.operators.sketch import Sketch

HALF = math.sqrt(1 / 2)
FAMILIES = ("resnet18", "densenet121", "googlenet", "squeezenet1_1", "mobilenet_v2", "efficientnet_b0")


def first_loss(network, classes=10):
    generator = torch.Generator().manual_seed(0)
    pictures = torch.randn((16, 3, 64, 64), generator=generator)
    labels = torch.arange(16) % classes
    torch.manual_seed(0)
    with torch.no_grad():
        given = network.train()(pictures)
    return nn.functional.cross_entropy(getattr(given, "logits", given), labels).item()


@pytest.mark.parametrize("name", FAMILIES)
def test_the_first_loss_of_every_family_is_that_of_guessing_as_torchvisions(name):
    torch.manual_seed(0)
    settings = {"init_weights": True} if name == "googlenet" else {}
    theirs = first_loss(torchvision.models.get_model(name, num_classes=10, **settings))
    ours = first_loss(initialized(catalog.build(name, classes=10, side=64), 0))
    assert ours == pytest.approx(math.log(10), rel=0.35)
    assert ours < theirs + 0.5


@pytest.mark.parametrize(
    "name", ["lenet5", "vgg16", "resnet50", "densenet121", "efficientnet_b0", "googlenet"]
)
def test_behind_normalization_only_the_classifier_departs_from_he(name):
    (only,) = scales(build(catalog.build(name), device="meta")).values()
    assert (only.factor, only.bias) == (math.sqrt(1 / 6), 0.0)


def test_the_classifier_of_vgg_begins_as_the_authors_have_it():
    place = scales(build(catalog.build("vgg16"), device="meta"))["classifier.6"]
    assert place.factor * math.sqrt(2 / 4096) == pytest.approx(0.01, rel=0.1)


@pytest.mark.parametrize("bypass", ["none", "simple", "complex"])
def test_no_class_of_squeezenet_is_silent_before_it_has_learnt(bypass):
    network = initialized(catalog.build("squeezenet1_1", bypass=bypass, classes=6, side=56, dropout=0.0), 0)
    seen = {}
    node = layer_nodes(network)["classifier.1"]
    layer = network.get_submodule(str(node.target))
    layer.register_forward_hook(lambda _, entering, given: seen.update(x=entering[0], y=given))
    network(torch.randn((8, 3, 56, 56), generator=torch.Generator().manual_seed(0)))
    assert 0.3 < seen["x"].square().mean().sqrt().item() < 10  # 93 for the complex one by √(2 / fan-in) alone
    assert (seen["y"] > 0).float().mean((0, 2, 3)).min().item() > 0.5
    assert layer.bias.tolist() == [1.0] * 6


def test_a_deep_residual_network_without_normalization_stays_in_bounds():
    graph = catalog.build("cifar_resnet56", normalization="none", in_channels=1, side=8)
    network = initialized(graph, 0)
    given = network(torch.randn((8, 1, 8, 8), generator=torch.Generator().manual_seed(0)))
    assert given.abs().max().item() < 20  # more than 100 by √(2 / fan-in) alone
    places = scales(network)
    assert places["layer1.0.conv2"].factor == pytest.approx(1 / math.sqrt(27))
    assert "layer1.0.conv1" not in places


def branches(*, linear=False, passing=True):
    """A sum of a branch and of what enters, as it is or through a convolution."""
    sketch = Sketch()
    start = sketch.chain(sketch.input((4, 6, 6)), ("stem", Conv2d(8, kernel_size=1)), ("relu", ReLU()))
    one = sketch.chain(start, ("branch", Conv2d(8, kernel_size=1)))
    one = one if linear else sketch.chain(one, ("branch_relu", ReLU()))
    other = start if passing else sketch.chain(start, ("side", Conv2d(8, kernel_size=1)))
    last = sketch.add("add", Add(), one, other)
    sketch.chain(last, ("pool", GlobalAvgPool()), ("flatten", Flatten()), ("fc", Linear(3)))
    return build(sketch.graph(), device="meta")


def test_the_ends_of_branches_keep_their_sum_as_large_as_what_entered():
    assert {path: place.factor for path, place in scales(branches()).items()} == {
        "fc": math.sqrt(1 / 6),
        "branch": 1.0,
    }
    both = scales(branches(passing=False))
    assert both["branch"].factor == pytest.approx(HALF)
    assert both["side"].factor == pytest.approx(0.5)  # no ReLU halves it
    assert scales(branches(linear=True))["branch"].factor == pytest.approx(HALF)


def test_a_convolution_that_feeds_the_branch_and_the_sum_is_no_end_of_a_branch():
    sketch = Sketch()
    stem = sketch.chain(sketch.input((4, 6, 6)), ("stem", Conv2d(8, kernel_size=1)))
    one = sketch.chain(stem, ("relu", ReLU()), ("branch", Conv2d(8, kernel_size=1)))
    last = sketch.add("add", Add(), one, stem)
    sketch.chain(last, ("pool", GlobalAvgPool()), ("flatten", Flatten()), ("fc", Linear(3)))
    assert set(scales(build(sketch.graph(), device="meta"))) == {"fc", "branch"}


def test_a_network_that_gives_maps_has_no_classifier():
    sketch = Sketch()
    sketch.chain(sketch.input((3, 8, 8)), ("conv", Conv2d(4)), ("relu", ReLU()))
    assert scales(build(sketch.graph(), device="meta")) == {}
    sketch.chain("relu", ("pool", GlobalAvgPool()), ("flatten", Flatten()))
    assert scales(build(sketch.graph(), device="meta"))["conv"].bias == 1.0

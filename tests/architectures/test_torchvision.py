"""Where torchvision has the same network: the same state dict, the same output, the same figures."""

from __future__ import annotations

import math
import re

import pytest
import torch
from torch import nn
from torchvision import models
from torchvision.models.efficientnet import MBConv
from torchvision.ops import StochasticDepth

from explorer.architectures import catalog
from explorer.architectures.architecture import Architecture
from explorer.core.analysis import analyze
from explorer.engine.running.module import build
from tests.architectures.torchvision_networks import on_meta, pictures, reference

SHARED = [item for item in catalog.architectures().values() if item.facts.torchvision]
WEIGHTS = [(item, weights) for item in SHARED for weights in models.get_model_weights(item.facts.torchvision)]
FAMILIES = ("alexnet", "vgg", "resne", "wide_", "squeezenet", "densenet", "efficientnet_b", "mobilenet_v2")


@pytest.mark.parametrize("architecture", SHARED, ids=lambda item: item.name)
def test_takes_the_state_dict_strictly_and_gives_the_same_scores(architecture: Architecture) -> None:
    theirs = reference(architecture.facts.torchvision)
    ours = build(architecture.build(), device="meta")
    ours.load_state_dict(theirs.state_dict(), strict=True, assign=True)
    ours.eval()
    # the largest EfficientNets on smaller pictures, odd so that every rounding is met
    side = architecture.options["side"] if architecture.options["side"] <= 300 else 161
    with torch.inference_mode():
        expected, given = theirs(pictures(side)), ours(pictures(side))
    assert expected.std() > 1e-3  # or equality would mean little
    torch.testing.assert_close(given, expected, rtol=1e-5, atol=1e-5 * expected.abs().max().item())


@pytest.mark.parametrize("name", ["alexnet", "squeezenet1_0", "resnet18", "googlenet", "efficientnet_b0"])
@pytest.mark.parametrize("side", [(97, 130), (101, 71)])
def test_agrees_on_other_picture_sizes(name: str, side: tuple[int, int]) -> None:
    theirs = reference(name)
    ours = build(catalog.build(name, side=side), device="meta")
    ours.load_state_dict(theirs.state_dict(), strict=True, assign=True)
    ours.eval()
    with torch.inference_mode():
        expected, given = theirs(pictures(side, 2)), ours(pictures(side, 2))
    torch.testing.assert_close(given, expected, rtol=1e-5, atol=1e-5 * expected.abs().max().item())


@pytest.mark.parametrize(
    ("architecture", "weights"), WEIGHTS, ids=[f"{item.name}-{weights.name}" for item, weights in WEIGHTS]
)
def test_agrees_with_published_counts(architecture: Architecture, weights: models.WeightsEnum) -> None:
    totals = analyze(architecture.build(side=weights.transforms.keywords["crop_size"])).totals
    assert totals.parameters == weights.meta["num_params"]
    # torchvision's "GFLOPS" are multiply-accumulates in units of 10⁹, to three decimals
    assert round(totals.macs / 1e9, 3) == weights.meta["_ops"]


@pytest.mark.parametrize("architecture", SHARED, ids=lambda item: item.name)
def test_declares_the_accuracy_and_side_of_the_first_weights(architecture: Architecture) -> None:
    first = next(iter(models.get_model_weights(architecture.facts.torchvision)))
    accuracy = first.meta["_metrics"]["ImageNet-1K"]["acc@1"]
    assert math.isfinite(accuracy)
    assert architecture.facts.top1 == accuracy
    assert architecture.options["side"] == first.transforms.keywords["crop_size"]


@pytest.mark.parametrize("architecture", SHARED, ids=lambda item: item.name)
def test_has_the_settings_that_show_in_training_only(architecture: Architecture) -> None:
    theirs = on_meta(architecture.facts.torchvision)
    ours = build(architecture.build(), device="meta")
    assert _settings(ours, nn.BatchNorm2d, "eps", "momentum") == _settings(
        theirs, nn.BatchNorm2d, "eps", "momentum"
    )
    assert _settings(ours, nn.Dropout, "p") == _settings(theirs, nn.Dropout, "p")
    acting = {
        f"{name}.stochastic_depth": (block.stochastic_depth.p,)
        for name, block in theirs.named_modules()
        if isinstance(block, MBConv) and block.use_res_connect and block.stochastic_depth.p > 0
    }
    dropping = _settings(ours, StochasticDepth, "p")
    assert dropping.keys() == acting.keys()
    for name, (share,) in dropping.items():
        assert share == pytest.approx(acting[name][0], rel=1e-12)


def test_covers_the_families_that_both_have() -> None:
    names = [
        name
        for name in models.list_models(module=models)
        if re.match("|".join(FAMILIES) + "|googlenet", name)
    ]
    assert sorted(item.facts.torchvision for item in SHARED) == sorted(names)


def _settings(network: nn.Module, kind: type[nn.Module], *names: str) -> dict[str, tuple[float, ...]]:
    return {
        path: tuple(getattr(module, name) for name in names)
        for path, module in network.named_modules()
        if isinstance(module, kind)
    }

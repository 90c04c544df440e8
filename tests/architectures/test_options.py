"""Options of networks: what may be set, and what is said where it may not."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.architectures import catalog
from explorer.architectures.architecture import Architecture, Facts, declare
from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError, UnknownName

ALL = list(catalog.architectures().values())

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("cifar_resnet20", {"depth": 21}, "6n + 2"),
    ("cifar_resnet20", {"depth": 21}, "near it is 20 or 26"),
    ("cifar_resnet20", {"depth": 2}, "near it is 8"),
    ("cifar_resnet20", {"depth": -4}, "near it is 8"),
    ("cifar_resnet20", {"depth": 6 * 10**6 + 2}, "10,000"),
    ("cifar_plain20", {"depth": 55}, "50 or 56"),
    ("resnet50", {"depth": 51}, "18, 34, 50, 101 or 152"),
    ("plain34", {"depth": 50}, "18 or 34"),
    ("resnet18", {"groups": 32}, "bottleneck"),
    ("resnet50", {"width_per_group": 0}, "width_per_group"),
    ("resnet50", {"stride_in": "5x5"}, "3x3, 1x1"),
    ("resnet50", {"shortcut": "C"}, "projection, zero padding, none"),
    ("vgg16", {"width": -1}, "width must be from 0.001"),
    ("vgg16", {"width": float("nan")}, "width"),
    ("vgg16", {"width": "half"}, "like 1.0"),
    ("vgg16", {"classes": 0}, "classes must be from 1"),
    ("vgg16", {"classes": True}, "classes"),
    ("vgg16", {"classes": 10.0}, "classes"),
    ("vgg16", {"head": "conv"}, "dense, fixed, gap"),
    ("vgg16", {"head": ["gap"]}, "dense, fixed, gap"),
    ("vgg16", {"hidden": 0}, "out_features"),
    ("vgg16", {"blocks": ()}, "pairs"),
    ("vgg16", {"blocks": (1, 64)}, "pairs"),
    ("vgg16", {"blocks": ((1, 64, 3),)}, "pairs"),
    ("vgg16", {"blocks": ((0, 64),)}, "n must be"),
    ("vgg16", {"blocks": ((1, 0),)}, "channels must be"),
    ("vgg16", {"blocks": ((1, -64),), "width": 0.5}, "channels must be"),
    ("vgg16", {"blocks": (("1", 64),)}, "whole number"),
    ("vgg16", {"blocks": ((1, "64"),), "width": 0.5}, "pairs"),
    ("vgg16", {"batch_norm": 1}, "batch_norm"),
    ("vgg16", {"dropout": 1.5}, "dropout must be from 0"),
    ("vgg16", {"side": 0}, "side must be from 1"),
    ("vgg16", {"side": (224, 0)}, "side must be from 1"),
    ("vgg16", {"side": (224, 224, 224)}, "side"),
    ("vgg16", {"side": "224"}, "side"),
    ("vgg16", {"in_channels": -3}, "in_channels must be from 1"),
    ("vgg16", {"deepth": 3}, "no option 'deepth'"),
    ("alexnet_2012", {"groups": 0}, "groups"),
    ("densenet121", {"blocks": ()}, "got none"),
    ("densenet121", {"blocks": (6, 0)}, "n must be"),
    ("densenet121", {"growth": 0}, "growth"),
    ("efficientnet_b0", {"depth": 0.0}, "depth must be above 0"),
    ("efficientnet_b0", {"depth": float("inf")}, "depth"),
    ("efficientnet_b0", {"stochastic_depth": 2.0}, "stochastic_depth must be"),
    ("mobilenet_v2", {"width": 1e9}, "width must be"),
    ("squeezenet1_0", {"version": "1.2"}, "1.0, 1.1"),
    ("squeezenet1_0", {"bypass": "double"}, "none, simple, complex"),
    ("googlenet", {"large_kernel": 0}, "large_kernel"),
]


@pytest.mark.parametrize(("name", "options", "said"), REFUSED)
def test_a_bad_option_is_refused_with_what_it_may_be(name: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ExplorerError) as caught:
        catalog.build(name, **options)
    assert said in str(caught.value)


@pytest.mark.parametrize("architecture", ALL, ids=lambda item: item.name)
def test_every_network_takes_other_classes_channels_and_sides(architecture: Architecture) -> None:
    graph = architecture.build(classes=7, in_channels=5, side=(140, 129))
    analysis = analyze(graph)
    assert not analysis.problems
    assert analysis.rows["input"].output == (5, 140, 129)
    assert analysis.rows[graph.sinks[0]].output == (7,)


@pytest.mark.parametrize("architecture", ALL, ids=lambda item: item.name)
def test_saying_the_defaults_changes_nothing(architecture: Architecture) -> None:
    assert architecture.build(**architecture.options) == architecture.build()


def test_a_shape_becomes_options() -> None:
    assert catalog.input_options((3, 224, 224)) == {"in_channels": 3, "side": 224}
    assert catalog.input_options((1, 96, 128)) == {"in_channels": 1, "side": (96, 128)}
    with pytest.raises(ExplorerError, match="3×224×224"):
        catalog.input_options((784,))


def test_choices_are_taken_as_text() -> None:
    assert catalog.build("resnet50", stride_in="1x1") == catalog.build("resnet50_v1")
    assert catalog.build("cifar_resnet20", shortcut="projection") == catalog.build("cifar_resnet20_b")
    assert catalog.build("squeezenet1_0", version="1.1") == catalog.build("squeezenet1_1")
    assert catalog.build("resnet50", groups=32, width_per_group=4) == catalog.build("resnext50_32x4d")


def test_a_picture_too_small_is_a_problem_of_one_layer() -> None:
    analysis = analyze(catalog.build("vgg11", side=16))
    (problem,) = analysis.causes
    assert problem.id == "block5"
    assert "inside, pool" in problem.message
    assert "/" not in problem.message.split(":")[0]


@pytest.mark.parametrize("width", [0.35, 0.5, 0.75, 1.4])
def test_narrow_mobilenets_keep_channels_in_eights(width: float) -> None:
    rows = analyze(catalog.build("mobilenet_v2", width=width)).rows
    assert all(rows[f"features.{number}"].output[0] % 8 == 0 for number in range(1, 18))
    assert rows["features.18.0"].output[0] == (1792 if width == 1.4 else 1280)


def test_unknown_networks_come_with_near_ones() -> None:
    with pytest.raises(UnknownName, match="resnet18"):
        catalog.build("resnet-18")


def test_a_name_is_declared_once() -> None:
    facts = Facts(2015, "", 0)
    with pytest.raises(ValueError, match="resnet18"):
        declare("resnet18", "", "", catalog.build, facts)

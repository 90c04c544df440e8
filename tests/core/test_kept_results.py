"""What is kept of a pass stays within the room, and everything else is soon computed again."""

from __future__ import annotations

import pytest

from explorer.architectures import catalog
from explorer.core.analysis import analyze
from explorer.core.kept_results import _seconds, bytes_of, kept_layers
from explorer.core.outline import flatten

MIB = 2**20


def layers_of(network, **settings):
    return flatten(analyze(catalog.build(network, **settings)))


def longest(layers, kept):
    """The longest wait for a layer that is not kept, in the estimate's seconds."""
    again = {}
    for layer in layers:
        wait = _seconds(layer) + sum(again[name] for name in set(layer.inputs))
        again[layer.name] = 0.0 if layer.name in kept else wait
    return max(again.values())


@pytest.mark.parametrize(
    ("network", "side"), [("vgg16", 1024), ("resnet152", 448), ("densenet201", 448), ("googlenet", 896)]
)
def test_the_room_is_kept_and_more_room_makes_the_wait_shorter(network, side):
    layers = layers_of(network, side=side)
    waits = []
    for room in (64, 256, 1024):
        kept = kept_layers(layers, room * MIB)
        assert bytes_of([layer for layer in layers if layer.name in kept]) <= room * MIB
        waits.append(longest(layers, kept))
    assert waits == sorted(waits, reverse=True)
    assert waits[-1] < sum(map(_seconds, layers)) / 10


def test_what_is_dear_is_kept_and_what_is_cheap_computed_again():
    layers = layers_of("vgg16", side=1024)
    kept = kept_layers(layers, 1024 * MIB)
    kinds = {layer.operator.kind() for layer in layers if layer.name in kept}
    assert kinds == {"Conv2d"}
    assert "features.0" not in kept  # of three channels: cheap to compute, and one of the largest


def test_all_are_kept_where_they_fit_and_none_without_room():
    layers = layers_of("lenet5")
    assert kept_layers(layers, bytes_of(layers)) == {layer.name for layer in layers}
    assert kept_layers(layers, bytes_of(layers) - 1) < {layer.name for layer in layers}
    assert kept_layers(layers, 0) == frozenset()

"""Switching parts off: equal to hooks that do the same, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.architectures import catalog
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.engine.running.ablation import switched, switching
from explorer.engine.running.activations import capture
from explorer.engine.running.forward import ports
from explorer.engine.running.module import build, layer_nodes
from explorer.engine.running.switches import Switch
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.merge import Add
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.sketch import Sketch


def residual(ways: int = 2) -> Graph:
    sketch = Sketch()
    entering = sketch.chain(sketch.input((4, 6, 6)), ("conv0", Conv2d(4, 3, padding=1)))
    ends = [
        sketch.chain(entering, (f"conv{way}", Conv2d(4, 3, padding=1)), (f"bn{way}", BatchNorm2d()))
        for way in range(1, ways)
    ]
    sketch.add("add", Add(), *ends, entering)
    sketch.chain("add", ("relu", ReLU()), ("last", Conv2d(2, 1)))
    return sketch.graph()


def looked_at(graph: Graph, side: int = 6, channels: int = 4):
    torch.manual_seed(2)
    module = build(graph).eval()
    shown = np.random.default_rng(1).normal(size=(1, channels, side, side)).astype(np.float32)
    return module, shown, capture(module, shown)


def hooked(module, shown, layer, change):
    part = module.get_submodule(layer)
    handle = part.register_forward_hook(lambda _part, _given, result: change(result.clone()))
    try:
        return capture(module, shown)
    finally:
        handle.remove()


def halved(result):
    result[:, 1] *= 0.5
    return result


def test_a_layer_or_a_map_switched_equals_a_hook():
    module, shown, kept = looked_at(residual())
    for switch, change in (
        (Switch("conv1"), torch.zeros_like),
        (Switch("conv1", channel=1, factor=0.5), halved),
    ):
        found = switched(module, kept, [switch])
        assert set(found) == {"conv1", "bn1", "add", "relu", "last"}  # nothing before it is computed
        expected = hooked(module, shown, "conv1", change)
        for name, values in found.items():
            np.testing.assert_array_equal(values, expected[name])


def test_a_skip_is_switched_off_alone():
    module, _, kept = looked_at(residual())
    found = switched(module, kept, [Switch("add", port=1)])
    assert set(found) == {"add", "relu", "last"}
    np.testing.assert_array_equal(found["add"], kept["bn1"])
    both = switched(module, kept, [Switch("add", port=1), Switch("add", port=0, factor=2)])
    np.testing.assert_array_equal(both["add"], 2 * kept["bn1"])


def test_a_sum_of_three_is_switched_port_by_port():
    module, _, kept = looked_at(residual(3))
    parts = ["bn1", "bn2", "conv0"]
    for port in range(3):
        found = switched(module, kept, [Switch("add", port=port, factor=3)])
        expected = sum(kept[name] * (3 if index == port else 1) for index, name in enumerate(parts))
        np.testing.assert_allclose(found["add"], expected, rtol=1e-5, atol=1e-5)


def test_switches_add_up_and_leave_no_trace():
    module, shown, kept = looked_at(residual())
    before = {name: values.copy() for name, values in kept.items()}
    weights = {name: item.clone() for name, item in module.state_dict().items()}
    twice = switched(module, kept, [Switch("conv1", 0, factor=2), Switch("conv1", 0, factor=0.5)])
    np.testing.assert_array_equal(twice["last"], kept["last"])
    switched(module, kept, [Switch("conv0"), Switch("bn1", 2), Switch("add", port=0)])
    assert switched(module, kept, []) == {}
    again = capture(module, shown)
    for name, values in kept.items():
        np.testing.assert_array_equal(values, before[name])
        np.testing.assert_array_equal(values, again[name])
    for name, item in module.state_dict().items():
        assert torch.equal(item, weights[name])


def test_it_stops_between_layers():
    module, _, kept = looked_at(residual())
    asked = []
    found = switched(module, kept, [Switch("conv0")], lambda: asked.append(1) or len(asked) > 4)
    assert set(found) < set(kept)


def test_what_is_not_there_is_told():
    module, _, kept = looked_at(residual())
    for switch, text in (
        (Switch("nowhere"), "nowhere"),
        (Switch("conv1", 4), "no channel 4, only 0 to 3"),
        (Switch("add", port=2), "has 2 inputs, not one of number 3"),
    ):
        with pytest.raises(ExplorerError, match=text):
            switched(module, kept, [switch])
    with pytest.raises(ExplorerError, match="bn1 was not kept"):
        switched(module, {"conv1": kept["conv1"]}, [Switch("add", port=0)])
    assert Switch("add", port=1).told() == "input 2 of add off"
    assert Switch("conv1", 3, factor=0.5).told() == "map 3 of conv1 × 0.5"


FAMILIES = (
    "alexnet",
    "cifar_plain20",
    "cifar_resnet20_b",
    "densenet121",
    "efficientnet_b0",
    "googlenet",
    "lenet5",
    "mobilenet_v2",
    "plain18",
    "resnet18",
    "resnet50_v1",
    "resnext50_32x4d",
    "squeezenet1_0_complex",
    "vgg11_lrn",
)


@pytest.mark.parametrize("name", FAMILIES)
def test_networks_of_every_family(name):
    side = 64 if name == "alexnet" else 32
    channels = 1 if name == "lenet5" else 3
    module, shown, kept = looked_at(catalog.build(name, classes=5, side=side), side, channels)
    layers = list(layer_nodes(module))
    merging = [layer for layer, node in layer_nodes(module).items() if len(list(ports(node))) > 1]
    middle = layers[len(layers) // 2]
    tried = [Switch(middle), Switch(middle, factor=0.5)]
    tried += [Switch(layer, port=1) for layer in merging[len(merging) // 2 :][:1]]
    for switch in tried:
        found = switched(module, kept, [switch])
        place = layers.index(switch.layer)
        assert not set(found) & set(layers[:place])
        assert layers[-1] in found
        # a network that never learned may hardly hand on what it sees: the layer itself must show it
        assert not np.array_equal(found[switch.layer], kept[switch.layer])
        whole = capture(module, shown, step=switching(module, [switch]))
        for layer, values in whole.items():
            np.testing.assert_allclose(found.get(layer, kept[layer]), values, rtol=1e-4, atol=1e-5)
    same = switched(module, kept, [Switch(middle, factor=1.0)])
    for layer, values in same.items():
        np.testing.assert_allclose(values, kept[layer], rtol=1e-4, atol=1e-5)

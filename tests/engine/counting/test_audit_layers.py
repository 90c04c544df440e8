"""The audit layer by layer: sums, what no rule explains, stopping, and too little memory."""

from __future__ import annotations

import pytest

from explorer.architectures import catalog
from explorer.core.counts import Count
from explorer.engine import device
from explorer.engine.counting import audit as auditing
from explorer.engine.counting import counters
from explorer.engine.counting.audit import audit
from explorer.engine.counting.counters import Reading
from explorer.operators.convolution import Conv2d
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.sketch import Sketch


def tiny():
    sketch = Sketch()
    sketch.chain(sketch.input((3, 8, 8)), ("conv", Conv2d(4, 3)), ("bn", BatchNorm2d()))
    return sketch.graph()


def by_tool(graph) -> dict[str, Count]:
    return {item.tool: item for item in audit(graph)}


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("lenet5", {}),
        ("googlenet", {"side": 64}),
        ("densenet121", {"side": 64}),
        ("efficientnet_b0", {"side": 64}),
        ("mobilenet_v2", {"side": 64}),
        ("alexnet_2012", {"side": 99}),
        ("squeezenet1_0_complex", {"side": 64}),
        ("cifar_resnet20_b", {}),
        ("vgg11", {"side": 32, "batch_norm": True, "hidden": 16}),
    ],
)
def test_layers_add_up_to_the_whole(name, options):
    counts = by_tool(catalog.build(name, **options))
    ours = counts["ours"].macs
    for item in counts.values():
        assert item.macs == ours + sum(one.operations for one in item.differences)
        assert sum(part.operations for part in item.parts) + item.unexplained == item.macs - ours
        assert item.puzzling == ()
        assert item.seconds >= 0
    assert counts["torch"].differences == ()


def test_reasons_name_their_layers():
    counts = by_tool(tiny())
    (part, vectors) = counts["torchinfo"].parts
    assert (part.layers, part.operations) == (("conv",), 4 * 36)
    assert (vectors.layers, vectors.operations) == (("bn",), 8)
    (norm,) = counts["fvcore"].differences
    assert (norm.layer, norm.operator, norm.ours, norm.theirs) == ("bn", "BatchNorm2d", 0, 2 * 4 * 36)


def test_a_figure_that_no_rule_gives_is_said_to_be_unexplained(monkeypatch):
    real = counters.torchinfo_reading

    def strange(module):
        reading = real(module)
        changed = dict(reading.by_layer)
        changed["conv"] += 7
        return Reading(reading.macs + 7 + 5, reading.parameters, changed)

    monkeypatch.setattr(auditing, "torchinfo_reading", strange)
    count = by_tool(tiny())["torchinfo"]
    assert [(item.layer, item.operations) for item in count.puzzling] == [("conv", 4 * 36 + 7), ("", 5)]
    assert count.unexplained == 4 * 36 + 12
    assert [part.layers for part in count.parts] == [("bn",)]


def test_it_stops_between_two_layers():
    asked = []

    def should_stop():
        asked.append(1)
        return len(asked) > 4

    counts = list(audit(tiny(), should_stop))
    assert [item.tool for item in counts] == ["ours", "torch", "torchinfo"]
    assert len(asked) > 4  # the last question came while fvcore ran the network


def test_it_stops_between_two_tools():
    assert [item.tool for item in audit(tiny(), lambda: True)] == ["ours"]


def test_without_memory_fvcore_is_not_run(monkeypatch):
    monkeypatch.setattr(device, "free_memory", lambda kind: 1_000 if kind == "cpu" else None)
    counts = by_tool(catalog.build("lenet5"))
    assert counts["fvcore"].macs is None
    assert "fvcore" in counts["fvcore"].failure
    assert "1.0 kB are free" in counts["fvcore"].failure
    assert counts["torchinfo"].macs is not None

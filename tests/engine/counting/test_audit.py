"""Other counters' figures, and that every difference from ours is explained."""

import pytest

from explorer.architectures import catalog
from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError
from explorer.engine.counting.audit import audit
from explorer.operators.activation import PReLU
from explorer.operators.convolution import Conv2d, ConvTranspose2d, DepthwiseConv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.normalization import BatchNorm2d, GroupNorm, LayerNorm
from explorer.operators.pooling import AdaptiveAvgPool2d, AvgPool2d, GlobalAvgPool
from explorer.operators.sketch import Sketch
from explorer.operators.spatial import Upsample


def test_figures_of_squeezenet():
    """As each tool prints them for torchvision's network."""
    counts = {item.tool: item for item in audit(catalog.build("squeezenet1_0"))}
    assert counts["ours"].macs == counts["torch"].macs == 818_924_576
    assert counts["torchinfo"].macs == 823_270_824
    assert counts["fvcore"].macs == 819_093_576
    assert {item.parameters for item in counts.values()} == {1_248_424}
    assert {item.unexplained for item in counts.values()} == {0}


def test_every_kind_of_layer_is_explained():
    sketch = Sketch()
    last = sketch.chain(
        sketch.input((4, 16, 16)),
        ("conv", Conv2d(8, 3, padding=1, groups=2)),
        ("bn", BatchNorm2d()),
        ("bn_plain", BatchNorm2d(affine=False)),
        ("prelu", PReLU(per_channel=True)),
        ("depthwise", DepthwiseConv2d(3, bias=True)),
        ("group", GroupNorm(4)),
        ("layer", LayerNorm()),
        ("layer_plain", LayerNorm(affine=False)),
        ("up", ConvTranspose2d(6, 4, 2, padding=1)),
        ("up_plain", ConvTranspose2d(6, 2, 2, bias=False)),
        ("pool", AvgPool2d()),
        ("larger", Upsample(2)),
        ("adaptive", AdaptiveAvgPool2d(3)),
        ("global", GlobalAvgPool()),
        ("flatten", Flatten()),
        ("fc", Linear(5)),
    )
    sketch.add("fc2", Linear(3, bias=False), last)
    graph = sketch.graph()
    counts = list(audit(graph))
    assert counts[0].macs == analyze(graph).totals.macs
    assert [(item.tool, item.unexplained) for item in counts] == [
        ("ours", 0),
        ("torch", 0),
        ("torchinfo", 0),
        ("fvcore", 0),
    ]
    assert all(part.operations for item in counts for part in item.parts)


def test_a_missing_tool_is_named(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "torchinfo", None)
    counts = {item.tool: item for item in audit(catalog.build("lenet5"))}
    assert counts["torchinfo"].macs is None
    assert "pip install torchinfo" in counts["torchinfo"].failure
    assert counts["fvcore"].macs == 416_520


def test_a_broken_network_is_refused():
    sketch = Sketch()
    sketch.add("fc", Linear(3), sketch.input((3, 4, 4)))
    with pytest.raises(ExplorerError, match="Flatten"):
        list(audit(sketch.graph()))

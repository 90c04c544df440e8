"""Records and JSON of the table."""

import pytest

from explorer.architectures import catalog
from explorer.core.analysis import analyze
from explorer.core.graph import Graph, Node
from explorer.export.table import data, records
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Linear
from explorer.operators.pooling import MaxPool2d
from explorer.operators.sketch import Sketch
from explorer.operators.spatial import Upsample

ROW_KEYS = [
    "id",
    "operator",
    "block",
    "inputs",
    "output",
    "parameters",
    "macs",
    "activation_bytes",
    "receptive_field",
    "stride",
]


@pytest.mark.parametrize("name", ["resnet50", "vgg16", "googlenet", "densenet121", "cifar_resnet20"])
@pytest.mark.parametrize("depth", [None, 1, 2])
def test_rows_add_up_to_the_totals(name, depth):
    content = data(name, analyze(catalog.build(name)), depth)
    for key in ("parameters", "macs", "activation_bytes"):
        assert sum(row[key] for row in content["rows"]) == content["total"][key]


def test_json_has_the_keys_that_scripts_rely_on():
    content = data("resnet50", analyze(catalog.build("resnet50")))
    assert list(content) == ["network", "input", "total", "rows", "problems"]
    assert list(content["total"]) == [
        "parameters",
        "buffers",
        "macs",
        "parameter_bytes",
        "activation_bytes",
        "receptive_field",
    ]
    assert all(list(row) == ROW_KEYS for row in content["rows"])
    assert content["total"]["parameters"] == 25_557_032
    assert content["total"]["macs"] == 4_089_184_256
    assert content["total"]["buffers"] == 53_173
    assert content["total"]["receptive_field"] == 427
    assert content["input"] == [3, 224, 224]


def test_depth_folds_blocks():
    analysis = analyze(catalog.build("resnet18"))
    assert [record.id for record in records(analysis, 1)][5:9] == ["layer1", "layer2", "layer3", "layer4"]
    assert "layer1.0" in [record.id for record in records(analysis, 2)]
    assert "layer1.0.conv1" in [record.id for record in records(analysis)]


def test_receptive_field_and_stride_per_axis_and_fraction():
    sketch = Sketch()
    last = sketch.input((3, 32, 32))
    last = sketch.add("wide", Conv2d(4, (1, 7), (1, 2), (0, 3)), last)
    last = sketch.add("up", Upsample(2), last)
    sketch.add("up2", Upsample(2), last)
    rows = {row["id"]: row for row in data("n", analyze(sketch.graph()))["rows"]}
    assert rows["wide"]["receptive_field"] == [1, 7]
    assert rows["wide"]["stride"] == [1, 2]
    assert rows["up"]["stride"] == [0.5, 1]
    assert rows["up2"]["stride"] == [0.25, 0.5]


def test_stride_is_null_where_all_see_everything():
    rows = {row["id"]: row for row in data("l", analyze(catalog.build("lenet5")))["rows"]}
    last = [row for row in rows.values() if row["operator"] == "Linear"][-1]
    assert last["stride"] is None


def test_problems_name_causes_and_repairs():
    sketch = Sketch()
    last = sketch.input((3, 8, 8))
    last = sketch.add("fc", Linear(10), last)
    sketch.add("fc2", Linear(10), last)
    content = data("broken", analyze(sketch.graph()))
    assert [problem["id"] for problem in content["problems"]] == ["fc"]
    assert content["problems"][0]["repair"] == "Insert Flatten"
    assert [row["id"] for row in content["rows"]] == ["input"]


def test_counts_beyond_64_bits_stay_exact():
    sketch = Sketch()
    last = sketch.input((10**6, 1, 1))
    last = sketch.add("a", Conv2d(10**12, 1, bias=False), last)
    sketch.add("b", Conv2d(10**12, 1, bias=False), last)
    total = data("huge", analyze(sketch.graph()))["total"]
    assert total["parameters"] == 10**18 + 10**24


def test_empty_and_unconnected_networks():
    assert data("empty", analyze(Graph()))["input"] is None
    alone = data("alone", analyze(Graph([Node("pool", MaxPool2d())])))
    assert alone["rows"] == []
    assert "not connected" in alone["problems"][0]["message"]

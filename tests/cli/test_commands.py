"""The commands do what they say, on good input."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import pytest

from explorer.__main__ import main
from explorer.architectures import catalog
from explorer.core import notation
from explorer.core.document import Document
from explorer.operators.dense import Linear
from explorer.operators.sketch import Sketch


def run(capsys, *arguments):
    """Run a command that must succeed; what it printed as data."""
    code = main([str(item) for item in arguments])
    out, err = capsys.readouterr()
    assert (code, "error" in err) == (0, False), err
    return out


def test_version_and_help(capsys):
    assert run(capsys, "--version").startswith("arch-explorer ")
    text = run(capsys, "--help")
    for command in ("networks", "table", "compare", "audit", "train", "features", "export"):
        assert command in text
    assert "--depth" in run(capsys, "table", "--help")


def test_networks(capsys):
    listed = json.loads(run(capsys, "networks", "--format", "json"))
    assert [item["name"] for item in listed] == list(catalog.architectures())
    assert "classes" in next(item for item in listed if item["name"] == "resnet50")["options"]
    assert "25,557,032" in run(capsys, "networks")


def test_table_as_json(capsys):
    content = json.loads(run(capsys, "table", "resnet50", "--format", "json"))
    assert content["network"] == "resnet50"
    assert content["total"]["parameters"] == 25_557_032
    assert content["total"]["macs"] == 4_089_184_256
    assert content["problems"] == []


def test_table_as_csv(capsys):
    rows = list(csv.DictReader(io.StringIO(run(capsys, "table", "resnet50", "--format", "csv"))))
    assert sum(int(row["parameters"]) for row in rows) == 25_557_032
    assert sum(int(row["macs"]) for row in rows) == 4_089_184_256
    assert rows[1]["output"] == "64x112x112"


def test_table_as_text_markdown_and_latex(capsys):
    text = run(capsys, "table", "resnet50")
    assert "25,557,032" in text
    assert "bias not counted" in text
    marked = run(capsys, "table", "resnet50", "--format", "markdown", "--depth", "1")
    assert "**4,089,184,256**" in marked
    assert r"\begin{tabular}" in run(capsys, "table", "lenet5", "--format", "latex")


def test_options_input_and_depth(capsys):
    arguments = ["--set", "classes=10", "--input", "1x96x128", "--format", "json"]
    content = json.loads(run(capsys, "table", "resnet18", *arguments, "--depth", "1"))
    assert content["input"] == [1, 96, 128]
    assert content["rows"][-1]["output"] == [10]
    assert len(content["rows"]) < 15
    same = json.loads(run(capsys, "table", "torchvision:resnet18", *arguments, "--depth", "1"))
    assert same["total"] == content["total"]


def test_out_is_written_whole(capsys, tmp_path):
    path = tmp_path / "table.json"
    assert run(capsys, "table", "lenet5", "--format", "json", "--out", path) == ""
    assert json.loads(path.read_text("utf-8"))["total"]["parameters"] == 61_706
    assert [item.name for item in tmp_path.iterdir()] == ["table.json"]


@pytest.fixture
def broken(tmp_path):
    """A document whose Linear lacks a Flatten."""
    sketch = Sketch()
    sketch.add("fc", Linear(10), sketch.input((3, 8, 8)))
    path = tmp_path / "broken.archx"
    notation.save(Document("broken", sketch.graph()), path)
    return path


def test_a_network_with_a_problem_still_gets_a_table(capsys, broken):
    assert main(["table", str(broken), "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["problems"][0]["repair"] == "Insert Flatten"
    assert err.startswith("problem: fc: Linear needs a flat input")


def test_documents_and_their_input(capsys, tmp_path):
    path = tmp_path / "my.archx"
    assert run(capsys, "export", "cifar_resnet20", "--to", "json", "--out", path) == ""
    assert notation.load(path).graph == catalog.build("cifar_resnet20")
    content = json.loads(run(capsys, "table", path, "--input", "3x64x64", "--format", "json"))
    assert content["input"] == [3, 64, 64]
    assert content["total"]["parameters"] == 269_722


def test_compare(capsys):
    content = json.loads(run(capsys, "compare", "resnet18", "resnet34", "--format", "json"))
    assert [item["total"]["parameters"] for item in content["networks"]] == [11_689_512, 21_797_672]
    rows = list(
        csv.reader(io.StringIO(run(capsys, "compare", "vgg11", "vgg16", "lenet5", "--format", "csv")))
    )
    assert rows[0] == ["", "vgg11", "vgg16", "lenet5"]
    assert ["parameters", "132863336", "138357544", "61706"] in rows
    assert "11,689,512" in run(capsys, "compare", "resnet18", "resnet34")


def test_export_python_runs(capsys, tmp_path):
    path = tmp_path / "net.py"
    run(capsys, "export", "lenet5", "--to", "python", "--out", path)
    compile(path.read_text("ascii"), "net.py", "exec")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_export_svg(capsys, tmp_path, theme):
    path = tmp_path / "net.svg"
    run(capsys, "export", "resnet18", "--to", "svg", "--theme", theme, "--depth", "3", "--out", path)
    root = ET.fromstring(path.read_text("utf-8"))
    texts = {item.text for item in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"layer1.0.conv1", "64×112×112"} <= texts


def test_export_png(capsys, tmp_path):
    from PIL import Image

    path = tmp_path / "net.png"
    run(capsys, "export", "lenet5", "--to", "png", "--out", path)
    with Image.open(path) as image:
        image.load()
        assert image.width > 200
        assert len(image.getcolors(10**6)) > 20


def test_audit_explains_every_difference(capsys):
    content = json.loads(run(capsys, "audit", "cifar_resnet20", "--format", "json"))
    assert [item["counter"] for item in content["counts"]] == ["ours", "torch", "torchinfo", "fvcore"]
    assert all(item["parameters"] == 269_722 and item["unexplained"] == 0 for item in content["counts"])
    assert content["counts"][1]["macs"] == 40_551_040
    assert "agrees to the last digit" in run(capsys, "audit", "lenet5")


def test_features(capsys, tmp_path):
    from PIL import Image

    picture, out = tmp_path / "in.png", tmp_path / "out.png"
    Image.linear_gradient("L").save(picture)
    assert main(["features", "lenet5", "--image", str(picture), "--layer", "c1", "--out", str(out)]) == 0
    assert "6×28×28" in capsys.readouterr().err
    with Image.open(out) as image:
        image.load()
        assert image.mode == "RGB"


def test_onnx_is_written_or_names_what_is_missing(capsys, tmp_path, monkeypatch):
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert main(["export", "lenet5", "--to", "onnx", "--out", str(tmp_path / "x.onnx")]) == 2
    assert "pip install 'architecture-explorer[onnx]'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())

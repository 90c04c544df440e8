"""`arch-explorer audit`: our counts and torchvision's published ones, in every format."""

from __future__ import annotations

import csv
import io
import json

import pytest

from explorer.__main__ import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    code = main(["audit", *arguments])
    out, err = capsys.readouterr()
    assert code == 0, err
    return out


def test_a_network_of_the_catalogue(capsys) -> None:
    text = run(capsys, "squeezenet1_0")
    assert "torch agrees to the last digit" in text
    assert "torchinfo adds the biases of convolutions, at every place: +4,346,248, in 26 layers" in text
    assert "fvcore counts every number that an adaptive pooling averages: +169,000, in 1 layer" in text
    assert "these MB are MiB" in text  # what is published, too
    assert "not explained" not in text


def test_layer_by_layer(capsys) -> None:
    rows = list(csv.DictReader(io.StringIO(run(capsys, "lenet5", "--layers", "--format", "csv"))))
    assert {row["counter"] for row in rows} == {"torchinfo"}
    assert {row["layer"] for row in rows} == {"c1", "c3", "c5", "f6", "output"}
    for row in rows:
        assert int(row["more"]) == int(row["theirs"]) - int(row["ours"])
    content = json.loads(run(capsys, "lenet5", "--format", "json"))
    assert sum(item["operations"] for item in content["counts"][2]["differences"]) == sum(
        int(row["more"]) for row in rows
    )
    assert content["counts"][2]["unexplained"] == 0


def test_another_input_is_no_published_network(capsys) -> None:
    assert "keras.io" not in run(capsys, "vgg11", "--input", "3x32x32", "--format", "markdown")


def test_any_classifier_of_torchvision(capsys) -> None:
    (item,) = json.loads(run(capsys, "torchvision:vit_b_32", "--format", "json"))["sets"]
    assert item["macs"] == 4_409_186_304
    assert item["published"]["_ops"] == 4.409
    assert item["unexplained"] == []
    text = run(capsys, "torchvision:wide_resnet50_2", "--format", "markdown")
    assert "half precision" in text
    assert "arch-explorer audit wide_resnet50_2" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["audit", "torchvision:resnet51"], "did you mean"),
        (["audit", "torchvision:"], "lacks a name"),
        (["audit", "torchvision:alexnet", "--input", "3x64x64"], "as they are published"),
        (["audit", "torchvision", "--set", "classes=10"], "as they are published"),
        (["table", "torchvision:vit_b_32"], "audit torchvision:vit_b_32"),
    ],
)
def test_bad_input_is_one_line(capsys, arguments: list[str], said: str) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert said in err
    assert err.count("\n") == 1

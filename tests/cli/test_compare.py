"""`arch-explorer compare`: the same figures as the window, in every format."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest

from explorer.cli.program import execute
from explorer.export.formats import FORMATS


def run(capsys, *arguments: object) -> str:
    assert execute([str(item) for item in arguments]) == 0
    return capsys.readouterr().out


def test_stages_and_differences_follow_the_totals(capsys):
    out = run(capsys, "compare", "vgg16", "resnet50", "--stages", "--differences")
    assert "÷ 5.41" in out
    assert "4 Bottleneck 512" in out
    assert "AdaptiveAvgPool2d to 7×7 → GlobalAvgPool" in out
    assert "bias not counted" in out
    plain = run(capsys, "compare", "vgg16", "resnet50")
    assert "Bottleneck" not in plain


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_has_the_stages(capsys, format):
    out = run(capsys, "compare", "vgg16", "resnet50", "resnet18", "--stages", "--format", format)
    assert "3 Bottleneck 256" in out


def test_stages_as_data(capsys):
    content = json.loads(run(capsys, "compare", "vgg16", "resnet50", "--format", "json"))
    stages = content["networks"][0]["stages"]
    assert stages[0]["side"] == [224, 224]
    assert stages[-1]["side"] is None
    assert sum(stage["operations"] for stage in stages) == 15_470_264_320
    assert content["networks"][1]["measures"]["top1"] == 76.13
    assert content["differences"][0]["from"] == "vgg16"
    assert len(content["differences"][0]["found"]) == 18


def test_alignment_by_share(capsys):
    text = run(capsys, "compare", "vgg16", "resnet50", "--stages", "--align", "share", "--format", "csv")
    rows = list(csv.reader(io.StringIO(text)))
    first = next(row for row in rows if row and row[0] == "1st")
    assert first[2] == "4624220160"
    assert first[5] == "1464336384"


def test_conventions_hold_for_totals_and_stages(capsys):
    arguments = (
        "compare",
        "vgg16",
        "resnet50",
        "--unit",
        "flops",
        "--batch",
        "2",
        "--stages",
        "--format",
        "csv",
    )
    rows = list(csv.reader(io.StringIO(run(capsys, *arguments))))
    assert ["operations", str(4 * 15_470_264_320), str(4 * 4_089_184_256)] in rows
    side = next(row for row in rows if row and row[0] == "56 × 56")
    assert side[5] == str(4 * 667_942_912)


def test_a_workbook(capsys, tmp_path):
    path = tmp_path / "compare.xlsx"
    options = ("--stages", "--differences", "--align", "depth")
    assert run(capsys, "compare", "vgg16", "resnet50", *options, "--format", "excel", "--out", path) == ""
    with zipfile.ZipFile(path) as book:
        strings = book.read("xl/sharedStrings.xml").decode("utf-8")
    assert "4 Bottleneck 512" in strings
    assert execute(["compare", "vgg16", "resnet50", "--format", "excel"]) == 2
    assert "--out compare.xlsx" in capsys.readouterr().err

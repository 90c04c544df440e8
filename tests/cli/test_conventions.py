"""The options of `table` that say how figures are counted."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from explorer.__main__ import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    code = main(list(arguments))
    out, err = capsys.readouterr()
    assert (code, err) == (0, ""), err
    return out


def test_every_option_changes_what_is_counted_and_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(
        capsys,
        *("table", "resnet50", "--depth", "1", "--unit", "flops", "--count-bias", "--count-normalization"),
        *("--sizes", "MB", "--precision", "6bit", "--batch", "8"),
    )
    done = 8 * (2 * (4_089_184_256 + 11_113_984) + 1_000)
    assert f"{done:,} FLOPs" in text
    assert "19.17 MB" in text
    for part in ("FLOPs", "for 8 pictures", "bias and normalization counted", "in 6 bit"):
        assert part in text
    assert "bias not counted" in run(capsys, "table", "lenet5")


def test_the_keys_of_json_stay_and_others_are_added(capsys: pytest.CaptureFixture[str]) -> None:
    usual = json.loads(run(capsys, "table", "resnet18", "--format", "json"))
    other = json.loads(
        run(capsys, "table", "resnet18", "--format", "json", "--unit", "flops", "--batch", "2")
    )
    assert "conventions" not in usual
    assert other["conventions"]["unit"] == "flops"
    assert "for 2 pictures" in other["conventions"]["said"]
    for key, value in usual["total"].items():
        assert other["total"][key] == value
    assert other["total"]["operations"] == 4 * usual["total"]["macs"]
    for before, after in zip(usual["rows"], other["rows"], strict=True):
        assert before.items() <= after.items()
        assert after["operations"] == 4 * before["macs"]
        assert after["memory_bytes"] == 2 * before["activation_bytes"]


def test_csv_adds_columns_that_name_their_conventions(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.reader(io.StringIO(run(capsys, "table", "lenet5", "--format", "csv", "--count-bias"))))
    usual = list(csv.reader(io.StringIO(run(capsys, "table", "lenet5", "--format", "csv"))))
    assert [row[: len(usual[0])] for row in rows] == usual
    assert rows[0][-2:] == ["MACs for one picture, bias counted", "memory bytes for one picture in fp32"]
    assert sum(int(row[-2]) for row in rows[1:]) > sum(int(row[usual[0].index("macs")]) for row in usual[1:])


def test_excel_is_written_to_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    run(capsys, "table", "resnet18", "--format", "excel", "--out", str(path), "--sizes", "MB")
    with zipfile.ZipFile(path) as book:
        assert "1814073344" in book.read("xl/worksheets/sheet1.xml").decode("utf-8")
        assert "for one picture in fp32" in book.read("xl/sharedStrings.xml").decode("utf-8")


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("--batch", "0"), "from 1 to"),
        (("--batch", "-3"), "--batch"),
        (("--batch", "many"), "whole number of pictures"),
        (("--batch", "9" * 30), "whole number of pictures"),
        (("--batch", "1e3"), "whole number of pictures"),
        (("--precision", "fp8"), "fp8"),
        (("--unit", "horses"), "horses"),
        (("--sizes", "mb"), "mb"),
        (("--format", "excel"), "--out"),
    ],
)
def test_nonsense_gets_one_line(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], part: str
) -> None:
    assert main(["table", "lenet5", *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert part in err


def test_huge_counts_are_rounded_correctly(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "table", "lenet5", "--set", "classes=1000000", "--batch", "1000000000")
    assert "e+" not in text
    assert "84,000,000,000,000,000" in text

"""The command that measures times, memory and the roofs of a device."""

import json

import pytest

from explorer.__main__ import main
from explorer.engine.counting import ceilings, measuring


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(measuring, "_SECONDS", 0.05)
    monkeypatch.setattr(ceilings, "_SIDES", {"cpu": (32,), "mps": (32,)})
    monkeypatch.setattr(ceilings, "_COPIED", {"cpu": 2**20, "mps": 2**20})


def test_measure_as_data(capsys):
    options = ["--batch", "2", "--device", "cpu", "--memory", "--roof", "--format", "json"]
    assert main(["measure", "lenet5", *options]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert [row["id"] for row in found["rows"]][:2] == ["c1", "tanh1"]
    assert all(row["use_seconds"] > 0 for row in found["rows"])
    assert (found["batch"], found["device"]) == (2, "cpu")
    memory = found["step_bytes"]
    assert abs(memory["predicted"] / memory["measured"] - 1) < 0.15
    assert found["roof"]["flops_per_second"] > 0
    assert "measuring every layer" in err


@pytest.mark.parametrize("format", ["text", "csv", "markdown", "latex"])
def test_measure_as_text(capsys, format):
    assert main(["measure", "cifar_resnet20", "--depth", "1", "--device", "cpu", "--format", format]) == 0
    out, _ = capsys.readouterr()
    assert "layer1" in out
    assert "layer1.0" not in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--batch", "0"], "1 to 65,536 pictures"),
        (["--batch", "many"], "invalid int value"),
        (["--device", "cuda:99"], "no device"),
        (["--depth", "0"], "counts from 1"),
    ],
)
def test_bad_input_is_one_line(capsys, options, said):
    assert main(["measure", "lenet5", *options]) == 2
    _, err = capsys.readouterr()
    assert said in err.splitlines()[-1]
    assert "Traceback" not in err

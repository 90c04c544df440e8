"""`features` writes pictures, drawings, numbers and pages, and refuses what a file cannot hold."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from explorer.__main__ import main


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "in <b>&'.png"
    Image.linear_gradient("L").save(path)
    return path


def features(picture, out, *options):
    return main(["features", "lenet5", "--image", str(picture), "--out", str(out), *options])


def test_every_kind_of_file(picture, tmp_path, capsys):
    page, numbers, drawing = (tmp_path / f"out.{ending}" for ending in ("html", "npz", "svg"))
    assert features(picture, page, "--layer", "all", "--method", "grad-cam") == 0
    assert "all layers of lenet5" in capsys.readouterr().err
    text = page.read_text(encoding="utf-8")
    assert "in &lt;b&gt;&amp;&#x27;.png" in text
    assert "<b>&'" not in text
    assert "Grad-CAM" in text
    assert features(picture, numbers, "--layer", "c1,c3") == 0
    with np.load(numbers, allow_pickle=False) as kept:
        assert kept["c1"].shape == (6, 28, 28)
        assert kept["c3"].shape == (16, 10, 10)
    assert features(picture, drawing, "--layer", "c1") == 0
    assert "6×28×28" in capsys.readouterr().err
    assert ET.fromstring(drawing.read_bytes()).tag.endswith("svg")
    heat = tmp_path / "heat.png"
    assert features(picture, heat, "--layer", "c3", "--method", "grad_cam", "--class", "4") == 0
    assert "Grad-CAM for class 4" in capsys.readouterr().err
    with Image.open(heat) as image:
        assert image.size == (32, 32)


@pytest.mark.parametrize(
    ("out", "options", "said"),
    [
        ("x.png", ("--layer", "all"), "draws one layer"),
        ("x.svg", ("--layer", "c1,c3"), "draws one layer"),
        ("x.npz", ("--layer", "c1", "--method", "saliency"), "drawn in a page"),
        ("x.html", ("--layer", "c1", "--method", "magic"), "no method named 'magic'"),
        ("x.html", ("--layer", "c1,c9"), "c9"),
        ("x.html", ("--layer", "c1", "--method", "saliency", "--class", "99"), "99"),
    ],
)
def test_what_a_file_cannot_hold_is_refused(picture, tmp_path, capsys, out, options, said):
    assert features(picture, tmp_path / out, *options) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    assert not (tmp_path / out).exists()

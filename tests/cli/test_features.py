"""`features` writes pictures, drawings, numbers and pages, and refuses what a file cannot hold."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from argparse import Namespace

import numpy as np
import pytest
from PIL import Image

from explorer.__main__ import main
from explorer.cli.questions import methods_of
from explorer.engine.causes.maximisation import maximised
from explorer.engine.causes.methods import METHODS, Dream


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
        ("x.html", ("--layer", "c1", "--class", "3"), "name a method"),
        ("x.html", ("--layer", "c1", "--value", "3,x"), "--value is a map, row and column"),
        ("x.html", ("--layer", "c1", "--value", "3,99,1"), "no place 3, 99, 1"),
        ("x.png", ("--layer", "c1", "--value", "3,1,1"), "in a page"),
        ("x.html", ("--layer", "all", "--value", "3,1,1"), "name the layer"),
        ("x.gif", ("--layer", "c1"), "--out ends in .gif"),
        ("x.png", ("--layer", "c1", "--method", "maximise"), "which with --map"),
        ("x.png", ("--layer", "c1", "--method", "pictures", "--map", "1"), "which with --data"),
        ("x.png", ("--layer", "c1", "--method", "maximize", "--map", "6"), "channels 0 to 5"),
        ("x.html", ("--layer", "all", "--method", "maximize", "--map", "1"), "a map of one layer"),
        ("x.png", ("--layer", "c1", "--map", "1"), "--map is for --method maximize"),
        ("x.png", ("--layer", "c1", "--data", "digits"), "--data is for --method pictures"),
        ("x.png", ("--layer", "c1", "--seed", "1", "--method", "saliency"), "--seed is for"),
        ("x.png", ("--layer", "c1", "--method", "maximize", "--map", "1", "--class", "2"), "--class says"),
        ("x.png", ("--layer", "c1", "--cut", "5"), "--cut is 0, 0.1, 1"),
        ("x.png", ("--layer", "c1", "--palette", "virdis"), "viridis"),
        ("gone/x.png", ("--layer", "c1"), "there is no folder"),
        ("x.html", ("--layer", "c1", "--classes", "imagenet"), "1,000 classes and the network gives 10"),
        ("x.html", ("--layer", "c1", "--classes", "nowhere.txt"), "nowhere.txt"),
    ],
)
def test_what_a_file_cannot_hold_is_refused(picture, tmp_path, capsys, out, options, said):
    assert features(picture, tmp_path / out, *options) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    assert not (tmp_path / out).exists()


def test_a_page_takes_a_value_apart_and_names_the_classes(picture, tmp_path):
    names, page = tmp_path / "names.txt", tmp_path / "page.html"
    names.write_text("".join(f"kind {index}\n" for index in range(10)), encoding="utf-8")
    options = (
        "--layer",
        "c1",
        "--value",
        "2,0,0",
        "--classes",
        str(names),
        "--method",
        "Integrated gradients",
    )
    assert features(picture, page, *options) == 0
    text = page.read_text(encoding="utf-8")
    assert "Map 2, row 0, column 0 of c1" in text
    assert "Integrated gradients for kind" in text
    assert "class 1" not in text


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_method_is_named_as_it_is_spelled_anywhere(method):
    for name in (method.name, method.title, method.title.lower(), method.name.replace("_", "-")):
        assert methods_of(args(method=[name])) == (method.name,)


def args(**given):
    return Namespace(**({"method": [], "index": None, "map": None, "seed": None, "data": None} | given))


def test_what_a_map_answers_to_is_drawn(picture, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(maximised, "__kwdefaults__", {**maximised.__kwdefaults__, "steps": 8})
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    dream, best, page = (tmp_path / name for name in ("dream.png", "best.png", "page.html"))
    asked = ("--layer", "c1", "--map", "3")
    assert features(picture, dream, *asked, "--method", "maximise", "--seed", "2") == 0
    said = capsys.readouterr().err
    assert "map 3 of c1 answers to" in said
    assert "100%" in said
    with Image.open(dream) as image:
        assert (image.size, image.mode) == ((32, 32), "RGB")
    assert features(picture, best, *asked, "--method", "exciting", "--data", "shapes:count=40") == 0
    assert "the 9 of 40 pictures of shapes" in capsys.readouterr().err
    with Image.open(best) as image:
        assert image.size == (3 * 32 + 8, 3 * 32 + 8)
    both = (
        "--method",
        "maximize",
        "--method",
        "pictures",
        "--data",
        "shapes:count=40",
        "--method",
        "grad-cam++",
    )
    assert features(picture, page, *asked, *both) == 0
    text = page.read_text(encoding="utf-8")
    assert "A picture made so that map 3 of c1 answers most" in text
    assert "9 of those of shapes:count=40 that excite map 3 of c1 most" in text
    assert "Grad-CAM++ for class" in text


def test_an_interrupted_question_leaves_no_file(picture, tmp_path, capsys, monkeypatch):
    def climbing(*_, **__):
        yield Dream(np.zeros((32, 32, 1), np.uint8), 0.0, 1, 8)
        raise KeyboardInterrupt

    monkeypatch.setattr("explorer.engine.looking.cause_requests.maximised", climbing)
    out = tmp_path / "x.png"
    assert features(picture, out, "--layer", "c1", "--map", "3", "--method", "maximize") == 130
    assert "interrupted" in capsys.readouterr().err
    assert not out.exists()


def test_scale_ends_and_palettes_are_as_asked(picture, tmp_path, capsys):
    shown = {}
    for name, *options in (
        ("cut",),
        ("plain", "--cut", "0"),
        ("network", "--scale", "network"),
        ("purple", "--cut", "0", "--palette", "purple-green"),
    ):
        out = tmp_path / f"{name}.png"
        assert features(picture, out, "--layer", "c1", *options) == 0
        with Image.open(out) as image:
            shown[name] = np.asarray(image)
        assert ("the outermost 1 %" in capsys.readouterr().err) is (name == "cut")
    assert len({pixels.tobytes() for pixels in shown.values()}) == 4
    drawing = tmp_path / "cut.svg"
    assert features(picture, drawing, "--layer", "c1", "--palette", "greys") == 0
    assert "≥" in drawing.read_text(encoding="utf-8")

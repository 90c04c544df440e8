"""An inspection as files: numbers without pickle, drawings and pages that need nothing else."""

from __future__ import annotations

import base64
import io
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from explorer.architectures import catalog
from explorer.engine.looking.cause_findings import Cause, CauseRequest
from explorer.engine.looking.cause_requests import answer as answer_cause
from explorer.engine.looking.export_findings import DRAWING, NUMBERS, PAGE, Exported, ExportRequest
from explorer.engine.looking.findings import FILE, Answer, Maps, Request, WeightsSource
from explorer.engine.looking.inspection import inspect
from explorer.engine.looking.inspection_export import export
from explorer.engine.looking.inspection_sections import maps_each
from explorer.engine.looking.map_files import ABOUT, small_png
from explorer.engine.pictures.images import IMAGENET_MEAN, IMAGENET_STD, Picture, fit
from explorer.engine.running.activations import capture
from explorer.engine.running.switches import Switch
from explorer.engine.running.weight_files import save
from explorer.engine.running.weights import initialized
from tests.engine.training.training_graphs import tiny

EVIL = "</title><script>alert(1)</script>\"'><img src=http://x.example/a.png>\u202e\x00\x1b.png"
VOID = {"meta", "img", "source", "br"}


class Reader(HTMLParser):
    """Checks that tags close in order; gathers what is inside."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.addresses, self.words = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.addresses += [
            value for name, value in attrs if name in ("src", "srcset", "href", "action", "data")
        ]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


pytestmark = pytest.mark.usefixtures("nothing_kept")


@pytest.fixture(scope="module")
def picture():
    pixels = np.random.default_rng(1).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    return Picture(EVIL, pixels, "RGB", (50, 40), ("the first of 3 frames",))


def written(look, **settings):
    request = ExportRequest(look, settings.pop("title", "lenet5"), **settings)
    return next(item.data for item in export(request) if isinstance(item, Exported))


def read(data):
    reader = Reader()
    reader.feed(data.decode("utf-8"))
    reader.close()
    assert not reader.open
    return reader


def test_numbers_are_those_of_a_capture(picture):
    graph = catalog.build("lenet5")
    look = Request(graph, WeightsSource(seed=2), picture, "c1")
    data = written(look, kind=NUMBERS)
    fed = fit(picture, (1, 32, 32), IMAGENET_MEAN, IMAGENET_STD)
    true = capture(initialized(graph, 2), fed[None])
    with np.load(io.BytesIO(data), allow_pickle=False) as kept:
        assert set(kept.files) == {*true, ABOUT}
        for name, values in true.items():
            assert np.array_equal(kept[name], values[0])
            assert kept[name].dtype == np.float32
        about = json.loads(str(kept[ABOUT]))
    assert about["weights"] == "random weights, seed 2"
    assert about["network"] == "lenet5"
    assert data == written(look, kind=NUMBERS)
    with np.load(io.BytesIO(written(look, kind=NUMBERS, layers=("c3", "s2"))), allow_pickle=False) as kept:
        assert set(kept.files) == {"c3", "s2", ABOUT}
    switched = Request(graph, WeightsSource(seed=2), picture, "c1", switches=(Switch("c1"),))
    with np.load(io.BytesIO(written(switched, kind=NUMBERS)), allow_pickle=False) as kept:
        assert not kept["c1"].any()


def test_a_page_is_sound_says_all_and_reaches_for_nothing(picture):
    graph = catalog.build("lenet5")
    look = Request(graph, WeightsSource(), picture, "c3", switches=(Switch("c1", 0),))
    data = written(look, kind=PAGE, methods=("grad_cam", "saliency"), title=f"mine {EVIL}")
    reader = read(data)
    names = [tag for tag, _ in reader.tags]
    assert not {"script", "link", "iframe", "object", "form", "a", "base"} & set(names)
    assert not [name for _, attrs in reader.tags for name in attrs if name.startswith("on")]
    assert reader.addresses
    assert all(address.startswith("data:image/png;base64,") for address in reader.addresses)
    text = data.decode("utf-8")
    style = "".join(re.findall(r"<style>.*?</style>", text, re.DOTALL))
    assert "url(" not in style
    assert "@import" not in style
    assert "http" not in re.sub(r"x\.example|&lt;.*?&gt;", "", style)
    assert "prefers-color-scheme: dark" in text
    assert not {"\u202e", "\x00", "\x1b"} & set(text)
    words = " ".join(reader.words)
    for expected in (
        "random weights, seed 0",
        "map 0 of c1 off",
        "Grad-CAM for",
        "What it does not say",
        "0.485",
    ):
        assert expected in words, expected
    sections = [attrs for tag, attrs in reader.tags if tag == "details"]
    assert len(sections) == len(capture(initialized(graph, 0), np.zeros((1, 1, 32, 32), np.float32)))
    assert sum("open" in attrs for attrs in sections) == 1
    for address in reader.addresses:
        with Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2], validate=True))) as image:
            image.load()
            assert image.format == "PNG"


def test_a_page_of_one_layer_draws_all_of_its_maps(picture):
    graph = tiny((3, 12, 12), 2)
    look = Request(graph, WeightsSource(), picture, "conv")
    words = " ".join(read(written(look, layers=("conv",))).words)
    assert "are drawn" not in words
    assert "map 0 at the upper left" in words


def test_a_drawing_has_every_map_with_its_number(picture):
    graph = catalog.build("lenet5")
    drawn = written(Request(graph, WeightsSource(), picture, "c3", theme="light"), kind=DRAWING, title=EVIL)
    root = ET.fromstring(drawn)
    kinds = [element.tag.partition("}")[2] for element in root.iter()]
    assert kinds.count("image") == 16
    assert "script" not in kinds
    texts = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert [str(index) for index in range(16)] == [text for text in texts if text and text.isdigit()]
    for element in root.iter():
        for name, value in element.attrib.items():
            assert "href" not in name or value.startswith("data:image/png;base64,")


def test_what_is_stopped_writes_nothing(picture):
    look = Request(tiny((3, 12, 12), 2), WeightsSource(), picture, "conv")
    for kind in (PAGE, NUMBERS):
        assert not [
            item
            for item in export(ExportRequest(look, "x", kind), lambda: True)
            if isinstance(item, Exported)
        ]


def test_a_page_takes_one_value_apart_and_shows_the_kernels(picture):
    graph = tiny((3, 12, 12), 2)
    look = Request(graph, WeightsSource(), picture, "conv")
    reader = read(written(look, place=(1, 0, 5)))
    words = " ".join(reader.words)
    assert "Map 1, row 0, column 5 of conv" in words
    assert "Kernels of conv" in words
    assert "padding" in words  # the first row of the patch lies outside
    values = capture(initialized(graph, 0), fit(picture, (3, 12, 12), IMAGENET_MEAN, IMAGENET_STD)[None])
    told = f"{abs(float(values['conv'][0, 1, 0, 5])):.4g}"
    assert told in words.replace("−", "").replace("+", "")
    tables = [attrs for tag, attrs in reader.tags if tag == "table" and attrs.get("class") == "grid"]
    assert len(tables) == 3
    plain = " ".join(read(written(Request(graph, WeightsSource(), picture, "relu"))).words)
    assert "Kernels of" not in plain


def test_weights_that_hold_no_numbers_are_looked_at_and_said(picture, tmp_path):
    graph = tiny((3, 12, 12), 2)
    state = initialized(graph, 0).state_dict()
    state["conv.weight"][1] = float("nan")
    path = tmp_path / "broken.safetensors"
    save(state, path)
    look = Request(graph, WeightsSource(FILE, path=path), picture, "conv")
    found = list(inspect(look))
    maps = next(item for item in found if isinstance(item, Maps))
    assert np.isnan(maps.values[1]).all()
    assert np.isfinite(maps.values[0]).all()
    answer = next(item for item in found if isinstance(item, Answer))
    assert answer.predictions == ()
    assert "NaN" in answer.flaw
    words = " ".join(read(written(look)).words)
    assert answer.flaw in words
    assert "1 tensor holds NaN" in words


def test_a_long_sum_is_told_by_its_largest_products(picture):
    graph = catalog.build("lenet5")
    words = " ".join(read(written(Request(graph, WeightsSource(), picture, "f6"), place=(3,))).words)
    assert "the 12 largest of 120 products" in words
    assert words.count(" × ") >= 12


def test_answers_that_are_there_stand_on_the_page_as_they_are(picture):
    look = Request(catalog.build("lenet5"), WeightsSource(), picture, "c3")
    (found,) = (item for item in answer_cause(CauseRequest(look, "occlusion", 4)) if isinstance(item, Cause))
    page = read(written(look, found=(found,)))
    words = " ".join(page.words)
    assert "Occlusion for class 4" in words
    alts = [attrs["alt"] for tag, attrs in page.tags if tag == "img"]
    assert all(alts)
    assert any(alt.startswith("Occlusion") for alt in alts)


def test_a_page_of_a_large_network_is_bounded_and_says_what_is_left_out():
    assert [maps_each(layers) for layers in (0, 1, 60, 140, 700, 5000)] == [64, 64, 64, 41, 8, 8]


def test_pictures_of_few_colours_take_a_third_of_the_room():
    pixels = np.random.default_rng(0).integers(0, 200, (120, 90, 1), dtype=np.uint8).repeat(3, 2)
    small = small_png(pixels)
    with Image.open(io.BytesIO(small)) as image:
        assert image.mode == "P"
        assert np.array_equal(np.asarray(image.convert("RGB")), pixels)
    many = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    with Image.open(io.BytesIO(small_png(many))) as image:
        assert np.array_equal(np.asarray(image), many)

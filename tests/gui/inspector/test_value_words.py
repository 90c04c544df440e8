"""Every operator's numbers can be taken apart and told, whatever made them."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
import torch

from explorer.core.analysis import analyze
from explorer.engine.causes.methods import Attribution
from explorer.engine.cells.explanation import explain
from explorer.engine.looking.cause_findings import Cause
from explorer.engine.running.activations import capture
from explorer.engine.running.module import build, input_shapes, layer_nodes
from explorer.engine.running.switches import Switch
from explorer.gui.inspector.methods.card import CauseCard
from explorer.gui.inspector.values.terms import Parts
from explorer.gui.inspector.values.words import (
    entering_line,
    function_line,
    place_words,
    products_line,
    single_line,
    together_line,
)
from explorer.gui.theme import theme
from explorer.operators.convolution import Conv2d
from explorer.operators.pooling import AvgPool2d
from explorer.operators.sketch import Sketch
from tests.operators.random_graphs import random_graph


def cells(seeds):
    random = Random(5)
    for seed in seeds:
        graph = random_graph(seed)
        if analyze(graph).totals.macs > 10**6:
            continue
        torch.manual_seed(seed)
        module = build(graph).eval()
        draw = np.random.default_rng(seed)
        found = capture(
            module, [draw.normal(size=(1, *shape)).astype(np.float32) for shape in input_shapes(module)]
        )
        for name, node in layer_nodes(module).items():
            if found[name].size:
                place = tuple(random.randrange(side) for side in node.meta["shape"])
                yield explain(module, found, name, place)


def test_parts_add_up_and_words_are_there_for_every_operator():
    rules = set()
    for cell in cells(range(30)):
        parts = Parts(cell)
        rules.add(cell.rule.value)
        assert place_words(cell.place, 3)
        assert function_line(cell)
        if not len(parts):
            continue
        gives = parts.gives
        assert 0 <= parts.strongest < len(gives) == len(parts)
        if cell.rule.value in ("weighted sum", "sum"):
            assert sum(gives) + (cell.bias or 0.0) == pytest.approx(cell.value, rel=1e-4, abs=1e-4)
        part = parts.at(parts.strongest)
        assert products_line(part)
        assert together_line(parts, parts.strongest)
        rows, columns = part.size
        if rows and cell.rule.value == "weighted sum":
            assert sum(map(sum, part.products)) == pytest.approx(part.gives, rel=1e-3, abs=1e-4)
        for row in range(rows):
            for column in range(columns):
                assert single_line(part, row, column)
        if cell.rule.value == "strongest":
            row, column = part.strongest
            assert part.patch[row][column] == pytest.approx(cell.value)
    assert rules >= {"given", "weighted sum", "strongest", "sum", "product", "copy", "function"}


def test_formulas_with_numbers_give_the_number():
    from math import exp, sqrt

    told = 0
    for cell in cells(range(30)):
        line = function_line(cell)
        if cell.rule.value != "function" or not cell.figures or len(line) > 90:
            continue
        if "√" not in line and "e^" not in line:
            continue
        text = (
            line.replace("−", "-").replace("·", "*").replace("√", "sqrt").replace("^", "**").replace(",", "")
        )
        text = text.replace("e**(", "exp(")
        value = eval(text, {"sqrt": sqrt, "exp": exp})
        assert value == pytest.approx(cell.value, rel=0.01, abs=0.005), line
        told += 1
    assert told > 5


def test_what_a_switch_lets_in_and_what_has_no_bias_are_said():
    switches = (Switch("add", port=1, factor=0.25), Switch("add"), Switch("other", port=0))
    assert entering_line("add", 1, switches) == "input 2 of add × 0.25"
    assert entering_line("add", 0, switches) == ""
    sketch = Sketch()
    sketch.chain(sketch.input((2, 4, 4)), ("mean", AvgPool2d(2)), ("conv", Conv2d(3, 1, bias=False)))
    module = build(sketch.graph()).eval()
    found = capture(module, np.ones((1, 2, 4, 4), np.float32))
    said = {
        name: together_line(Parts(explain(module, found, name, (0, 0, 0))), 0) for name in ("mean", "conv")
    }
    assert "bias" not in said["mean"]
    assert said["conv"].endswith("no bias")


def test_a_map_without_evidence_says_so(qtbot):
    found = Attribution("grad_cam", "conv", 1, np.zeros((3, 3), np.float32), False)
    card = CauseCard()
    qtbot.addWidget(card)
    card.set_theme(theme(dark=False))
    card.show_cause(
        Cause(None, found, "cat", np.zeros((3, 3, 4), np.uint8), 0.0, 0.0, 0.0, ("#000000", "#ffffff"))
    )
    assert card.told.text().endswith("nothing there speaks for the class")

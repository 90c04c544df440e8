"""Values of a sweep are read as people type them, and refused in words."""

from __future__ import annotations

import pytest

from explorer.core.errors import ExplorerError
from explorer.core.recipe import Optimizer, Recipe
from explorer.core.sweep import sweep, values_of


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("learning_rate", "0.1, 0.03 ,1e-3,", (0.1, 0.03, 0.001)),
        ("batch_size", "32,64,32", (32, 64)),
        ("optimizer", "SGD, adam", (Optimizer.SGD, Optimizer.ADAM)),
        ("nesterov", "on, off", (True, False)),
        ("data", "digits, shapes", ("digits", "shapes")),
    ],
)
def test_values_are_read(name, text, values):
    assert values_of(name, text) == values
    assert len(sweep(Recipe(), {name: values})) == len(values)


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("learning_rate", "0.1, fast", "number"),
        ("learning_rate", "-1", "from 0"),
        ("batch_size", "1.5", "whole number"),
        ("optimizer", "magic", "one of"),
        ("nesterov", "perhaps", "on or off"),
        ("learning_rate", " , ", "commas"),
        ("colour", "red", "colour"),
    ],
)
def test_what_makes_no_sense_is_refused(name, text, word):
    with pytest.raises(ExplorerError, match=word):
        values_of(name, text)

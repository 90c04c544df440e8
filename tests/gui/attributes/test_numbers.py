"""Numbers as people write them: read, refused and stepped."""

from __future__ import annotations

import pytest

from explorer.core.attribute import Attribute, attributes
from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.core.shapes import Side
from explorer.gui.attributes.numbers import Notation
from explorer.operators.convolution import Conv2d
from explorer.operators.sources import Input


@pytest.mark.parametrize(
    ("declared", "text", "value"),
    [
        (attributes(Conv2d)[0], "1 000", 1000),
        (attributes(Conv2d)[0], "4,096", 4096),
        (attributes(Conv2d)[1], " 1 × 7 ", (1, 7)),
        (attributes(Input)[0], "3x224x224", (3, 224, 224)),
        (next(item for item in attributes(Recipe) if item.kind is float), "1e-3", 0.001),
    ],
)
def test_numbers_are_read_as_people_write_them(declared: Attribute, text: str, value: object) -> None:
    assert Notation(declared).read(text) == value


@pytest.mark.parametrize("text", ["", "x", "1.5", "9" * 5000, "١٢", "1e3", "--", "1-2", "²", "+"])
def test_no_whole_number(text: str) -> None:
    with pytest.raises(ExplorerError, match="whole number"):
        Notation(attributes(Conv2d)[0]).read(text)


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "", "a"])
def test_no_real_number(text: str) -> None:
    declared = next(item for item in attributes(Recipe) if item.kind is float)
    with pytest.raises(ExplorerError, match="number"):
        Notation(declared).read(text)


def test_steps_stay_inside_the_limits() -> None:
    declared = next(item for item in attributes(Conv2d) if item.kind is Side)
    assert Notation(declared).stepped(1, -1) == 1
    assert Notation(declared).stepped((1, 7), 1) == (2, 8)
    momentum = next(item for item in attributes(Recipe) if item.name == "momentum")
    assert Notation(momentum).stepped(0.9, 50) == momentum.high

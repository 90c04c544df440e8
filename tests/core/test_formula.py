"""Formulas: the shown text means the value, whatever is combined."""

from __future__ import annotations

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from explorer.core.formula import NONE, Formula, given, plain, product, setting
from tests.arithmetic import evaluated

atoms = st.one_of(
    st.integers(0, 50).map(plain),
    st.integers(0, 50).map(lambda value: given("side", value)),
    st.integers(1, 50).map(lambda value: setting("kernel", value, "kernel_size")),
)


def _combined(parts: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    pairs = st.tuples(parts, parts)
    return st.one_of(
        pairs.map(lambda two: two[0] + two[1]),
        pairs.map(lambda two: two[0] - two[1]),
        pairs.map(lambda two: two[0] * two[1]),
        st.tuples(parts, st.integers(1, 9)).map(lambda two: two[0] // two[1]),
        st.tuples(parts, parts.filter(lambda one: one.value > 0)).map(lambda two: two[0] // two[1]),
        st.tuples(parts, st.integers(1, 9)).map(lambda two: two[0] + two[1]),
        st.lists(parts, min_size=1, max_size=4).map(product),
    )


formulas = st.recursive(atoms, _combined, max_leaves=12)


@drawn(formulas)
def test_shown_text_evaluates_to_the_value(formula: Formula) -> None:
    assert evaluated(formula.shown) == formula.value


@drawn(formulas)
def test_rule_and_numbers_have_the_same_form(formula: Formula) -> None:
    signs = [token.word for token in formula.tokens if token.source == "sign" and not token.word.isdigit()]
    assert set(signs) <= set("+−·/()⌊⌋")
    assert formula.rule.count("(") == formula.rule.count(")") == formula.shown.count("(")
    assert all(token.attribute == "kernel_size" for token in formula.tokens if token.source == "attribute")


@drawn(formulas, formulas)
def test_values_follow_whole_number_arithmetic(one: Formula, other: Formula) -> None:
    assert (one + other).value == one.value + other.value
    assert (one - other).value == one.value - other.value
    assert (one * other).value == one.value * other.value
    if other.value:
        assert (one // other).value == one.value // other.value


def test_text_of_a_convolution() -> None:
    out, into = setting("out", 64, "out_channels"), given("in", 3)
    kernel = setting("kernel", 7, "kernel_size")
    weights = out * into * kernel * kernel
    assert weights.rule == "out · in · kernel · kernel"
    assert weights.shown == "64 · 3 · 7 · 7"
    side = (given("side", 224) + plain(2) * setting("padding", 3, "padding") - kernel) // plain(2) + 1
    assert side.shown == "⌊(224 + 2 · 3 − 7) / 2⌋ + 1"
    assert (side.value, evaluated(side.shown)) == (112, 112)


def test_brackets_stand_only_where_they_are_needed() -> None:
    one, two, three = plain(1), plain(2), plain(3)
    assert (one + two + three).shown == "1 + 2 + 3"
    assert (three - (two - one)).shown == "3 − (2 − 1)"
    assert ((one + two) * three).shown == "(1 + 2) · 3"
    assert (three * two // one).shown == "3 · 2 / 1"


def test_nothing_is_zero() -> None:
    assert (NONE.value, NONE.shown) == (0, "0")


@pytest.mark.parametrize("text", ["__import__('os')", "1 if 2 else 3", "x", "[1, 2]", "2 ** 3"])
def test_the_evaluator_runs_only_arithmetic(text: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        evaluated(text)

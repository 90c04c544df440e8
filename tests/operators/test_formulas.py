"""The figures that are shown beside a formula are the values of its text, for every operator."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import explorer.operators  # noqa: F401  (registers all operators)
from explorer.core import derivations
from explorer.core.analysis import Facts, Row, facts_of
from explorer.core.attribute import attributes
from explorer.core.conventions import Conventions
from explorer.core.formula import Formula
from explorer.core.graph import Node
from explorer.core.operator import Operator, operators
from explorer.core.shapes import Shape
from tests.arithmetic import evaluated
from tests.operators.drawing import drawn_operator, drawn_shapes

KINDS = operators()
CONVENTIONS = tuple(
    Conventions(unit, bias, normalization, precision=precision, batch=batch)
    for unit in ("macs", "flops")
    for bias in (False, True)
    for normalization in (False, True)
    for precision, batch in (("fp32", 1), ("fp16", 3), ("int8", 1), ("6bit", 1), ("6bit", 7))
)
_SIDED = sorted(name for name, kind in KINDS.items() if kind.sides is not Operator.sides)


def _formulas(operator: Operator, x: tuple[Shape, ...]) -> list[Formula]:
    return [
        operator.parameters(*x),
        operator.buffers(*x),
        operator.macs(*x),
        operator.bias_additions(*x),
        operator.normalization_macs(*x),
        *operator.sides(*x),
    ]


@pytest.mark.parametrize("name", sorted(KINDS))
@settings(max_examples=max(1, settings.default.max_examples // 8))
@given(random=st.randoms(use_true_random=False))
def test_the_shown_text_evaluates_to_the_value(name: str, random: Random) -> None:
    operator = drawn_operator(KINDS[name], random)
    x = drawn_shapes(operator, random)
    facts = facts_of(operator, x)
    if not isinstance(facts, Facts):
        return
    for formula in _formulas(operator, x):
        assert evaluated(formula.shown) == formula.value, formula.shown
    assert operator.parameters(*x).value == facts.parameters
    assert operator.buffers(*x).value == facts.buffers
    assert operator.macs(*x).value == facts.macs
    assert operator.bias_additions(*x).value == facts.bias_additions
    assert operator.normalization_macs(*x).value == facts.normalization_macs


@pytest.mark.parametrize("name", sorted(KINDS))
@settings(max_examples=max(1, settings.default.max_examples // 8))
@given(random=st.randoms(use_true_random=False))
def test_the_figures_of_all_conventions_are_what_their_formulas_say(name: str, random: Random) -> None:
    operator = drawn_operator(KINDS[name], random)
    x = drawn_shapes(operator, random)
    facts = facts_of(operator, x)
    if not isinstance(facts, Facts):
        return
    row = Row(Node("it", operator, ("x",) * len(x)), x, facts, {})
    for conventions in CONVENTIONS:
        done = derivations.operations(row, conventions)
        memory = derivations.activation_memory(row, conventions)
        moved = derivations.moved_bytes(row, conventions)
        assert done.value == evaluated(done.shown) == conventions.operations(row), done.shown
        assert memory.value == evaluated(memory.shown) == conventions.activation_bytes(row), memory.shown
        assert moved.value == evaluated(moved.shown) == conventions.moved_bytes(row), moved.shown


@pytest.mark.parametrize("name", _SIDED)
@settings(max_examples=max(1, settings.default.max_examples // 4))
@given(random=st.randoms(use_true_random=False))
def test_the_side_formulas_give_the_output_sides(name: str, random: Random) -> None:
    operator = drawn_operator(KINDS[name], random)
    x = drawn_shapes(operator, random)
    facts = facts_of(operator, x)
    if isinstance(facts, Facts):
        assert tuple(formula.value for formula in operator.sides(*x)) == facts.output[1:]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_tokens_name_attributes_that_exist(name: str) -> None:
    """Clicking a figure of the formula leads to the field that sets it, and the field holds it."""
    random = Random(name)
    known = {item.name for item in attributes(KINDS[name])}
    for _ in range(15):
        operator = drawn_operator(KINDS[name], random)
        x = drawn_shapes(operator, random)
        if not isinstance(facts_of(operator, x), Facts):
            continue
        for formula in _formulas(operator, x):
            for token in formula.tokens:
                assert token.source in ("attribute", "input", "sign")
                if token.source == "attribute":
                    assert token.attribute in known
                    value = getattr(operator, token.attribute)
                    held = value if isinstance(value, tuple) else (value,)
                    assert int(token.number) in held
                else:
                    assert not token.attribute


def test_windowed_layers_show_their_sides() -> None:
    assert {"Conv2d", "DepthwiseConv2d", "ConvTranspose2d", "MaxPool2d", "AvgPool2d"} <= set(_SIDED)


def test_ceil_mode_is_shown_with_what_it_adds() -> None:
    pool = KINDS["MaxPool2d"](kernel_size=3, stride=2, ceil_mode=True)  # type: ignore[call-arg]
    (side, _) = pool.sides((96, 54, 54))
    assert side.value == 27
    assert evaluated(side.shown) == 27
    assert side.shown.startswith("(54")

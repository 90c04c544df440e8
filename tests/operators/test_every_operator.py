"""Every registered operator, over drawn settings and shapes, against torch's module on the meta device."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import explorer.operators  # noqa: F401  (registers all operators)
from explorer.core import notation
from explorer.core.analysis import Facts, facts_of
from explorer.core.attribute import attributes
from explorer.core.composite import Composite
from explorer.core.errors import ShapeError
from explorer.core.graph import Graph, Node
from explorer.core.operator import CATEGORIES, Operator, operators
from explorer.core.shapes import Shape, pair
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Linear
from explorer.operators.merge import Add, Multiply
from explorer.operators.pooling import AdaptiveAvgPool2d, GlobalAvgPool
from explorer.operators.sources import Input
from explorer.operators.spatial import ZeroPad2d
from tests.operators import oracle
from tests.operators.drawing import drawn_operator, drawn_shapes

KINDS = operators()
LEAVES = sorted(name for name, kind in KINDS.items() if not issubclass(kind, Composite) and kind is not Input)
BLOCKS = sorted(name for name, kind in KINDS.items() if issubclass(kind, Composite))

chance = st.randoms(use_true_random=False)


def _share(part: float) -> int:
    """A part of the examples that the profile asks for."""
    return max(1, round(settings.default.max_examples * part))


@dataclass(frozen=True)
class Refusal:
    """Shapes that torch takes and we refuse on purpose."""

    reason: str
    operator: Operator
    shapes: tuple[Shape, ...]
    applies: Callable[[tuple[Shape, ...]], bool]


def _no_map(shapes: tuple[Shape, ...]) -> bool:
    return len(shapes[0]) != 3


def _unequal(shapes: tuple[Shape, ...]) -> bool:
    return any(shape != shapes[0] for shape in shapes)


_NO_MAP = "torch takes a batch of vectors for one map without a batch"
_BROADCAST = "torch stretches sides of 1; a network that means it says so with an Upsample"

_LAST_AXIS = "torch would weigh the columns of every row, where the width equals the channels"


def _map(shapes: tuple[Shape, ...]) -> bool:
    return len(shapes[0]) == 3


DELIBERATE = {
    refusal.operator.kind(): refusal
    for refusal in (
        Refusal(_NO_MAP, AdaptiveAvgPool2d(output_size=1), ((4,),), _no_map),
        Refusal(_NO_MAP, GlobalAvgPool(), ((4,),), _no_map),
        Refusal(_NO_MAP, ZeroPad2d(), ((4,),), _no_map),
        Refusal(_BROADCAST, Add(), ((4, 3, 3), (4, 1, 1)), _unequal),
        Refusal(_BROADCAST, Multiply(), ((4, 3, 3), (1, 3, 3)), _unequal),
        Refusal(_LAST_AXIS, Linear(), ((4, 4, 4),), _map),
    )
}
"""By operator: where torch is more generous than a network should be."""


def _graph(operator: Operator, shapes: tuple[Shape, ...]) -> Graph:
    entering = [Node(f"in{port}", Input(shape=shape)) for port, shape in enumerate(shapes)]
    return Graph([*entering, Node("it", operator, tuple(node.id for node in entering))])


def _check(operator: Operator, shapes: tuple[Shape, ...]) -> bool:
    """Compare with torch; whether our rule accepts the shapes."""
    facts = facts_of(operator, shapes)
    if isinstance(facts, ShapeError):
        assert len(str(facts)) > 15, "a refusal says what was expected, what came and what to do"
        if isinstance(operator, Composite):
            return False
        refusal = DELIBERATE.get(operator.kind())
        if refusal is None or not refusal.applies(shapes):
            assert not oracle.accepts(operator, shapes), f"torch takes what we refuse: {facts}"
        return False
    found = oracle.verdict(_graph(operator, shapes))
    assert list(found.shapes.values())[-1] == facts.output
    assert found.parameters == facts.parameters
    assert found.buffers == facts.buffers
    assert found.macs == facts.macs
    if not isinstance(operator, Composite):
        _check_settings(operator, found.modules.get("it"))
    return True


def _check_settings(operator: Operator, module: Any) -> None:
    """Torch's module holds our settings, those that the call leaves to torch's defaults too."""
    for declared in attributes(type(operator)):
        ours = getattr(operator, declared.name)
        name = {"affine": "elementwise_affine"}.get(declared.name, declared.name)
        theirs = getattr(module, name, getattr(module, declared.name, None))
        if declared.name == "in_features" and ours == 0:
            continue  # 0 takes whatever comes in
        if declared.name == "bias":
            assert (theirs is not None) == ours
        elif isinstance(theirs, tuple):
            assert tuple(theirs) == pair(ours)
        elif isinstance(theirs, (bool, int, float)):
            assert pair(theirs) == pair(ours) if isinstance(theirs, int) else theirs == ours, declared.name  # type: ignore[arg-type]


@pytest.mark.parametrize("name", LEAVES)
@settings(max_examples=_share(0.3))
@given(random=chance)
def test_figures_are_those_of_torch(name: str, random: Random) -> None:
    operator = drawn_operator(KINDS[name], random)
    _check(operator, drawn_shapes(operator, random))


@pytest.mark.parametrize("name", BLOCKS)
@settings(max_examples=_share(0.1))
@given(random=chance)
def test_figures_of_blocks_are_those_of_torch(name: str, random: Random) -> None:
    operator = drawn_operator(KINDS[name], random)
    _check(operator, drawn_shapes(operator, random))


@pytest.mark.parametrize("name", [*LEAVES, *BLOCKS])
def test_draws_reach_what_the_rule_accepts(name: str) -> None:
    """Without this, a rule that refuses everything would pass the tests above."""
    random = Random(name)
    accepted = 0
    for _ in range(400):
        operator = drawn_operator(KINDS[name], random)
        accepted += isinstance(facts_of(operator, drawn_shapes(operator, random)), Facts)
        if accepted >= 5:
            return
    pytest.fail(f"only {accepted} of 400 draws of {name} are accepted")


@pytest.mark.parametrize("name", sorted(KINDS))
@settings(max_examples=_share(0.1))
@given(random=chance)
def test_json_is_read_back(name: str, random: Random) -> None:
    operator = drawn_operator(KINDS[name], random)
    text = json.dumps(notation.operator_to_data(operator), allow_nan=False)
    again = notation.operator_from_data(json.loads(text), name)
    assert again == operator
    assert hash(again) == hash(operator)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_declaration_is_complete(name: str) -> None:
    kind = KINDS[name]
    assert kind.category in CATEGORIES
    assert kind.summary().endswith(".")
    assert len(kind.summary()) <= 100, "the first line is a tooltip"
    documented = kind.__doc__ or ""
    assert kind is Input or "Shape" in documented or issubclass(kind, Composite)
    for declared in attributes(kind):
        assert declared.help.endswith("."), f"{name}.{declared.name} needs a sentence of help"
        if declared.kind in (int, float):
            assert declared.low is not None
            assert declared.high is not None
    assert isinstance(kind().telling(), str)


@pytest.mark.parametrize("name", LEAVES)
def test_every_call_can_be_resolved(name: str) -> None:
    random = Random(name)
    for _ in range(400):
        operator = drawn_operator(KINDS[name], random)
        shapes = drawn_shapes(operator, random)
        if isinstance(facts_of(operator, shapes), Facts):
            call = operator.torch(*shapes)
            known = {*oracle.engine.MODULES, *oracle.engine.FUNCTIONS, "torchvision.ops.StochasticDepth"}
            assert call.target in known
            assert call.inputs in ("each", "packed", "folded")
            assert operator.ports[1] is not None or call.inputs != "each"
            return
    pytest.fail(f"no draw of {name} is accepted")


@pytest.mark.parametrize("name", sorted(DELIBERATE))
def test_deliberate_refusals_are_needed(name: str) -> None:
    refusal = DELIBERATE[name]
    assert refusal.operator.kind() == name
    assert isinstance(facts_of(refusal.operator, refusal.shapes), ShapeError)
    assert refusal.applies(refusal.shapes)
    assert oracle.accepts(refusal.operator, refusal.shapes), f"torch refuses it too: {refusal.reason}"


def test_large_figures_are_exact() -> None:
    """Counts are whole numbers of any size, where torch's 64 bits still can follow."""
    operator = Conv2d(out_channels=10**6, kernel_size=3, padding=1)
    shapes = ((10**5, 64, 64),)
    found = oracle.verdict(_graph(operator, shapes))
    facts = facts_of(operator, shapes)
    assert isinstance(facts, Facts)
    assert (
        (found.parameters, found.macs)
        == (facts.parameters, facts.macs)
        == (900_001_000_000, 3_686_400_000_000_000)
    )
    assert torch.iinfo(torch.int64).max > facts.macs

"""What every operator says that training keeps, against what torch's autograd really saves."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
import torch
from torch import Tensor, fx
from torch.autograd.graph import saved_tensors_hooks

import explorer.operators  # noqa: F401  (registers all operators)
from explorer.core.analysis import Facts, facts_of
from explorer.core.composite import Composite
from explorer.core.graph import Graph, Node
from explorer.core.keeping import FLOAT32
from explorer.core.operator import Operator, operators
from explorer.core.shapes import Shape, elements
from explorer.engine.running.module import build
from explorer.operators.activation import PReLU, ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten
from explorer.operators.merge import Add, Concat, Multiply
from explorer.operators.normalization import GroupNorm, LocalResponseNorm
from explorer.operators.pooling import AdaptiveAvgPool2d
from explorer.operators.regularization import Dropout, Dropout2d, StochasticDepth
from explorer.operators.sources import Input
from explorer.operators.spatial import ChannelShuffle, Subsample
from tests.operators.drawing import drawn_operator, drawn_shapes

BATCH = 3
LEAVES = sorted(
    name for name, kind in operators().items() if not issubclass(kind, Composite) and kind is not Input
)
MAP = (8, 6, 5)
EDGES: tuple[tuple[Operator, tuple[Shape, ...]], ...] = (
    (Dropout(p=0.0), (MAP,)),
    (Dropout(p=1.0), (MAP,)),
    (Dropout2d(p=0.0), (MAP,)),
    (Dropout2d(p=1.0), (MAP,)),
    (StochasticDepth(p=0.0), (MAP,)),
    (StochasticDepth(p=1.0), (MAP,)),
    (AdaptiveAvgPool2d(output_size=1), (MAP,)),
    (AdaptiveAvgPool2d(output_size=(1, 2)), (MAP,)),
    (AdaptiveAvgPool2d(output_size=(6, 5)), (MAP,)),
    (ChannelShuffle(groups=1), (MAP,)),
    (Subsample(stride=1), (MAP,)),
    (PReLU(per_channel=True), (MAP,)),
    (GroupNorm(num_groups=2, affine=False), (MAP,)),
    (LocalResponseNorm(size=1), (MAP,)),
    (LocalResponseNorm(size=4), (MAP,)),
    (Add(), (MAP, MAP, MAP)),
    (Concat(), (MAP, MAP, MAP)),
    (Multiply(), (MAP, (8, 1, 1))),
    (Multiply(), ((8, 1, 1), MAP)),
    (Flatten(), ((8,),)),
)


@contextlib.contextmanager
def _saved() -> Iterator[dict[int, Tensor]]:
    """The tensors that autograd saves meanwhile, one for each piece of memory."""
    found: dict[int, Tensor] = {}

    def pack(tensor: Tensor) -> Tensor:
        found[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    with saved_tensors_hooks(pack, lambda tensor: tensor):
        yield found


def _place(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def _module(operator: Operator, shapes: tuple[Shape, ...]) -> fx.GraphModule:
    nodes = [Node(f"in{port}", Input(shape=shape)) for port, shape in enumerate(shapes)]
    nodes.append(Node("tried", operator, tuple(node.id for node in nodes)))
    return build(Graph(nodes)).train()


def _declared(operator: Operator, shapes: tuple[Shape, ...]) -> Counter[object]:
    """Ports, "output" and the bytes of other tensors."""
    keeping = operator.keeping(*shapes)
    kept: Counter[object] = Counter(set(keeping.inputs))
    if keeping.output:
        kept["output"] += 1
    bits = sum(
        extra.size(FLOAT32, gpu=False) * (BATCH if extra.per_picture else 1) for extra in keeping.extra
    )
    if bits:
        kept["bytes"] = bits // 8
    return kept


def _measured(operator: Operator, shapes: tuple[Shape, ...]) -> tuple[Counter[object], bool]:
    """The same, as autograd has it; and whether the output is the input's memory."""
    torch.manual_seed(0)
    module = _module(operator, shapes)
    entering = [torch.randn(BATCH, *shape, requires_grad=True) for shape in shapes]
    held = {_place(item) for item in (*module.parameters(), *module.buffers())}
    with _saved() as found:
        output = module(*entering)
    kept: Counter[object] = Counter()
    ports = {_place(tensor): port for port, tensor in enumerate(entering)}
    for place, tensor in found.items():
        if place in ports:
            kept[ports[place]] += 1
        elif place == _place(output):
            kept["output"] += 1
        elif place not in held:
            kept["bytes"] += tensor.untyped_storage().nbytes()
    return kept, _place(output) in ports


def _check(operator: Operator, shapes: tuple[Shape, ...]) -> None:
    kept, shared = _measured(operator, shapes)
    assert kept == _declared(operator, shapes), (operator, shapes)
    assert shared == operator.keeping(*shapes).view, (operator, shapes)


def _drawn(name: str, seed: int) -> tuple[Operator, tuple[Shape, ...]] | None:
    random = Random(f"{name} {seed}")
    operator = drawn_operator(operators()[name], random)
    shapes = drawn_shapes(operator, random)
    facts = facts_of(operator, shapes)
    if not isinstance(facts, Facts) or facts.parameters > 10**6:
        return None
    if max(map(elements, (*shapes, facts.output))) > 10**5:
        return None
    return operator, shapes


@pytest.mark.parametrize("name", LEAVES)
def test_what_is_kept_is_what_autograd_saves(name: str) -> None:
    tried = [drawn for seed in range(300) if (drawn := _drawn(name, seed)) is not None][:8]
    assert len(tried) >= 3
    for operator, shapes in tried:
        _check(operator, shapes)


@pytest.mark.parametrize(("operator", "shapes"), EDGES, ids=repr)
def test_settings_at_their_limits(operator: Operator, shapes: tuple[Shape, ...]) -> None:
    _check(operator, shapes)


def test_the_checks_can_fail() -> None:
    kept, _ = _measured(Conv2d(4), ((3, 6, 6),))
    assert kept == {0: 1}
    assert kept != _declared(ReLU(), ((3, 6, 6),))


@pytest.mark.parametrize("name", LEAVES)
def test_in_use_only_what_says_so_hands_its_input_on(name: str) -> None:
    for seed in range(300):
        drawn = _drawn(name, seed)
        if drawn is None:
            continue
        operator, shapes = drawn
        entering = [torch.randn(BATCH, *shape) for shape in shapes]
        with torch.no_grad():
            output = _module(operator, shapes).eval()(*entering)
        keeping = operator.keeping(*shapes)
        assert (_place(output) == _place(entering[0])) == (keeping.view or keeping.idle), drawn
        break
    else:
        pytest.fail(f"no {name} could be drawn")

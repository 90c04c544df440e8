"""Looking inside: what every layer of a network makes of pictures, as plain arrays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, fx, nn

from explorer.core.errors import ExplorerError
from explorer.core.shapes import ELEMENT_BYTES, elements, shape_text
from explorer.engine.device import check_memory
from explorer.engine.running.forward import Step, computed, device_of, evaluating
from explorer.engine.running.module import giving_layer, input_shapes, layer_nodes

Values = NDArray[np.float32]

_DEAD = 0.0
_NOTHING: Mapping[str, Values] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Activation:
    """What one layer gives for a batch of pictures: (N, C, H, W) or (N, F).

    `name` is the name that was asked for, `layer` the one that gave it (inside a block).
    """

    name: str
    layer: str
    values: Values


@dataclass(frozen=True)
class Statistics:
    """Figures of one activation. `dead` counts the channels that are zero everywhere.

    The figures are those of the finite numbers; `not_finite` counts the others.
    """

    minimum: float
    maximum: float
    mean: float
    deviation: float
    zeros: float
    dead: int
    channels: int
    not_finite: int


@dataclass(frozen=True)
class Prediction:
    """One class of a prediction, with its share of the probability."""

    index: int
    label: str
    probability: float
    score: float


def stream(
    module: fx.GraphModule,
    pictures: Values | Sequence[Values],
    names: Collection[str] | None = None,
    *,
    step: Step = computed,
    known: Mapping[str, Values] = _NOTHING,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Activation]:
    """One forward pass in evaluation mode that gives each wanted activation as it is computed.

    Without `names` all layers are given, inputs included; a name may be that of a block.
    What nobody needs any more is let go at once, and the pass ends with the last wanted
    layer; it ends early where it should stop, asked before every layer. The module is left in
    the mode it was in. Results equal those of forward hooks bit for bit. `step` may alter what
    layers compute. Of what is `known` of the same pictures, by layer, nothing is computed
    again: the pass begins there.

    Raises:
        ExplorerError: a name that is not there, pictures of the wrong shape, no memory.
    """
    wanted = _wanted(module, names)
    entering = _batches(module, pictures)
    _check_room(module, len(entering[0]), ())
    with evaluating(module):
        yield from _run(module, entering, wanted, step, known, should_stop)


def capture(
    module: fx.GraphModule,
    pictures: Values | Sequence[Values],
    names: Collection[str] | None = None,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    step: Step = computed,
    known: Mapping[str, Values] = _NOTHING,
) -> Mapping[str, Values]:
    """The activations of the named layers and blocks (of all layers, without names), by name.

    As `stream` finds them. Stopped early, it holds those that were computed until then.

    Raises:
        ExplorerError: as `stream`; also where all that is asked for does not fit the memory.
    """
    wanted = _wanted(module, names)
    _check_room(module, len(_batches(module, pictures)[0]), wanted)
    kept: dict[str, Values] = {}
    for activation in stream(module, pictures, names, step=step, known=known, should_stop=should_stop):
        kept[activation.name] = activation.values
    return kept


def statistics(values: Values) -> Statistics:
    """The figures of one activation (N, C, …)."""
    known = np.isfinite(values)
    finite = values[known].astype(np.float64)
    if not finite.size:
        finite = np.zeros(1)
    places = tuple(axis for axis in range(values.ndim) if axis != 1)
    dead = int((np.abs(values).max(axis=places, initial=0.0) <= _DEAD).sum()) if values.ndim > 1 else 0
    return Statistics(
        minimum=float(finite.min()),
        maximum=float(finite.max()),
        mean=float(finite.mean()),
        deviation=float(finite.std()),
        zeros=float((finite == 0).mean()),
        dead=dead,
        channels=values.shape[1] if values.ndim > 1 else 1,
        not_finite=int(known.size - known.sum()),
    )


def predictions(
    scores: NDArray[Any], labels: Sequence[str] | None = None, top: int = 5, *, normalized: bool = False
) -> tuple[Prediction, ...]:
    """The likeliest classes of one picture's scores, best first.

    Probabilities are the softmax of the scores; `normalized` says that the network ends in
    a softmax already. Classes without a label are called by their number.

    Raises:
        ExplorerError: the scores are no row of finite numbers.
    """
    row = np.asarray(scores, np.float64).reshape(-1)
    if not row.size or not np.isfinite(row).all():
        raise ExplorerError(
            "the network gives no finite scores; its weights hold NaN or infinity, or grew too large"
        )
    shares = row if normalized else np.exp(row - row.max())
    if not normalized:
        shares = shares / shares.sum()
    # stable: of equal scores the first class stands first
    best = np.argsort(-row, kind="stable")[: max(0, top)]
    return tuple(
        Prediction(int(index), class_name(labels, int(index)), float(shares[index]), float(row[index]))
        for index in best
    )


def class_name(labels: Sequence[str] | None, index: int) -> str:
    """What a class is called: its label, or its number where it has none."""
    return labels[index] if labels is not None and index < len(labels) else f"class {index}"


def _wanted(module: fx.GraphModule, names: Collection[str] | None) -> Mapping[str, tuple[str, ...]]:
    """For each layer that is wanted, the names under which it was asked for."""
    if names is None:
        return {name: (name,) for name in layer_nodes(module)}
    wanted: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys(names):
        layer = giving_layer(module, name)
        wanted[layer] = (*wanted.get(layer, ()), name)
    return wanted


def _batches(module: fx.GraphModule, pictures: Values | Sequence[Values]) -> tuple[Values, ...]:
    """One batch per input, checked against the shapes that the network takes."""
    batches = (pictures,) if isinstance(pictures, np.ndarray) else tuple(pictures)
    shapes = input_shapes(module)
    if len(batches) != len(shapes):
        raise ExplorerError(f"the network has {len(shapes)} inputs, got {len(batches)} batches of pictures")
    for batch, shape in zip(batches, shapes, strict=True):
        if tuple(batch.shape[1:]) != shape or len(batch) < 1 or len(batch) != len(batches[0]):
            raise ExplorerError(
                f"the network takes batches of {shape_text(shape)}, got {shape_text(tuple(batch.shape))}"
                " (batch first); fit the picture to the Input"
            )
    return batches


def _check_room(module: fx.GraphModule, pictures: int, kept: Collection[str]) -> None:
    """Refuse a pass whose largest layer, with all that is kept, does not fit."""
    shapes = {name: node.meta["shape"] for name, node in layer_nodes(module).items()}
    largest = max(shapes, key=lambda name: elements(shapes[name]))
    # a layer's input and its output are there at once
    needed = 2 * elements(shapes[largest]) + sum(elements(shapes[name]) for name in kept)
    remedy = f"use fewer pictures, a smaller input or fewer layers ({largest} is the largest)"
    check_memory(needed * pictures * ELEMENT_BYTES, _device(module), "looking inside", remedy)


def _device(module: nn.Module) -> torch.device:
    device = device_of(module)
    if device.type == "meta":
        raise ExplorerError("a network on the device meta has no weights; build it on another")
    return device


def _run(
    module: fx.GraphModule,
    entering: Sequence[Values],
    wanted: Mapping[str, tuple[str, ...]],
    step: Step,
    known: Mapping[str, Values],
    should_stop: Callable[[], bool],
) -> Iterator[Activation]:
    device = _device(module)
    feeding = iter(entering)
    made: dict[fx.Node, Any] = {}
    passed = _passed(module, wanted, known)
    uses = {node: sum(user in passed and not passed[user] for user in node.users) for node in passed}
    for node in module.graph.nodes:
        if should_stop():
            return
        batch = next(feeding) if node.op == "placeholder" else None
        if node not in passed:
            continue
        layer = node.meta.get("layer")
        if passed[node]:
            made[node] = tensor_of(known[layer]).to(device)
        else:
            if batch is not None:
                made[node] = torch.from_numpy(np.array(batch, np.float32)).to(device)
            # around each step only: a generator that rests must not leave it on in its caller's thread
            with torch.no_grad():
                made[node] = step(module, node, made)
        if layer in wanted:
            values = plain(made[node])
            for name in wanted[layer]:
                yield Activation(name, layer, values)
        _let_go(made, node, uses, begun=passed[node])


def _let_go(made: dict[fx.Node, Any], node: fx.Node, uses: dict[fx.Node, int], *, begun: bool) -> None:
    """Forget what no node needs after this one; one that was known has used nothing."""
    if not begun:
        for source in node.all_input_nodes:
            uses[source] -= 1
            if not uses[source]:
                del made[source]
    if not uses[node]:
        del made[node]


def _passed(
    module: fx.GraphModule, wanted: Collection[str], known: Mapping[str, Values]
) -> dict[fx.Node, bool]:
    """The nodes that a pass for these layers needs, and of each whether it is known."""
    passed: dict[fx.Node, bool] = {}
    for node in reversed(module.graph.nodes):
        layer = node.meta.get("layer")
        if layer in wanted or any(user in passed and not passed[user] for user in node.users):
            passed[node] = layer in known
    return passed


def plain(tensor: Tensor) -> Values:
    """A tensor as plain numbers that nobody writes to.

    Nothing is copied on the CPU: no layer of a built network works in place, so that what it gave
    stays as it is. Only a small part of a large tensor is, lest it keeps the whole of it in memory.
    """
    part = tensor.untyped_storage().nbytes() > tensor.nbytes
    values: Values = tensor.detach().to("cpu", torch.float32, copy=part).contiguous().numpy()
    values.setflags(write=False)
    return values


class _Lent:
    """Numbers of another array, lent without its flag that nobody writes to them."""

    def __init__(self, values: Values) -> None:
        self._values = values
        interface = values.__array_interface__
        self.__array_interface__ = {**interface, "data": (interface["data"][0], False)}


def tensor_of(values: Values) -> Tensor:
    """Plain numbers as a tensor of the CPU, not copied; whoever takes it must not write to it.

    torch refuses numbers that are marked as not to be written; layers of a built network do not.
    """
    return torch.from_numpy(np.asarray(_Lent(values)))

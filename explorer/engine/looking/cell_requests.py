"""Questions about single numbers and kernels of the network that is looked into, answered one at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Sequence

import numpy as np
from torch import fx

from explorer.core.errors import ExplorerError
from explorer.core.shapes import ELEMENT_BYTES, elements
from explorer.engine.cells.cell_numbers import ACTIVATIONS
from explorer.engine.cells.effective_field import effective_field
from explorer.engine.cells.explanation import chain, feeding_layers, following_layers
from explorer.engine.cells.kernels import (
    Kernels,
    count_near_duplicates,
    kernels,
    likeness,
    nearest_pairs,
    silent,
)
from explorer.engine.device import check_memory
from explorer.engine.drawing.colour_scales import NOT_FINITE, VIRIDIS
from explorer.engine.drawing.tiles import tiles
from explorer.engine.looking.cell_findings import (
    CellReport,
    CellRequest,
    CellStory,
    FieldMeasured,
    FieldRequest,
    KernelRequest,
    KernelSheet,
)
from explorer.engine.looking.findings import Doing
from explorer.engine.looking.kept_network import TURN, KeptNetwork, kept_network
from explorer.engine.pictures.images import Pixels, fitted
from explorer.engine.running.ablation import switching
from explorer.engine.running.activations import Values
from explorer.engine.running.forward import device_of
from explorer.engine.running.module import giving_layer, input_shapes, layer_nodes

Asked = CellRequest | FieldRequest | KernelRequest
_Answering = Generator[Doing, None, "CellReport | None"]


def answer(request: Asked, should_stop: Callable[[], bool] = lambda: False) -> Iterator[Doing | CellReport]:
    """Answer one question, with the network and the activations that are kept for the maps.

    Raises:
        ExplorerError: the network has a problem, or weights, picture, layer and place do not fit.
    """
    with TURN:
        kept = yield from kept_network(request.look)
        if should_stop():
            return
        if isinstance(request, CellRequest):
            found = yield from _story(request, kept, should_stop)
        elif isinstance(request, FieldRequest):
            found = yield from _measured(request, kept, should_stop)
        else:
            found = yield from _sheet(request, kept, should_stop)
    if found is not None and not should_stop():
        yield found


def _story(request: CellRequest, kept: KeptNetwork, should_stop: Callable[[], bool]) -> _Answering:
    module = kept.module
    layer = giving_layer(module, request.look.layer)
    feeding = feeding_layers(module, layer)
    needed = (*feeding, layer, *following_layers(module, layer))
    looked = yield from kept.look(request.look.picture, needed, should_stop)
    if should_stop():
        return None
    cells = chain(module, looked, layer, request.place, request.look.switches)
    return CellStory(request, cells, feeding, tuple(bool((looked[name] < 0).any()) for name in feeding))


def _measured(request: FieldRequest, kept: KeptNetwork, should_stop: Callable[[], bool]) -> _Answering:
    picture = request.look.picture
    pictures: Sequence[Values] = kept.entering(picture)
    if request.pictures:
        draw = np.random.default_rng(0)
        pictures = [
            draw.normal(size=(request.pictures, *batch.shape[1:])).astype(np.float32) for batch in pictures
        ]
    _check_room(kept, request)
    yield Doing("Measuring by the gradient…")
    step = switching(kept.module, request.look.switches)
    found = effective_field(kept.module, pictures, request.look.layer, request.place, should_stop, step)
    if found is None:
        return None
    shape = input_shapes(kept.module)[0]
    return FieldMeasured(
        request,
        found.influence,
        found.held(),
        _heat(found.influence),
        fitted(picture, shape, share=kept.share),
    )


def _check_room(kept: KeptNetwork, request: FieldRequest) -> None:
    """Refuse a gradient whose activations, which are all kept for it, do not fit the memory."""
    target, needed = giving_layer(kept.module, request.look.layer), 0
    for name, node in layer_nodes(kept.module).items():
        needed += elements(node.meta["shape"]) * ELEMENT_BYTES
        if name == target:
            break
    remedy = "choose an earlier layer or a smaller input"
    # what each layer gave, and the gradient of the largest two on the way back
    check_memory(needed + needed // 2, device_of(kept.module), "the gradient", remedy)


def _sheet(request: KernelRequest, kept: KeptNetwork, should_stop: Callable[[], bool]) -> _Answering:
    found = kernels(kept.module, request.look.layer)
    watched = _active(kept.module, found.layer)
    looked = yield from kept.look(request.look.picture, (watched,), should_stop)
    if should_stop():
        return None
    matrix: Values | None
    try:
        matrix = likeness(found)
    except ExplorerError:  # more kernels than can be compared: the sheet is shown without
        matrix = None
    drawn, folded = _slices(found, request)
    colour = found.colour and request.kernel is None
    known = np.abs(drawn[np.isfinite(drawn)])
    high = float(known.max()) if known.size else 0.0
    return KernelSheet(
        request,
        found,
        _coloured(drawn, high, request.look.theme)
        if colour
        else tiles(drawn, signed=True, theme=request.look.theme).pixels,
        drawn,
        high,
        folded,
        matrix,
        None if matrix is None else tiles(matrix[None], signed=True, theme=request.look.theme).pixels[0],
        () if matrix is None else nearest_pairs(matrix),
        0 if matrix is None else count_near_duplicates(matrix),
        silent(looked[watched]),
    )


def _active(module: fx.GraphModule, layer: str) -> str:
    """The activation that a layer's numbers go through one by one; the layer itself where there is none."""
    nodes = layer_nodes(module)
    for name in following_layers(module, layer):
        if type(module.get_submodule(str(nodes[name].target))).__name__ in ACTIVATIONS:
            return name
    return layer


def _slices(found: Kernels, request: KernelRequest) -> tuple[Values, bool]:
    """What is drawn: (pictures, height, width), or (kernels, 3, height, width) in colour; whether folded."""
    values, depth = found.values, found.values.shape[1]
    if request.kernel is not None:
        if not 0 <= request.kernel < len(values):
            raise ExplorerError(f"{found.layer} has {len(values)} kernels; choose one from 0 on")
        return values[request.kernel], False
    if found.colour:
        return values, False
    if values.shape[2:] == (1, 1) and depth > 1:
        rows = max(side for side in range(1, math.isqrt(depth) + 1) if depth % side == 0)
        return values.reshape(len(values), rows, depth // rows), True
    if not 0 <= request.channel < depth:
        raise ExplorerError(f"{found.layer} reads {depth} channels; choose one from 0 to {depth - 1}")
    return values[:, request.channel], False


def _coloured(drawn: Values, high: float, theme: str) -> Pixels:
    """Kernels that look at colours: grey is zero, and each colour goes its own way from there."""
    shares = drawn.transpose(0, 2, 3, 1) / (2 * high or 1.0) + 0.5
    there = np.isfinite(shares)
    pixels: Pixels = np.rint(np.clip(np.where(there, shares, 0.5), 0, 1) * 255).astype(np.uint8)
    pixels[~there.all(-1)] = NOT_FINITE[theme]
    return pixels


def _heat(influence: Values) -> Pixels:
    """The influence in viridis; the root of it, as shares of neighbours differ by powers of ten."""
    root = np.sqrt(influence.astype(np.float64))
    top = float(root.max()) or 1.0
    return VIRIDIS[np.rint(root / top * 255).astype(np.uint8)]

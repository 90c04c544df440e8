"""Our counts beside those of other tools, layer by layer, and why they differ."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import fx

from explorer.core.analysis import Analysis, analyze
from explorer.core.counts import Count, Difference
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.outline import Layer, flatten
from explorer.core.shapes import ELEMENT_BYTES, Shape, elements
from explorer.engine.counting.counters import (
    Cancelled,
    Reading,
    ShouldStop,
    fvcore_reading,
    torch_reading,
    torchinfo_reading,
)
from explorer.engine.device import check_memory
from explorer.engine.running.module import build

Rules = Callable[[Layer, str, Mapping[str, Any]], Iterator[tuple[str, int]]]
"""A tool's habits: for a layer, its torch target and settings, the reasons and operations added to ours."""


def audit(graph: Graph, should_stop: ShouldStop = lambda: False) -> Iterator[Count]:
    """Ours first, then torch's, torchinfo's and fvcore's; each comes when it is known.

    fvcore runs the network on the processor; where that does not fit the memory its count says so.
    `should_stop` ends it between two tools, and between two layers while the network runs.

    Raises:
        ExplorerError: the network has a problem.
    """
    began = time.monotonic()
    analysis = analyze(graph)
    layers = flatten(analysis)
    totals = analysis.totals
    spent = time.monotonic() - began
    yield Count(
        "ours",
        "products of convolutions and matrices, no bias",
        totals.macs,
        totals.parameters,
        seconds=spent,
    )
    module = build(graph, device="meta").eval()
    asked: tuple[tuple[str, str, Callable[[], Reading], Rules], ...] = (
        ("torch", "FlopCounterMode, halved", lambda: torch_reading(module), _torch_rules),
        (
            "torchinfo",
            "weights and biases times the places they are used at",
            lambda: torchinfo_reading(module),
            _torchinfo_rules,
        ),
        (
            "fvcore",
            "products, and a share for normalization and averaging",
            lambda: _on_the_processor(module, analysis, should_stop),
            _fvcore_rules,
        ),
    )
    for tool, convention, ask, rules in asked:
        if should_stop():
            return
        try:
            yield _asked(tool, convention, layers, ask, rules)
        except Cancelled:
            return


def _asked(
    tool: str, convention: str, layers: Sequence[Layer], ask: Callable[[], Reading], rules: Rules
) -> Count:
    began = time.monotonic()
    try:
        reading = ask()
    except ImportError:
        failure = f"{tool} is not installed; run: pip install {tool}"
        return Count(tool, convention, None, None, failure=failure)
    except ExplorerError as error:
        return Count(tool, convention, None, None, failure=str(error))
    differences = tuple(_differences(layers, reading, rules))
    spent = time.monotonic() - began
    return Count(tool, convention, reading.macs, reading.parameters, differences, spent)


def _on_the_processor(module: fx.GraphModule, analysis: Analysis, should_stop: ShouldStop) -> Reading:
    """fvcore's reading; the network gets memory without values: none are looked at."""
    totals = analysis.totals
    needed = (totals.parameters + totals.buffers) * ELEMENT_BYTES + totals.activation_bytes
    remedy = "make the picture or the network smaller to have fvcore count it"
    check_memory(needed, "cpu", "running the network once for fvcore", remedy)
    module.to_empty(device="cpu")
    with torch.no_grad():
        for tensor in module.state_dict().values():
            tensor.zero_()  # what lay in the memory may be denormal numbers, which take very long
    return fvcore_reading(module, should_stop)


def _differences(layers: Sequence[Layer], reading: Reading, rules: Rules) -> Iterator[Difference]:
    """Where a tool differs, and by which of its rules; "" where they do not come to its figure."""
    outside = reading.macs
    for layer in layers:
        if not layer.shapes:
            continue
        ours = layer.operator.macs(*layer.shapes).value
        theirs = reading.by_layer.get(layer.name, 0)
        outside -= theirs
        call = layer.operator.torch(*layer.shapes)
        reasons = list(rules(layer, call.target, call.settings)) if call.is_module and theirs != ours else []
        if ours + sum(operations for _, operations in reasons) != theirs:
            reasons = [("", theirs - ours)]  # a rule that is nearly right explains nothing
        so_far = ours
        for reason, operations in reasons:
            if operations:
                yield Difference(layer.name, layer.operator.kind(), so_far, so_far + operations, reason)
                so_far += operations
    if outside:
        yield Difference("", "", 0, outside)


def _torch_rules(*_: object) -> Iterator[tuple[str, int]]:
    """torch counts as we do."""
    yield from ()


def _torchinfo_rules(layer: Layer, target: str, settings: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """torchinfo multiplies all numbers of a convolution by its output places, and takes others once."""
    numbers = layer.operator.parameters(*layer.shapes).value
    if target in ("nn.Conv2d", "nn.ConvTranspose2d"):
        bias = layer.output[0] if settings.get("bias", True) else 0
        yield "adds the biases of convolutions, at every place", bias * _places(layer.output)
        weights = (numbers - bias) * _places(layer.output) - layer.operator.macs(*layer.shapes).value
        yield "counts transposed convolutions at their output's places", weights
    elif target == "nn.Linear":
        yield "adds the biases of dense layers", layer.output[0] if settings.get("bias", True) else 0
    else:
        yield "adds the vectors of normalizations and learned slopes, once", numbers


def _fvcore_rules(layer: Layer, target: str, settings: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """fvcore gives each normalization and averaging layer a share per number."""
    affine = settings.get("affine", settings.get("elementwise_affine", True))
    numbers = elements(layer.shapes[0])
    if target == "nn.BatchNorm2d":
        yield "counts 2 for every number that a BatchNorm shifts and scales", (2 if affine else 1) * numbers
    elif target in ("nn.GroupNorm", "nn.LayerNorm"):
        yield "counts 5 for every number that is normalized", (5 if affine else 4) * numbers
    elif target == "nn.AdaptiveAvgPool2d":
        yield "counts every number that an adaptive pooling averages", numbers
    elif target == "nn.Upsample":
        yield "counts every number that enlarging writes", elements(layer.output)


def _places(shape: Shape) -> int:
    return elements(shape[1:])

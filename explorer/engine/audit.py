"""Our counts beside those of other tools, run on the network itself, and why they differ."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx
from torch.utils.flop_counter import FlopCounterMode

from explorer.core.analysis import Analysis, analyze
from explorer.core.graph import Graph
from explorer.core.outline import Layer, flatten
from explorer.core.shapes import Shape, elements
from explorer.engine.module import build, input_shapes


@dataclass(frozen=True)
class Part:
    """One reason why a tool's figure differs from ours, with how many operations it makes up."""

    reason: str
    operations: int


@dataclass(frozen=True)
class Count:
    """What one tool counts for one picture.

    `macs` and `parameters` are None where it could not be asked; `failure` then says why.
    `parts` explain the difference of `macs` from ours, and `unexplained` is what they leave.
    """

    tool: str
    convention: str
    macs: int | None
    parameters: int | None
    parts: tuple[Part, ...] = ()
    unexplained: int = 0
    failure: str = ""


def audit(graph: Graph) -> Iterator[Count]:
    """Ours first, then torch's, torchinfo's and fvcore's; each comes when it is known.

    Raises:
        ExplorerError: the network has a problem, or does not fit the memory (fvcore runs it).
    """
    analysis = analyze(graph)
    layers = flatten(analysis)
    totals = analysis.totals
    yield Count("ours", "products of convolutions and matrices, no bias", totals.macs, totals.parameters)
    on_meta = build(graph, device="meta").eval()
    yield _torch(on_meta, analysis)
    yield _asked("torchinfo", "weights and biases times the places they are used at", analysis, layers,
                 lambda: _torchinfo(on_meta), _torchinfo_parts)  # fmt: skip
    yield _asked("fvcore", "products, and a share for normalization and averaging", analysis, layers,
                 lambda: _fvcore(build(graph).eval()), _fvcore_parts)  # fmt: skip


def _torch(module: fx.GraphModule, analysis: Analysis) -> Count:
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), counter:
        module(*_pictures(module, "meta"))
    flops, odd = divmod(counter.get_total_flops(), 2)
    parameters = sum(item.numel() for item in module.parameters())
    return Count(
        "torch", "FlopCounterMode, halved", flops, parameters, unexplained=flops + odd - analysis.totals.macs
    )


def _asked(
    tool: str,
    convention: str,
    analysis: Analysis,
    layers: Sequence[Layer],
    ask: Callable[[], tuple[int, int]],
    explain: Callable[[Sequence[Layer]], Iterator[Part]],
) -> Count:
    try:
        macs, parameters = ask()
    except ImportError:
        failure = f"{tool} is not installed; run: pip install {tool}"
        return Count(tool, convention, None, None, failure=failure)
    parts = tuple(part for part in _merged(explain(layers)) if part.operations)
    unexplained = macs - analysis.totals.macs - sum(part.operations for part in parts)
    return Count(tool, convention, macs, parameters, parts, unexplained)


def _torchinfo(module: fx.GraphModule) -> tuple[int, int]:
    torchinfo = importlib.import_module("torchinfo")
    summary = torchinfo.summary(module, input_data=_pictures(module, "meta"), verbose=0, device="meta")
    return int(summary.total_mult_adds), int(summary.total_params)


def _fvcore(module: fx.GraphModule) -> tuple[int, int]:
    # it traces the network, and torch warns that tracing is old; on meta tensors it fails
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        counters = importlib.import_module("fvcore.nn")
        counter = counters.FlopCountAnalysis(module, tuple(_pictures(module, "cpu")))
        counter.unsupported_ops_warnings(False).uncalled_modules_warnings(False).tracer_warnings("none")
        total = int(counter.total())
    return total, sum(item.numel() for item in module.parameters())


def _pictures(module: fx.GraphModule, device: str) -> list[torch.Tensor]:
    return [torch.zeros(1, *shape, device=device) for shape in input_shapes(module)]


def _torchinfo_parts(layers: Sequence[Layer]) -> Iterator[Part]:
    """torchinfo multiplies all numbers of a convolution by its output places, and takes others once."""
    for layer, target, settings in _modules(layers):
        numbers = layer.operator.parameters(*layer.shapes).value
        if target in ("nn.Conv2d", "nn.ConvTranspose2d"):
            bias = layer.output[0] if settings.get("bias", True) else 0
            yield Part("adds the biases of convolutions, at every place", bias * _places(layer.output))
            weights = (numbers - bias) * _places(layer.output) - layer.operator.macs(*layer.shapes).value
            yield Part("counts transposed convolutions at their output's places", weights)
        elif target == "nn.Linear":
            yield Part(
                "adds the biases of dense layers", layer.output[0] if settings.get("bias", True) else 0
            )
        else:
            yield Part("adds the vectors of normalizations and learned slopes, once", numbers)


def _fvcore_parts(layers: Sequence[Layer]) -> Iterator[Part]:
    """fvcore gives each normalization and averaging layer a share per number."""
    for layer, target, settings in _modules(layers):
        affine = settings.get("affine", settings.get("elementwise_affine", True))
        numbers = elements(layer.shapes[0])
        if target == "nn.BatchNorm2d":
            each = 2 if affine else 1
            yield Part("counts 2 for every number that a BatchNorm shifts and scales", each * numbers)
        elif target in ("nn.GroupNorm", "nn.LayerNorm"):
            yield Part("counts 5 for every number that is normalized", (5 if affine else 4) * numbers)
        elif target == "nn.AdaptiveAvgPool2d":
            yield Part("counts every number that an adaptive pooling averages", numbers)
        elif target == "nn.Upsample":
            yield Part("counts every number that enlarging writes", elements(layer.output))


def _modules(layers: Sequence[Layer]) -> Iterator[tuple[Layer, str, Any]]:
    for layer in layers:
        if layer.shapes:
            call = layer.operator.torch(*layer.shapes)
            if call.is_module:
                yield layer, call.target, call.settings


def _places(shape: Shape) -> int:
    return elements(shape[1:])


def _merged(parts: Iterator[Part]) -> list[Part]:
    sums: dict[str, int] = {}
    for part in parts:
        sums[part.reason] = sums.get(part.reason, 0) + part.operations
    return [Part(reason, operations) for reason, operations in sums.items()]

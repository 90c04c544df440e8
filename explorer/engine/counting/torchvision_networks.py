"""torchvision's own classifiers, built without memory and counted by torch, for each set of their weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils.flop_counter import FlopCounterMode

from explorer.architectures.torchvision_sets import SetCount, WeightFigures
from explorer.core.errors import UnknownName

_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    # drawing their first weights takes seconds, and nothing is drawn here
    "googlenet": {"init_weights": False},
    "inception_v3": {"init_weights": False},
}

_DRAWING = (torch.Tensor.normal_, torch.Tensor.uniform_, torch.Tensor.fill_, torch.Tensor.zero_)
"""What constructors fill their weights by; without memory there is nothing to fill."""

_NO_PRODUCTS = (nn.BatchNorm2d, nn.ReLU, nn.ReLU6, nn.SiLU, nn.Hardswish, nn.Hardsigmoid, nn.Dropout)
"""Layers without operations that are counted, which give what they are given its shape."""


def classifiers() -> tuple[str, ...]:
    """The names of torchvision's networks for ImageNet."""
    # torchvision takes two seconds to import
    from torchvision import models

    return tuple(models.list_models(module=models))


def published_sets(name: str) -> tuple[WeightFigures, ...]:
    """What the installed torchvision publishes of the weights of one of its classifiers.

    Raises:
        UnknownName: it has no such classifier; the text offers the nearest.
    """
    from torchvision import models

    if name not in classifiers():
        raise UnknownName("classifier of torchvision", name[:200], classifiers())
    return tuple(_figures(name, item) for item in models.get_model_weights(name))


def unallocated(name: str, side: int) -> nn.Module:
    """One of torchvision's classifiers on the device meta, in evaluation mode.

    No memory is taken for its weights. `side` is that of the pictures, for networks that fix it.

    Raises:
        UnknownName: torchvision has no such classifier.
    """
    from torchvision import models

    if name not in classifiers():
        raise UnknownName("classifier of torchvision", name[:200], classifiers())
    options = dict(_OPTIONS.get(name, {}))
    if name.startswith("vit_"):
        options["image_size"] = side
    with _Unallocated():
        network: nn.Module = models.get_model(name, weights=None, **options)
    return network.to("meta").eval()


def set_counts(name: str = "", should_stop: Callable[[], bool] = lambda: False) -> Iterator[SetCount]:
    """Count a classifier of torchvision, or all of them, for every set of published weights.

    Operations are counted where torch performs them, so that attention is among them.

    Raises:
        UnknownName: torchvision has no such classifier.
    """
    for network in (name,) if name else classifiers():
        counted: dict[int, tuple[int, ...]] = {}
        for figures in published_sets(network):
            if should_stop():
                return
            if figures.side not in counted:
                counted[figures.side] = _count(network, figures.side)
            yield SetCount(figures, *counted[figures.side])


def _count(name: str, side: int) -> tuple[int, ...]:
    """Parameters, those of auxiliary heads, MACs, those outside of layers, and all numbers kept."""
    module = unallocated(name, side)
    parameters = {path: item.numel() for path, item in module.named_parameters()}
    numbers = sum(item.numel() for item in module.state_dict().values())
    _lighten(module)
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), counter:
        module(torch.empty(1, 3, side, side, device="meta"))
    flops = {path: sum(ops.values()) for path, ops in counter.get_flop_counts().items()}
    root = type(module).__name__
    within = sum(
        flops.get(f"{root}.{path}", 0)
        for path, item in module.named_modules()
        if isinstance(item, (nn.Conv2d, nn.Linear))
    )
    heads = sum(count for path, count in parameters.items() if path.lower().startswith("aux"))
    total = counter.get_total_flops()
    return sum(parameters.values()), heads, total // 2, (total - within) // 2, numbers


def _lighten(module: nn.Module) -> None:
    """Take out what makes no products and keeps every shape: on meta it is most of the work."""
    for item in list(module.modules()):
        for name, child in item.named_children():
            if isinstance(child, _NO_PRODUCTS):
                setattr(item, name, nn.Identity())


def _figures(name: str, item: Any) -> WeightFigures:
    shares = item.meta["_metrics"]["ImageNet-1K"]
    return WeightFigures(
        name,
        item.name,
        item.transforms.keywords["crop_size"],
        item.meta["num_params"],
        item.meta["_ops"],
        item.meta["_file_size"],
        _share(shares["acc@1"]),
        _share(shares["acc@5"]),
    )


def _share(value: float) -> float | None:
    """A share in percent, or None for what torchvision publishes as NaN."""
    return None if math.isnan(value) else value


class _Unallocated(TorchFunctionMode):
    """Weights are made on the device meta; small tensors that a constructor computes with are real.

    torch.device("meta") alone puts those there too, and RegNet's constructor reads them.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        settings = dict(kwargs or {})
        if func is torch.empty:
            settings["device"] = "meta"
        elif func in _DRAWING and args and args[0].is_meta:
            return args[0]
        return func(*args, **settings)

"""torchvision's networks with random weights, made without its slow initialisation."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torchvision import models

_OPTIONS: dict[str, dict[str, Any]] = {"googlenet": {"aux_logits": False, "init_weights": False}}


def on_meta(name: str) -> nn.Module:
    """A network of torchvision without its numbers."""
    with torch.device("meta"):
        network: nn.Module = models.get_model(name, weights=None, **_OPTIONS.get(name, {}))
    return network


def reference(name: str, seed: int = 0) -> nn.Module:
    """A network of torchvision in eval mode; its running statistics are random as well."""
    network = on_meta(name)
    network.to_empty(device="cpu")
    draw = torch.Generator().manual_seed(seed)
    for key, tensor in network.state_dict().items():
        _fill(key, tensor, draw)
    return network.eval()


def pictures(side: int | tuple[int, int], count: int = 1, channels: int = 3) -> Tensor:
    """Random pictures."""
    high, wide = side if isinstance(side, tuple) else (side, side)
    return torch.randn(count, channels, high, wide, generator=torch.Generator().manual_seed(1))


def _fill(key: str, tensor: Tensor, draw: torch.Generator) -> None:
    if key.endswith("num_batches_tracked"):
        tensor.fill_(7)
    elif key.endswith("running_var") or (key.endswith("weight") and tensor.ndim == 1):
        tensor.uniform_(0.5, 1.5, generator=draw)
    elif tensor.ndim > 1:
        bound = (3 / tensor[0].numel()) ** 0.5
        tensor.uniform_(-bound, bound, generator=draw)
    else:
        tensor.uniform_(-0.1, 0.1, generator=draw)

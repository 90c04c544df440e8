"""Weights enter a network: at random by a seed, or from a file, all of them or none."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, fx, nn

from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.shapes import shape_text
from explorer.engine.running.module import build, check_fits
from explorer.engine.running.weight_files import not_finite
from explorer.engine.running.weight_scales import Scale, scales

_SHOWN = 3


@dataclass(frozen=True)
class Loaded:
    """What became of a state dict: names that were taken, and those that were not.

    `missing` layers kept their weights, `unexpected` ones have no place in the network,
    `mismatched` ones have another shape, `not_finite` ones hold NaN or infinity.
    """

    taken: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    mismatched: tuple[str, ...]
    not_finite: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every weight of the network and of the file found its counterpart."""
        return not (self.missing or self.unexpected or self.mismatched)


def initialized(graph: Graph, seed: int, *, device: torch.device | str = "cpu") -> fx.GraphModule:
    """The network with random weights that depend on nothing but the graph and the seed.

    Weights of convolutions and dense layers are normal with deviation √(2 / fan-in) and biases zero,
    but for those whose place in the network asks for less (see `scales`); normalizations start as
    the identity. torch's global random state is not touched.

    Source: He et al., arXiv:1502.01852, sec. 2.2, eq. 10. Departs from torchvision where it takes
    the fan-out, or a fixed deviation (GoogLeNet): behind a BatchNorm the scale of a weight changes
    no figure.

    Raises:
        ExplorerError: as `build`.
    """
    check_fits(graph, device)
    # on meta nothing is drawn from torch's global random state
    module = build(graph, device="meta")
    _allocate(module, device)
    initialize(module, seed)
    return module


def _allocate(module: nn.Module, device: torch.device | str) -> None:
    """Memory on a device for a network that was built on meta.

    As torch's `to_empty`, which imports a library for symbolic algebra first: one to two seconds.
    """
    for part in module.modules():
        for name, old in part._parameters.items():
            if old is not None:
                new = torch.empty(old.shape, dtype=old.dtype, device=device)
                part._parameters[name] = nn.Parameter(new, requires_grad=old.requires_grad)
        for name, kept in part._buffers.items():
            if kept is not None:
                part._buffers[name] = torch.empty(kept.shape, dtype=kept.dtype, device=device)


def initialize(module: nn.Module, seed: int) -> None:
    """Give a network the random weights that `initialized` describes.

    The numbers are drawn on the CPU, so that every device starts with the same.
    """
    generator = torch.Generator().manual_seed(seed)
    places = scales(module) if isinstance(module, fx.GraphModule) else {}
    with torch.no_grad():
        for name, layer in module.named_modules():
            if next(layer.parameters(recurse=False), None) is None and not layer._buffers:
                continue
            if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
                drawn = torch.empty(layer.weight.shape)
                place = places.get(name, Scale())
                deviation = place.factor * math.sqrt(2.0 / _fan_in(layer))
                drawn.normal_(0.0, deviation, generator=generator)
                layer.weight.copy_(drawn)
                if layer.bias is not None:
                    layer.bias.fill_(place.bias)
            elif isinstance(layer, (nn.BatchNorm2d, nn.GroupNorm, nn.LayerNorm, nn.PReLU)):
                layer.reset_parameters()
            else:
                raise TypeError(f"no rule for the first weights of {type(layer).__name__}")


def load_into(module: nn.Module, state: Mapping[str, Tensor], *, partial: bool = False) -> Loaded:
    """Put weights into a network: everything is checked first, then all of it is taken.

    With `partial`, what fits is taken and the rest reported; so a network with another head
    takes over the body. The batch counters of BatchNorm, which old files lack, may be missing.

    Raises:
        ExplorerError: names or shapes differ (with `partial`: nothing fits). The network keeps
            the weights it had.
    """
    own = module.state_dict()
    fitting = [name for name in own if name in state and state[name].shape == own[name].shape]
    report = Loaded(
        taken=tuple(fitting),
        missing=tuple(name for name in own if name not in state and not name.endswith("num_batches_tracked")),
        unexpected=tuple(name for name in state if name not in own),
        mismatched=tuple(name for name in own if name in state and state[name].shape != own[name].shape),
        not_finite=not_finite({name: state[name] for name in fitting}),
    )
    if not (report.complete or partial) or not fitting:
        raise ExplorerError(_difference(report, own, state))
    on_meta = any(tensor.is_meta for tensor in own.values())
    if on_meta and not report.complete:
        raise ExplorerError("a network on the device meta has no weights to keep; build it on another")
    # aside first: a conversion that fails, for want of memory say, has changed nothing
    aside = {name: _aside(state[name], own[name]) for name in fitting}
    if on_meta:
        aside |= {
            name: torch.zeros(own[name].shape, dtype=own[name].dtype) for name in own.keys() - aside.keys()
        }
    module.load_state_dict(aside, strict=False, assign=on_meta)
    return report


def _aside(tensor: Tensor, own: Tensor) -> Tensor:
    """A tensor of a file where the network's own is, in its type of numbers."""
    return tensor.to("cpu" if own.is_meta else own.device, own.dtype)


def _fan_in(layer: nn.Conv2d | nn.ConvTranspose2d | nn.Linear) -> float:
    """How many products are summed for one output."""
    if isinstance(layer, nn.ConvTranspose2d):
        taps = layer.weight[0, 0].numel() * layer.in_channels / layer.groups
        return max(1.0, taps / math.prod(layer.stride))
    return float(max(1, layer.weight[0].numel()))


def _difference(report: Loaded, own: Mapping[str, Tensor], state: Mapping[str, Tensor]) -> str:
    parts = []
    if report.missing:
        parts.append(f"it lacks {_some(report.missing)}")
    if report.unexpected:
        parts.append(f"it has {_some(report.unexpected)}, which the network does not")
    if report.mismatched:
        name = report.mismatched[0]
        more = len(report.mismatched) - 1
        parts.append(
            f"{name} is {shape_text(tuple(state[name].shape)) or 'one number'} in it"
            f" and {shape_text(tuple(own[name].shape)) or 'one number'} in the network"
            + (f" (and {more} more differ)" if more else "")
        )
    reasons = "; ".join(parts) or "the network has no weights"
    return f"these weights belong to another network: {reasons}"


def _some(names: Iterable[str]) -> str:
    listed = [name.encode("ascii", "replace").decode()[:80] for name in names]
    rest = len(listed) - _SHOWN
    return ", ".join(listed[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")

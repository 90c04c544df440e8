"""The numbers that a training is computed with: precision, layout, determinism, compilation."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.core.recipe import Precision, Recipe

_log = logging.getLogger(__name__)

_TYPES = {Precision.BFLOAT16: torch.bfloat16, Precision.FLOAT16: torch.float16}


@dataclass(frozen=True)
class Numerics:
    """What a recipe's wishes come to on a device. `notes` say what it cannot do, and what is done instead."""

    device: torch.device
    precision: Precision
    deterministic: bool
    channels_last: bool
    notes: tuple[str, ...] = ()

    def autocast(self) -> contextlib.AbstractContextManager[object]:
        """The context that the forward pass runs in."""
        kind = _TYPES.get(self.precision)
        return torch.autocast(self.device.type, kind) if kind else contextlib.nullcontext()

    @contextlib.contextmanager
    def set_up(self) -> Iterator[None]:
        """Torch's own switches as the training needs them, and afterwards as they were.

        They hold for the whole process while the training goes on.
        """
        # torch's own description of itself lacks the second
        matmul, convolution = torch.backends.cuda.matmul, torch.backends.cudnn.conv  # type: ignore[attr-defined]
        old = matmul.fp32_precision, convolution.fp32_precision, torch.backends.cudnn.benchmark
        was_deterministic = torch.are_deterministic_algorithms_enabled()
        cut = "tf32" if self.precision is Precision.TF32 else "ieee"
        matmul.fp32_precision = convolution.fp32_precision = cut
        # trying out algorithms makes steps faster, but which one wins is chance
        torch.backends.cudnn.benchmark = self.device.type == "cuda" and not self.deterministic
        # torch.use_deterministic_algorithms does the same and imports torch's compiler for it
        torch._C._set_deterministic_algorithms(self.deterministic)
        try:
            yield
        finally:
            matmul.fp32_precision, convolution.fp32_precision, torch.backends.cudnn.benchmark = old
            torch._C._set_deterministic_algorithms(was_deterministic)


def numerics(recipe: Recipe, device: torch.device) -> Numerics:
    """What of a recipe a device can do."""
    precision, notes = recipe.precision, []
    on_cuda = device.type == "cuda"
    if precision is Precision.TF32 and not (on_cuda and torch.cuda.get_device_capability(device) >= (8, 0)):
        notes.append(f"tf32 needs an NVIDIA processor since Ampere: on {device} it is float32")
        precision = Precision.FLOAT32
    if precision in _TYPES and not _casts(device, _TYPES[precision]):
        notes.append(f"{device} does not compute with {precision}: it is float32")
        precision = Precision.FLOAT32
    if recipe.deterministic and on_cuda:
        notes.append(
            "deterministic: set CUBLAS_WORKSPACE_CONFIG=:4096:8 before the program starts,"
            " or a layer that needs it ends the training"
        )
    # the kernels of a processor want the channels side by side, and turn every tensor over if they are not
    beside = recipe.channels_last or (device.type == "cpu" and torch._C._has_mkldnn)
    return Numerics(device, precision, recipe.deterministic, beside, tuple(notes))


def _casts(device: torch.device, kind: torch.dtype) -> bool:
    """Whether a device computes convolutions and their gradients with such numbers."""
    try:
        with torch.autocast(device.type, kind):
            layer = nn.Conv2d(1, 1, 1, device=device)
            layer(torch.ones(1, 1, 2, 2, device=device)).sum().backward()
    except (RuntimeError, TypeError, ValueError):
        return False
    return True


class LossScaler:
    """Keeps small float16 gradients from vanishing: the loss is multiplied before, divided after.

    A step whose gradients overflow is left out and the factor halved; after 2,000 good steps it
    is doubled. All of it happens on the device, and nobody waits to know it.
    Source: Micikevicius et al., arXiv:1710.03740, sec. 3.2; the figures are torch's.
    """

    def __init__(self, device: torch.device) -> None:
        self.scale = torch.full((), 2.0**16, device=device)
        """What the loss is multiplied with."""
        self.good = torch.zeros((), dtype=torch.int32, device=device)
        """Steps since the factor changed last."""

    def unscale(self, parameters: Sequence[Tensor]) -> Tensor:
        """Divide the gradients again; 1 where they overflowed and the step must be left out, else 0."""
        spoilt = torch.zeros(1, device=self.scale.device)
        gradients = [item.grad for item in parameters if item.grad is not None]
        if gradients:
            torch._amp_foreach_non_finite_check_and_unscale_(gradients, spoilt, self.scale.reciprocal())
            torch._amp_update_scale_(self.scale, self.good, spoilt, 2.0, 0.5, 2000)
        return spoilt

    def state(self) -> Tensor:
        """Factor and good steps, for a checkpoint."""
        return torch.tensor([float(self.scale), float(self.good)], dtype=torch.float64)

    def load(self, state: Tensor) -> None:
        """Take over what `state` gave."""
        scale, good = state.tolist()
        self.scale.fill_(scale)
        self.good.fill_(int(good))


def compiled(
    network: nn.Module, example: Tensor, numbers: Numerics
) -> tuple[Callable[[Tensor], Tensor] | None, str]:
    """The network translated by torch.compile, or None and a sentence that says why not.

    One forward and backward pass is made to see that it works; the weights and running
    statistics are afterwards as before.
    """
    kept = {name: item.clone() for name, item in network.state_dict().items()}
    try:
        translated = torch.compile(network, dynamic=False)
        network.train()
        with numbers.autocast():
            translated(example).float().sum().backward()
    except Exception as error:  # noqa: BLE001
        # torch's compiler, the C++ compiler and Triton raise what they like; the run does without them
        _log.info("torch.compile failed", exc_info=error)
        return None, "torch.compile does not work here: the network runs as it is"
    finally:
        with torch.no_grad():
            for name, item in network.state_dict().items():
                item.copy_(kept[name])
        for item in network.parameters():
            item.grad = None
    return translated, "the network is translated by torch.compile"

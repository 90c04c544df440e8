"""Activation maximisation: a picture made from noise that a channel, or a class, answers to most."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, fx
from torch.nn import functional

from explorer.core.errors import ExplorerError
from explorer.core.shapes import ELEMENT_BYTES, elements
from explorer.engine.causes.channels import node_of_channel
from explorer.engine.causes.methods import Dream
from explorer.engine.device import check_memory
from explorer.engine.running.forward import Step, device_of, evaluating, results
from explorer.engine.running.module import input_shapes, layer_nodes

STEPS = 128
_SHOWN_EVERY = 8
_RATE = 0.05
_BETAS = 0.9, 0.999
_EPSILON = 1e-8
_DECAY_POWER = 1.0
_SHIFT = 4
"""The picture is moved by up to this many pixels at each step, so that no pixel pattern wins."""


def maximised(
    module: fx.GraphModule,
    layer: str,
    channel: int,
    *,
    mean: tuple[float, ...],
    std: tuple[float, ...],
    seed: int = 0,
    steps: int = STEPS,
    step_of: Step | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Dream]:
    """Climb to a picture that a channel answers to; the first step is shown, every eighth, and the last.

    The picture is kept as its spectrum, scaled so that coarse patterns come as easily as fine
    ones, and is moved a little at each step. The mean of the channel's map is raised by Adam.

    Args:
        module: the network, with one input of 1 or 3 channels.
        layer: a layer or block.
        channel: of a map, or the index of a vector's number.
        mean: of the preprocessing, per channel of the picture.
        std: likewise; together they turn pixels from 0 to 1 into what the network takes.
        seed: decides the noise and the moves.
        steps: how many.
        step_of: what layers compute, where parts of the network are switched.
        should_stop: asked before every step.

    Source: Erhan et al. (2009), "Visualizing higher-layer features of a deep network", for the
    climb; Olah, Mordvintsev and Schubert (2017), "Feature visualization", Distill, for spectrum
    and moves. They also turn and scale the picture and decorrelate its colours; we do not.

    Raises:
        ExplorerError: no such layer or channel, the network takes no picture, the gradients do not
            fit the memory, or (at the last step) no step ever moved the channel.
    """
    node = _asked(module, layer, channel)
    shape = input_shapes(module)[0]
    device = device_of(module)
    sizes = sum(elements(known.meta["shape"]) for known in layer_nodes(module).values())
    check_memory(2 * ELEMENT_BYTES * sizes, device, "climbing to a picture", "make the Input smaller")
    chance = torch.Generator().manual_seed(seed)
    spectrum = _noise(shape, chance).to(device).requires_grad_()
    climb = _Climb(spectrum)
    scale, centre = (
        torch.tensor(figures, dtype=torch.float32, device=device).view(-1, 1, 1) for figures in (std, mean)
    )
    led = False
    for step in range(1, steps + 1):
        if should_stop():
            return
        moves = torch.randint(-_SHIFT, _SHIFT + 1, (2,), generator=chance).tolist()
        with evaluating(module), torch.enable_grad():
            picture = _picture(spectrum, shape)
            fed = torch.roll(((picture - centre) / scale)[None], moves, (2, 3))
            result = results(module, [fed], until=node, step=step_of, keep=[node])[node][0, channel].mean()
            if not result.requires_grad:
                raise ExplorerError(f"{layer} does not depend on the picture")
            (slope,) = torch.autograd.grad(-result, spectrum)
        # a map that a ReLU keeps at zero gives no direction: chance moves on
        led = led or bool(slope.any())
        climb.step(slope if slope.any() else torch.randn(slope.shape, generator=chance).to(device))
        if step == steps and not led:
            raise ExplorerError(
                f"none of {steps} pictures moves map {channel} of {layer}: a ReLU keeps it at zero, or what"
                " leads to it is switched off; choose another map or another seed"
            )
        if step == 1 or step % _SHOWN_EVERY == 0 or step == steps:
            with torch.no_grad():
                shown = (_picture(spectrum, shape) * 255).round().byte().permute(1, 2, 0)
            yield Dream(shown.cpu().numpy().copy(), float(result.detach()), step, steps)


class _Climb:
    """Adam (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1) for one tensor.

    torch's own brings its compiler along: its first step takes seconds.
    """

    def __init__(self, place: Tensor) -> None:
        self._place, self._steps = place, 0
        self._mean, self._square = torch.zeros_like(place), torch.zeros_like(place)

    def step(self, slope: Tensor) -> None:
        """Go on, against the slope."""
        self._steps += 1
        with torch.no_grad():
            self._mean.lerp_(slope, 1 - _BETAS[0])
            self._square.lerp_(slope**2, 1 - _BETAS[1])
            mean, square = (
                average / (1 - beta**self._steps)
                for average, beta in zip((self._mean, self._square), _BETAS, strict=True)
            )
            self._place -= _RATE * mean / (square.sqrt() + _EPSILON)


def _asked(module: fx.GraphModule, layer: str, channel: int) -> fx.Node:
    shapes = input_shapes(module)
    if len(shapes) != 1 or len(shapes[0]) != 3 or shapes[0][0] not in (1, 3):
        raise ExplorerError("a picture can be made for networks that take one grey or coloured picture")
    return node_of_channel(module, layer, channel)


def _noise(shape: tuple[int, ...], chance: torch.Generator) -> Tensor:
    """A spectrum of faint noise: real and imaginary parts of the half plane that is not redundant."""
    channels, high, wide = shape
    return 0.01 * torch.randn(channels, high, wide // 2 + 1, 2, generator=chance)


def _picture(spectrum: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The picture of a spectrum, every pixel between 0 and 1."""
    _, high, wide = shape
    down = torch.fft.fftfreq(high, device=spectrum.device)[:, None]
    across = torch.fft.rfftfreq(wide, device=spectrum.device)[None]
    frequency = (down**2 + across**2).sqrt().clamp(min=1 / max(high, wide))
    weighed = torch.view_as_complex(spectrum.contiguous()) / frequency**_DECAY_POWER
    plane = torch.fft.irfft2(weighed * (high * wide) ** 0.5, s=(high, wide))
    return functional.sigmoid(plane)

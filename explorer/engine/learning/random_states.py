"""The random states of torch, numpy and Python as tensors, so that a checkpoint can hold them."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

_TORCH, _CUDA, _NUMPY, _PYTHON = "random.torch", "random.cuda", "random.numpy", "random.python"


def random_states(device: torch.device) -> dict[str, Tensor]:
    """The states of all generators that a training could draw from, by name."""
    kind, keys, place, has_gauss, gauss = np.random.get_state()
    version, numbers, next_gauss = random.getstate()
    found = {
        _TORCH: torch.get_rng_state(),
        _NUMPY: torch.tensor([*map(int, keys), place, has_gauss], dtype=torch.int64),
        f"{_NUMPY}.gauss": torch.tensor(gauss, dtype=torch.float64),
        _PYTHON: torch.tensor([version, *numbers], dtype=torch.int64),
    }
    if kind != "MT19937":  # somebody exchanged numpy's generator: then it is theirs to keep
        del found[_NUMPY], found[f"{_NUMPY}.gauss"]
    if next_gauss is not None:
        found[f"{_PYTHON}.gauss"] = torch.tensor(next_gauss, dtype=torch.float64)
    if device.type == "cuda":
        found[_CUDA] = torch.cuda.get_rng_state(device)
    return found


def restore_random_states(states: Mapping[str, Tensor], device: torch.device) -> None:
    """Put the generators back where `random_states` found them; what is not there is left alone."""
    if _TORCH in states:
        torch.set_rng_state(states[_TORCH])
    if _CUDA in states and device.type == "cuda":
        torch.cuda.set_rng_state(states[_CUDA], device)
    if _NUMPY in states:
        *keys, place, has_gauss = states[_NUMPY].tolist()
        gauss = float(states[f"{_NUMPY}.gauss"])
        np.random.set_state(("MT19937", np.array(keys, np.uint32), place, has_gauss, gauss))
    if _PYTHON in states:
        version, *numbers = states[_PYTHON].tolist()
        left = states.get(f"{_PYTHON}.gauss")
        random.setstate((version, tuple(numbers), None if left is None else float(left)))


def seed_all(seed: int, device: torch.device) -> None:
    """Seed torch's generators of the processor and of the device.

    As `torch.manual_seed`, which on a computer without CUDA keeps the whole stack of every call for
    the day on which CUDA is there: 0.7 ms a step, and memory that grows with every one.
    """
    torch.default_generator.manual_seed(seed)
    if device.type == "cuda":
        torch.cuda.manual_seed(seed)
    elif device.type == "mps":
        torch.mps.manual_seed(seed)

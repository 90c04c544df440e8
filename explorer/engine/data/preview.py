"""What the augmentation of a recipe makes of some pictures, to be looked at."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.core.recipe import Recipe
from explorer.core.shapes import Shape
from explorer.engine.data.augmentation import Augmentation
from explorer.engine.data.batches import mixed
from explorer.engine.data.fitting import fitted
from explorer.engine.data.samples import Samples


def augmented(found: Samples, recipe: Recipe, shape: Shape, times: int) -> NDArray[np.uint8]:
    """The pictures as the network will meet them in different steps, with the normalization undone.

    Shape: (times, N, C, H, W) from 0 to 255; C is 1 where pictures without colours are repeated
    for a network that takes three channels.
    """
    cpu = torch.device("cpu")
    pictures, _ = fitted(torch.from_numpy(found.pictures.copy()), shape, "the pictures")
    values = pictures.double() / 255
    mean = values.mean((0, 2, 3)).tolist()
    std = [1.0] * len(mean)
    augment = Augmentation(recipe, mean, std, 1, cpu)
    labels = torch.zeros(len(pictures), dtype=torch.int64)
    back = torch.tensor(mean).view(1, -1, 1, 1)
    made = []
    for time in range(times):
        fed, _ = augment(pictures, labels, mixed(recipe.seed, time))
        made.append(((fed + back) * 255).round().clamp(0, 255).to(torch.uint8))
    shown: NDArray[np.uint8] = torch.stack(made).numpy()
    return shown

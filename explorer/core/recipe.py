"""How to train: a value with declared settings, like an operator."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from explorer.core.attribute import attribute, attributes
from explorer.core.augmentation import AUGMENTATION as AUGMENTATION
from explorer.core.augmentation import Augmentation
from explorer.core.augmentation import Border as Border
from explorer.core.optimization import OPTIMIZER, SCHEDULE, Optimization
from explorer.core.optimization import Optimizer as Optimizer
from explorer.core.schedule import Schedule as Schedule
from explorer.core.schedule import WarmUp as WarmUp


class Precision(enum.StrEnum):
    """The numbers that a training is computed with; the weights themselves stay float32."""

    FLOAT32 = "float32"
    TF32 = "tf32"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"


CHANGEABLE = (
    "epochs",
    "steps",
    "batch_size",
    "learning_rate",
    "momentum",
    "weight_decay",
    "clip_norm",
    "label_smoothing",
    "early_stopping",
    "patience",
    "accumulation",
    "probe_layers",
)
"""Settings that may change while a run goes on; a change counts from the next step on."""

REGULARIZATION, COMPUTATION, TEST = "Regularization", "Computation", "Test"
GROUPS = (OPTIMIZER, SCHEDULE, REGULARIZATION, COMPUTATION, TEST)
"""The headings under which the settings stand, in this order."""


@dataclass(frozen=True)
class Recipe(Augmentation, Optimization):
    """Data, optimizer, schedule and seed of a training.

    `data` is a built-in data set ("digits", "shapes:classes=20,difficulty=hard", "cifar10" …) or
    the path of a folder that holds one folder of pictures per class. Everything that is 0 by
    default is off then.
    """

    data: str = attribute(
        "digits",
        help="digits, shapes, mnist, fashion-mnist, cifar10, cifar100, or a folder of folders of pictures.",
    )
    seed: int = attribute(0, low=0, high=2**31 - 1, help="Makes the run repeatable.", group=COMPUTATION)
    precision: Precision = attribute(
        Precision.FLOAT32,
        help="Numbers to compute with. tf32 needs an NVIDIA processor; float16 scales the loss.",
        group=COMPUTATION,
    )
    label_smoothing: float = attribute(
        0.0,
        low=0.0,
        high=0.9,
        help="Share of the certainty that is spread over all classes.",
        advanced=True,
        group=REGULARIZATION,
    )
    override_dropout: bool = attribute(
        False,
        help="Use one share for all Dropout layers instead of the network's own.",
        advanced=True,
        group=REGULARIZATION,
    )
    dropout: float = attribute(
        0.5,
        low=0.0,
        high=0.99,
        help="Share of the numbers that every Dropout layer silences.",
        advanced=True,
        group=REGULARIZATION,
    )
    average: float = attribute(
        0.0,
        low=0.0,
        high=0.99999,
        help="Test and keep a running mean of the weights (EMA); this share of the old one stays.",
        advanced=True,
        group=REGULARIZATION,
    )
    held_out: float = attribute(
        0.2, low=0.01, high=0.9, help="Share of the pictures kept for the test.", advanced=True, group=TEST
    )
    without_repeats: bool = attribute(
        False,
        help="Leave out of the test what is trained on too, byte for byte.",
        advanced=True,
        group=TEST,
    )
    probe_layers: str = attribute(
        "",
        help="Layers whose feature maps are kept after every epoch, with commas between them;"
        " none keeps the first convolution of each resolution.",
        advanced=True,
        group=TEST,
    )
    channels_last: bool = attribute(
        False,
        help="Keep the channels of a pixel beside each other in memory: often faster. "
        "A processor does it always.",
        advanced=True,
        group=COMPUTATION,
    )
    compiled: bool = attribute(
        False,
        help="Let torch.compile translate the network first: it takes a while, then each step is faster.",
        advanced=True,
        group=COMPUTATION,
    )
    deterministic: bool = attribute(
        False,
        help="Only exactly repeatable sums, on graphics processors too: slower there.",
        advanced=True,
        group=COMPUTATION,
    )
    sync_batch_norm: bool = attribute(
        False,
        help="With several graphics processors, let BatchNorm see the pictures of all.",
        advanced=True,
        group=COMPUTATION,
    )

    @property
    def probed(self) -> tuple[str, ...]:
        """The layers of `probe_layers`, each once; none where the choice is left to the program."""
        return tuple(dict.fromkeys(filter(None, (name.strip() for name in self.probe_layers.split(",")))))

    @property
    def idle(self) -> frozenset[str]:
        """The settings that count for nothing beside the others, as Adam's do for SGD."""
        return super().idle | (frozenset() if self.override_dropout else {"dropout"})


def changes_between(old: Recipe, new: Recipe) -> dict[str, Any]:
    """The settings of `new` that `old` has otherwise, by name."""
    names = (declared.name for declared in attributes(Recipe))
    return {name: getattr(new, name) for name in names if getattr(new, name) != getattr(old, name)}


def setting_text(value: Any) -> str:
    """A setting in a sentence: numbers short, an empty text as a dash."""
    return f"{value:g}" if isinstance(value, (int, float)) else str(value) or "–"

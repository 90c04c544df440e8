"""The doctor on sound trainings and on those made ill: does it speak, when, and does its remedy help?"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.architectures import catalog
from explorer.core.graph import Graph
from explorer.core.recipe import Recipe
from explorer.core.recipe_presets import preset_named
from explorer.engine.events import Evaluated
from explorer.engine.runs import doctor
from explorer.engine.runs.doctor import Finding, diagnose
from explorer.engine.runs.run_history import RunHistory
from tests.benchmarks.measurement import Measurement

if TYPE_CHECKING:
    from torch import nn

_FEW = "shapes:size=32,count=400,classes=4"
_SMALL = {"blocks": ((1, 16), (1, 32), (1, 64)), "head": "gap", "classes": 6, "side": 16}
_DEEP = {"normalization": "none", "in_channels": 1, "side": 8}
_TINY_SHAPES = "shapes:size=16,count=2400,classes=6"


@dataclass(frozen=True)
class Case:
    """A training, and what is to be said of it: one of `expected`, or nothing where that is empty.

    `spoil` makes its first weights ill, as those of a file or of a faulty rule would be.
    """

    name: str
    network: str
    options: Mapping[str, Any]
    recipe: Recipe
    expected: frozenset[str] = frozenset()
    spoil: Callable[[nn.Module], None] | None = None

    @property
    def graph(self) -> Graph:
        """The network."""
        return catalog.build(self.network, **self.options)


@dataclass
class Course:
    """What was said in a training: each kind with the step at which it was said first."""

    said: dict[str, tuple[int, Finding]] = field(default_factory=dict)
    last: tuple[Finding, ...] = ()
    accuracy: float = 0.0


def measure() -> Iterator[Measurement]:
    """Alarms in sound trainings, ills that are missed, and remedies that leave the finding: none."""
    sound = list(healthy())
    alarms = sum(_told(case, examined(case)) for case in sound)
    yield Measurement("false alarms of the doctor", alarms, "trainings", len(sound), limit=0, unit="alarms")
    with tempfile.TemporaryDirectory() as folder:
        cases = list(ill(Path(folder)))
        missed, vain, remedies = 0, 0, 0
        for case in cases:
            course = examined(case)
            _told(case, course)
            found = [item for kind, item in course.said.items() if kind in case.expected]
            missed += not found
            if found and found[0][1].remedies:
                remedies += 1
                vain += not _helps(case, found[0][1])
    yield Measurement("ills that the doctor misses", missed, "trainings", len(cases), limit=0, unit="ills")
    yield Measurement("remedies in vain", vain, "remedies", remedies, limit=0, unit="remedies")


def healthy() -> Iterator[Case]:
    """Trainings of which nothing is to be said."""
    for seed in range(10):
        yield Case(f"LeNet-5 on digits, seed {seed}", "lenet5", {}, Recipe(seed=seed))
    fast, adam, d2l = (preset_named(name) for name in ("fast, SGD", "fast, Adam", "d2l"))
    assert fast is not None
    assert adam is not None
    assert d2l is not None
    for seed in range(3):
        recipe = fast.applied(Recipe(data="shapes", seed=seed))
        yield Case(f"ResNet-20 on shapes, seed {seed}", "cifar_resnet20", {}, recipe)
    yield Case("LeNet-5 on digits, Adam", "lenet5", {}, adam.applied(Recipe()))
    yield Case("LeNet-5 on digits, d2l", "lenet5", {}, d2l.applied(Recipe()))
    warm = replace(Recipe(), learning_rate=0.1, warm_up=0.4, warm_up_start=0.0, warm_up_shape="linear")
    yield Case("LeNet-5 on digits, long warm-up", "lenet5", {}, warm)
    mixed = replace(Recipe(), mixup=0.4, label_smoothing=0.1)
    yield Case("LeNet-5 on digits, mixup", "lenet5", {}, mixed)
    small = Recipe(data=_TINY_SHAPES, learning_rate=0.02, epochs=8)
    yield Case("VGG without BatchNorm on shapes", "vgg11", _SMALL, small)
    hard = Recipe(data="shapes:size=32,count=2000,classes=10,difficulty=hard", epochs=6, learning_rate=0.02)
    yield Case("LeNet-5 on hard shapes", "lenet5", {"in_channels": 3}, hard)
    deep = Recipe(learning_rate=0.02, epochs=5, shift=0)
    yield Case("ResNet-56 without BatchNorm on digits", "cifar_resnet56", _DEEP, deep)


def ill(folder: Path) -> Iterator[Case]:
    """Trainings that go wrong, by what is to be said of them."""
    high, dead = frozenset({doctor.TOO_HIGH, doctor.DEAD}), frozenset({doctor.DEAD})
    for rate in (1.0, 10.0, 100.0):
        yield Case(f"LeNet-5, rate {rate:g}", "lenet5", {}, Recipe(learning_rate=rate, epochs=5), high)
    adam = Recipe(optimizer="adamw", learning_rate=1.0, epochs=5)
    yield Case("LeNet-5, AdamW at 1", "lenet5", {}, adam, high)
    normal = {**_SMALL, "batch_norm": True}
    rate = Recipe(data=_TINY_SHAPES, learning_rate=30.0, epochs=5)
    yield Case("VGG with BatchNorm, rate 30", "vgg11", normal, rate, high)
    low = frozenset({doctor.TOO_LOW})
    for rate in (1e-5, 1e-6):
        yield Case(f"LeNet-5, rate {rate:g}", "lenet5", {}, Recipe(learning_rate=rate, epochs=8), low)
    yield Case("LeNet-5, AdamW at 1e-7", "lenet5", {}, replace(adam, learning_rate=1e-7), low)
    few = Recipe(
        data=_FEW, shift=0, weight_decay=0.0, held_out=0.5, schedule="constant", epochs=40, learning_rate=0.02
    )
    heart = frozenset({doctor.OVERFITTING})
    yield Case("LeNet-5, 200 pictures", "lenet5", {"in_channels": 3, "classes": 4}, few, heart)
    wide = {**_SMALL, "batch_norm": True, "classes": 4, "side": 32, "width": 2.0}
    yield Case("VGG, 200 pictures", "vgg11", wide, few, heart)
    shapes = Recipe(data=_TINY_SHAPES, learning_rate=0.02, epochs=5)
    yield Case("VGG with biases of -10", "vgg11", _SMALL, shapes, dead, _silenced)
    yield Case("VGG, rate 3", "vgg11", _SMALL, replace(shapes, learning_rate=3.0), high)
    burst = frozenset({doctor.EXPLODING, doctor.TOO_HIGH})
    digits = Recipe(learning_rate=0.05, epochs=5, shift=0)
    yield Case("plain-20 without BatchNorm, weights × 1.5", "cifar_plain20", _DEEP, digits, burst, _enlarged)
    steep = replace(digits, learning_rate=0.3, epochs=12)
    yield Case("plain-20 without BatchNorm, rate 0.3", "cifar_plain20", _DEEP, steep, burst | dead)
    leaking = Recipe(data=str(_twice(folder / "twice")), epochs=3, learning_rate=0.02)
    yield Case(
        "the same pictures in both parts",
        "vgg11",
        {**_SMALL, "classes": 2},
        leaking,
        frozenset({doctor.LEAK}),
    )


def examined(case: Case) -> Course:
    """Train, and ask the doctor after every event."""
    from unittest import mock

    from explorer.engine.running.weights import initialized
    from explorer.engine.training import trainer

    spoil = case.spoil

    def spoilt(graph: Graph, seed: int) -> nn.Module:
        network = initialized(graph, seed)
        if spoil is not None:
            spoil(network)
        return network

    patched: AbstractContextManager[object] = mock.patch.object(trainer, "initialized", spoilt)
    history, course = RunHistory(case.recipe), Course()
    with patched if spoil is not None else nullcontext():
        for event in trainer.train(case.graph, case.recipe, device="cpu", probes=()):
            history.take(event)
            course.last = diagnose(history)
            for finding in course.last:
                course.said.setdefault(finding.kind, (history.step, finding))
            if isinstance(event, Evaluated):
                course.accuracy = event.test_accuracy
    return course


def _told(case: Case, course: Course) -> int:
    """Print what was said; how much of it was not to be said."""
    wrong = [kind for kind in course.said if kind not in case.expected]
    print(f"{case.name}: {100 * course.accuracy:.1f} % of the test")
    for kind, (step, finding) in course.said.items():
        sign = "FALSE" if kind in wrong else "right"
        labels = ", ".join(item.label for item in finding.remedies) or "no remedy"
        print(f"  {sign} {kind}, step {step:,}: {finding.sentence} [{labels}]", flush=True)
    return len(wrong)


def _helps(case: Case, finding: Finding) -> bool:
    """Whether the finding goes where the change of its first button is made."""
    recipe = finding.remedies[0].recipe
    spoil = case.spoil if recipe.seed == case.recipe.seed else None  # other weights are not ill
    changed = replace(case, name=f"  → {finding.remedies[0].label}", recipe=recipe, spoil=spoil)
    course = examined(changed)
    _told(changed, course)
    return finding.kind not in course.said


def _silenced(network: nn.Module) -> None:
    """Biases of -10 in the second convolution: nothing passes its ReLU."""
    network.get_parameter("features.3.bias").data.fill_(-10.0)


def _enlarged(network: nn.Module) -> None:
    for weight in network.parameters():
        weight.data.mul_(1.5)


def _twice(root: Path) -> Path:
    """A folder of pictures in which every one lies twice."""
    from tests.engine.training.training_graphs import picture_folder

    picture_folder(root, {"a": 60, "b": 60}, side=16)
    for path in sorted(root.rglob("*.png")):
        path.with_name(f"again-{path.name}").write_bytes(path.read_bytes())
    return root

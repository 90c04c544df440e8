"""The predicted memory of a training step, against what torch's allocator counts."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from explorer.architectures.architecture import input_options
from explorer.architectures.catalog import architecture_named
from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.memory import in_use
from explorer.core.recipe import Optimizer, Recipe
from explorer.engine.counting.memory import measured_peak, step_memory
from explorer.engine.device import devices, devices_with_room
from explorer.engine.events import StepMemory
from explorer.engine.running.module import build
from explorer.engine.training.memory_observer import MemoryObserver
from explorer.engine.training.trainer import train
from explorer.operators.activation import ReLU
from explorer.operators.sketch import Sketch

CLOSE = 0.15
SMALL = ("resnet18", "squeezenet1_1", "mobilenet_v2", "googlenet", "cifar_resnet20")


def _network(name: str, side: int) -> Graph:
    return architecture_named(name).build(**input_options((3, side, side)))


def _measured(graph: Graph, recipe: Recipe, pictures: int) -> StepMemory:
    (found,) = step_memory(graph, recipe, device="cpu", pictures=pictures)
    return found


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("pictures", [2, 5])
def test_the_prediction_is_close_to_what_is_measured(name: str, pictures: int) -> None:
    found = _measured(_network(name, 64), Recipe(), pictures)
    assert abs(found.predicted / found.measured - 1) < CLOSE / 5  # on the processor it is far better


@pytest.mark.parametrize("optimizer", Optimizer)
def test_every_optimizer_is_predicted(optimizer: Optimizer) -> None:
    graph = architecture_named("lenet5").build()
    for recipe in (Recipe(optimizer=optimizer), Recipe(optimizer=optimizer, momentum=0.0, weight_decay=0.0)):
        found = _measured(graph, recipe, 1)  # one picture: the weights make the peak
        assert abs(found.predicted / found.measured - 1) < CLOSE / 5, recipe


@pytest.mark.parametrize("name", ["resnet18", "densenet121", "alexnet_2012"])
def test_the_memory_of_a_use_is_predicted(name: str) -> None:
    graph = architecture_named(name).build()
    network, pictures = build(graph).eval(), torch.randn(1, *analyze(graph).rows["input"].output)
    with torch.no_grad(), measured_peak(torch.device("cpu")) as peak:
        network(pictures)
    timeline = in_use(analyze(graph))
    predicted = timeline.peak(1).total.size(1)
    assert predicted >= peak.bytes * 0.97
    assert predicted <= timeline.need(1)


def test_a_peak_is_exact_to_the_byte() -> None:
    with measured_peak(torch.device("cpu")) as peak:
        first = torch.zeros(1_000)
        second = torch.zeros(500)
        del first
        third = torch.zeros(200)
    assert peak.bytes == 4 * 1_500
    assert len(second) + len(third) == 700
    with pytest.raises(ExplorerError, match="does not tell"), measured_peak(torch.device("meta")):
        pass


def test_a_training_says_what_its_step_took() -> None:
    graph = architecture_named("lenet5").build()
    recipe = Recipe(epochs=1)
    events = list(train(graph, recipe, device="cpu", observers=(MemoryObserver(graph, recipe),)))
    (found,) = [event for event in events if isinstance(event, StepMemory)]
    assert found.pictures == recipe.batch_size
    assert abs(found.ratio - 1) < CLOSE
    assert found.measured > 4 * 64 * 32 * 32


def test_what_cannot_be_measured_is_refused_in_a_sentence() -> None:
    sketch = Sketch()
    sketch.chain(sketch.input((3, 8, 8)), ("relu", ReLU()))
    with pytest.raises(ExplorerError, match="nothing to learn"):
        list(step_memory(sketch.graph(), Recipe(), device="cpu"))
    with pytest.raises(ExplorerError, match="would fit"):
        _measured(architecture_named("vgg16").build(), replace(Recipe(), batch_size=65_536), 65_536)
    graph = architecture_named("lenet5").build()
    assert list(step_memory(graph, Recipe(), device="cpu", should_stop=lambda: True)) == []


def test_devices_say_what_is_free() -> None:
    found = devices_with_room()
    assert [item.name for item in found] == [item.name for item in devices()]
    processor = found[0]
    assert processor.name == "cpu"
    assert processor.free is not None
    assert processor.memory is not None
    assert 0 < processor.free <= processor.memory

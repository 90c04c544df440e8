"""Times of layers, the peaks of a device, and the bounds that follow from them."""

from __future__ import annotations

import itertools

import pytest

from explorer.architectures.catalog import build
from explorer.core.analysis import Row, analyze
from explorer.core.errors import ExplorerError
from explorer.core.outline import flatten, outline
from explorer.core.roofline import step_seconds, work
from explorer.core.summing import summed
from explorer.engine.counting import ceilings as peaks
from explorer.engine.counting import measuring
from explorer.engine.counting.ceilings import Ceilings, ceilings
from explorer.engine.counting.measuring import Measured, Times, measure, timing
from explorer.operators.merge import Add
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.pooling import GlobalAvgPool
from explorer.operators.sketch import Sketch


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "_SECONDS", 0.05)
    monkeypatch.setattr(peaks, "_SIDES", {"cpu": (32, 64), "mps": (32,)})
    monkeypatch.setattr(peaks, "_COPIED", {"cpu": 2**20, "mps": 2**20})
    monkeypatch.setattr(peaks, "_SIDE", 8)


def _times(events: list[Measured | Times]) -> Times:
    result = events[-1]
    assert isinstance(result, Times)
    return result


def test_every_layer_has_its_times() -> None:
    graph = build("cifar_resnet20")
    events = list(measure(graph, device="cpu", batch=2))
    times = _times(events)
    layers = {layer.name for layer in flatten(analyze(graph)) if layer.shapes}
    assert set(times.use) == set(times.forward) == layers
    assert set(times.backward) == layers  # every one stands below the first convolution
    assert times.rounds >= 3
    assert times.batch == 2
    assert times.graph is graph
    assert times.device == "cpu"
    for item in (*times.use.values(), *times.backward.values(), times.whole_use):
        assert 0 < item.low <= item.median <= item.high
    assert times.whole_step is not None
    shares = [event.share for event in events if isinstance(event, Measured)]
    assert shares == sorted(shares)
    assert shares[0] >= 0
    assert shares[-1] <= 1


def test_blocks_take_what_their_layers_take() -> None:
    graph = build("cifar_resnet20")
    lines = tuple(outline(analyze(graph)))
    values = {layer.name: 1.0 for layer in flatten(analyze(graph)) if layer.shapes}
    sums = summed(lines, values)
    assert sums["layer1"] == sum(1 for name in values if name.startswith("layer1."))
    assert sums["layer1.0"] == sum(1 for name in values if name.startswith("layer1.0."))
    top = sum(sums.get(line.name, 0.0) for line in lines if not line.block)
    assert top == len(values)
    assert summed(lines, {}) == {}


def test_a_sum_of_many_is_one_layer() -> None:
    sketch = Sketch()
    start = sketch.input((3, 4, 4))
    sketch.add("add", Add(), start, start, start, start)
    times = _times(list(measure(sketch.graph(), device="cpu")))
    assert set(times.use) == {"add"}
    assert times.backward == {}
    assert times.whole_step is None


def test_it_stops_after_any_layer() -> None:
    for calls in (0, 1, 40):
        counted = itertools.count()
        events = list(
            measure(build("lenet5"), device="cpu", should_stop=lambda c=counted, n=calls: next(c) >= n)
        )
        assert not any(isinstance(event, Times) for event in events)


def test_bad_input_gets_one_sentence() -> None:
    for batch in (0, -3, 10**30):
        with pytest.raises(ExplorerError, match="1 to 65,536 pictures"):
            list(measure(build("lenet5"), device="cpu", batch=batch))
    with pytest.raises(ExplorerError, match="of memory"):
        list(measure(build("vgg16"), device="cpu", batch=65_536))
    with pytest.raises(ExplorerError, match="no device"):
        list(measure(build("lenet5"), device="cuda:99"))
    sketch = Sketch()
    sketch.chain(sketch.input((3, 4, 4)), ("pool", GlobalAvgPool()), ("bn", BatchNorm2d()))
    with pytest.raises(ExplorerError, match="batch size to 2"):
        list(measure(sketch.graph(), device="cpu", batch=1))


def test_median_and_quartiles() -> None:
    found = timing([5.0, 1.0, 3.0, 2.0, 4.0])
    assert (found.low, found.median, found.high) == (2.0, 3.0, 4.0)
    assert found.spread == pytest.approx(2 / 3)
    assert timing([7.0]).spread == 0.0


def test_the_peaks_of_a_device() -> None:
    found = list(ceilings("cpu"))[-1]
    assert isinstance(found, Ceilings)
    assert found.flops > 0
    assert found.bandwidth > 0
    assert found.ridge == found.flops / found.bandwidth
    assert found.attainable(found.ridge / 2) == pytest.approx(found.flops / 2)
    assert found.attainable(found.ridge * 2) == found.flops
    assert not any(isinstance(event, Ceilings) for event in ceilings("cpu", should_stop=lambda: True))


def test_work_and_the_bound_of_a_step() -> None:
    analysis = analyze(build("lenet5"))
    row = analysis["c3"]
    assert isinstance(row, Row)
    done = work(row, 2)
    assert done.flops == 2 * 2 * 240_000
    assert done.bytes == 4 * (2 * (6 * 14 * 14 + 16 * 10 * 10) + 2_416)
    assert done.seconds(1e9, 1e12) == done.flops / 1e9
    assert done.seconds(1e15, 1e3) == done.bytes / 1e3
    lines = tuple(outline(analysis))
    assert step_seconds(lines, 4, 1.0, 1e30) == pytest.approx(3 * 2 * 4 * analysis.totals.macs)

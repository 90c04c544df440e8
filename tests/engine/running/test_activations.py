"""Looking inside gives exactly what forward hooks give, and leaves the network as it was."""

import numpy as np
import pytest
import torch

from explorer.architectures import catalog
from explorer.core.errors import ExplorerError
from explorer.engine import device
from explorer.engine.running.activations import capture, predictions, statistics, stream
from explorer.engine.running.forward import computed
from explorer.engine.running.module import build, layer_nodes
from explorer.engine.running.weights import initialized
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.merge import Add, Concat
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.pooling import GlobalAvgPool, MaxPool2d
from explorer.operators.regularization import Dropout
from explorer.operators.repeat import Repeat
from explorer.operators.sketch import Sketch


def network():
    sketch = Sketch()
    top = sketch.input((3, 16, 16))
    conv = sketch.add("conv", Conv2d(out_channels=8, padding=1), top)
    norm = sketch.add("norm", BatchNorm2d(), conv)
    bent = sketch.add("relu", ReLU(), norm)
    total = sketch.add("add", Add(), conv, bent)
    both = sketch.add("cat", Concat(), total, conv)
    stage = sketch.add("stage", Repeat(block=ReLU(), n=2), both)
    pool = sketch.add("pool", MaxPool2d(), stage)
    mean = sketch.add("mean", GlobalAvgPool(), pool)
    flat = sketch.add("flat", Flatten(), mean)
    drop = sketch.add("drop", Dropout(), flat)
    sketch.add("fc", Linear(out_features=5), drop)
    return sketch.graph()


@pytest.fixture
def module():
    return initialized(network(), 0)


@pytest.fixture
def pictures():
    return np.random.default_rng(0).normal(size=(2, 3, 16, 16)).astype(np.float32)


def hooked(module, pictures):
    """What forward hooks see of every layer that is a module."""
    kept, handles = {}, []
    for name, node in layer_nodes(module).items():
        if node.op == "call_module":
            part = module.get_submodule(node.target)
            keep = lambda _, __, out, name=name: kept.__setitem__(name, out.clone().numpy())  # noqa: E731
            handles.append(part.register_forward_hook(keep))
    module.eval()
    with torch.no_grad():
        result = module(torch.from_numpy(pictures))
    for handle in handles:
        handle.remove()
    return kept, result.numpy()


def test_every_activation_equals_that_of_a_hook(module, pictures):
    expected, result = hooked(module, pictures)
    found = capture(module, pictures)
    assert list(found) == list(layer_nodes(module))
    assert len(expected) == 9
    for name, values in expected.items():
        assert np.array_equal(found[name], values), name
    assert np.array_equal(found["fc"], result)
    assert np.array_equal(found["input"], pictures)
    assert np.array_equal(found["add"], found["conv"] + found["relu"])
    assert np.array_equal(found["cat"], np.concatenate([found["add"], found["conv"]], 1))
    assert np.array_equal(found["flat"], found["mean"].reshape(2, 16))
    assert (found["conv"] < 0).any()


def test_only_what_is_wanted_is_kept_and_computed(module, pictures):
    called = []
    module.get_submodule("fc").register_forward_hook(lambda *_: called.append("fc"))
    found = capture(module, pictures, ["relu", "pool"])
    assert list(found) == ["relu", "pool"]
    assert not called
    capture(module, pictures, ["fc"])
    assert called == ["fc"]


def test_a_block_gives_its_result_under_its_name(module, pictures):
    found = capture(module, pictures, ["stage", "stage.1", "stage.0", "stage"])
    assert set(found) == {"stage", "stage.0", "stage.1"}
    assert np.array_equal(found["stage"], found["stage.1"])


@pytest.mark.parametrize("training", [True, False])
def test_the_network_is_left_as_it_was(module, pictures, training):
    module.train(training)
    module.get_submodule("norm").eval()
    modes = [part.training for part in module.modules()]
    before = {name: item.clone() for name, item in module.state_dict().items()}
    capture(module, pictures)
    passing = stream(module, pictures)
    next(passing)
    assert torch.is_grad_enabled()
    passing.close()
    assert [part.training for part in module.modules()] == modes
    assert all(torch.equal(item, before[name]) for name, item in module.state_dict().items())


def test_it_can_be_stopped(module, pictures):
    asked = iter([False, False, True])
    assert list(capture(module, pictures, should_stop=lambda: next(asked))) == ["input", "conv"]


def test_it_is_stopped_between_layers_that_nobody_asked_for(module, pictures):
    computed_layers = []

    def step(network, node, made):
        computed_layers.append(node.meta.get("layer"))
        return computed(network, node, made)

    last = list(layer_nodes(module))[-1]
    found = capture(module, pictures, [last], step=step, should_stop=lambda: len(computed_layers) >= 2)
    assert found == {}
    assert computed_layers == ["input", "conv"]


@pytest.mark.parametrize("network", ["resnet18", "densenet121", "googlenet"])
def test_what_is_known_is_not_computed_again_and_the_rest_is_the_same(network):
    module = build(catalog.build(network, side=64)).eval()
    picture = np.random.default_rng(0).random((1, 3, 64, 64), np.float32)
    everything = capture(module, picture)
    choice = np.random.default_rng(1)
    for _ in range(4):
        known = {name: everything[name] for name in choice.choice(list(everything), 30, replace=False)}
        wanted = choice.choice(list(everything), 8, replace=False).tolist()
        again = []

        def step(module, node, made, again=again):
            again.append(node.meta.get("layer"))
            return computed(module, node, made)

        found = capture(module, picture, wanted, known=known, step=step)
        assert set(found) == set(wanted)
        assert all(np.array_equal(found[name], everything[name]) for name in wanted)
        assert not set(again) & set(known)
        assert len(again) < len(everything) - len(known)


def test_arrays_stay_as_they_are(module, pictures):
    found = capture(module, pictures)
    before = {name: values.copy() for name, values in found.items()}
    capture(module, -pictures)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(1.0)
    assert all(np.array_equal(found[name], values, equal_nan=True) for name, values in before.items())
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.sub_(1.0)
    with pytest.raises(ValueError, match="read-only"):
        found["conv"][0] = 0
    assert all(values.dtype == np.float32 for values in found.values())


def test_two_inputs():
    sketch = Sketch()
    one, two = sketch.input((4,), "one"), sketch.input((4,), "two")
    sketch.add("sum", Add(), one, two)
    module = build(sketch.graph())
    a, b = np.ones((2, 4), np.float32), np.full((2, 4), 2, np.float32)
    assert capture(module, [a, b])["sum"].tolist() == [[3.0] * 4] * 2
    with pytest.raises(ExplorerError, match="has 2 inputs, got 1"):
        capture(module, a)


@pytest.mark.parametrize("shape", [(1, 3, 16, 15), (3, 16, 16), (0, 3, 16, 16), (1, 1, 16, 16)])
def test_pictures_of_another_shape_are_refused(module, shape):
    with pytest.raises(ExplorerError, match="takes batches of 3×16×16"):
        capture(module, np.zeros(shape, np.float32))


def test_unknown_names_and_no_memory(module, pictures, monkeypatch):
    with pytest.raises(ExplorerError, match="did you mean relu"):
        capture(module, pictures, ["rellu"])
    monkeypatch.setattr(device, "free_memory", lambda _: 50_000)
    with pytest.raises(ExplorerError, match="use fewer pictures"):
        capture(module, pictures)
    assert list(capture(module, pictures[:1], ["fc"])) == ["fc"]


def test_a_network_without_weights_is_refused(pictures):
    with pytest.raises(ExplorerError, match="meta"):
        capture(build(network(), device="meta"), pictures)


def test_statistics_count_what_is_there():
    values = np.zeros((2, 3, 2, 2), np.float32)
    values[0, 0] = [[1, 2], [3, -6]]
    values[1, 2, 0, 0] = np.nan
    figures = statistics(values)
    assert (figures.minimum, figures.maximum) == (-6, 3)
    assert figures.dead == 1
    assert figures.channels == 3
    assert figures.not_finite == 1
    assert figures.zeros == pytest.approx(19 / 23)
    assert figures.mean == pytest.approx(0.0)
    assert statistics(np.full((1, 2), np.inf, np.float32)).not_finite == 2


def test_predictions_are_the_softmax_best_first():
    scores = np.array([[1.0, 3.0, 2.0, 3.0]])
    best = predictions(scores, ["a", "b", "c"], top=3)
    assert [item.label for item in best] == ["b", "class 3", "c"]
    shares = np.exp([3.0, 3.0, 2.0]) / np.exp([1, 3, 2, 3]).sum()
    assert [item.probability for item in best] == pytest.approx(list(shares))
    assert best[0].score == 3.0
    huge = predictions(np.array([1e30, 0.0]))
    assert huge[0].probability == 1.0
    assert predictions(np.array([0.25, 0.75]), normalized=True)[0].probability == 0.75


@pytest.mark.parametrize("scores", [[], [np.nan, 1.0], [np.inf]])
def test_scores_that_are_no_numbers_are_refused(scores):
    with pytest.raises(ExplorerError, match="no finite scores"):
        predictions(np.array(scores))

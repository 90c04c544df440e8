"""Causes of a prediction: every method against an independent computation, or against what must hold."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from explorer.architectures import catalog
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.engine.causes.attribution import attribute
from explorer.engine.causes.methods import METHODS, Attribution, Share
from explorer.engine.running.activations import capture
from explorer.engine.running.module import build
from explorer.operators.activation import ReLU, Softmax
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.pooling import GlobalAvgPool
from explorer.operators.sketch import Sketch


def pooled(*, softmax: bool = False) -> Graph:
    """Two convolutions, averaged straight into the classes."""
    sketch = Sketch()
    steps = [
        ("conv1", Conv2d(6, 3, padding=1)),
        ("relu1", ReLU()),
        ("conv2", Conv2d(5, 3, 2, 1)),
        ("relu2", ReLU()),
        ("pool", GlobalAvgPool()),
        ("flatten", Flatten()),
        ("fc", Linear(4)),
    ]
    sketch.chain(sketch.input((3, 16, 16)), *steps, *([("softmax", Softmax())] if softmax else []))
    return sketch.graph()


def linear() -> Graph:
    sketch = Sketch()
    sketch.chain(sketch.input((3, 8, 8)), ("flatten", Flatten()), ("fc", Linear(3)))
    return sketch.graph()


def picture(side: int = 16) -> np.ndarray:
    return np.random.default_rng(3).normal(size=(1, 3, side, side)).astype(np.float32)


def made(graph: Graph) -> torch.fx.GraphModule:
    torch.manual_seed(5)
    return build(graph)


def answer(module, shown, method, index=1, layer="") -> Attribution:
    *parts, last = attribute(module, shown, method, index, layer)
    assert all(isinstance(part, Share) for part in parts)
    assert isinstance(last, Attribution)
    return last


def test_a_class_activation_map_is_the_weighted_maps():
    module, shown = made(pooled()), picture()
    maps = capture(module, shown, ["relu2"])["relu2"][0]
    weights = module.get_submodule("fc").weight.detach().numpy()[1]
    found = answer(module, shown, "cam")
    np.testing.assert_allclose(found.heat, np.tensordot(weights, maps, 1), atol=1e-5)
    figures = dict(found.figures)
    assert figures["mean of the map and bias"] == pytest.approx(figures["score"], abs=1e-5)


def test_where_every_class_has_a_map_that_is_averaged_the_map_is_the_answer():
    module, shown = made(catalog.build("squeezenet1_1", classes=5, side=64)), picture(64)
    found = answer(module, shown, "cam", 3)
    own = capture(module, shown, [found.layer])[found.layer][0, 3]
    np.testing.assert_allclose(found.heat, own, rtol=1e-5, atol=1e-7)
    assert found.heat.mean() == pytest.approx(dict(found.figures)["score"], rel=1e-5)


def test_grad_cam_equals_cam_where_both_exist():
    """Selvaraju et al., sec. 3.1: up to the number of places."""
    module, shown = made(pooled()), picture()
    heat = answer(module, shown, "cam").heat
    found = answer(module, shown, "grad_cam", layer="relu2")
    np.testing.assert_allclose(found.heat, np.maximum(heat, 0) / heat.size, atol=1e-6)
    assert found.layer == answer(module, shown, "grad_cam").layer == "relu2"


def test_grad_cam_of_an_inner_layer_and_its_second_form():
    module, shown = made(pooled()), picture()
    entering = torch.from_numpy(shown)
    parts = {name: module.get_submodule(name) for name in ("conv1", "relu1", "conv2", "relu2", "fc")}
    maps = parts["conv1"](entering).detach().requires_grad_()
    rest = parts["relu2"](parts["conv2"](parts["relu1"](maps))).mean((2, 3))
    (slope,) = torch.autograd.grad(parts["fc"](rest)[0, 2], maps)
    slope, maps = slope[0].numpy(), maps.detach()[0].numpy()
    plain = np.maximum((slope.mean((1, 2))[:, None, None] * maps).sum(0), 0)
    np.testing.assert_allclose(answer(module, shown, "grad_cam", 2, "conv1").heat, plain, atol=1e-6)
    # eq. 19: the sum runs over the activations alone, the third derivative is that of the place itself
    below = 2 * slope**2 + maps.sum((1, 2), keepdims=True) * slope**3
    share = np.divide(slope**2, below, out=np.zeros_like(below * slope), where=below != 0)
    weights = (share * np.maximum(slope, 0)).sum((1, 2))
    second = np.maximum((weights[:, None, None] * maps).sum(0), 0)
    np.testing.assert_allclose(
        answer(module, shown, "grad_cam_pp", 2, "conv1").heat, second, rtol=1e-3, atol=1e-5
    )


def test_saliency_is_the_strongest_gradient():
    module, shown = made(pooled()), picture()
    entering = torch.from_numpy(shown).requires_grad_()
    module.eval()
    (slope,) = torch.autograd.grad(module(entering)[0, 1], entering)
    np.testing.assert_allclose(
        answer(module, shown, "saliency").heat, slope[0].abs().amax(0).numpy(), atol=1e-7
    )


class _Guided(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, slope):
        (x,) = ctx.saved_tensors
        return slope * (slope > 0) * (x > 0)


def test_guided_backpropagation_drops_what_speaks_against():
    module, shown = made(pooled()), picture()
    part = module.get_submodule
    entering = torch.from_numpy(shown).requires_grad_()
    first = _Guided.apply(part("conv1")(entering))
    score = part("fc")(_Guided.apply(part("conv2")(first)).mean((2, 3)))[0, 1]
    (slope,) = torch.autograd.grad(score, entering)
    found = answer(module, shown, "guided")
    np.testing.assert_allclose(found.heat, slope[0].abs().amax(0).numpy(), atol=1e-7)
    assert not np.allclose(found.heat, answer(module, shown, "saliency").heat)


def test_integrated_gradients_add_up():
    module, shown = made(pooled()), picture()
    figures = dict(answer(module, shown, "integrated").figures)
    gap = figures["score less that of the even picture"]
    assert figures["sum"] == pytest.approx(gap, rel=0.02, abs=0.005)
    exact = made(linear())
    weights = exact.get_submodule("fc").weight.detach().numpy()[2].reshape(3, 8, 8)
    found = answer(exact, picture(8), "integrated", 2)
    np.testing.assert_allclose(found.heat, (weights * picture(8)[0]).sum(0), atol=1e-5)


class _Steep(nn.Module):
    """Nearly a step, far along the way: few points miss it."""

    def forward(self, x):
        return torch.sigmoid(300 * (x - 0.932))


def test_integrated_gradients_take_more_points_where_few_do_not_add_up():
    sketch = Sketch()
    sketch.chain(sketch.input((1, 2, 2)), ("act", ReLU()), ("flatten", Flatten()), ("fc", Linear(2)))
    module = made(sketch.graph())
    module.set_submodule("act", _Steep())
    with torch.no_grad():
        module.get_submodule("fc").weight.fill_(1.0)
    *shares, found = attribute(module, np.ones((1, 1, 2, 2), np.float32), "integrated", 0)
    figures = dict(found.figures)
    assert figures["points on the way"] > 32
    assert figures["completeness in %"] == pytest.approx(100, abs=1)
    done = [share.done for share in shares]
    assert done == sorted(done)
    few = dict(answer(made(linear()), picture(8), "integrated").figures)
    assert few["points on the way"] == 32


def test_occlusion_is_the_score_that_is_lost():
    module, shown = made(linear()), picture(8)
    products = (module.get_submodule("fc").weight.detach().numpy()[0].reshape(3, 8, 8) * shown[0]).sum(0)
    found = answer(module, shown, "occlusion", 0)  # patches of 1 px: each loses just its own products
    np.testing.assert_allclose(found.heat, products, atol=1e-5)
    wide = answer(made(pooled()), picture(), "occlusion", 0)
    assert wide.heat.shape == (16, 16)
    assert np.isfinite(wide.heat).all()


def test_a_softmax_at_the_end_is_passed_over():
    plain, soft = made(pooled()), made(pooled(softmax=True))
    soft.load_state_dict(plain.state_dict())
    for method in ("saliency", "cam", "grad_cam"):
        np.testing.assert_array_equal(
            answer(plain, picture(), method).heat, answer(soft, picture(), method).heat
        )


def test_nothing_is_left_behind():
    module = made(pooled())
    module.train()
    for method in METHODS:
        answer(module, picture(), method.name)
    assert module.training
    assert all(item.grad is None for item in module.parameters())
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("method", ["integrated", "occlusion"])
def test_slow_methods_can_be_stopped(method):
    asked = []
    module, shown = made(pooled()), picture()
    found = list(
        attribute(module, shown, method, 0, should_stop=lambda: bool(asked) or bool(asked.append(1)))
    )
    assert len(found) == 1
    assert isinstance(found[0], Share)


def test_what_cannot_be_asked_is_told():
    module, shown = made(pooled()), picture()
    for settings, text in (
        (("magic", 0), "no method is named 'magic'"),
        (("saliency", 4), "classes 0 to 3, not 4"),
        (("grad_cam", 0, "fc"), "fc gives a vector"),
        (("grad_cam", 0, "nowhere"), "nowhere"),
    ):
        with pytest.raises(ExplorerError, match=text):
            list(attribute(module, shown, *settings))
    with pytest.raises(ExplorerError, match="averaged straight into one dense layer"):
        list(attribute(made(linear()), picture(8), "cam", 0))


@pytest.mark.parametrize(
    "name", ["vgg11", "resnet18", "squeezenet1_1", "densenet121", "efficientnet_b0", "googlenet"]
)
def test_networks_of_the_catalogue(name):
    module = build(catalog.build(name, classes=5, side=64))
    shown = picture(64)
    guides = any(isinstance(part, (nn.ReLU, nn.ReLU6)) for part in module.modules())
    for method in ("grad_cam", "grad_cam_pp", "saliency", *(("guided",) if guides else ())):
        found = answer(module, shown, method, 3)
        assert np.isfinite(found.heat).all()
        assert found.heat.ndim == 2
    if not guides:
        with pytest.raises(ExplorerError, match="this network has none; use saliency"):
            answer(module, shown, "guided", 3)
    assert not any(isinstance(part, nn.ReLU) and part.inplace for part in module.modules())

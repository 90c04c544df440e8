"""Weights: the same seed gives the same, a file is taken whole or not at all, and nothing in it runs."""

import pytest
import torch
from torch import nn

from explorer.core.errors import ExplorerError
from explorer.engine.running.module import build
from explorer.engine.running.weight_files import not_finite, safe_load, save
from explorer.engine.running.weights import initialized, load_into
from explorer.operators.convolution import Conv2d, ConvTranspose2d
from explorer.operators.sketch import Sketch
from tests.engine.running.written_weights import STATE, equal, network, saved


@pytest.mark.parametrize("old", [False, True], ids=["zip", "before 2020"])
def test_what_torch_saves_is_read(tmp_path, old):
    path = saved(STATE, tmp_path, _use_new_zipfile_serialization=not old)
    assert equal(safe_load(path), STATE)


@pytest.mark.parametrize("old", [False, True], ids=["zip", "before 2020"])
def test_a_checkpoint_is_unwrapped(tmp_path, old):
    module = nn.Sequential(nn.Linear(2, 2))
    optimizer = torch.optim.SGD(module.parameters(), 0.1, momentum=0.9)
    module(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    content = {
        "epoch": 3,
        "state_dict": module.state_dict(),
        "optimizer": optimizer.state_dict(),
        "note": "x",
    }
    path = saved(content, tmp_path, _use_new_zipfile_serialization=not old)
    assert equal(safe_load(path), module.state_dict())


def test_parameters_views_and_shared_storages_are_read(tmp_path):
    table = torch.arange(12.0).reshape(3, 4)
    content = {"w": nn.Parameter(table), "row": table[1], "turned": table.t(), "none": torch.zeros(0)}
    assert equal(safe_load(saved(content, tmp_path)), {name: item.detach() for name, item in content.items()})


def test_the_prefix_of_data_parallel_is_taken_off(tmp_path):
    path = saved({f"module.{name}": item for name, item in STATE.items()}, tmp_path)
    assert equal(safe_load(path), STATE)


def test_safetensors_there_and_back(tmp_path):
    module = build(network())
    path = tmp_path / "w.safetensors"
    save(module, path)
    assert equal(safe_load(path), module.state_dict())
    shared = torch.ones(3)
    save({"a": shared, "b": shared, "c": shared.expand(2, 3)}, path)
    assert safe_load(path)["c"].shape == (2, 3)


# --- what is hostile ---


def test_weights_enter_a_network_and_it_computes_the_same(tmp_path):
    one, other = initialized(network(), 1), initialized(network(), 2)
    save(one, tmp_path / "w.safetensors")
    report = load_into(other, safe_load(tmp_path / "w.safetensors"))
    assert report.complete
    assert set(report.taken) == set(one.state_dict())
    picture = torch.randn(2, 1, 6, 6)
    assert torch.equal(one.eval()(picture), other.eval()(picture))


@pytest.mark.parametrize("change", ["missing", "unexpected", "mismatched"])
def test_a_refused_state_changes_nothing(change):
    module = initialized(network(), 1)
    before = {name: item.clone() for name, item in module.state_dict().items()}
    state = {name: item + 1 for name, item in before.items()}
    if change == "missing":
        del state["conv.bias"]
        reason = r"it lacks conv\.bias"
    elif change == "unexpected":
        state["extra"] = torch.ones(1)
        reason = "it has extra, which the network does not"
    else:
        state["fc.weight"] = torch.ones(5, 128)
        reason = r"fc\.weight is 5×128 in it and 3×128 in the network"
    with pytest.raises(ExplorerError, match=reason):
        load_into(module, state)
    assert equal(module.state_dict(), before)


def test_another_head_takes_over_the_body():
    source = initialized(network(classes=7), 1)
    target = initialized(network(classes=3), 2)
    report = load_into(target, source.state_dict(), partial=True)
    assert report.mismatched == ("fc.weight", "fc.bias")
    assert torch.equal(target.state_dict()["conv.weight"], source.state_dict()["conv.weight"])
    with pytest.raises(ExplorerError, match="another network"):
        load_into(target, {"nothing": torch.ones(1)}, partial=True)


def test_old_files_without_batch_counters_are_taken():
    module = build(network())
    state = {name: item for name, item in module.state_dict().items() if not name.endswith("tracked")}
    assert load_into(module, state).complete


def test_a_network_on_meta_becomes_real():
    source = initialized(network(), 1)
    target = build(network(), device="meta")
    load_into(target, source.state_dict())
    picture = torch.randn(1, 1, 6, 6)
    assert torch.equal(target.eval()(picture), source.eval()(picture))
    assert all(item.requires_grad for item in target.parameters())
    other = build(network(classes=4), device="meta")
    with pytest.raises(ExplorerError, match="meta"):
        load_into(other, source.state_dict(), partial=True)


def test_numbers_that_are_none_are_reported():
    state = initialized(network(), 1).state_dict()
    state["fc.bias"][0] = float("nan")
    state["bn.weight"][0] = float("inf")
    assert not_finite(state) == ("bn.weight", "fc.bias")
    assert load_into(build(network()), state).not_finite == ("bn.weight", "fc.bias")


def test_half_precision_is_converted():
    state = {name: item.half() for name, item in initialized(network(), 1).state_dict().items()}
    module = build(network())
    load_into(module, state)
    assert module.state_dict()["conv.weight"].dtype is torch.float32


# --- at random ---


def test_the_seed_alone_decides():
    torch.manual_seed(1)
    state = torch.get_rng_state()
    one = initialized(network(), 5)
    torch.manual_seed(2)
    assert equal(one.state_dict(), initialized(network(), 5).state_dict())
    assert not torch.equal(one.state_dict()["fc.weight"], initialized(network(), 6).state_dict()["fc.weight"])
    torch.set_rng_state(state)
    initialized(network(), 5)
    assert torch.equal(torch.get_rng_state(), state)


def test_deviations_are_those_of_he():
    sketch = Sketch()
    last = sketch.input((16, 8, 8))
    sketch.chain(
        last,
        ("conv", Conv2d(out_channels=256, kernel_size=3, groups=4)),
        ("up", ConvTranspose2d(out_channels=64, kernel_size=4, stride=2)),
    )
    module = initialized(sketch.graph(), 0)
    state = module.state_dict()
    assert state["conv.weight"].std().item() == pytest.approx((2 / (4 * 9)) ** 0.5, rel=0.02)
    assert state["up.weight"].std().item() == pytest.approx((2 / (256 * 16 / 4)) ** 0.5, rel=0.02)
    assert not state["conv.bias"].any()

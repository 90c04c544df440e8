"""torchvision's 80 classifiers are counted through torch, without memory, for all sets of weights."""

from __future__ import annotations

import pytest
import torch
from torchvision import models

from explorer.architectures.torchvision_sets import AUXILIARY, weight_figures
from explorer.core.errors import UnknownName
from explorer.engine.counting.torchvision_networks import classifiers, published_sets, set_counts, unallocated
from explorer.export.audit_table import set_table
from explorer.export.formats import plain_text


def test_all_sets_agree_with_what_is_published(capsys: pytest.CaptureFixture[str]) -> None:
    counts = list(set_counts())
    with capsys.disabled():
        print("\n" + plain_text(*set_table(counts)))
    assert len(classifiers()) == 80
    assert [item.figures for item in counts] == list(weight_figures())
    assert len(counts) == 115
    assert [item for item in counts if item.unexplained] == []
    for item in counts:
        assert round(item.macs / 10**9, 3) == item.figures.gmacs
        in_file_only = AUXILIARY.get(item.figures.network, 0)
        assert item.parameters == item.figures.parameters + in_file_only
    by_name = {item.figures.network: item for item in counts}
    assert by_name["googlenet"].heads == AUXILIARY["googlenet"]
    assert by_name["inception_v3"].heads == 27_161_264 - 23_834_568
    assert by_name["vit_b_32"].outside > 10**9
    assert by_name["resnet50"].outside == 0


def test_nothing_is_allocated() -> None:
    network = unallocated("regnet_y_128gf", 384)
    tensors = list(network.state_dict().values())
    assert sum(item.numel() for item in network.parameters()) == 644_812_894
    assert all(item.is_meta for item in tensors)
    assert not network.training


@pytest.mark.parametrize("name", ["regnet_y_400mf", "swin_v2_t", "mnasnet0_5", "vit_b_32"])
def test_it_is_torchvisions_own_network(name: str) -> None:
    ours = unallocated(name, 224).state_dict()
    theirs = models.get_model(name, weights=None).state_dict()
    assert {key: item.shape for key, item in ours.items()} == {
        key: item.shape for key, item in theirs.items()
    }


def test_random_numbers_are_left_alone() -> None:
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    unallocated("regnet_y_400mf", 224)
    assert torch.equal(before, torch.random.get_rng_state())


def test_a_set_that_is_published_otherwise_is_not_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    (item,) = models.get_model_weights("alexnet")
    changed = item.meta | {"num_params": 61_100_841, "_ops": 0.715, "_file_size": 466.0}
    monkeypatch.setattr(item.value, "meta", changed)
    (count,) = set_counts("alexnet")
    assert count.unexplained == ("num_params", "_ops", "_file_size")
    assert published_sets("alexnet")[0].parameters == 61_100_841


def test_an_unknown_name_comes_with_near_ones() -> None:
    with pytest.raises(UnknownName, match="resnet50"):
        list(set_counts("resnet51"))
    with pytest.raises(UnknownName, match="classifier of torchvision"):
        unallocated("maskrcnn_resnet50_fpn", 224)


def test_it_can_be_stopped() -> None:
    asked = iter([False, False, True])
    assert len(list(set_counts(should_stop=lambda: next(asked)))) == 2

"""The declared facts of every network, against the analysis and against torch's own counter."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from torch.utils.flop_counter import FlopCounterMode

from explorer.architectures import catalog
from explorer.architectures.architecture import Architecture
from explorer.core import notation
from explorer.core.analysis import analyze
from explorer.core.outline import flatten, outline
from explorer.engine.running.module import build
from tests.architectures.torchvision_networks import pictures

ALL = list(catalog.architectures().values())
COUNTED = [
    item for item in ALL if "1202" not in item.name
]  # built in 110 layers, like the rest of its family

# network, parameters, MACs in 10⁹ to three decimals, receptive field
PUBLISHED = [
    ("lenet5", 61_706, None, None),
    ("alexnet_2012", 60_965_224, 0.724, 195),
    ("alexnet", 61_100_840, 0.714, 195),
    ("vgg11", 132_863_336, 7.609, 150),
    ("vgg11_lrn", 132_863_336, 7.609, 150),
    ("vgg13", 133_047_848, 11.308, 156),
    ("vgg16_c", 133_638_952, 11.771, None),
    ("vgg16", 138_357_544, 15.470, 212),
    ("vgg19", 143_667_240, 19.632, 268),
    ("resnet18", 11_689_512, 1.814, 435),
    ("resnet34", 21_797_672, 3.664, 899),
    ("resnet50", 25_557_032, 4.089, 427),
    ("resnet50_v1", 25_557_032, 3.858, 483),
    ("resnet101", 44_549_160, 7.801, 971),
    ("resnet101_v1", 44_549_160, 7.570, 1027),
    ("resnet152", 60_192_808, 11.514, 1451),
    ("resnet152_v1", 60_192_808, 11.282, 1507),
    ("cifar_resnet20", 269_722, None, None),
    ("cifar_resnet32", 464_154, None, None),
    ("cifar_resnet44", 658_586, None, None),
    ("cifar_resnet56", 853_018, None, None),
    ("cifar_resnet110", 1_727_962, None, None),
    ("cifar_resnet1202", 19_421_274, None, None),
    ("cifar_resnet20_b", 272_474, None, None),
    ("cifar_resnet32_b", 466_906, None, None),
    ("cifar_resnet44_b", 661_338, None, None),
    ("cifar_resnet56_b", 855_770, None, None),
    ("cifar_resnet110_b", 1_730_714, None, None),
    ("cifar_resnet1202_b", 19_424_026, None, None),
    ("squeezenet1_0", 1_248_424, 0.819, 155),
    ("squeezenet1_1", 1_235_496, 0.349, 207),
    ("squeezenet1_0_simple", 1_248_424, None, None),
    ("squeezenet1_0_complex", 1_589_672, None, None),
    ("densenet121", 7_978_856, 2.834, None),
    ("efficientnet_b0", 5_288_548, 0.386, None),
    ("mobilenet_v2", 3_504_872, 0.301, None),
]
EXACT_MACS = {
    "alexnet": 714_188_480,
    "vgg16": 15_470_264_320,
    "resnet18": 1_814_073_344,
    "resnet50": 4_089_184_256,
    "squeezenet1_0": 818_924_576,
    "squeezenet1_1": 349_151_936,
    "densenet121": 2_834_161_664,
    "efficientnet_b0": 385_814_752,
    "mobilenet_v2": 300_774_272,
}


@pytest.mark.parametrize("architecture", ALL, ids=lambda item: item.name)
def test_declared_facts_are_what_the_analysis_finds(architecture: Architecture) -> None:
    analysis = analyze(architecture.build())
    assert not analysis.problems
    totals, facts = analysis.totals, architecture.facts
    assert (totals.parameters, totals.macs) == (facts.parameters, facts.macs)
    if facts.receptive_field is not None:
        assert [axis.size for axis in totals.receptive_field or ()] == [facts.receptive_field] * 2
    assert analysis.rows[analysis.graph.sinks[0]].output == (architecture.options["classes"],)


@pytest.mark.parametrize(("name", "parameters", "billions", "field"), PUBLISHED)
def test_published_figures(name: str, parameters: int, billions: float | None, field: int | None) -> None:
    totals = analyze(catalog.build(name)).totals
    assert totals.parameters == parameters
    if billions is not None:
        assert round(totals.macs / 1e9, 3) == billions
    if field is not None:
        assert totals.receptive_field is not None
        assert totals.receptive_field[0].size == field


@pytest.mark.parametrize(("name", "macs"), EXACT_MACS.items())
def test_published_multiplications_to_the_unit(name: str, macs: int) -> None:
    assert analyze(catalog.build(name)).totals.macs == macs


@pytest.mark.parametrize("architecture", COUNTED, ids=lambda item: item.name)
def test_torch_counts_the_same(architecture: Architecture) -> None:
    totals = analyze(architecture.build()).totals
    module = build(architecture.build(), device="meta").eval()
    assert sum(item.numel() for item in module.parameters()) == totals.parameters
    assert sum(item.numel() for item in module.buffers()) == totals.buffers
    with FlopCounterMode(display=False) as counter:
        module(pictures(architecture.options["side"], 1, architecture.options["in_channels"]).to("meta"))
    assert counter.get_total_flops() == 2 * totals.macs


@pytest.mark.parametrize("architecture", ALL, ids=lambda item: item.name)
def test_every_layer_has_a_name_of_its_own_and_the_file_keeps_all(architecture: Architecture) -> None:
    graph = architecture.build()
    analysis = analyze(graph)
    assert not [name for name, count in Counter(line.name for line in outline(analysis)).items() if count > 1]
    assert flatten(analysis)
    assert notation.graph_from_data(json.loads(json.dumps(notation.graph_to_data(graph)))) == graph


@pytest.mark.parametrize("architecture", ALL, ids=lambda item: item.name)
def test_declarations_can_be_shown(architecture: Architecture) -> None:
    facts = architecture.facts
    assert 1989 < facts.year < 2030
    assert facts.paper
    assert facts.macs
    assert architecture.title
    assert architecture.summary.endswith(".")
    assert {"classes", "in_channels", "side"} <= architecture.options.keys()
    for item in facts.published:
        assert item.what
        assert item.text


def test_the_list_is_grouped_by_family_and_titles_are_unique() -> None:
    families = [item.family for item in ALL]
    runs = [family for index, family in enumerate(families) if index == 0 or families[index - 1] != family]
    assert len(runs) == len(set(families))
    assert len({item.title for item in ALL}) == len(ALL)

"""For every network of the catalogue: what is shown adds up, under every convention."""

from __future__ import annotations

import pytest

from explorer.architectures import catalog
from explorer.core import derivations
from explorer.core.analysis import Row, analyze
from explorer.core.conventions import Conventions
from explorer.core.outline import outline
from explorer.core.receptive_path import receptive_path
from tests.arithmetic import evaluated

NETWORKS = tuple(catalog.architectures())
CONVENTIONS = (
    Conventions(),
    Conventions("flops"),
    Conventions("macs", bias=True, precision="fp16"),
    Conventions("flops", bias=True, normalization=True, precision="int8", batch=8),
    Conventions("macs", normalization=True, precision="6bit", batch=3),
)

# what other counters print (torchinfo 1.8.0 adds biases; fvcore 0.1.5 two per number of BatchNorm, and
# adaptive pooling, of 2,048 maps of 7×7 here), where their way and ours coincide
TORCHINFO = {"alexnet": 714_682_664, "vgg16": 15_483_821_032}
FVCORE_RESNET50 = 4_111_512_576


@pytest.mark.parametrize("name", NETWORKS)
def test_formulas_evaluate_to_the_figures_and_parts_add_up(name: str) -> None:
    analysis = analyze(catalog.build(name))
    rows: dict[tuple[object, ...], Row] = {}
    for line in outline(analysis):  # each layer once for each of its shapes
        assert isinstance(line.entry, Row)
        rows.setdefault((line.entry.node.operator, line.entry.inputs), line.entry)
    for conventions in CONVENTIONS:
        for row in rows.values():
            for formula, figure in (
                (derivations.operations(row, conventions), conventions.operations(row)),
                (derivations.activation_memory(row, conventions), conventions.activation_bytes(row)),
                (derivations.moved_bytes(row, conventions), conventions.moved_bytes(row)),
            ):
                assert formula.value == figure, (row.id, conventions)
                assert evaluated(formula.shown) == figure, (row.id, formula.shown)
        assert conventions.operations(analysis.totals) == sum(
            part.figure for part in derivations.network_parts(analysis, conventions.operations)
        )


@pytest.mark.parametrize("name", [name for name in NETWORKS if name != "cifar_resnet1202"])
def test_the_path_of_a_receptive_field_adds_up(name: str) -> None:
    analysis = analyze(catalog.build(name))
    lines = {line.name: line for line in outline(analysis)}
    asked = list(lines.values())
    for line in asked[:: max(1, len(asked) // 25)] + asked[-1:]:
        steps = receptive_path(line, lines)
        size = 1 + sum(step.added + step.other_paths for step in steps)
        assert size == max(reach.size for reach in line.field), line.name
        assert all(step.name in lines and lines[step.name].inner is None for step in steps)


def test_resnet50_under_every_convention() -> None:
    totals = analyze(catalog.build("resnet50")).totals
    products, biases, normalized = 4_089_184_256, 1_000, 11_113_984
    for flops in (False, True):
        times = 2 if flops else 1
        for bias in (False, True):
            for normalization in (False, True):
                chosen = Conventions("flops" if flops else "macs", bias, normalization, batch=4)
                expected = times * products + bias * biases + normalization * times * normalized
                assert chosen.operations(totals) == 4 * expected
    assert products + 2 * normalized + 2_048 * 7 * 7 == FVCORE_RESNET50
    assert Conventions(sizes="MB").size_text(Conventions().parameter_bytes(totals)) == "102.23 MB"
    assert Conventions().size_text(Conventions().parameter_bytes(totals)) == "97.49 MiB"
    assert Conventions(precision="int8").parameter_bytes(totals) == 25_557_032
    assert Conventions(precision="6bit").parameter_bytes(totals) == 19_167_774


@pytest.mark.parametrize("name", TORCHINFO)
def test_with_biases_the_count_is_torchinfos(name: str) -> None:
    totals = analyze(catalog.build(name)).totals
    assert Conventions(bias=True).operations(totals) == TORCHINFO[name]

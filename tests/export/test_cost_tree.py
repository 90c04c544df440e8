"""What a network costs as a tree: sums agree with the analysis, and the sentence with the sums."""

from __future__ import annotations

from fractions import Fraction

import pytest

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.analysis import Analysis, analyze
from explorer.core.attribute import COUNT_LIMIT
from explorer.core.conventions import Conventions
from explorer.core.document import Document
from explorer.core.outline import Outline
from explorer.export.cost_tree import (
    ACTIVATIONS,
    OPERATIONS,
    PARAMETERS,
    TIME,
    Cost,
    Measure,
    cost_tree,
    measures,
    sentence,
)
from explorer.export.stage_costs import stage_costs


def trees(
    analysis: Analysis, conventions: Conventions, times: dict[str, float] | None = None
) -> dict[str, tuple[Measure, Cost]]:
    lines = Outline(analysis).lines.values()
    return {item.key: (item, cost_tree("net", lines, item)) for item in measures(conventions, times)}


def check_sums(cost: Cost) -> None:
    if cost.parts:
        assert cost.amount == sum(part.amount for part in cost.parts)
        for part in cost.parts:
            check_sums(part)


@pytest.mark.parametrize("name", ["vgg16", "resnet50", "googlenet", "densenet121", "mobilenet_v2", "lenet5"])
@pytest.mark.parametrize(
    "conventions", [Conventions(), Conventions(unit="flops", bias=True, normalization=True, batch=8)]
)
def test_a_tree_sums_to_what_the_network_has(name: str, conventions: Conventions) -> None:
    analysis = analyze(catalog.build(name))
    found = trees(analysis, conventions)
    totals = analysis.totals
    assert found[PARAMETERS][1].amount == totals.parameters
    assert found[OPERATIONS][1].amount == conventions.operations(totals)
    assert found[ACTIVATIONS][1].amount == conventions.activation_bytes(totals)
    assert TIME not in found
    for measure, tree in found.values():
        check_sums(tree)
        assert sum(leaf.amount for leaf in tree.leaves) == tree.amount
        stages = stage_costs(analysis, measure)
        missing = tree.amount - sum(stage.amount for stage in stages)
        entering = sum(measure.amount(Outline(analysis).lines[name]) or 0 for name in analysis.graph.sources)
        assert missing == entering


def test_the_sentence_of_vgg_16() -> None:
    said = sentence(trees(analyze(catalog.build("vgg16")), Conventions()).values())
    assert said.startswith(
        "The dense layers hold 89.4 % of the parameters; the convolutions do 99.2 % of the MACs;"
    )
    assert said.endswith(" of the activations.")


def test_one_kind_of_layers_is_named_once() -> None:
    found = trees(analyze(catalog.build("resnet50")), Conventions(unit="flops"))
    said = sentence(found.values())
    assert said == (
        "The convolutions hold 91.8 % of the parameters, do 99.9 % of the FLOPs"
        " and make 29.5 % of the activations."
    )
    assert sentence([]) == ""
    assert sentence(trees(analyze(Document().graph), Conventions()).values()) == ""


def test_measured_times_are_a_measure_of_their_own() -> None:
    analysis = analyze(catalog.build("lenet5"))
    names = [name for name, line in Outline(analysis).lines.items() if line.inner is None]
    times = dict.fromkeys(names, 0.25) | {names[0]: float("nan"), names[1]: -1.0}
    measure, tree = trees(analysis, Conventions(), times)[TIME]
    assert Fraction(tree.amount, 10**6) == Fraction(len(names) - 2, 4)
    assert measure.text(1_500_000) == "1.5 ms measured for a forward pass"


def test_only_the_whole_of_a_block_was_measured() -> None:
    analysis = analyze(catalog.build("resnet18"))
    _, tree = trees(analysis, Conventions(), {"layer1": 3.0, "layer2.0": 1.0})[TIME]
    whole, inside = tree.found("layer1"), tree.found("layer2")
    assert whole is not None
    assert inside is not None
    assert (whole.amount, whole.parts) == (3_000_000, ())
    assert [part.amount for part in inside.parts] == [1_000_000, 0]


def test_figures_beyond_64_bits_are_exact() -> None:
    document = Document(graph=catalog.build("vgg11"))
    for name in ("classifier.0", "classifier.3"):
        document = edits.set_attribute(document, (name,), "out_features", COUNT_LIMIT)
    analysis = analyze(document.graph)
    measure, tree = trees(analysis, Conventions())[PARAMETERS]
    assert tree.amount == analysis.totals.parameters > 10**15
    assert measure.text(10**30).startswith("1,000,000,000,000,000,000,000,000,000,000 ")


def test_layers_without_a_shape_cost_nothing() -> None:
    start = Document(graph=catalog.build("vgg11"))
    analysis = analyze(edits.delete(start, ["flatten"], bypass=True).graph)
    assert analysis.problems
    measure, tree = trees(analysis, Conventions())[PARAMETERS]
    assert tree.amount == analysis.totals.parameters
    assert stage_costs(analysis, measure)

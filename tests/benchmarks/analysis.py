"""An edit and a full analysis of ResNet-152, against torchinfo on the built model."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.analysis import Analysis, analyze, facts_of
from explorer.core.composite import Composite, inside
from explorer.core.document import Document
from explorer.core.outline import outline
from explorer.core.receptive_field import _compose
from tests.benchmarks.measurement import Measurement, best_in_turns

NETWORK = "resnet152"
_MOST = 0.01
_channels = itertools.count(65)


def measure() -> Iterator[Measurement]:
    """Four ways to analyse after an edit; each at least 100 times faster than torchinfo."""
    folded = Document(NETWORK, catalog.build(NETWORK))
    flat = _flattened(folded)
    baseline = _torchinfo()
    ways = {
        "edit + analysis": _editing(folded, analyze),
        "the same, with a line for every inner node": _editing(folded, _all_lines),
        "the same, kept from the analysis before": _editing(folded, _all_lines, keep=True),
        f"the same, all blocks dissolved ({len(flat.graph)} nodes)": _editing(flat, analyze),
        "the same, nothing remembered": _editing(folded, _all_lines, forget=True),
    }
    for name, work in ways.items():
        work()
        ours, theirs = best_in_turns(work, baseline, 7, 5)
        # the first analysis after the start is no edit: its figure is printed without a bound
        yield Measurement(name, ours, "torchinfo.summary", theirs, None if "remembered" in name else _MOST)


def _editing(
    document: Document, analysis: Callable[..., Analysis], *, keep: bool = False, forget: bool = False
) -> Callable[[], object]:
    """One edit of the first convolution, to a value it never had, and the analysis of all that follows."""
    previous = analyze(document.graph)

    def work() -> object:
        nonlocal previous
        if forget:
            facts_of.cache_clear()
            inside.cache_clear()
            _compose.cache_clear()
        edited = edits.set_attribute(document, ("conv1",), "out_channels", next(_channels))
        edited = edits.set_attribute(edited, ("bn1",), "eps", 1e-4)
        found = analysis(edited.graph, previous if keep else None)
        assert not found.problems
        return found

    return work


def _all_lines(graph: object, previous: Analysis | None = None) -> Analysis:
    """The analysis with the line of every node inside every block, as the table shows them."""
    found = analyze(graph, previous)  # type: ignore[arg-type]
    count = sum(1 for _ in outline(found))
    assert count > 500
    return found


def _flattened(document: Document) -> Document:
    while True:
        blocks = [node.id for node in document.graph if isinstance(node.operator, Composite)]
        if not blocks:
            return document
        for name in blocks:
            document = edits.dissolve(document, name)


def _torchinfo() -> Callable[[], object]:
    import torchinfo

    from explorer.engine.running.module import build

    graph = catalog.build(NETWORK)
    network = build(graph, device="meta")

    def work() -> object:
        return torchinfo.summary(network, input_size=(1, 3, 224, 224), device="meta", verbose=0, mode="eval")

    assert work().total_params == analyze(graph).totals.parameters  # type: ignore[attr-defined]
    return work

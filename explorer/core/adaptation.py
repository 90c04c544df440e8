"""Variants of an operator that fit a place where the plain one would break or change what follows."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.core.analysis import Analysis, analyze
from explorer.core.attribute import WIDTH
from explorer.core.composite import Composite
from explorer.core.errors import ExplorerError
from explorer.core.facts import Facts, facts_of
from explorer.core.graph import Graph, Node, NodeId, Path
from explorer.core.nested_settings import with_setting
from explorer.core.nesting import changed_at
from explorer.core.operator import Operator, operator_named
from explorer.core.shapes import Shape, pair
from explorer.core.wiring import appended, inserted


def adapted(
    operator: Operator, analysis: Analysis, path: Path, port: int | None = None
) -> tuple[Operator, ...]:
    """Variants of an operator for a place in a network, the best first.

    The place is the edge that ends at a port of the node at `path`, or below that node where
    no port is named. The first variant, where there is one, keeps channels and sides as they
    are; more follow where the plain operator would cause a problem. Nothing is offered where
    the plain operator changes no shape, or where no variant fits.
    """
    if operator.ports[0] != 1:
        return ()
    arriving = _arriving(analysis, path, port)
    if arriving is None:
        return ()
    plain = facts_of(operator, (arriving,))
    if isinstance(plain, Facts) and plain.output == arriving:
        return ()
    breaks = not _fits(operator, analysis, path, port)
    found: list[Operator] = []
    for variant in _variants(operator, arriving):
        facts = facts_of(variant, (arriving,))
        if variant == operator or variant in found or not isinstance(facts, Facts):
            continue
        if (breaks or facts.output == arriving) and _fits(variant, analysis, path, port):
            found.append(variant)
    return tuple(found)


def _arriving(analysis: Analysis, path: Path, port: int | None) -> Shape | None:
    """The shape at the place; None where it is not known."""
    for name in path[:-1]:
        inner = analysis[name].inner
        if inner is None:
            return None
        analysis = inner
    source: NodeId | None = path[-1]
    if port is not None:
        inputs = analysis.graph[path[-1]].inputs
        source = inputs[port] if port < len(inputs) else None
    return analysis.rows[source].output if source is not None and source in analysis.rows else None


def _fits(operator: Operator, analysis: Analysis, path: Path, port: int | None) -> bool:
    """Whether the operator, put there, causes no problem that was not there before."""

    def change(graph: Graph, name: NodeId) -> Graph:
        return appended(graph, operator, name) if port is None else inserted(graph, operator, name, port)

    after = analyze(changed_at(analysis.graph, path, change), analysis)
    return all(cause.id in analysis.problems for cause in after.causes)


def _variants(operator: Operator, arriving: Shape) -> Iterator[Operator]:
    still = _still(operator)
    yield from _as_wide(still, arriving)  # channels and sides as they are
    yield from _as_wide(operator, arriving)  # channels as they are
    yield still  # sides as they are
    entry = with_setting(operator_named("Input")(), ["shape"], arriving)
    alone = analyze(Graph([Node("input", entry), Node("it", operator, ("input",))]))
    for problem in alone.causes:
        for repair in problem.repairs:  # those that change nothing but the operator itself
            if repair.attribute and not repair.at:
                yield with_setting(operator, repair.attribute.split("."), repair.value)
            elif repair.replace is not None and not repair.at:
                yield repair.replace


def _still(operator: Operator) -> Operator:
    """The operator with stride 1 and as much padding as keeps the sides."""
    names = {declared.name for declared in operator.settings()}
    nested = getattr(operator, "block", None)
    if isinstance(nested, Operator):
        return _tried(operator, block=_still(nested))
    if not isinstance(operator, Composite) and not {"kernel_size", "padding"} <= names:
        return operator  # without its stride it would do nothing
    settings: dict[str, object] = {"stride": 1} if "stride" in names else {}
    if {"kernel_size", "padding"} <= names:
        kernel = tuple(side + (side + 1) % 2 for side in pair(operator.value_of("kernel_size")))
        reach = pair(operator.value_of("dilation") if "dilation" in names else 1)
        settings["kernel_size"] = kernel
        settings["padding"] = tuple(side // 2 * step for side, step in zip(kernel, reach, strict=True))
    return _tried(operator, **settings)


def _as_wide(operator: Operator, arriving: Shape) -> Iterator[Operator]:
    """The operator with as many channels leaving as come in, its parts in proportion."""
    nested = getattr(operator, "block", None)
    if isinstance(nested, Operator):
        for inner in _as_wide(nested, arriving):
            yield _tried(operator, block=inner)
        return
    facts = facts_of(operator, (arriving,))
    names = [declared.name for declared in operator.settings() if declared.scales == WIDTH]
    if not isinstance(facts, Facts) or not names or not facts.parameters:
        return
    channels, leaving = arriving[0], facts.output[0]
    scaled = {name: max(1, operator.value_of(name) * channels // leaving) for name in names}
    changed = _tried(operator, **scaled)
    yield from _if_wide(changed, arriving)
    facts = facts_of(changed, (arriving,))
    if isinstance(facts, Facts) and facts.output[0] < channels:
        for name in sorted(names, key=lambda name: -scaled[name]):  # the rest goes to the widest part
            more = {name: scaled[name] + channels - facts.output[0]}
            yield from _if_wide(_tried(changed, **more), arriving)


def _if_wide(operator: Operator, arriving: Shape) -> Iterator[Operator]:
    facts = facts_of(operator, (arriving,))
    if isinstance(facts, Facts) and facts.output[0] == arriving[0]:
        yield operator


def _tried(operator: Operator, **settings: object) -> Operator:
    """The operator with other settings; itself where they are out of its range."""
    try:
        changed = operator
        for name, value in settings.items():
            changed = changed.with_value(name, value)
    except ExplorerError:
        return operator
    return changed

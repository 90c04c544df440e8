"""How the figures of a layer or block come about under given conventions, as formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from explorer.core.analysis import Analysis, Row
from explorer.core.conventions import Conventions, Counted
from explorer.core.formula import NONE, Formula, Token, ceiling, given, plain, product, setting, summed
from explorer.core.shapes import ELEMENT_BYTES, Shape, elements


@dataclass(frozen=True)
class Part:
    """What one layer or block adds to a figure: its id in the block's own graph, and how much."""

    id: str
    figure: int


def operations(row: Row, conventions: Conventions) -> Formula:
    """MACs or FLOPs with what is counted, for the batch: a layer's rule, or the sum of a block's parts.

    Source: `conventions.RULES`.
    """
    if row.inner is not None:
        return _summed(row.inner, conventions.operations)
    operator, x = row.node.operator, row.inputs
    terms = [_times(conventions.per_mac, operator.macs(*x))]
    if conventions.bias:
        terms.append(operator.bias_additions(*x))
    if conventions.normalization:
        terms.append(_times(conventions.per_mac, operator.normalization_macs(*x)))
    counted = [term for term in terms if term.value]
    if not counted:
        return NONE
    total = counted[0]
    for term in counted[1:]:
        total = total + term
    return _batched(total, conventions)


def activation_memory(row: Row, conventions: Conventions) -> Formula:
    """Bytes of the output for the batch: its sides times the bytes of a number; of a block, of all parts."""
    if row.inner is not None:
        numbers = summed({part.id: part.figure for part in parts(row.inner, activations)})
    else:
        numbers = _numbers(row)
    return _bytes(_batched(numbers, conventions), conventions)


def moved_bytes(row: Row, conventions: Conventions) -> Formula:
    """Bytes read and written: inputs and output for the batch, parameters once; of a block, of all parts."""
    numbers = given("read and written", row.traffic)
    if row.inner is None and row.inputs:
        numbers = _joined(
            [
                *(given("input", elements(shape)) for shape in row.inputs),
                given("output", elements(row.output)),
            ]
        )
    numbers = _batched(numbers, conventions)
    if row.parameters:
        numbers = numbers + given("parameters", row.parameters)
    return _bytes(numbers, conventions)


def parts(inner: Analysis, figure: Callable[[Row], int]) -> tuple[Part, ...]:
    """What each layer inside a block adds, without the block's inputs and without what adds nothing."""
    entering = set(inner.graph.sources)
    found = ((name, figure(row)) for name, row in inner.rows.items() if name not in entering)
    return tuple(Part(name, count) for name, count in found if count)


def network_parts(analysis: Analysis, figure: Callable[[Row], int]) -> tuple[Part, ...]:
    """What each layer or block of a network adds to a sum of the network."""
    found = ((name, figure(row)) for name, row in analysis.rows.items())
    return tuple(Part(name, count) for name, count in found if count)


def activations(of: Counted) -> int:
    """Numbers that leave for one picture; of a block, those of all layers inside."""
    return of.activation_bytes // ELEMENT_BYTES


def shape_product(shape: Shape) -> Formula:
    """channels · height · width, or features."""
    names = ("channels", "height", "width") if len(shape) == 3 else ("features",)
    return product(given(*named) for named in zip(names, shape, strict=True))


def _numbers(row: Row) -> Formula:
    """The numbers of the output; the first factor leads to the attribute that sets it."""
    shape, operator = row.output, row.node.operator
    first = given("channels" if len(shape) == 3 else "features", shape[0])
    for attribute in ("out_channels", "out_features"):
        if getattr(operator, attribute, None) == shape[0]:
            first = setting(attribute.removeprefix("out_"), shape[0], attribute)
    sides = zip(("height", "width"), shape[1:], strict=False)
    return product([first, *(given(*named) for named in sides)])


def _summed(inner: Analysis, figure: Callable[[Row], int]) -> Formula:
    return summed({part.id: part.figure for part in parts(inner, figure)})


def _joined(terms: Iterable[Formula]) -> Formula:
    first, *rest = terms
    for term in rest:
        first = first + term
    return first


def _times(factor: int, formula: Formula) -> Formula:
    return formula if factor == 1 or not formula.value else plain(factor) * formula


def _batched(formula: Formula, conventions: Conventions) -> Formula:
    if conventions.batch == 1:
        return formula
    batch = Formula(conventions.batch, (Token("batch", str(conventions.batch), "input"),))
    return batch * formula


def _bytes(numbers: Formula, conventions: Conventions) -> Formula:
    """Bytes of so many numbers: times 4 in fp32; six bits are packed, a last part of a byte counts whole."""
    if conventions.bits % 8 == 0:
        return numbers if conventions.bits == 8 else numbers * plain(conventions.bits // 8)
    return ceiling(numbers * plain(conventions.bits), plain(8))

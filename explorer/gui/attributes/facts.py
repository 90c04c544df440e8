"""What follows from a layer's settings, each fact with its rule in words and in numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from explorer.core import derivations
from explorer.core.analysis import Analysis, Row
from explorer.core.composite import Composite
from explorer.core.conventions import DEFAULT, Conventions
from explorer.core.fields import Fields
from explorer.core.formula import Formula, Token
from explorer.core.operator import Operator
from explorer.core.outline import Line
from explorer.core.receptive_field import Field
from explorer.core.receptive_path import feeding_fields
from explorer.core.shapes import shape_text
from explorer.core.units import count_text
from explorer.gui.attributes.fact_terms import FactPart, Parts, source_of
from explorer.gui.attributes.half_known import half_known
from explorer.gui.attributes.seen import stepped
from explorer.gui.layers.cells import ratio_text

_MOST_PARTS = 6
WAITS = "waits"
"""The result of a fact that is not known yet."""

OUTPUT, PARAMETERS, BUFFERS, OPERATIONS = "output", "parameters", "buffers", "operations"
FIELD, MEMORY, INTENSITY, NOTE = "field", "memory", "intensity", "note"


@dataclass(frozen=True)
class Fact:
    """A figure, its unit, the rule in words, and the same with this layer's numbers.

    `key` names it for those who open it. An open fact has `parts`, what adds up to it, and the
    `source` of its rule.
    """

    name: str
    result: str
    unit: str = ""
    words: str = ""
    tokens: tuple[Token, ...] = ()
    key: str = ""
    opened: bool = False
    parts: tuple[FactPart, ...] = ()
    source: str = ""


def facts(
    line: Line,
    lines: Mapping[str, Line],
    conventions: Conventions = DEFAULT,
    opened: Collection[str] = (),
) -> tuple[Fact, ...]:
    """The facts of one line of the network; those of a line without a shape wait.

    Those whose key is in `opened` say all that adds up to them.
    """
    row = line.entry
    if not isinstance(row, Row):
        return _waiting(row.node.operator, conventions)
    operator, x = row.node.operator, row.inputs
    found = [
        *_output(row),
        _counted("Parameters", PARAMETERS, operator.parameters(*x), "nothing is learned here"),
        *_buffers(operator.buffers(*x)),
        _counted(
            conventions.operations_word,
            OPERATIONS,
            derivations.operations(row, conventions),
            "no products: not counted",
        ),
        _seen(line, row, lines),
        _memory(row, conventions),
        *_intensity(row, conventions),
        note(conventions),
    ]
    parts = Parts(line, lines, conventions)
    return tuple(_open(fact, parts, operator) if fact.key in opened else fact for fact in found)


def sums(lines: Sequence[Line], conventions: Conventions = DEFAULT) -> tuple[Fact, ...]:
    """What several layers have together."""
    whole = outermost(lines)
    rows = [line.entry for line in whole if isinstance(line.entry, Row)]
    waiting = len(whole) - len(rows)
    words = f"of {len(rows)} layers" + (f"; {waiting} wait for a shape" if waiting else "")
    operations = sum(conventions.operations(row) for row in rows)
    memory = sum(conventions.activation_bytes(row) for row in rows)
    size, _, unit = conventions.size_text(memory).partition(" ")
    counted = f"{words}, {conventions.pictures}, {conventions.counted}"
    return (
        Fact("Parameters", count_text(sum(row.parameters for row in rows)), "", words, key=PARAMETERS),
        Fact(conventions.operations_word, count_text(operations), "", counted, key=OPERATIONS),
        Fact("Activation memory", size, unit, f"{words}, {conventions.memory_said}", key=MEMORY),
    )


def outermost(lines: Sequence[Line]) -> list[Line]:
    """The lines that are not inside another of them: their sums count nothing twice."""
    paths = {line.path for line in lines}
    return [
        line for line in lines if not any(line.path[:depth] in paths for depth in range(1, len(line.path)))
    ]


def network_facts(
    analysis: Analysis, conventions: Conventions = DEFAULT, opened: Collection[str] = ()
) -> tuple[Fact, ...]:
    """What the whole network has; nothing for an empty one."""
    totals = analysis.totals
    if not analysis.rows:
        return ()
    size, _, unit = conventions.size_text(conventions.activation_bytes(totals)).partition(" ")
    weights = conventions.size_text(conventions.parameter_bytes(totals))
    relation = "; FLOPs = 2 · MACs" if conventions.unit == "macs" else ""
    found = [
        Fact(
            "Parameters",
            count_text(totals.parameters),
            "",
            f"{weights} in {conventions.precision_word}; {totals.buffers:,} buffers",
            key=PARAMETERS,
        ),
        Fact(
            conventions.operations_word,
            count_text(conventions.operations(totals)),
            "",
            f"{conventions.pictures}, {conventions.counted}{relation}",
            key=OPERATIONS,
        ),
        Fact("Activation memory", size, unit, f"all outputs, {conventions.memory_said}", key=MEMORY),
    ]
    if totals.receptive_field is not None:
        side = totals.receptive_field[0].size
        words = "before global pooling and dense layers"
        found.append(Fact("Receptive field", str(side), "px", words, key=FIELD))
    parts = Parts(None, {}, conventions, analysis)
    return tuple(_open(fact, parts, None) if fact.key in opened else fact for fact in found)


def note(conventions: Conventions) -> Fact:
    """What the figures mean, said below them."""
    said = f"{conventions.operations_said} · memory {conventions.memory_said}, {conventions.sizes}"
    return Fact("", "", "", said, key=NOTE)


def _open(fact: Fact, parts: Parts, operator: Operator | None) -> Fact:
    """The fact with all that adds up to it, and the source of its rule."""
    source = source_of(fact.key, operator, parts.conventions)
    return replace(fact, opened=True, parts=parts.of(fact.key), source=source)


def _waiting(operator: Operator, conventions: Conventions) -> tuple[Fact, ...]:
    return (
        Fact("Output", WAITS, key=OUTPUT),
        Fact("Parameters", WAITS, "", *half_known(operator, "parameters"), key=PARAMETERS),
        Fact(conventions.operations_word, WAITS, "", *half_known(operator, "macs"), key=OPERATIONS),
        Fact("Receptive field", WAITS, key=FIELD),
        Fact("Activation memory", WAITS, key=MEMORY),
    )


def _output(row: Row) -> tuple[Fact, ...]:
    operator, x = row.node.operator, row.inputs
    sides = operator.sides(*x)
    if sides and len(x[0]) == 3:
        names = ("Output height", "Output width")
        if (x[0][1], sides[0].shown) == (x[0][2], sides[1].shown):
            sides, names = sides[:1], ("Output side", "")
        pairs = zip(names, sides, strict=False)
        return tuple(
            Fact(name, str(item.value), "px", item.rule, item.tokens, key=OUTPUT) for name, item in pairs
        )
    if not x:
        words = "as set above"
    elif isinstance(operator, Composite):
        words = "that of its last layer"
    elif row.output in x:
        words = "as it comes in"
    else:
        words = f"from {' and '.join(shape_text(shape) for shape in x)}"
    return (Fact("Output", shape_text(row.output), "", words, key=OUTPUT),)


def _counted(name: str, key: str, formula: Formula, none: str) -> Fact:
    if not formula.value:
        return Fact(name, "–", "", none, key=key)
    words, tokens = shortened(formula)
    return Fact(name, count_text(formula.value), "", words, tokens, key=key)


def _buffers(formula: Formula) -> tuple[Fact, ...]:
    return (_counted("Buffers", BUFFERS, formula, ""),) if formula.value else ()


def shortened(formula: Formula) -> tuple[str, tuple[Token, ...]]:
    """Words and tokens; a sum over many layers names the first few and says how many follow."""
    named = (
        replace(token, word=f"block {token.word}")
        if token.source == "input" and token.word.isdecimal()
        else token
        for token in formula.tokens
    )
    formula = replace(formula, tokens=tuple(named))
    signs = [place for place, token in enumerate(formula.tokens) if token.word == "+"]
    if len(signs) < _MOST_PARTS:
        return formula.rule, formula.tokens
    cut = signs[_MOST_PARTS - 2]
    left = len(signs) + 1 - (_MOST_PARTS - 1)
    rest = Token(f"{left} more", f"{left} more")
    open_brackets = sum(token.word in "(⌈" for token in formula.tokens[:cut])
    closed = sum(token.word in ")⌉" for token in formula.tokens[:cut])
    tail = formula.tokens[-_after_bracket(formula.tokens) :] if open_brackets > closed else ()
    kept = (*formula.tokens[: cut + 1], rest, *tail)
    return Formula(formula.value, kept).rule, kept


def _after_bracket(tokens: tuple[Token, ...]) -> int:
    """How many tokens there are from the last closing bracket on."""
    return next(count for count, token in enumerate(reversed(tokens), 1) if token.word == ")")


def _memory(row: Row, conventions: Conventions) -> Fact:
    size, _, unit = conventions.size_text(conventions.activation_bytes(row)).partition(" ")
    name = "Activation memory"
    if row.inner is not None:
        return Fact(name, size, unit, f"sum over its layers, {conventions.pictures}", key=MEMORY)
    formula = derivations.activation_memory(row, conventions)
    return Fact(name, size, unit, f"{formula.rule} bytes", formula.tokens, key=MEMORY)


def _intensity(row: Row, conventions: Conventions) -> tuple[Fact, ...]:
    value = conventions.intensity(row)
    if value is None:
        return ()
    done, moved = conventions.operations(row), derivations.moved_bytes(row, conventions)
    word = conventions.operations_word
    bytes_moved = moved.bracketed
    tokens = (Token(word, str(done), "input"), Token("/", "/"), *bytes_moved.tokens)
    words = f"{word} / {bytes_moved.rule} bytes"
    return (Fact("Intensity", ratio_text(value), f"{word}/B", words, tokens, key=INTENSITY),)


def _seen(line: Line, row: Row, lines: Mapping[str, Line]) -> Fact:
    """The receptive field on the picture."""
    name = "Receptive field"

    def fact(result: str, words: str, tokens: tuple[Token, ...] = ()) -> Fact:
        return Fact(name, result, "px", words, tokens, key=FIELD)

    if not row.inputs:
        return fact("1", "a pixel sees itself")
    high, wide = line.field
    result = str(high.size) if high.size == wide.size else f"{high.size}×{wide.size}"
    if not high.step:
        return fact(result, "every output sees the whole picture")
    arriving = feeding_fields(line, lines)
    if len(arriving) > 1:
        return fact(result, f"the union over {len(arriving)} paths: {_sizes(arriving)} px")
    if isinstance(row.node.operator, Composite):
        return fact(result, "along the longest path through its layers")
    grown = stepped(row, arriving[0]) if arriving else None
    if grown is not None and grown.value == high.size == wide.size:
        return fact(result, grown.rule, grown.tokens)
    return fact(result, "what its inputs see, together")


def _sizes(arriving: tuple[Fields, ...]) -> str:
    fields: list[Field] = [next(iter(item.values())) for item in arriving]
    return ", ".join(str(field[0].size) for field in fields[:6]) + ("…" if len(fields) > 6 else "")

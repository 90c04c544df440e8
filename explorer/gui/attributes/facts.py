"""What follows from a layer's settings, each fact with its rule in words and in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from explorer.core.analysis import Analysis, Fields, Row
from explorer.core.composite import Composite
from explorer.core.formula import Formula, Token, given, plain, product, setting
from explorer.core.graph import Path
from explorer.core.operator import Operator
from explorer.core.outline import Line
from explorer.core.receptive_field import Field
from explorer.core.shapes import ELEMENT_BYTES, pair, shape_text
from explorer.core.units import bytes_text, count_text
from explorer.gui.attributes.half_known import half_known

_MOST_PARTS = 6
WAITS = "waits"
"""The result of a fact that is not known yet."""


@dataclass(frozen=True)
class Fact:
    """A figure, its unit, the rule in words, and the same with this layer's numbers."""

    name: str
    result: str
    unit: str = ""
    words: str = ""
    tokens: tuple[Token, ...] = ()


def facts(line: Line, lines: Mapping[str, Line]) -> tuple[Fact, ...]:
    """The facts of one line of the network; those of a line without a shape wait."""
    row = line.entry
    if not isinstance(row, Row):
        return _waiting(row.node.operator)
    operator, x = row.node.operator, row.inputs
    return (
        *_output(row),
        _counted("Parameters", operator.parameters(*x), "nothing is learned here"),
        _counted("MACs", operator.macs(*x), "no products: not counted"),
        _seen(line, row, lines),
        _memory(row),
    )


def sums(lines: Sequence[Line]) -> tuple[Fact, ...]:
    """What several layers have together."""
    whole = [line for line in lines if not any(line.name.startswith(f"{other.name}.") for other in lines)]
    rows = [line.entry for line in whole if isinstance(line.entry, Row)]
    waiting = len(whole) - len(rows)
    words = f"of {len(rows)} layers" + (f"; {waiting} wait for a shape" if waiting else "")
    size, _, unit = bytes_text(sum(row.activation_bytes for row in rows)).partition(" ")
    return (
        Fact("Parameters", count_text(sum(row.parameters for row in rows)), "", words),
        Fact("MACs", count_text(sum(row.macs for row in rows)), "", f"{words}, for one picture"),
        Fact("Activation memory", size, unit, f"{words}, for one picture in fp32"),
    )


def network_facts(analysis: Analysis) -> tuple[Fact, ...]:
    """What the whole network has; nothing for an empty one."""
    totals = analysis.totals
    if not analysis.rows:
        return ()
    size, _, unit = bytes_text(totals.activation_bytes).partition(" ")
    weights = bytes_text(totals.parameter_bytes)
    found = [
        Fact(
            "Parameters", count_text(totals.parameters), "", f"{weights} in fp32; {totals.buffers:,} buffers"
        ),
        Fact("MACs", count_text(totals.macs), "", "for one picture, bias not counted; FLOPs = 2 · MACs"),
        Fact("Activation memory", size, unit, "all outputs, for one picture in fp32"),
    ]
    if totals.receptive_field is not None:
        side = totals.receptive_field[0].size
        found.append(Fact("Receptive field", str(side), "px", "before global pooling and dense layers"))
    return tuple(found)


def _waiting(operator: Operator) -> tuple[Fact, ...]:
    return (
        Fact("Output", WAITS),
        Fact("Parameters", WAITS, "", *half_known(operator, "parameters")),
        Fact("MACs", WAITS, "", *half_known(operator, "macs")),
        Fact("Receptive field", WAITS),
        Fact("Activation memory", WAITS),
    )


def _output(row: Row) -> tuple[Fact, ...]:
    operator, x = row.node.operator, row.inputs
    sides = operator.sides(*x)
    if sides and len(x[0]) == 3:
        names = ("Output height", "Output width")
        if (x[0][1], sides[0].shown) == (x[0][2], sides[1].shown):
            sides, names = sides[:1], ("Output side", "")
        pairs = zip(names, sides, strict=False)
        return tuple(Fact(name, str(item.value), "px", item.rule, item.tokens) for name, item in pairs)
    if not x:
        words = "as set above"
    elif isinstance(operator, Composite):
        words = "that of its last layer"
    elif row.output in x:
        words = "as it comes in"
    else:
        words = f"from {' and '.join(shape_text(shape) for shape in x)}"
    return (Fact("Output", shape_text(row.output), "", words),)


def _counted(name: str, formula: Formula, none: str) -> Fact:
    if not formula.value:
        return Fact(name, "–", "", none)
    words, tokens = _shortened(formula)
    return Fact(name, count_text(formula.value), "", words, tokens)


def _shortened(formula: Formula) -> tuple[str, tuple[Token, ...]]:
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
    kept = (*formula.tokens[: cut + 1], rest)
    return Formula(formula.value, kept).rule, kept


def _memory(row: Row) -> Fact:
    size, _, unit = bytes_text(row.activation_bytes).partition(" ")
    if row.inner is not None:
        return Fact("Activation memory", size, unit, "sum over its layers, for one picture")
    names = ("channels", "height", "width") if len(row.output) == 3 else ("features",)
    figures = [given(name, figure) for name, figure in zip(names, row.output, strict=True)]
    out: Any = getattr(row.node.operator, "out_channels", None)
    if out == row.output[0]:
        figures[0] = setting("channels", out, "out_channels")
    elif getattr(row.node.operator, "out_features", None) == row.output[0]:
        figures[0] = setting("features", row.output[0], "out_features")
    formula = product(figures) * plain(ELEMENT_BYTES)
    words = f"{product(figures).rule} · {ELEMENT_BYTES} bytes"
    return Fact("Activation memory", size, unit, words, formula.tokens)


def _seen(line: Line, row: Row, lines: Mapping[str, Line]) -> Fact:
    """The receptive field on the picture."""
    name = "Receptive field"
    if not row.inputs:
        return Fact(name, "1", "px", "a pixel sees itself")
    high, wide = line.field
    result = str(high.size) if high.size == wide.size else f"{high.size}×{wide.size}"
    if not high.step:
        return Fact(name, result, "px", "every output sees the whole picture")
    arriving = feeding_fields(line, lines)
    if len(arriving) > 1:
        return Fact(name, result, "px", f"the union over {len(arriving)} paths: {_sizes(arriving)} px")
    if isinstance(row.node.operator, Composite):
        return Fact(name, result, "px", "along the longest path through its layers")
    stepped = _stepped(row, arriving[0]) if arriving else None
    if stepped is not None and stepped.value == high.size == wide.size:
        return Fact(name, result, "px", stepped.rule, stepped.tokens)
    return Fact(name, result, "px", "what its inputs see, together")


def _stepped(row: Row, before: Fields) -> Formula | None:
    """Field before + (kernel − 1) · step before, where one window per axis makes it so."""
    field = next(iter(before.values()), None)
    if field is None or len(field[0].lows) != 1:
        return None
    reach, size = row.facts.reach[0][0], given("field before", field[0].size)
    if reach.size == 1 and len(reach.lows) == 1:
        return Formula(size.value, (Token("as its input", size.tokens[0].number, "input"),))
    operator: Any = row.node.operator
    kernel = getattr(operator, "kernel_size", None)
    if kernel is None or len(reach.lows) != 1:
        return None
    taps = setting("kernel", pair(kernel)[0], "kernel_size") - 1
    dilation = pair(getattr(operator, "dilation", 1))[0]
    if dilation > 1:
        taps = setting("dilation", dilation, "dilation") * taps
    return size + taps * given("step before", field[0].step)


def feeding_fields(line: Line, lines: Mapping[str, Line]) -> tuple[Fields, ...]:
    """What each input of a line sees of the picture, through the blocks around it."""
    by_path = {item.path: item for item in lines.values()}
    found = (_feeding(line.path, port, by_path) for port in range(len(line.entry.node.inputs)))
    return tuple(fields for fields in found if fields)


def _feeding(path: Path, port: int, by_path: Mapping[Path, Line]) -> Fields:
    node = by_path[path].entry.node
    source = node.inputs[port] if port < len(node.inputs) else None
    if source is None:
        return {}
    feeder = by_path.get((*path[:-1], source))
    if feeder is not None:
        return feeder.fields
    around = by_path[path[:-1]]  # an input of the block's inside: what the block is fed
    assert around.inner is not None  # noqa: S101  (it has this line inside)
    return _feeding(around.path, around.inner.graph.sources.index(source), by_path)


def _sizes(arriving: tuple[Fields, ...]) -> str:
    fields: list[Field] = [next(iter(item.values())) for item in arriving]
    return ", ".join(str(field[0].size) for field in fields[:6]) + ("…" if len(fields) > 6 else "")

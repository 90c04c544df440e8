"""What adds up to a fact, part by part, and where its rule is from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from explorer.core import derivations
from explorer.core.analysis import Analysis, Row
from explorer.core.conventions import RULES, Conventions
from explorer.core.graph import joined
from explorer.core.operator import Operator
from explorer.core.outline import Line, outline
from explorer.core.receptive_path import receptive_path
from explorer.core.shapes import elements, shape_text
from explorer.core.units import count_text

MOST = 100
"""Parts that are listed one by one; the rest stands in one line, so that the list adds up."""

_FIELD = (
    "Araujo, Norris and Sim 2019, Computing Receptive Fields of Convolutional Neural Networks: each layer"
    " adds (kernel − 1) · step; where paths meet, their union."
)
_WINDOW = "Dumoulin and Visin, arXiv:1603.07285, relationships 6 and 15."


@dataclass(frozen=True)
class FactPart:
    """One line of a derivation: what it is, how much it adds, and the layer that it leads to."""

    name: str
    figure: str
    words: str = ""
    layer: str = ""


class Parts:
    """The parts of the facts of one line, or of a network where the line is None."""

    def __init__(
        self,
        line: Line | None,
        lines: Mapping[str, Line],
        conventions: Conventions,
        network: Analysis | None = None,
    ) -> None:
        self._line, self._lines, self._network = line, lines, network
        self.conventions = conventions

    def of(self, key: str) -> tuple[FactPart, ...]:
        """What adds up to a fact; nothing where its formula says it all."""
        chosen = self.conventions
        if key == "parameters":
            return self._listed(lambda row: row.parameters, count_text)
        if key == "buffers":
            return self._listed(lambda row: row.buffers, count_text)
        if key == "operations":
            return self._terms() or self._listed(chosen.operations, count_text)
        if key == "memory":
            return self._tensors() or self._listed(chosen.activation_bytes, chosen.size_text)
        if key == "intensity":
            return self._traffic() or self._listed(chosen.moved_bytes, chosen.size_text)
        return self._path() if key == "field" else ()

    def _listed(self, figure: Callable[[Row], int], text: Callable[[int], str]) -> tuple[FactPart, ...]:
        """The layers of a block or network that add something, the rest of a long list in one line."""
        inner = self._line.inner if self._line is not None else self._network
        if inner is None:
            return ()
        found = (
            derivations.parts(inner, figure)
            if self._line is not None
            else derivations.network_parts(inner, figure)
        )
        block = self._line.name if self._line is not None else ""
        names = self._names(block)
        listed = [
            FactPart(_called(part.id, names), text(part.figure), _shape(inner, part.id), names(part.id))
            for part in found[:MOST]
        ]
        rest = found[MOST:]
        if rest:
            listed.append(FactPart(f"{len(rest):,} more", text(sum(part.figure for part in rest))))
        return tuple(listed)

    def _names(self, block: str) -> Callable[[str], str]:
        """Full names of the parts of a block."""
        if self._line is None:
            return lambda part: part
        path = self._line.path
        known = {line.path[-1]: line.name for line in self._lines.values() if line.path[:-1] == path}
        return lambda part: known.get(part, joined(block, part))

    def _row(self) -> Row | None:
        """The row of a plain layer."""
        if self._line is None or self._line.inner is not None or not isinstance(self._line.entry, Row):
            return None
        return self._line.entry

    def _terms(self) -> tuple[FactPart, ...]:
        """Products, biases and normalization of a plain layer, whether counted or not."""
        row, chosen = self._row(), self.conventions
        if row is None:
            return ()
        terms = (
            ("products", row.macs * chosen.per_mac, True),
            ("bias", row.bias_additions, chosen.bias),
            ("normalization", row.normalization_macs * chosen.per_mac, chosen.normalization),
        )
        return tuple(
            FactPart(name, count_text(count * chosen.batch), "" if counted else "not counted")
            for name, count, counted in terms
            if count
        )

    def _tensors(self) -> tuple[FactPart, ...]:
        row, chosen = self._row(), self.conventions
        if row is None:
            return ()
        size = chosen.size_text(chosen.activation_bytes(row))
        batch = f"{chosen.batch:,} × " if chosen.batch > 1 else ""
        parts = [FactPart("output", size, f"{batch}{shape_text(row.output)} in {chosen.precision_word}")]
        if row.parameters:
            size = chosen.size_text(chosen.parameter_bytes(row))
            parts.append(FactPart("parameters", size, "not part of it"))
        return tuple(parts)

    def _traffic(self) -> tuple[FactPart, ...]:
        """The bytes that a plain layer reads and writes."""
        row, chosen = self._row(), self.conventions
        if row is None:
            return ()
        tensors = [(f"input {shape_text(shape)}", shape) for shape in row.inputs]
        tensors.append((f"output {shape_text(row.output)}", row.output))
        parts = [
            FactPart(name, chosen.size_text(chosen.size_of(chosen.batch * elements(shape))))
            for name, shape in tensors
        ]
        if row.parameters:
            parts.append(FactPart("parameters", chosen.size_text(chosen.parameter_bytes(row))))
        return tuple(parts)

    def _path(self) -> tuple[FactPart, ...]:
        """The layers along which the receptive field grows."""
        line, lines = self._line, self._lines
        if self._network is not None:
            lines = {item.name: item for item in outline(self._network)}
            line = _farthest(lines)
        if line is None:
            return ()
        steps = [step for step in receptive_path(line, lines) if step.added or step.other_paths]
        listed = [FactPart("a pixel of the picture", "1")]
        for step in steps[:MOST]:
            said = f"kernel {step.kernel}, step {step.step:g}: → {step.size:,}"
            if step.other_paths:
                said = f"union with other paths: → {step.size:,}"
            added = f"+ {step.added + step.other_paths:,}"
            listed.append(FactPart(step.name, added, said, step.name))
        if len(steps) > MOST:
            rest = sum(step.added + step.other_paths for step in steps[MOST:])
            listed.append(FactPart(f"{len(steps) - MOST:,} more", f"+ {rest:,}"))
        return tuple(listed)


def source_of(key: str, operator: Operator | None, conventions: Conventions) -> str:
    """Where the rule of a fact is from."""
    if key == "field":
        return _FIELD
    if key == "operations":
        normalizes = operator is not None and type(operator).category == "Normalization"
        rules = [] if normalizes else ["products"]
        rules += ["bias"] if conventions.bias and not normalizes else []
        rules += ["normalization"] if conventions.normalization or normalizes else []
        return " ".join(RULES[name] for name in rules)
    if key in ("memory", "intensity"):
        return RULES[key]
    if key == "output" and operator is not None and hasattr(operator, "kernel_size"):
        return _WINDOW
    paper = type(operator).paper if operator is not None else ""
    return f"{paper}." if paper else ""


def _called(part: str, names: Callable[[str], str]) -> str:
    """The name of a part in its block; a bare number says nothing without the block's name."""
    return names(part) if part.isdecimal() else part.removeprefix("/")


def _shape(inner: Analysis, name: str) -> str:
    return shape_text(inner.rows[name].output)


def _farthest(lines: Mapping[str, Line]) -> Line | None:
    """The plain layer with the largest field that still has places on the picture."""
    found = [
        line
        for line in lines.values()
        if isinstance(line.entry, Row) and line.inner is None and len(line.entry.output) == 3 and line.fields
        if line.field[0].step or line.entry.output[1] * line.entry.output[2] > 1
    ]
    return max(found, key=lambda line: (line.field[0].size, line.field[1].size), default=None)

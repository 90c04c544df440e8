"""Along which layers a receptive field grows: the path that makes it, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from explorer.core.fields import Fields, combined
from explorer.core.graph import NodeId, Path
from explorer.core.outline import Line
from explorer.core.receptive_field import Reach

_LONGEST = 200_000


@dataclass(frozen=True)
class FieldStep:
    """What one layer adds to the field along one axis, in pixels of the picture.

    `kernel` is how many positions of its input one output reads, `step` how many pixels lie
    between two of them. `added` is (kernel − 1) · step where the window is the same
    everywhere. `other_paths` is what paths that are not listed add where they meet this one.
    `size` is the field after it.
    """

    name: str
    kernel: int
    step: float
    added: int
    other_paths: int
    size: int


def receptive_path(line: Line, lines: Mapping[str, Line]) -> tuple[FieldStep, ...]:
    """The layers from the picture to a line, along the path with the largest field.

    The sizes add up: 1 + the sum of `added` and `other_paths` is the field of the line, along
    the axis on which it is larger.
    Source: Araujo, Norris and Sim 2019, Computing Receptive Fields of Convolutional Neural
    Networks, eq. 2 for one path, and the union over paths of section 3.
    """
    if not line.fields:
        return ()
    source = next(iter(line.fields))
    by_path = {item.path: item for item in lines.values()}
    leaf = _result(line.path, by_path)
    high, wide = line.field
    axis = 0 if high.size >= wide.size else 1
    steps: list[FieldStep] = []
    while leaf is not None and len(steps) < _LONGEST:
        found = list(_arriving(leaf, source, axis, by_path))
        if not found:
            break
        size = leaf.fields[source][axis].size
        feeder, reach, through = max(found, key=lambda item: item[2].size)
        before = feeder.fields[source][axis]
        steps.append(
            FieldStep(
                leaf.name,
                reach.size,
                float(before.stride),
                through.size - before.size,
                size - through.size,
                size,
            )
        )
        leaf = feeder
    return tuple(reversed(steps))


def _arriving(
    leaf: Line, source: NodeId, axis: int, by_path: Mapping[Path, Line]
) -> Iterator[tuple[Line, Reach, Reach]]:
    """For each input that saw the picture: the layer that feeds it, the own reach, and both together."""
    facts = getattr(leaf.entry, "facts", None)
    if facts is None:
        return
    for port, reach in enumerate(facts.reach):
        feeder = _feeder(leaf.path, port, by_path)
        if feeder is not None and source in feeder.fields:
            yield feeder, reach[axis], feeder.fields[source][axis].through(reach[axis])


def _feeder(path: Path, port: int, by_path: Mapping[Path, Line]) -> Line | None:
    """The plain layer that feeds an input, through the blocks around."""
    inputs = by_path[path].entry.node.inputs
    source = inputs[port] if port < len(inputs) else None
    if source is None:
        return None
    beside = (*path[:-1], source)
    if beside in by_path:
        return _result(beside, by_path)
    around = by_path[path[:-1]]  # an input of the block's inside: what the block is fed
    assert around.inner is not None  # noqa: S101  (it has this line inside)
    return _feeder(around.path, around.inner.graph.sources.index(source), by_path)


def _result(path: Path, by_path: Mapping[Path, Line]) -> Line | None:
    """The plain layer that gives what a layer or block gives; None where a block hands its input on."""
    line = by_path.get(path)
    while line is not None and line.inner is not None:
        line = by_path.get((*line.path, line.inner.graph.sinks[0]))
    return line


def feeding_fields(line: Line, lines: Mapping[str, Line]) -> tuple[Fields, ...]:
    """What each connected input of a line sees of the picture, through the blocks around it."""
    found = (_fields_of(source, line, lines) for source in line.entry.node.inputs if source is not None)
    return tuple(fields for fields in found if fields)


def _fields_of(source: NodeId, line: Line, lines: Mapping[str, Line]) -> Fields:
    if line.arriving is None:
        feeder = lines.get(source)
        return feeder.fields if feeder is not None else {}
    inner = lines[line.block].inner
    assert inner is not None  # noqa: S101  (it has this line inside)
    if source in line.arriving:
        return line.arriving[source]
    row = inner.rows.get(source)
    if row is None:
        return {}
    return combined([(field, line.arriving[name]) for name, field in row.fields.items()], row.output)

"""Blocks: operators made of others, so that every rule follows from one expansion."""

from __future__ import annotations

from functools import lru_cache

from explorer.core.analysis import Analysis, analyze
from explorer.core.errors import ShapeError
from explorer.core.formula import Formula, summed
from explorer.core.graph import Graph, local
from explorer.core.operator import Operator, TorchCall
from explorer.core.receptive_field import Field
from explorer.core.shapes import Shape


class Composite(Operator):
    """An operator made of others. Subclasses write `expand`; nothing else is needed.

    The expansion has one zero-port node per port, in order, and exactly one sink.
    """

    def expand(self, *x: Shape) -> Graph:
        """The block's inside for these input shapes.

        Raises:
            ShapeError: the block cannot take these inputs.
        """
        raise NotImplementedError(f"{type(self).__name__} declares no expansion")

    def following(self) -> Composite:
        """The block that comes after this one in a stage: the same, without its stride."""
        return self

    def inside(self, *x: Shape) -> Analysis:
        return inside(self, x)

    def infer(self, *x: Shape) -> Shape:
        return inside(self, x).rows[self._sink(*x)].output

    def parameters(self, *x: Shape) -> Formula:
        rows = inside(self, x).rows
        return summed({name: row.parameters for name, row in rows.items()})

    def buffers(self, *x: Shape) -> Formula:
        rows = inside(self, x).rows
        return summed({name: row.buffers for name, row in rows.items()})

    def macs(self, *x: Shape) -> Formula:
        rows = inside(self, x).rows
        return summed({name: row.macs for name, row in rows.items()})

    def bias_additions(self, *x: Shape) -> Formula:
        rows = inside(self, x).rows
        return summed({name: row.facts.bias_additions for name, row in rows.items()})

    def normalization_macs(self, *x: Shape) -> Formula:
        rows = inside(self, x).rows
        return summed({name: row.facts.normalization_macs for name, row in rows.items()})

    def reach(self, *x: Shape) -> tuple[Field, ...]:
        analysis = inside(self, x)
        seen = analysis.rows[self._sink(*x)].fields
        missing = [source for source in analysis.graph.sources if source not in seen]
        if missing:
            raise ShapeError(f"nothing in {self.kind()} uses its input {missing[0]}")
        return tuple(seen[source] for source in analysis.graph.sources)

    def torch(self, *x: Shape) -> TorchCall:
        raise TypeError(f"{self.kind()} is a block: build its expansion")

    def _sink(self, *x: Shape) -> str:
        return inside(self, x).graph.sinks[0]


@lru_cache(maxsize=8192)
def inside(block: Composite, x: tuple[Shape, ...]) -> Analysis:
    """The analysed expansion of a block for these input shapes, remembered.

    Raises:
        ShapeError: something inside is wrong; the error carries the inner analysis.
    """
    graph = block.expand(*x)
    if len(graph.sinks) != 1:
        raise ShapeError(
            f"a block needs one result, but {block.kind()} has {len(graph.sinks)}"
            f" ({', '.join(graph.sinks[:4])}); merge them with Add or Concat",
            inner=analyze(graph),  # it can be looked into, and mended there
        )
    if len(graph.sources) != len(x):
        raise ShapeError(f"{block.kind()} has {len(graph.sources)} inputs, {len(x)} are connected")
    analysis = analyze(graph)
    for problem in analysis.causes:
        raise ShapeError(f"inside, {local(problem.id)}: {problem.message}", inner=analysis)
    return analysis

"""Where a layer stands under the roofs of a device: operations for each byte, and the time they need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from explorer.core.analysis import Row
from explorer.core.outline import Line
from explorer.core.shapes import ELEMENT_BYTES

_BACKWARD = 2
"""Products of the backward pass for each of the forward's: gradients of inputs and of parameters."""


@dataclass(frozen=True)
class Work:
    """What one layer does in one forward pass over a batch: FLOPs, and bytes read and written.

    FLOPs = 2 · MACs. Every layer reads its inputs and parameters from memory and writes its output
    there, in float32.

    Source: Williams, Waterman and Patterson 2009, Roofline, sec. 4 (operational intensity).
    """

    flops: int
    bytes: int

    @property
    def intensity(self) -> float:
        """FLOPs for each byte; 0 where nothing is moved."""
        return self.flops / self.bytes if self.bytes else 0.0

    def seconds(self, flops: float, bandwidth: float) -> float:
        """The shortest time with so many FLOPs and bytes per second."""
        return max(self.flops / flops, self.bytes / bandwidth)


def work(row: Row, batch: int) -> Work:
    """What a layer does for a batch, in float32."""
    facts = row.facts
    return Work(2 * batch * facts.macs, ELEMENT_BYTES * (batch * facts.traffic + facts.parameters))


def step_seconds(lines: Iterable[Line], batch: int, flops: float, bandwidth: float) -> float:
    """The shortest time of a training step under the roofs of a device: forward and twice that backward.

    Real steps take longer; it is a bound, not a measurement.

    Source: Williams, Waterman and Patterson 2009, Roofline, sec. 3; the factor of two is that of
    Kaplan et al., arXiv:2001.08361, sec. 2.1 (table 1 and text).
    """
    leaves = (line.entry for line in lines if line.inner is None and isinstance(line.entry, Row))
    forward = sum(work(row, batch).seconds(flops, bandwidth) for row in leaves)
    return (1 + _BACKWARD) * forward

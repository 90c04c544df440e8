"""What a tool counts of a network, and where and why it differs from what is counted here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TOOLS = ("ours", "torch", "torchinfo", "fvcore")
"""Who counts, in the order in which they are asked."""


@dataclass(frozen=True)
class Difference:
    """One layer for which a tool counts other operations than we do.

    `layer` is its full name, "" for what the tool counts outside of all layers. `reason` is "" where
    no rule that is known of the tool gives this difference.
    """

    layer: str
    operator: str
    ours: int
    theirs: int
    reason: str = ""

    @property
    def operations(self) -> int:
        """How many more the tool counts."""
        return self.theirs - self.ours


@dataclass(frozen=True)
class Part:
    """One reason why a tool's figure differs from ours, with how many operations it makes up.

    `layers` are the full names of the layers that it holds for; `reason` is "" for what no rule
    explains.
    """

    reason: str
    operations: int
    layers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Count:
    """What one tool counts for one picture.

    `macs` and `parameters` are None where it could not be asked; `failure` then says why.
    `differences` are the layers that it counts otherwise, and `seconds` how long it took.
    """

    tool: str
    convention: str
    macs: int | None
    parameters: int | None
    differences: tuple[Difference, ...] = ()
    seconds: float = 0.0
    failure: str = ""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The explained differences by their reasons, in the order of the layers."""
        return summed([item for item in self.differences if item.reason])

    @property
    def unexplained(self) -> int:
        """How many operations no known rule of the tool accounts for."""
        return sum(item.operations for item in self.differences if not item.reason)

    @property
    def puzzling(self) -> tuple[Difference, ...]:
        """The layers whose difference is not explained."""
        return tuple(item for item in self.differences if not item.reason)


def summed(differences: Sequence[Difference]) -> tuple[Part, ...]:
    """Differences added up by their reason."""
    found: dict[str, list[Difference]] = {}
    for item in differences:
        found.setdefault(item.reason, []).append(item)
    return tuple(
        Part(
            reason, sum(item.operations for item in items), tuple(dict.fromkeys(item.layer for item in items))
        )
        for reason, items in found.items()
    )


__all__ = ["TOOLS", "Count", "Difference", "Part", "summed"]

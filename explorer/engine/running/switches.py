"""Parts of a network that are switched off or scaled while one looks inside; needs no torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Switch:
    """One part of a network, scaled; a factor of 0 switches it off.

    Without `channel` the whole result of the layer (or block) is meant; with `port` only what
    enters the layer there, such as the skip of an Add.
    """

    layer: str
    channel: int | None = None
    port: int | None = None
    factor: float = 0.0

    @property
    def place(self) -> tuple[str, int | None, int | None]:
        """What is switched, whatever the factor."""
        return self.layer, self.channel, self.port

    def named(self) -> str:
        """What is switched, in words."""
        if self.port is not None:
            return f"input {self.port + 1} of {self.layer}"
        return self.layer if self.channel is None else f"map {self.channel} of {self.layer}"

    def told(self) -> str:
        """The switch in words."""
        return f"{self.named()} off" if self.factor == 0 else f"{self.named()} × {self.factor:g}"

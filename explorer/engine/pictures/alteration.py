"""How a picture is moved, covered or disturbed before a network sees it: a frozen value; needs no numpy."""

from __future__ import annotations

from dataclasses import dataclass

LOWEST_SCALE, HIGHEST_SCALE = 0.25, 4.0
MOST_NOISE = 1.0


@dataclass(frozen=True)
class Alteration:
    """What is done to a picture, in this order: turned and scaled about its middle, shifted, covered, noise.

    `across` and `down` are shares of its shorter side; `turn` is in degrees, counter-clockwise;
    `noise` is the deviation of normal noise on every pixel that the network is fed, as a share of
    white. `cover` is the side of a grey square as a share of the shorter side, around
    (`cover_across`, `cover_down`) as shares of width and height.
    """

    across: float = 0.0
    down: float = 0.0
    turn: float = 0.0
    scale: float = 1.0
    noise: float = 0.0
    cover: float = 0.0
    cover_across: float = 0.5
    cover_down: float = 0.5

    @property
    def moves(self) -> bool:
        """Whether pixels come to lie elsewhere."""
        return (self.across, self.down, self.turn % 360.0, self.scale) != (0.0, 0.0, 0.0, 1.0)

    @property
    def alters(self) -> bool:
        """Whether anything is done at all."""
        return self.moves or self.noise > 0.0 or self.cover > 0.0

    def told(self) -> str:
        """What is done, in words; "" where nothing is."""
        words = []
        if self.across or self.down:
            words.append(f"shifted {100 * self.across:+.0f} %, {100 * self.down:+.0f} %")
        if self.turn % 360.0:
            words.append(f"turned {self.turn:g}°")
        if self.scale != 1.0:
            words.append(f"scaled {self.scale:.2f}×")
        if self.cover > 0.0:
            words.append("partly covered")
        if self.noise > 0.0:
            words.append(f"noise of {100 * self.noise:.0f} %")
        return ", ".join(words).replace("-", "−")

"""How declared numbers are written and read in a field: whole, real, per side, and shapes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from explorer.core.attribute import Attribute
from explorer.core.errors import ExplorerError
from explorer.core.shapes import Side, pair, shape_text

_LONGEST = 24


@dataclass(frozen=True)
class Notation:
    """Reading, writing and stepping the values of one declared setting."""

    declared: Attribute

    def text(self, value: Any) -> str:
        """A value as it is shown and typed."""
        if isinstance(value, tuple):
            return ", ".join(map(str, value)) if self.declared.unit == "%" else shape_text(value)
        return f"{value:.10g}" if isinstance(value, float) else str(value)

    def read(self, text: str) -> Any:
        """The value of a typed text; its range is not checked here.

        Raises:
            ExplorerError: it is no such number, with an example of one.
        """
        text = text.strip().replace("\u00a0", "").replace("−", "-")
        if self.declared.kind is float:
            return _real(text)
        if self.declared.kind is int:
            return _whole(text)
        parts = text.lower().replace("×", "x").replace("*", "x").replace(" ", "x" if "," not in text else "")
        figures = tuple(_whole(part) for part in parts.replace(",", "x").split("x") if part)
        if self.declared.kind is Side:
            if len(figures) not in (1, 2):
                raise ExplorerError(
                    f"expected one whole number, or two like 1×7 for height × width; got {text!r}"
                )
            return figures[0] if len(figures) == 1 or figures[0] == figures[1] else figures
        if not figures:
            raise ExplorerError("expected whole numbers like 3×224×224")
        return figures

    def stepped(self, value: Any, steps: int) -> Any:
        """The value some steps up or down, kept inside its limits."""
        if self.declared.kind is float:
            return self._limited(round(value + steps * _real_step(value), 12))
        if self.declared.kind is Side:
            high, wide = (self._limited(item + steps) for item in pair(value))
            return high if high == wide else (high, wide)
        if isinstance(value, tuple):
            # the sides of a picture change together; its channels are typed
            return (*value[:-2], *(self._limited(item + steps) for item in value[-2:]))
        return self._limited(value + steps)

    def _limited(self, value: Any) -> Any:
        low, high = self.declared.low, self.declared.high
        if low is not None:
            value = max(value, type(value)(low))
        if high is not None:
            value = min(value, type(value)(high))
        return value


def _whole(text: str) -> int:
    digits = text.replace("_", "").replace(",", "").replace(" ", "")
    if len(digits) > _LONGEST or not digits.lstrip("+-").isdecimal() or not digits.isascii():
        raise ExplorerError(f"expected a whole number, got {text[:40]!r}")
    return int(digits)


def _real(text: str) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise ExplorerError(f"expected a number, like 0.05 or 1e-4; got {text[:40]!r}") from None
    if not math.isfinite(value):
        raise ExplorerError(f"expected a finite number, got {text[:40]!r}")
    return value


def _real_step(value: float) -> float:
    """A tenth of the value's power of ten: 0.05 goes to 0.051, 2 to 2.1."""
    if not value:
        return 0.01
    return 10.0 ** (math.floor(math.log10(abs(value)) + 1e-9) - 1)

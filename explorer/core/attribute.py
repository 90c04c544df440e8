"""Declared settings: one line says type, default, limits, unit and help; form, file and check follow."""

from __future__ import annotations

import dataclasses
import enum
import math
import typing
from dataclasses import dataclass
from typing import Any

from explorer.core.errors import ExplorerError, ValueOutOfRange
from explorer.core.shapes import Side

_LARGEST_AS_FLOAT = 10**300
_LONGEST_TEXT = 10_000

WIDTH = "width"
"""`scales` of a setting that counts channels or features."""

DEPTH = "depth"
"""`scales` of a setting that says how often something is repeated."""

INPUTS = "inputs"
"""`scales` of a setting that holds how many numbers come in, 0 where it does not say."""

COUNT_LIMIT = 10**12
"""Largest channel or feature count: far above what can be allocated, far below int64."""


@dataclass(frozen=True)
class Attribute:
    """What is known of one declared setting.

    `kind` is bool, int, float, str, an Enum class, `Side`, tuple (of whole numbers), or the
    class of a nested value (an operator or a graph). `advanced` settings are kept out of the
    form's first view. `scales` says with what the figure grows when a whole network is scaled:
    `WIDTH` (channels and features), `DEPTH` (how often something is repeated), `INPUTS` (follows
    what comes in), or nothing. `group` is the heading it stands under where a form has headings.
    """

    name: str
    kind: Any
    default: Any
    low: float | None
    high: float | None
    help: str
    unit: str
    advanced: bool
    scales: str
    group: str = ""

    def check(self, value: Any, owner: str) -> Any:
        """The value in its canonical form.

        Raises:
            ValueOutOfRange: wrong type, or outside the limits.
        """
        where = f"{owner}: {self.name}"
        if self.kind is Side:
            return self._check_side(value, where)
        if self.kind is tuple:
            if not isinstance(value, (tuple, list)):
                raise ValueOutOfRange(f"{where} must be a row of whole numbers, got {_short(value)}")
            return tuple(self._check_number(item, int, where) for item in value)
        if self.kind in (int, float):
            return self._check_number(value, self.kind, where)
        if isinstance(self.kind, type) and issubclass(self.kind, enum.Enum):
            return self._check_choice(value, where)
        if self.kind is str:
            return self._check_text(value, where)
        if not isinstance(value, self.kind):
            raise ValueOutOfRange(f"{where} must be {self.kind.__name__}, got {_short(value)}")
        return value

    def _check_side(self, value: Any, where: str) -> Side:
        if isinstance(value, (tuple, list)):
            if len(value) != 2:
                raise ValueOutOfRange(
                    f"{where} must be one whole number or (height, width), got {_short(value)}"
                )
            high, wide = (self._check_number(item, int, where) for item in value)
            return high if high == wide else (high, wide)
        return typing.cast("int", self._check_number(value, int, where))

    def _check_number(self, value: Any, kind: Any, where: str) -> Any:
        if kind is float and type(value) is int and abs(value) < _LARGEST_AS_FLOAT:
            value = float(value)
        if type(value) is not kind or (kind is float and not math.isfinite(value)):
            noun = "a whole number" if kind is int else "a number"
            raise ValueOutOfRange(f"{where} must be {noun}, got {_short(value)}")
        low, high = self.low, self.high
        if (low is not None and value < low) or (high is not None and value > high):
            raise ValueOutOfRange(f"{where} must be {self.limits}, got {_short(value)}")
        return value

    def _check_text(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
            raise ValueOutOfRange(
                f"{where} must be a text of at most {_LONGEST_TEXT:,} characters, got {_short(value)}"
            )
        if not is_unicode(value):
            raise ValueOutOfRange(f"{where} holds half a character: {_short(value)}")
        return value

    def _check_choice(self, value: Any, where: str) -> Any:
        try:
            return self.kind(value)
        except ValueError:
            known = ", ".join(str(item.value) for item in self.kind)
            raise ValueOutOfRange(f"{where} must be one of {known}, got {_short(value)}") from None

    @property
    def limits(self) -> str:
        """The limits in words."""
        if self.high is None:
            return f"at least {self.low:,}"
        if self.low is None:
            return f"at most {self.high:,}"
        return f"from {self.low:,} to {self.high:,}"


def attribute(
    default: Any,
    *,
    help: str,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    advanced: bool = False,
    scales: str = "",
    group: str = "",
) -> Any:
    """Declare a setting of an operator or a recipe, as the default value of a class variable."""
    settings = {
        "help": help,
        "low": low,
        "high": high,
        "unit": unit,
        "advanced": advanced,
        "scales": scales,
        "group": group,
    }
    return dataclasses.field(default=default, metadata=settings)


class Declared:
    """A frozen value whose settings are declared with `attribute` and checked when it is made."""

    def __post_init__(self) -> None:
        for declared in attributes(type(self)):
            value = getattr(self, declared.name)
            checked = declared.check(value, type(self).__name__)
            if checked is not value:
                object.__setattr__(self, declared.name, checked)

    @classmethod
    def upgraded(cls, settings: dict[str, Any]) -> dict[str, Any]:
        """Settings that a file holds, with those of older formats under their names of today."""
        return settings

    def unlike(self, **defaults: Any) -> dict[str, Any]:
        """Those of the named settings that differ from the given defaults."""
        return {
            name: getattr(self, name) for name, default in defaults.items() if getattr(self, name) != default
        }


def attributes(owner: type[Declared]) -> tuple[Attribute, ...]:
    """The declared settings of a class, in the order they are written.

    Raises:
        TypeError: a setting has an annotation that no setting can have.
    """
    known = _ATTRIBUTES.get(owner)
    if known is None:
        known = _ATTRIBUTES[owner] = _read(owner)
    return known


def replaced(value: Any, name: str, setting: Any) -> Any:
    """The same declared value with one setting changed; itself where it has that setting already.

    Raises:
        ExplorerError: it has no such setting, or the setting is out of range.
    """
    known = [declared.name for declared in attributes(type(value))]
    if name not in known:
        raise ExplorerError(
            f"{type(value).__name__} has no attribute {name!r}; it has {', '.join(known) or 'none'}"
        )
    held = getattr(value, name)
    if type(held) is type(setting) and held == setting:
        return value
    return dataclasses.replace(value, **{name: setting})


def value_text(value: Any) -> str:
    """A plain value as people read it: 1×7, on, batch, 0.5."""
    if isinstance(value, tuple):
        return "×".join(str(item) for item in value)
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def is_unicode(text: str) -> bool:
    """Whether a text can be written to a file: a lone half of a surrogate pair cannot."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


_ATTRIBUTES: dict[type[Declared], tuple[Attribute, ...]] = {}


def _read(owner: type[Declared]) -> tuple[Attribute, ...]:
    hints = typing.get_type_hints(owner)
    return tuple(
        Attribute(
            field.name,
            _kind(hints[field.name], f"{owner.__name__}.{field.name}"),
            field.default,
            **field.metadata,
        )
        for field in dataclasses.fields(owner)  # type: ignore[arg-type]
    )


def _kind(hint: Any, where: str) -> Any:
    if hint == Side:
        return Side
    if typing.get_origin(hint) is tuple and typing.get_args(hint) == (int, ...):
        return tuple
    if isinstance(hint, type) and typing.get_origin(hint) is None:
        return hint
    raise TypeError(f"{where}: an attribute cannot be {hint}")


def _short(value: Any) -> str:
    if isinstance(value, int) and abs(value) >= 10**24:  # repr of huge ints is slow or refused
        return "a number of more than 24 digits"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."

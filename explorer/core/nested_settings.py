"""Settings of an operator, and of the operators that it holds: `block.channels`."""

from __future__ import annotations

from typing import Any

from explorer.core.attribute import Attribute
from explorer.core.errors import ExplorerError
from explorer.core.operator import Operator


def with_setting(operator: Operator, names: list[str], value: Any) -> Operator:
    """An operator with one setting changed; more names than one reach into nested operators.

    Raises:
        ExplorerError: there is no such setting, or the value is refused.
    """
    first, *rest = names
    if rest:
        nested = getattr(operator, first, None)
        if not isinstance(nested, Operator):
            raise ExplorerError(
                f"{operator.kind()} holds no layer named {first!r} whose settings could be changed"
            )
        value = with_setting(nested, rest, value)
    return operator.with_value(first, value)


def setting_at(operator: Operator, name: str) -> tuple[Attribute, Any]:
    """What is known of a setting, and its value; "block.channels" is one of a nested operator.

    Raises:
        ExplorerError: there is no such setting.
    """
    first, _, rest = name.partition(".")
    declared = next((item for item in operator.settings() if item.name == first), None)
    if declared is None:
        known = ", ".join(item.name for item in operator.settings()) or "none"
        raise ExplorerError(f"{operator.kind()} has no attribute {first!r}; it has {known}")
    value = operator.value_of(first)
    if not rest:
        return declared, value
    if not isinstance(value, Operator):
        raise ExplorerError(f"{operator.kind()} holds no layer named {first!r}")
    return setting_at(value, rest)

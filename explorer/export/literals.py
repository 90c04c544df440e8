"""Text that may stand in a Python file: literals, identifiers and comments that cannot break out."""

from __future__ import annotations

import builtins
import keyword
import math
import re
import unicodedata
from collections.abc import Container
from typing import Any

from explorer.core.module_paths import is_reserved

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_TAKEN = frozenset(dir(builtins)) | {"nn", "torch", "OrderedDict", "StochasticDepth", "self", "cls"}
_LONGEST = 60


def literal(value: Any) -> str:
    """A plain value as Python reads it back: ASCII only, numbers exact.

    Raises:
        TypeError: a value that no `TorchCall` holds.
    """
    if isinstance(value, tuple):
        inner = ", ".join(literal(item) for item in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, str):
        return ascii(str(value))
    if value is None or type(value) in (bool, int) or (type(value) is float and math.isfinite(value)):
        return repr(value)
    raise TypeError(f"{type(value).__name__} cannot be written as a literal")


def is_identifier(text: str) -> bool:
    """Whether a name may be an attribute of a module class as it is."""
    return bool(_IDENTIFIER.match(text)) and not keyword.iskeyword(text) and not is_reserved(text)


def class_name(text: str, taken: Container[str]) -> str:
    """A class name made of any text: plain ASCII, no keyword, none of `taken`.

    Texts that Python would take for the same name (NFKC) end up as different names.
    """
    plain = unicodedata.normalize("NFKC", text)
    parts = re.findall(r"[A-Za-z0-9]+", plain)
    stem = "".join(part[0].upper() + part[1:] for part in parts)[:_LONGEST]
    if not _IDENTIFIER.match(stem):
        stem = f"Network{stem}"
    name, number = stem, 2
    while name in taken or name in _TAKEN or keyword.iskeyword(name):
        name = f"{stem}_{number}"
        number += 1
    return name


def comment(text: str) -> str:
    """Text for a comment: what is not printable ASCII is left out, so it ends with its line."""
    return "".join(sign for sign in text if 0x20 <= ord(sign) <= 0x7E)

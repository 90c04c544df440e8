"""Attributes inside a block that are the block's own: each name with what it sets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from explorer.core.errors import GraphError

Target = tuple[str, str]
"""A node of the block's inside and one of its attributes; "block.channels" is one of a nested operator."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_LONGEST_NAME = 60
_MOST_TARGETS = 10_000


@dataclass(frozen=True)
class Promoted:
    """The attributes of a block of one's own, by name, each with all that it sets.

    Values are not here: they are read from the layers inside.

    Raises:
        GraphError: a name that cannot be written, one that is there twice, or one that sets nothing.
    """

    bound: tuple[tuple[str, tuple[Target, ...]], ...] = ()

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for name, targets in self.bound:
            check_name(name)
            if name in seen:
                raise GraphError(
                    f"two attributes of a block cannot both be called {name}; choose another name"
                )
            if not targets:
                raise GraphError(f"{name} sets nothing; name a layer inside and its attribute")
            seen.add(name)
        whole = [target for _, targets in self.bound for target in targets]
        if len(whole) > _MOST_TARGETS:
            raise GraphError(f"a block's attributes set at most {_MOST_TARGETS:,} layers inside")
        if len(set(whole)) < len(whole):
            twice = next(target for target in whole if whole.count(target) > 1)
            raise GraphError(f"{twice[1]} of {twice[0]} is set by two attributes of the block; keep one")

    def __iter__(self) -> Iterator[tuple[str, tuple[Target, ...]]]:
        return iter(self.bound)

    def __bool__(self) -> bool:
        return bool(self.bound)

    def __getitem__(self, name: str) -> tuple[Target, ...]:
        return dict(self.bound)[name]

    def __contains__(self, name: object) -> bool:
        return any(known == name for known, _ in self.bound)

    def where(self, keep: Callable[[Target], bool]) -> Promoted:
        """Only with the targets that are kept; names that then set nothing end."""
        return self.moved(lambda target: (target,) if keep(target) else ())

    def moved(self, follow: Callable[[Target], Iterable[Target]]) -> Promoted:
        """With other targets in the place of each; itself where all stay."""
        bound = []
        for name, targets in self.bound:
            others = tuple(dict.fromkeys(other for target in targets for other in follow(target)))
            if others:
                bound.append((name, others))
        return self if tuple(bound) == self.bound else Promoted(tuple(bound))


def promoted(bindings: Mapping[str, Iterable[Target]]) -> Promoted:
    """The attributes of a block from names and what each of them sets."""
    return Promoted(tuple((name, tuple(targets)) for name, targets in bindings.items()))


def check_name(name: str) -> None:
    """Refuse a name that no attribute can have.

    Raises:
        GraphError: with what a name may be.
    """
    if len(name) > _LONGEST_NAME or not _NAME.match(name):
        raise GraphError(
            f"{name[:_LONGEST_NAME]!r} cannot name an attribute: begin with a letter,"
            " then letters, figures and _"
        )


__all__ = ["Promoted", "Target", "check_name", "promoted"]

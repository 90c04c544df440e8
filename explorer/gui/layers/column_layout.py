"""Which columns of a table are shown, in which order and how wide: remembered as words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHeaderView

from explorer.gui.layers.columns import COLUMNS, PLACE

_NARROWEST, _WIDEST = 40, 2000


def described(header: QHeaderView, widths: dict[int, int]) -> tuple[str, ...]:
    """The shown columns in order; "macs:140" where a person gave a width. Nothing for those of the start."""
    shown = [
        place
        for position in range(header.count())
        if not header.isSectionHidden(place := header.logicalIndex(position))
    ]
    first = [place for place, column in enumerate(COLUMNS) if column.first]
    if shown == first and not widths:
        return ()
    return tuple(
        f"{COLUMNS[place].key}:{widths[place]}" if place in widths else COLUMNS[place].key for place in shown
    )


def arrange(header: QHeaderView, words: Sequence[str]) -> dict[int, int]:
    """Show these columns in this order, those of the start where none is known; the widths given to some."""
    widths: dict[int, int] = {}
    order: list[int] = []
    for word in words:
        key, _, width = word.partition(":")
        place = PLACE.get(key)
        if place is None or place in order:
            continue
        order.append(place)
        if width.isascii() and width.isdecimal() and _NARROWEST <= int(width[:6]) <= _WIDEST:
            widths[place] = int(width[:6])
    if not order:
        order = [place for place, column in enumerate(COLUMNS) if column.first]
    order = [0, *(place for place in order if place)]
    rest = [place for place in range(len(COLUMNS)) if place not in order]
    for position, place in enumerate((*order, *rest)):
        header.moveSection(header.visualIndex(place), position)
        header.setSectionHidden(place, place in rest)
    return widths

"""A strip of layers over time as one image, whose colours change without being drawn anew."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QColor, QImage

from explorer.gui.canvas.colouring import viridis
from explorer.gui.theme import Theme
from explorer.gui.training.layer_tracks import COLUMNS, MISSING, NOT_FINITE, Scale, Track

_SHADES = 256
"""So many places on the scale have a colour of their own: a range has at most 254 levels."""


class StripPicture:
    """Keeps the image of a track: new columns are added, old ones stay as they are.

    Pixels are levels of a fixed scale; the table of colours alone says what is shown how, so that
    another range costs 256 colours and no pixel.
    """

    def __init__(self) -> None:
        self._track: Track | None = None
        self._version = -1
        self._done = 0
        self._pixels = bytearray()
        self._range: tuple[Scale, Theme] | None = None
        self._colours: list[int] = []

    def image(self, track: Track, theme: Theme) -> QImage:
        """The image of all columns, one row a layer; 512 wide, of which the first columns count."""
        rows = len(track.names)
        if track is not self._track or track.version != self._version:
            self._track, self._version, self._done = track, track.version, 0
            self._pixels = bytearray(COLUMNS * rows)
        # the last column may have been seen before it was whole
        for place in range(max(0, self._done - 1), len(track.columns)):
            self._pixels[place::COLUMNS] = bytes(map(track.level, track.columns[place]))
        self._done = len(track.columns)
        image = QImage(bytes(self._pixels), COLUMNS, rows, COLUMNS, QImage.Format.Format_Indexed8).copy()
        if (track.scale, theme) != self._range:  # seldom: a strip that grows is painted ten times a second
            self._range, self._colours = (track.scale, theme), _colours(track, theme)
        image.setColorTable(self._colours)
        return image


def _colours(track: Track, theme: Theme) -> list[int]:
    scale, shades = track.scale, _shades()
    places = (scale.share(track.value_of(level)) for level in range(256))
    table = [shades[round((_SHADES - 1) * place)] for place in places]
    table[MISSING] = theme["panel"].rgb()
    table[NOT_FINITE] = theme["err"].rgb()
    return table


@cache
def _shades() -> tuple[int, ...]:
    return tuple(QColor(*viridis(place / (_SHADES - 1))).rgb() for place in range(_SHADES))

"""A drawing as a PNG picture, drawn with Pillow."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from explorer.core.errors import ExplorerError
from explorer.export.colours import Colours
from explorer.export.diagram import BAND, WIDTH, Box, Drawing, Edge, Point
from explorer.export.labels import Label, labels

if TYPE_CHECKING:
    from PIL import ImageDraw

_LARGEST_SIDE = 16_384
_LARGEST_AREA = 50_000_000
_SMOOTH = 2
"""Everything is drawn this many times larger and then reduced, which smooths the edges."""

_ANCHORS = {"start": "lm", "middle": "mm", "end": "rm"}
_CURVE_POINTS = 48
_SPELLED = str.maketrans({"×": "x", "·": ".", "…": "~", "–": "-", "−": "-"})
"""Pillow's own font, which looks the same everywhere, has ASCII only."""


def png(drawing: Drawing, colours: Colours, scale: int = 2) -> bytes:
    """The drawing as the bytes of a PNG file, `scale` pixels for each pixel of the drawing.

    Raises:
        ExplorerError: the picture would be too large.
    """
    # Pillow is needed for this alone; the rest of the export starts without it
    from PIL import Image, ImageDraw

    width, height = round(drawing.width * scale), round(drawing.height * scale)
    if max(width, height) > _LARGEST_SIDE or width * height * _SMOOTH**2 > 4 * _LARGEST_AREA:
        raise ExplorerError(
            f"the picture would have {width:,} × {height:,} pixels, and {_LARGEST_SIDE:,} a side"
            f" or {_LARGEST_AREA:,} in all is the most; export SVG, or a smaller --depth"
        )
    size = (width * _SMOOTH, height * _SMOOTH)
    image = Image.new("RGB", size, colours.canvas)
    pen = _Pen(ImageDraw.Draw(image), scale * _SMOOTH, colours)
    for edge in drawing.edges:
        pen.edge(edge)
    for box in drawing.boxes:
        pen.box(box)
    buffer = io.BytesIO()
    image.resize((width, height), Image.Resampling.BOX).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


class _Pen:
    """Draws in the drawing's pixels on a picture that is `scale` times larger."""

    def __init__(self, draw: ImageDraw.ImageDraw, scale: int, colours: Colours) -> None:
        self._draw = draw
        self._scale = scale
        self._colours = colours
        self._fonts: dict[float, Any] = {}

    def edge(self, edge: Edge) -> None:
        points = [self._at(_on(edge, index / _CURVE_POINTS)) for index in range(_CURVE_POINTS + 1)]
        colour = self._colours.skip if edge.skip else self._colours.edge
        self._draw.line(points, fill=colour, width=round((2 if edge.skip else 1.5) * self._scale))
        x, y = edge.points[0] if edge.skip else edge.points[3]
        if edge.skip:
            self._draw.circle(self._at((x, y)), 3.5 * self._scale, fill=colour)
        else:
            head = [self._at(at) for at in ((x, y), (x - 2.75, y - 7), (x + 2.75, y - 7))]
            self._draw.polygon(head, fill=colour)

    def box(self, box: Box) -> None:
        letter, fill, ink = self._colours.categories[box.category]
        wrong = box.state == "problem"
        paper = self._colours.error_fill if wrong else self._colours.raised
        border = self._colours.error if wrong else self._colours.line
        corners = [self._at((box.x, box.y)), self._at((box.x + WIDTH, box.y + box.height))]
        radius = 6 * self._scale
        self._draw.rounded_rectangle(corners, radius, fill=paper)
        band = [corners[0], self._at((box.x + BAND, box.y + box.height))]
        self._draw.rounded_rectangle(band, radius, fill=fill, corners=(True, False, False, True))
        self._draw.rounded_rectangle(corners, radius, outline=border, width=self._scale)
        self._label(Label(letter, box.x + BAND / 2, box.y + box.height / 2, 11, "middle", bold=True), ink)
        for label in labels(box):
            self._label(label, self._colours.text2 if label.quiet else self._colours.text)

    def _label(self, label: Label, colour: str) -> None:
        self._draw.text(
            self._at((label.x, label.y)),
            label.text.translate(_SPELLED),
            fill=colour,
            font=self._font(label.size),
            anchor=_ANCHORS[label.anchor],
            stroke_width=self._scale * 0.12 if label.bold else 0,
            stroke_fill=colour,
        )

    def _font(self, size: float) -> Any:
        from PIL import ImageFont  # needed here alone, as above

        if size not in self._fonts:
            self._fonts[size] = ImageFont.load_default(size * self._scale)
        return self._fonts[size]

    def _at(self, point: Point) -> Point:
        return point[0] * self._scale, point[1] * self._scale


def _on(edge: Edge, part: float) -> Point:
    """A point of the curve, 0 at its start and 1 at its end."""
    rest = 1 - part
    weights = (rest**3, 3 * rest**2 * part, 3 * rest * part**2, part**3)
    x = sum(weight * point[0] for weight, point in zip(weights, edge.points, strict=True))
    y = sum(weight * point[1] for weight, point in zip(weights, edge.points, strict=True))
    return x, y

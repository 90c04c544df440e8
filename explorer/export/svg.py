"""A drawing as SVG text."""

from __future__ import annotations

from xml.sax.saxutils import escape

from explorer.export.colours import Colours
from explorer.export.diagram import BAND, WIDTH, Box, Drawing, Edge
from explorer.export.labels import Label, labels

_FONT = "Inter, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"


def svg(drawing: Drawing, colours: Colours) -> str:
    """The drawing as a complete SVG file; all texts are escaped, nothing is loaded or run."""
    box = f"{drawing.width:.0f} {drawing.height:.0f}"
    size = f'width="{drawing.width:.0f}" height="{drawing.height:.0f}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {box}" font-family="{_FONT}">',
        f"<title>{_text(drawing.title)}</title>",
        _arrow(colours),
        f'<rect width="100%" height="100%" fill="{colours.canvas}"/>',
        *(_edge(edge, colours) for edge in drawing.edges),
        *(_box(box, colours) for box in drawing.boxes),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _arrow(colours: Colours) -> str:
    return (
        '<defs><marker id="arrow" viewBox="0 0 7 7" refX="6.5" refY="3.5" markerWidth="7" markerHeight="7"'
        f' markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.75 L7 3.5 L0 6.25 z"'
        f' fill="{colours.edge}"/></marker></defs>'
    )


def _edge(edge: Edge, colours: Colours) -> str:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = edge.points
    path = f"M{x0:.1f} {y0:.1f} C{x1:.1f} {y1:.1f} {x2:.1f} {y2:.1f} {x3:.1f} {y3:.1f}"
    if not edge.skip:
        return (
            f'<path d="{path}" fill="none" stroke="{colours.edge}" stroke-width="1.5"'
            ' marker-end="url(#arrow)"/>'
        )
    dot = f'<circle cx="{x0:.1f}" cy="{y0:.1f}" r="3.5" fill="{colours.skip}"/>'
    return f'<path d="{path}" fill="none" stroke="{colours.skip}" stroke-width="2"/>{dot}'


def _box(box: Box, colours: Colours) -> str:
    letter, fill, ink = colours.categories[box.category]
    wrong = box.state == "problem"
    border = colours.error if wrong else colours.line
    dashes = ' stroke-dasharray="4 3"' if box.state == "waiting" else ""
    place = f'x="{box.x:.1f}" y="{box.y:.1f}" height="{box.height}"'
    middle = box.y + box.height / 2
    band = Label(letter, box.x + BAND / 2, middle, 11, "middle", bold=True)
    parts = [
        "<g>",
        f"<title>{_text(f'{box.name} · {box.kind} {box.telling} · {box.shape}')}</title>",
        f'<rect {place} width="{WIDTH}" rx="6" fill="{colours.error_fill if wrong else colours.raised}"/>',
        f'<path d="{_band(box)}" fill="{fill}"/>',
        f'<rect {place} width="{WIDTH}" rx="6" fill="none" stroke="{border}"{dashes}/>',
        _label(band, ink),
        *(_label(label, colours.text2 if label.quiet else colours.text) for label in labels(box)),
        "</g>",
    ]
    return "".join(parts)


def _band(box: Box) -> str:
    """The coloured band at the left: round on its outer side only."""
    x, y, end = box.x, box.y, box.y + box.height
    return (
        f"M{x + BAND:.1f} {y:.1f} H{x + 6:.1f} Q{x:.1f} {y:.1f} {x:.1f} {y + 6:.1f}"
        f" V{end - 6:.1f} Q{x:.1f} {end:.1f} {x + 6:.1f} {end:.1f} H{x + BAND:.1f} z"
    )


def _label(label: Label, colour: str) -> str:
    weight = ' font-weight="600"' if label.bold else ""
    return (
        f'<text x="{label.x:.1f}" y="{label.y:.1f}" font-size="{label.size}" text-anchor="{label.anchor}"'
        f' dominant-baseline="central" fill="{colour}"{weight}>{_text(label.text)}</text>'
    )


def _text(text: str) -> str:
    """Text for XML: escaped, and without the control characters that XML cannot hold."""
    return escape("".join(sign if sign.isprintable() else " " for sign in text))

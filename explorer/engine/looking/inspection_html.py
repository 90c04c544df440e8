"""An inspection as one web page that needs nothing else: no links, no scripts, pictures inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from explorer import __version__
from explorer.core.units import probability_text
from explorer.engine.looking.inspection_page import Grid, Page, Scale, Section, Shown, Story
from explorer.engine.looking.inspection_style import STYLE
from explorer.engine.looking.map_files import plain_text as text

_UNNAMED = "The network does not end in one row of numbers: it names no class."
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def to_html(page: Page) -> str:
    """The page as HTML text; all texts of others are escaped."""
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{text(page.title)}</title><style>{STYLE}</style></head><body><main>",
        f"<h1>{text(page.title)}</h1>",
        *(f'<p class="note">{text(warning)}</p>' for warning in page.warnings),
        _table(page.facts.items()),
        '<h2>The picture</h2><div class="row">',
        *(_figure(shown) for shown in page.pictures),
        "</div>",
        *_predictions(page),
    ]
    if page.causes:
        parts += ['<h2>Why</h2><div class="row">', *(_figure(item) for item in page.causes), "</div>"]
    if page.story is not None:
        parts += _story(page.story)
    if page.kernels is not None:
        parts += [f"<h2>Kernels of {text(page.kernels.name)}</h2>", '<div class="card">']
        parts += [f'<p class="soft">{text(page.kernels.about)}</p>', _inside(page.kernels), "</div>"]
    parts.append(f"<h2>{'Layer' if len(page.sections) == 1 else 'Layers'}</h2>")
    if page.left_out:
        parts.append(f'<p class="small">{text(page.left_out)}</p>')
    parts += [_section(section, opened=section.name == page.opened) for section in page.sections]
    parts.append(f'</main><footer><p class="small">Written by Architecture Explorer {text(__version__)}.</p>')
    parts.append("</footer></body></html>")
    return "\n".join(parts) + "\n"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    lines = (
        f'<tr><th scope="row">{text(name)}</th><td>{text(value, 2000)}</td></tr>' for name, value in rows
    )
    return f"<table>{''.join(lines)}</table>"


def _predictions(page: Page) -> list[str]:
    parts = ["<h2>What the network says</h2>"]
    if not page.shares:
        return [
            *parts,
            f'<p class="soft">{text(page.rest or _UNNAMED)}</p>',
        ]
    parts.append('<div class="bars">')
    for name, share in page.shares:
        wide = min(100.0, max(0.0, 100 * share))
        parts.append(
            f'<p class="said"><span>{text(name)}</span><span>{text(probability_text(share))}</span></p>'
            f'<div class="bar"><div style="width:{wide:.2f}%"></div></div>'
        )
    return [*parts, f'<p class="small">{text(page.rest)}</p></div>']


def _story(story: Story) -> list[str]:
    """One value: kernel times patch is product, what every channel gives, and what follows."""
    parts = [f"<h2>{text(story.title)}</h2>", '<div class="card">']
    parts.append(f'<p class="said"><span>{text(story.told, 600)}</span><b>{text(story.value)}</b></p>')
    parts += [f'<p class="small">{text(line)}</p>' for line in story.lines]
    if story.grids:
        shown = [_grid(grid) for grid in story.grids]
        if len(shown) == 3:
            shown = [shown[0], _sign("×"), shown[1], _sign("="), shown[2]]
        parts.append(f'<div class="row grids">{"".join(shown)}</div>')
    if story.gives is not None:
        parts.append(f'<div class="wide">{_figure(story.gives)}</div>')
    parts += [
        f'<p class="said"><span>{text(name)} <span class="small">{text(told)}</span></span>'
        f"<b>{text(value)}</b></p>"
        for name, told, value in story.steps
    ]
    return [*parts, "</div>"]


def _sign(sign: str) -> str:
    return f'<span class="sign">{sign}</span>'


def _grid(grid: Grid) -> str:
    rows = "".join(f"<tr>{''.join(_cell(*cell) for cell in row)}</tr>" for row in grid.rows)
    return f'<table class="grid"><caption>{text(grid.title)}</caption>{rows}</table>'


def _cell(value: str, colour: str) -> str:
    if not colour:
        return '<td class="empty"><span class="unseen">padding</span></td>'
    return f'<td style="background:{text(colour)};color:{_ink(colour)}">{text(value)}</td>'


def _ink(paper: str) -> str:
    """Black or white, whichever is read better on a colour (WCAG's relative luminance)."""
    parts = [int(paper[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return "#14161A" if 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.18 else "#FFFFFF"


def _figure(shown: Shown) -> str:
    scale = _scale(shown.scale)
    return f"<figure>{_image(shown)}{scale}<figcaption>{text(shown.caption, 1000)}</figcaption></figure>"


def _image(shown: Shown) -> str:
    kind = ' class="dots"' if shown.dots else ""
    image = (
        f'<img{kind} src="{shown.address}" width="{shown.wide}" height="{shown.high}"'
        f' alt="{text(shown.caption)}">'
    )
    if not shown.dark:
        return image
    other = f'<source media="(prefers-color-scheme: dark)" srcset="{shown.dark}">'
    return f"<picture>{other}{image}</picture>"


def _scale(scale: Scale | None) -> str:
    if scale is None:
        return ""
    strips = _strip(scale.stops, "day" if scale.dark else "")
    strips += _strip(scale.dark, "night") if scale.dark else ""
    return f'<p class="small">{text(scale.low)}{strips}{text(scale.high)}</p>'


def _strip(stops: Sequence[str], when: str) -> str:
    ramp = f"linear-gradient(to right, {', '.join(text(stop) for stop in stops)})"
    return f'<span class="scale {when}" style="background:{ramp}"></span>'


def _section(section: Section, *, opened: bool) -> str:
    return (
        f"<details{' open' if opened else ''}><summary><b>{text(section.name)}</b>"
        f'<span class="soft">{text(section.about)}</span></summary>{_inside(section)}</details>'
    )


def _inside(section: Section) -> str:
    figures = " · ".join(f"{text(name)} {text(value)}" for name, value in section.figures.items())
    note = f'<p class="small">{text(section.note)}</p>' if section.note else ""
    seen = f'<div class="inside">{_image(section.picture)}</div>'
    return f'<div class="about"><p class="small">{figures}</p>{_scale(section.scale)}</div>{seen}{note}'

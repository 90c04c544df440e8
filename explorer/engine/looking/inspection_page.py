"""An inspection as one web page that needs nothing else: no links, no scripts, pictures inside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from explorer import __version__
from explorer.engine.looking.map_files import plain_text as text

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

_STYLE = """
:root { color-scheme: light dark; --paper: #FAFBFC; --raised: #FFFFFF; --line: #DCE0E6; --text: #191D24;
  --text2: #48515E; --text3: #58626F; --accent: #4B50D6; --track: #E6E9EF; --warn: #8A5A00;
  --warnbg: #FBF0D9; }
@media (prefers-color-scheme: dark) { :root { --paper: #1F2329; --raised: #292E36; --line: #2E333B;
  --text: #E9ECF1; --text2: #B1B8C4; --text3: #9AA3B1; --accent: #9AA2FF; --track: #333943; --warn: #F2B84B;
  --warnbg: #3A3020; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1180px; padding: 24px; background: var(--paper); color: var(--text);
  font: 14px/1.45 Inter, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums; }
h1 { font-size: 22px; margin: 0 0 4px; } h2 { font-size: 16px; margin: 32px 0 12px; }
p { margin: 4px 0; } .soft { color: var(--text2); } .small { color: var(--text3); font-size: 12px; }
.note { background: var(--warnbg); color: var(--warn); border-radius: 6px; padding: 8px 12px;
  margin: 12px 0; }
.row { display: flex; flex-wrap: wrap; gap: 24px; align-items: flex-start; }
figure { margin: 0; } figcaption { color: var(--text3); font-size: 12px; margin-top: 6px; max-width: 320px; }
img { display: block; max-width: 100%; height: auto; border-radius: 4px; }
.dots { image-rendering: pixelated; }
table { border-collapse: collapse; } td, th { padding: 3px 16px 3px 0; text-align: left; font-weight: 400; }
th { color: var(--text3); font-size: 12px; } .figure { text-align: right; }
.bars { width: 420px; max-width: 100%; } .bar { height: 5px; background: var(--track); border-radius: 3px; }
.bar div { height: 5px; background: var(--accent); border-radius: 3px; }
details { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; margin: 8px 0; }
summary { padding: 8px 14px; cursor: pointer; } summary b { font-weight: 600; margin-right: 8px; }
.inside { padding: 2px 14px 14px; overflow-x: auto; } .inside img { max-width: none; }
.scale { display: inline-block; width: 110px; height: 10px; border-radius: 2px; margin: 0 8px; }
@media print { details { break-inside: avoid; } }
"""


@dataclass(frozen=True)
class Shown:
    """A picture of the page: its address (data), what it says, and how large it is drawn.

    `dark` is the address for the dark theme, where it needs one of its own.
    """

    address: str
    caption: str
    wide: int
    high: int
    dark: str = ""
    dots: bool = True


@dataclass(frozen=True)
class Section:
    """One layer of the page. `scale` are colours and the figures at both ends; None for bars."""

    name: str
    about: str
    figures: Mapping[str, str]
    picture: Shown
    scale: tuple[Sequence[str], str, str] | None
    note: str = ""


@dataclass(frozen=True)
class Page:
    """All that the page says; texts are anybody's, and are escaped here."""

    title: str
    facts: Mapping[str, str]
    warnings: Sequence[str]
    pictures: Sequence[Shown]
    shares: Sequence[tuple[str, float]]
    rest: str
    causes: Sequence[Shown]
    sections: Sequence[Section]
    opened: str = ""


def to_html(page: Page) -> str:
    """The page as HTML text."""
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{text(page.title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{text(page.title)}</h1>",
        *(f'<p class="note">{text(warning)}</p>' for warning in page.warnings),
        _table(page.facts.items()),
        '<h2>The picture</h2><div class="row">',
        *(_figure(shown) for shown in page.pictures),
        "</div>",
        *_predictions(page),
    ]
    if page.causes:
        parts += [
            '<h2>Why this class</h2><div class="row">',
            *(_figure(item) for item in page.causes),
            "</div>",
        ]
    parts.append(f"<h2>{'Layer' if len(page.sections) == 1 else 'Layers'}</h2>")
    parts += [_section(section, opened=section.name == page.opened) for section in page.sections]
    parts.append(f'<p class="small">Written by Architecture Explorer {text(__version__)}.</p></body></html>')
    return "\n".join(parts) + "\n"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    lines = (f"<tr><th>{text(name)}</th><td>{text(value, 2000)}</td></tr>" for name, value in rows)
    return f"<table>{''.join(lines)}</table>"


def _predictions(page: Page) -> list[str]:
    parts = ["<h2>What the network says</h2>"]
    if not page.shares:
        return [
            *parts,
            '<p class="soft">The network does not end in one row of numbers: it names no class.</p>',
        ]
    parts.append('<div class="bars">')
    for name, share in page.shares:
        wide = min(100.0, max(0.0, 100 * share))
        parts.append(
            f'<p>{text(name)}<span style="float:right">{wide:.1f} %</span></p>'
            f'<div class="bar"><div style="width:{wide:.2f}%"></div></div>'
        )
    return [*parts, f'<p class="small">{text(page.rest)}</p></div>']


def _figure(shown: Shown) -> str:
    return f"<figure>{_image(shown)}<figcaption>{text(shown.caption, 1000)}</figcaption></figure>"


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


def _section(section: Section, *, opened: bool) -> str:
    figures = " · ".join(f"{text(name)} {text(value)}" for name, value in section.figures.items())
    scale = ""
    if section.scale is not None:
        stops, low, high = section.scale
        ramp = f"linear-gradient(to right, {', '.join(text(stop) for stop in stops)})"
        strip = f'<span class="scale" style="background:{ramp}"></span>'
        scale = f'<p class="small">{text(low)}{strip}{text(high)}</p>'
    note = f'<p class="small">{text(section.note)}</p>' if section.note else ""
    return (
        f"<details{' open' if opened else ''}><summary><b>{text(section.name)}</b>"
        f'<span class="soft">{text(section.about)}</span></summary><div class="inside">'
        f'<p class="small">{figures}</p>{scale}{_image(section.picture)}{note}</div></details>'
    )

"""How the page of an inspection looks, in daylight and in the dark, on paper, and on a narrow screen."""

from __future__ import annotations

STYLE = """
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
figure { margin: 0; max-width: 100%; }
figcaption { color: var(--text3); font-size: 12px; margin-top: 6px; max-width: 320px; }
img { display: block; max-width: 100%; height: auto; border-radius: 4px; }
.dots { image-rendering: pixelated; }
table { border-collapse: collapse; } td, th { padding: 3px 16px 3px 0; text-align: left; font-weight: 400; }
th { color: var(--text3); font-size: 12px; } .figure { text-align: right; }
.said { display: flex; justify-content: space-between; gap: 16px; align-items: baseline; }
.said > :first-child { overflow-wrap: anywhere; } .said > :last-child { white-space: nowrap; }
.card { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px;
  overflow-x: auto; }
.grids { gap: 10px; align-items: center; margin: 8px 0; } .grid { border-spacing: 1px; }
.grid caption { color: var(--text2); font-size: 12px; text-align: left; }
.grid td { padding: 3px 5px; text-align: right; min-width: 3.4em; font-size: 11px;
  border: 1px solid var(--raised); }
.grid .empty { background: repeating-linear-gradient(45deg, var(--track) 0 3px, var(--line) 3px 5px); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.sign { color: var(--text2); } .wide { overflow-x: auto; } .wide img { max-width: none; }
.bars { width: 420px; max-width: 100%; } .bar { height: 5px; background: var(--track); border-radius: 3px; }
.bar div { height: 5px; background: var(--accent); border-radius: 3px; }
details { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; margin: 8px 0; }
summary { padding: 8px 14px; cursor: pointer; overflow-wrap: anywhere; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 8px; }
summary b { font-weight: 600; margin-right: 8px; }
.inside { padding: 2px 0 8px; overflow-x: auto; } .inside img { max-width: none; }
details > div, details > p { margin-left: 14px; margin-right: 14px; }
details > p:last-child, details > div:last-child { padding-bottom: 10px; }
.scale { display: inline-block; width: 110px; height: 10px; border-radius: 2px; margin: 0 8px; }
.night { display: none; }
@media (prefers-color-scheme: dark) { .day { display: none; } .night { display: inline-block; } }
@media (max-width: 600px) { body { padding: 14px; } th, td { vertical-align: top; } }
@media print { details { break-inside: avoid; } }
"""

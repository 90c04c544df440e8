"""A comparison as one picture for a paper or a slide: the same drawings as in the window, on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen

from explorer.core.errors import ExplorerError
from explorer.core.files import atomic_write
from explorer.export.alignment import Align
from explorer.export.comparison_table import comparison_text, comparison_workbook
from explorer.export.landscape import Point
from explorer.export.side_by_side import SideBySide
from explorer.export.texts import TEXTS, Claim
from explorer.gui.canvas.figure import FORMATS
from explorer.gui.comparison.differences_plate import DifferencesPlate
from explorer.gui.comparison.plate import Plate, put_text
from explorer.gui.comparison.scatter import Scatter
from explorer.gui.comparison.stages_plate import StagesPlate
from explorer.gui.comparison.texts_plate import TextsPlate
from explorer.gui.comparison.totals_plate import TotalsPlate
from explorer.gui.fonts import SEMIBOLD
from explorer.gui.theme import Theme

_WIDE, _LEFT, _GAP, _HEAD, _FOOT = 1360.0, 780.0, 14.0, 38.0, 26.0
_SCATTER = 360.0
_MOST_CLAIMS = 8
_EXCEL = "excel"
_TABLES = {
    ".csv": "csv",
    ".xlsx": _EXCEL,
    ".md": "markdown",
    ".tex": "latex",
    ".txt": "text",
    ".json": "json",
}


@dataclass(frozen=True)
class SheetContent:
    """All that stands on a sheet."""

    compared: SideBySide
    by: Align
    points: Sequence[Point]
    own: dict[int, Point]
    best_five: bool
    claims: tuple[Claim, ...]


def write_sheet(path: Path, content: SheetContent, theme: Theme) -> None:
    """Write the comparison as a picture in the format that the file's name ends in.

    Raises:
        ExplorerError: the ending is not .svg, .png or .pdf.
        OSError: the file cannot be written; an older one is left as it was.
    """
    writer = FORMATS.get(path.suffix.lower())
    if writer is None:
        known = ", ".join(FORMATS)
        raise ExplorerError(f"a picture is saved as {known}, not as {path.suffix or 'a file with no ending'}")
    atomic_write(path, writer(_Sheet(content, theme)))


def write_tables(path: Path, compared: SideBySide, by: Align) -> None:
    """Write totals, stages and differences in the format that the file's name ends in.

    Raises:
        ExplorerError: the ending names no format.
        OSError: the file cannot be written; an older one is left as it was.
    """
    kind = _TABLES.get(path.suffix.lower())
    if kind is None:
        raise ExplorerError(f"no format has the ending {path.suffix or '(none)'}; use {', '.join(_TABLES)}")
    if kind == _EXCEL:
        atomic_write(path, comparison_workbook(compared, by))
        return
    text = comparison_text(compared, kind, stages=True, differences=True, by=by)
    atomic_write(path, text.encode("utf-8"))


@dataclass(frozen=True)
class _Panel:
    """One card of the sheet and its place."""

    title: str
    plate: Plate
    left: float
    top: float
    width: float
    height: float


class _Sheet:
    """Lays the cards out in two columns and draws them."""

    def __init__(self, content: SheetContent, theme: Theme) -> None:
        self._theme = theme
        titles = [subject.title for subject in content.compared.subjects]
        self.name = " against ".join(titles)
        self._said = content.compared.conventions.said
        left = [("Totals", _totals(content)), (_stages_title(content.by), _stages(content))]
        right = [("Accuracy, operations, parameters", _scatter(content))]
        if content.claims:
            right.append(("What the texts say, and what is counted here", _texts(content)))
        else:
            right.append(("Differences", _differences(content)))
        self._panels = [
            *_column(left, _GAP, _LEFT),
            *_column(right, _LEFT + 2 * _GAP, _WIDE - _LEFT - 3 * _GAP),
        ]
        bottom = max(panel.top + panel.height for panel in self._panels)
        self.area = QRectF(0, 0, _WIDE, bottom + _FOOT + 6)

    def paint(self, painter: QPainter, scale: float = 1.0) -> None:
        """Draw everything, the upper left corner at the painter's."""
        theme = self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        painter.fillRect(self.area, theme["raised" if not theme.dark else "canvas"])
        head = QRectF(_GAP + 2, _GAP, _WIDE - 2 * _GAP, 26)
        put_text(painter, head, self.name, theme["text"], 17, SEMIBOLD)
        for panel in self._panels:
            box = QRectF(panel.left, panel.top, panel.width, panel.height)
            painter.setPen(QPen(theme["line"], 1))
            painter.setBrush(theme["panel"])
            painter.drawRoundedRect(box, 8, 8)
            title = QRectF(box.left() + 14, box.top(), box.width() - 28, _HEAD)
            put_text(painter, title, panel.title, theme["text"], 13, SEMIBOLD)
            painter.save()
            painter.translate(box.left() + 1, box.top() + _HEAD)
            panel.plate.paint_plate(painter, theme, box.width() - 2, box.height() - _HEAD - 4)
            painter.restore()
        foot = QRectF(_GAP + 2, self.area.bottom() - _FOOT, _WIDE - 2 * _GAP, 18)
        put_text(painter, foot, self._said, theme["text3"], 11)


def _column(cards: Sequence[tuple[str, Plate]], left: float, width: float) -> list[_Panel]:
    """Cards below each other, each as high as it needs."""
    top, found = 52.0, []
    for title, plate in cards:
        high = _SCATTER if isinstance(plate, Scatter) else plate.plate_height(width) * 1.1 + 8
        found.append(_Panel(title, plate, left, top, width, high + _HEAD))
        top += high + _HEAD + _GAP
    return found


def _stages_title(by: Align) -> str:
    words = {Align.SIDE: "the side of their maps", Align.DEPTH: "depth", Align.SHARE: "share"}
    return f"Stages, aligned by {words[by]}"


def _totals(content: SheetContent) -> Plate:
    plate = TotalsPlate()
    plate.show_comparison(content.compared)
    return plate


def _stages(content: SheetContent) -> Plate:
    plate = StagesPlate()
    plate.show_comparison(content.compared, content.by)
    return plate


def _scatter(content: SheetContent) -> Plate:
    plate = Scatter()
    by = content.compared.conventions
    plate.show_points(content.points, content.own, by, best_five=content.best_five)
    return plate


def _texts(content: SheetContent) -> Plate:
    plate = TextsPlate()
    table = tuple(item for item in content.claims if item.source == TEXTS)
    plate.show_claims(table or content.claims[:_MOST_CLAIMS])
    return plate


def _differences(content: SheetContent) -> Plate:
    plate = DifferencesPlate()
    plate.show_comparison(content.compared)
    return plate

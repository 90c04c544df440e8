"""The cost views as one picture for a file or the clipboard: the sentence, the treemap and the bars."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF
from PySide6.QtGui import QImage, QPainter

from explorer.export.cost_tree import Cost, Measure
from explorer.gui.canvas.figure import write_sheet
from explorer.gui.costs.stage_bars import Bar, StageBars
from explorer.gui.costs.treemap_view import TreemapView
from explorer.gui.fonts import SEMIBOLD
from explorer.gui.lettering import draw_line
from explorer.gui.theme import Theme

_WIDE, _TREEMAP, _BARS, _MARGIN, _LINE = 960, 460, 208, 16, 22
_SHARP = 2.0  # pixels of a copied picture for one of the page


class CostSheet:
    """What the Costs page shows, laid out for a page of its own."""

    def __init__(
        self,
        name: str,
        tree: tuple[Cost, Measure, str],
        bars: Sequence[Bar],
        sentence: str,
        theme: Theme,
    ) -> None:
        self.name, self._theme, self.sentence = name, theme, sentence
        cost, measure, inside = tree
        self._title = f"{inside or name} · {measure.title}"
        self._treemap, self._bars = TreemapView(), StageBars()
        for part, high in ((self._treemap, _TREEMAP), (self._bars, _BARS)):
            part.set_theme(theme)
            part.resize(_WIDE, high)
        self._treemap.show_tree(cost, measure, inside)
        self._treemap.fill_room()
        self._bars.show_bars(bars)
        high = 2 * _LINE + _TREEMAP + _MARGIN + _BARS
        self.area = QRectF(0, 0, _WIDE + 2 * _MARGIN, high + 2 * _MARGIN)

    def paint(self, painter: QPainter, scale: float = 1.0) -> None:
        """Draw everything, the upper left corner at the painter's."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        painter.fillRect(self.area, self._theme["panel"])
        painter.translate(_MARGIN, _MARGIN)
        painter.setPen(self._theme["text"])
        draw_line(painter, QRectF(0, 0, _WIDE, _LINE), self._title, 14, SEMIBOLD)
        painter.setPen(self._theme["text2"])
        draw_line(painter, QRectF(0, _LINE, _WIDE, _LINE), self.sentence, 12)
        painter.translate(0, 2 * _LINE)
        self._treemap.paint_on(painter, self._theme)
        painter.translate(0, _TREEMAP + _MARGIN)
        self._bars.paint_on(painter, self._theme)


def write_costs(path: Path, sheet: CostSheet) -> None:
    """Write the picture as SVG, PNG or PDF, by the ending of the name.

    Raises:
        ExplorerError: another ending.
        OSError: the file cannot be written; an older one is left as it was.
    """
    write_sheet(path, lambda: sheet)


def copied(sheet: CostSheet) -> QMimeData:
    """The picture for the clipboard."""
    size = sheet.area.size() * _SHARP
    image = QImage(size.toSize(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    sheet.paint(painter, _SHARP)
    painter.end()
    data = QMimeData()
    data.setImageData(image)
    data.setText(f"{sheet.name}: {sheet.sentence}" if sheet.sentence else sheet.name)
    return data

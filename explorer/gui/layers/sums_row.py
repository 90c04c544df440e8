"""The last row of the layer table, which stays in view: the network, or what the filter found."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.core.analysis import Row
from explorer.core.outline import Line
from explorer.core.quantities import Reading
from explorer.core.units import share_text, short_count_text
from explorer.gui.figure_keys import FigureKeys
from explorer.gui.fonts import NORMAL, SEMIBOLD
from explorer.gui.layers.cells import NONE, ratio_text, time_text
from explorer.gui.layers.columns import COLUMNS, PLACE
from explorer.gui.layers.model import LayerTableModel
from explorer.gui.layers.view import LayerTableView
from explorer.gui.lettering import draw_line, line_width
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

_HEIGHT = 25
_TIP = "Click a sum to see how it is computed, or walk there with Tab and the arrows and press Enter"


class SumsRow(QWidget):
    """Sums under the columns of the table.

    Signals:
        fact_wanted(key): it was asked how a sum of the network comes about.
    """

    fact_wanted = Signal(str)

    def __init__(
        self,
        workbench: Workbench,
        model: LayerTableModel,
        table: LayerTableView,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, objectName="layerSums")
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName("Sums of the table")
        self._workbench, self._model, self._table = workbench, model, table
        self._theme: Theme | None = None
        self.keys = FigureKeys(
            self, self._with_facts, lambda place: self.fact_wanted.emit(COLUMNS[place].fact)
        )
        self.texts: Mapping[str, str] = {}
        """What stands under each column, by its key."""
        header = table.header()
        for signal in (header.sectionResized, header.sectionMoved, table.horizontalScrollBar().valueChanged):
            signal.connect(self._moved)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def refresh(self) -> None:
        """Show the sums as they are now."""
        hits = self._model.hits() if self._model.filtered else None
        reading = self._model.reading
        texts = _network(self._workbench, reading) if hits is None else _found(self._workbench, hits, reading)
        if texts != self.texts:
            self.texts = texts
            said = (
                f"{COLUMNS[PLACE[key]].heading(reading.conventions)} {text}" for key, text in texts.items()
            )
            self.setAccessibleDescription(", ".join(said))
            self.setToolTip("" if hits is not None else _TIP)
            self.update()

    def _moved(self, *_: object) -> None:
        self.update()

    def _with_facts(self) -> list[int]:
        """The columns whose sums can be opened, from left to right; none while a filter is set."""
        shown = () if self._model.filtered else self._table.shown_columns()
        return [PLACE[column.key] for column in shown if column.fact and column.key in self.texts]

    def box_of(self, key: str) -> QRectF:
        """Where the sum of a column stands."""
        header, place = self._table.header(), PLACE[key]
        return QRectF(header.sectionViewportPosition(place), 0, header.sectionSize(place), self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        for place in self._with_facts():
            if self.box_of(COLUMNS[place].key).contains(event.position()):
                self.fact_wanted.emit(COLUMNS[place].fact)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.keys.press(event):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        if theme is None:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme["window"])
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme["line"])
        for column in self._table.shown_columns():
            text = self.texts.get(column.key, "")
            box = self.box_of(column.key)
            if column.bar is not None:
                box.setWidth(52)
                box = box.adjusted(0, 0, 8, 0)
            painter.setPen(theme["text3" if text == NONE else "text"])
            weight = SEMIBOLD if column.key in ("name", "parameters", "macs") else NORMAL
            inner = box.adjusted(8, 1, -8, 0)
            if column.right:  # a sum is longer than its parts, and there is room beside it
                inner.setLeft(min(inner.left(), inner.right() - line_width(text, 12, weight) - 1))
            draw_line(painter, inner, text, 12, weight, right=column.right)
        self.keys.paint(
            painter,
            theme,
            lambda place: self.box_of(COLUMNS[place].key).adjusted(2.5, 3.5, -2.5, -2.5),
        )
        painter.end()


class LayerPage(QWidget):
    """The table and its sums below it."""

    def __init__(self, table: LayerTableView, sums: SumsRow) -> None:
        super().__init__()
        self._parts = (table, sums)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in self._parts:
            column.addWidget(part)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in self._parts:
            part.set_theme(theme)


def _network(workbench: Workbench, reading: Reading) -> dict[str, str]:
    """The sums of the whole network."""
    totals, chosen, lines = workbench.analysis.totals, reading.conventions, workbench.lines
    plain = sum(line.inner is None for line in lines.values())
    field = totals.receptive_field
    return {
        "name": workbench.document.name,
        "operator": f"{plain:,} layers",
        "parameters": short_count_text(totals.parameters),
        "buffers": short_count_text(totals.buffers),
        "macs": short_count_text(chosen.operations(totals)),
        "memory": chosen.size_text(chosen.activation_bytes(totals)),
        "intensity": ratio_text(chosen.intensity(totals)),
        "field": f"{field[0].size} px" if field is not None else NONE,
        **(_time([line for line in lines.values() if line.inner is None], reading) if reading.times else {}),
    }


def _found(workbench: Workbench, hits: set[str], reading: Reading) -> dict[str, str]:
    """The sums of the plain layers that a filter found."""
    lines = [line for name, line in workbench.lines.items() if name in hits and line.inner is None]
    rows = [line.entry.facts for line in lines if isinstance(line.entry, Row)]  # filters find thousands
    totals, chosen = workbench.analysis.totals, reading.conventions
    parameters = sum(row.parameters for row in rows)
    done = sum(chosen.operations(row) for row in rows)
    memory = sum(chosen.activation_bytes(row) for row in rows)
    return {
        "name": f"{len(lines):,} layers found",
        "parameters": short_count_text(parameters),
        "parameterShare": share_text(parameters, totals.parameters),
        "buffers": short_count_text(sum(row.buffers for row in rows)),
        "macs": short_count_text(done),
        "macShare": share_text(done, chosen.operations(totals)),
        "memory": chosen.size_text(memory),
        "memoryShare": share_text(memory, chosen.activation_bytes(totals)),
        **_time(lines, reading),
    }


def _time(lines: list[Line], reading: Reading) -> dict[str, str]:
    known = [reading.times[line.name] for line in lines if line.name in reading.times]
    return {"time": time_text(sum(known))} if known else {}

"""The form of a search: factors of width and depth, and the budget that candidates must keep to."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from explorer.core.errors import ExplorerError
from explorer.core.pareto import MACS, PARAMETERS, Space
from explorer.gui.panel import label

_COUNTED = (PARAMETERS, MACS)


class SearchForm(QWidget):
    """Fields in a row.

    Signals:
        changed(): a field has another text.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.widths = _field(
            "searchWidths", "0.5, 1, 2", "Factors that all numbers of maps are multiplied with"
        )
        self.depths = _field(
            "searchDepths", "1", "Factors that the counts of repeated blocks are multiplied with"
        )
        self.limit = _field("searchLimit", "", "Leave out what costs more; empty: nothing")
        self.limit.setPlaceholderText("no limit")
        self.counted = QComboBox(objectName="searchCounted")
        self.counted.addItems(["parameters", "MACs"])
        self.counted.setToolTip("What the budget counts")
        self.counted.setAccessibleName("What the budget counts")
        parts = (("Width ×", self.widths), ("Depth ×", self.depths), ("At most", self.limit))
        for text, field in parts:
            name = label(text, "label")
            name.setBuddy(field)
            row.addWidget(name)
            row.addWidget(field, 1)
            field.editingFinished.connect(self.changed)
        row.addWidget(self.counted)
        self.counted.currentIndexChanged.connect(lambda _: self.changed.emit())

    def space(self) -> Space:
        """What the fields say.

        Raises:
            ExplorerError: a field is no row of numbers.
        """
        limit = self.limit.text().replace(",", "").replace(" ", "")
        if limit and not (limit.isascii() and limit.isdigit() and 0 < len(limit) < 19 and int(limit)):
            raise ExplorerError("the budget is a whole number, like 100,000, or empty")
        return Space(
            _factors("the width", self.widths.text()),
            _factors("the depth", self.depths.text()),
            _COUNTED[self.counted.currentIndex()],
            int(limit or 0),
        )


def _field(name: str, text: str, tip: str) -> QLineEdit:
    made = QLineEdit(text, objectName=name)
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    made.setMinimumWidth(70)
    return made


def _factors(what: str, text: str) -> tuple[float, ...]:
    try:
        factors = tuple(
            dict.fromkeys(float(part) for part in text.replace(";", ",").split(",") if part.strip())
        )
    except ValueError:
        factors = ()
    if not factors or not all(0 < factor <= 100 for factor in factors):
        raise ExplorerError(f"{what} takes factors above 0 and up to 100, like 0.5, 1, 2")
    return factors

"""What is published of the open network: each figure beside ours, equal or with the reason why not."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from explorer.architectures.architecture import Architecture, architectures
from explorer.architectures.printed import SIGNS, WORDS, Comparison, Verdict
from explorer.architectures.published import comparisons, recognized, tally
from explorer.core.analysis import Analysis
from explorer.core.document import Document

_SIGN_WIDTH = 16


class PublishedCard(QWidget):
    """Hidden where nothing is published of the open network."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="published")
        self.setAccessibleName("Published figures")
        self.title, self.badge = QLabel("Published"), QLabel(wordWrap=True)
        self.title.setProperty("role", "title")
        self.badge.setProperty("role", "hint")
        self.badge.setObjectName("publishedBadge")
        self.note = QLabel(wordWrap=True)
        self.note.setProperty("role", "hint")
        for label in (self.badge, self.note):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._rows = QWidget()
        self._grid = _grid(self._rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(4)
        for label in (self.title, self.badge, self.note):
            column.addWidget(label)
        column.addWidget(self._rows)
        column.addStretch(1)
        self._column = column
        self._shown: object = None
        self.found: tuple[Comparison, ...] = ()

    def show_network(self, document: Document, analysis: Analysis) -> None:
        """Follow the open network; nothing is made anew where the same is to be shown."""
        totals = analysis.totals
        same = recognized(document.graph, totals, document.name) if not analysis.problems else None
        known = architectures()
        original = known.get(document.name) if same is None and len(document.graph) else None
        if (same or original, same is None) != self._shown:
            self._shown = (same or original, same is None)
            self.found = comparisons(same, totals) if same is not None else ()
            self._fill()
            self._say(same, original)
        self.setVisible(bool(self.found) or original is not None)

    def _say(self, same: Architecture | None, original: Architecture | None) -> None:
        if same is not None:
            self.note.setText(same.facts.paper)
        elif original is not None:
            facts = original.facts
            macs = f" and {facts.macs:,} MACs" if facts.macs is not None else ""
            self.note.setText(
                f"This network differs from {original.title}, of which {facts.parameters:,} parameters{macs}"
                " are counted; what is published holds for that one."
            )
        counts = tally(self.found)
        self.badge.setVisible(bool(counts))
        self.badge.setText(" · ".join(f"{count} {WORDS[verdict]}" for verdict, count in counts.items()))
        _mark(self.badge, Verdict.UNEXPLAINED if counts.get(Verdict.UNEXPLAINED) else Verdict.EQUAL)

    def _fill(self) -> None:
        self._column.removeWidget(self._rows)
        self._rows.hide()
        self._rows.deleteLater()
        self._rows = QWidget()
        self._grid = _grid(self._rows)
        self._column.insertWidget(self._column.count() - 1, self._rows)
        for item in self.found:
            self._add(item)
        self._rows.setVisible(bool(self.found))

    def _add(self, item: Comparison) -> None:
        row = self._grid.rowCount()
        sign, what, figure = (
            QLabel(SIGNS[item.verdict]),
            QLabel(item.what, wordWrap=True),
            QLabel(item.published),
        )
        sign.setFixedWidth(_SIGN_WIDTH)
        _mark(sign, item.verdict)
        what.setProperty("role", "label")
        figure.setProperty("role", "figure")
        told = [f"counted {item.counted}"] if item.counted else []
        told += [item.source, *([item.reason] if item.reason else [])]
        source = QLabel(" · ".join(told), wordWrap=True)
        source.setProperty("role", "hint")
        said = f"{item.what}: {item.published}, {item.verdict.value}. {'; '.join(told)}"
        for label in (sign, what, figure, source):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setToolTip(said)
        figure.setAccessibleName(said)
        figure.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._grid.addWidget(sign, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(what, row, 1)
        self._grid.addWidget(figure, row, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(source, row + 1, 1, 1, 2)
        self._grid.setRowMinimumHeight(row + 2, 6)


def _grid(owner: QWidget) -> QGridLayout:
    grid = QGridLayout(owner)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(4)
    grid.setVerticalSpacing(0)
    grid.setColumnStretch(1, 1)
    return grid


def _mark(label: QLabel, verdict: Verdict) -> None:
    label.setProperty("verdict", verdict.name.lower())
    label.setAccessibleName(WORDS[verdict])
    label.style().unpolish(label)
    label.style().polish(label)

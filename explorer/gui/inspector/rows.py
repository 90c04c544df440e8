"""How the cards beside the maps lay out their parts: rows of parts, and a title above what it says."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.gui.panel import label


def field_row(*parts: QWidget | str | None) -> QWidget:
    """Parts beside each other: texts become labels, None is a gap that grows.

    A text that wraps takes the room of the gaps.
    """
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    wrapping = any(isinstance(part, QLabel) and part.wordWrap() for part in parts)
    for part in parts:
        if isinstance(part, str):
            row.addWidget(label(part, "label"))
        elif part is not None:
            row.addWidget(part, 1 if isinstance(part, QLabel) and part.wordWrap() else 0)
        elif not wrapping:
            row.addStretch(1)
    return made


def card_column(card: QWidget, title: QLabel, told: QLabel, beside: QWidget | None = None) -> QVBoxLayout:
    """The column of a card: its title above what it says, `beside` at their right, and room for the rest."""
    column = QVBoxLayout(card)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    names = QVBoxLayout()
    names.setSpacing(2)
    names.addWidget(title)
    names.addWidget(told)
    head = QHBoxLayout()
    head.addLayout(names, 1)
    if beside is not None:
        head.addWidget(beside)
    column.addLayout(head)
    return column

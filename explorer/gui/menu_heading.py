"""A heading inside a menu: Qt's own sections show no text in the style of the window."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QWidgetAction

from explorer.gui.panel import label


def add_heading(menu: QMenu, text: str) -> None:
    """Say what the next entries are about; keys pass it over."""
    if menu.actions():
        menu.addSeparator()
    said = label(text, "hint")
    said.setContentsMargins(10, 5, 10, 3)
    action = QWidgetAction(menu)
    action.setText(text)
    action.setDefaultWidget(said)
    action.setEnabled(False)
    menu.addAction(action)

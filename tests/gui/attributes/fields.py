"""The fields and facts of the properties of a window, found by name."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.attributes.editors import NumberField
from explorer.gui.main_window import MainWindow


def editor(window: MainWindow, name: str) -> QWidget:
    found = window.design.properties.findChild(QWidget, f"attribute.{name}")
    assert found is not None, name
    return found


def number(window: MainWindow, name: str) -> NumberField:
    found = editor(window, name)
    assert isinstance(found, NumberField)
    return found


def type_in(qtbot: QtBot, field: NumberField, text: str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def fact(window: MainWindow, name: str) -> tuple[str, str]:
    (found,) = [item for item in window.design.properties.formulas.facts if item.name == name]
    return found.result, " ".join(token.number for token in found.tokens)

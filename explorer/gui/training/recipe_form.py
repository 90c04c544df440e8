"""The recipe as a form: one editor per declared setting, every change a step of the history."""

from __future__ import annotations

import enum
import math
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from explorer.core.attribute import Attribute, attributes, replaced
from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.gui.panel import button, label
from explorer.gui.theme import Theme
from explorer.gui.training.schedule_strip import ScheduleStrip
from explorer.gui.workbench import Workbench

_SERIES = (1.0, 2.0, 5.0)


class RecipeForm(QFrame):
    """Epochs, batch size, learning rate and the rest, as `Recipe` declares them."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainRecipe")
        self.setProperty("role", "panel")
        self._workbench = workbench
        self._editors: dict[str, NumberField | Choice | Switch] = {}
        self._advanced: list[QWidget] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 12)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.addWidget(label("Recipe", "title"), 1)
        self._more = button("More", self._turn_more, "Show the settings that are seldom changed")
        self._more.setCheckable(True)
        row.addWidget(self._more)
        column.addLayout(row)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnMinimumWidth(0, 108)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)
        self._schedule = ScheduleStrip()
        for declared in attributes(Recipe):
            if declared.name != "data":
                self._add(declared)
        self.refused = label(role="error", wrap=True)
        self.refused.hide()
        column.addWidget(self.refused)
        self.note = label(role="hint", wrap=True)
        self.note.hide()
        column.addWidget(self.note)
        workbench.changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._schedule.set_theme(theme)

    def refresh(self, *_: object) -> None:
        """Show the document's recipe."""
        recipe = self._workbench.document.recipe
        for name, editor in self._editors.items():
            editor.show_value(getattr(recipe, name))
        self._schedule.show_recipe(recipe)
        self.refused.hide()

    def show_share(self, share: float | None) -> None:
        """Mark how much of the run is done in the schedule."""
        self._schedule.show_share(share)

    def say(self, text: str) -> None:
        """A line below the form; "" takes it away."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _add(self, declared: Attribute) -> None:
        place = self._grid.rowCount()
        name = label(_words(declared.name), "label")
        editor = _editor(declared)
        editor.setObjectName(f"recipe.{declared.name}")
        editor.setAccessibleName(_words(declared.name))
        limits = f" ({declared.limits})" if declared.low is not None or declared.high is not None else ""
        editor.setToolTip(f"{declared.help}{limits}")
        name.setToolTip(editor.toolTip())
        name.setBuddy(editor)
        editor.edited.connect(lambda value: self._set(declared.name, value))
        editor.installEventFilter(self)
        self._editors[declared.name] = editor
        self._grid.addWidget(name, place, 0)
        self._grid.addWidget(editor, place, 1)
        if declared.advanced:
            self._advanced += [name, editor]
            name.hide()
            editor.hide()
        if declared.name == "schedule":
            self._grid.addWidget(self._schedule, place + 1, 0, 1, 2)

    def _turn_more(self) -> None:
        shown = self._more.isChecked()
        self._more.setText("Less" if shown else "More")
        for part in self._advanced:
            part.setVisible(shown)

    def _set(self, name: str, value: Any) -> None:
        document = self._workbench.document
        try:
            recipe = replaced(document.recipe, name, value)
        except ExplorerError as error:
            self.refused.setText(str(error).removeprefix("Recipe: "))
            self.refused.show()
            return
        self.refused.hide()
        if recipe != document.recipe:
            self._workbench.apply(
                f"set {_words(name).lower()}", replace(document, recipe=recipe), f"recipe:{name}"
            )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self._workbench.seal()
        return False


class NumberField(QAbstractSpinBox):
    """A whole or real number of any size; arrows go by 1, or along 1, 2, 5 for real numbers."""

    edited = Signal(object)

    def __init__(self, kind: type, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._unit = kind, unit
        self._value: float = 0
        self.setKeyboardTracking(False)
        self.setFixedHeight(26)
        self.lineEdit().editingFinished.connect(self._enter)

    def show_value(self, value: float) -> None:
        """Show a value without announcing it."""
        self._value = value
        text = f"{value:,}" if self._kind is int else f"{value:.6g}"
        self.lineEdit().setText(f"{text} {self._unit}".rstrip())

    def _enter(self) -> None:
        text = self.lineEdit().text().removesuffix(self._unit).strip().replace(",", "").replace("−", "-")
        try:
            value = self._kind(text)
        except ValueError:
            value = text  # the declaration refuses it with its own sentence
        if value != self._value:
            self.edited.emit(value)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag
        return flags.StepUpEnabled | flags.StepDownEnabled

    def stepBy(self, steps: int) -> None:
        value = self._value + steps if self._kind is int else along_series(self._value, steps)
        self.edited.emit(value)

    def validate(self, text: str, position: int) -> object:
        return QValidator.State.Acceptable, text, position


class Switch(QCheckBox):
    """On or off."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clicked.connect(lambda on: self.edited.emit(on))

    def show_value(self, value: bool) -> None:
        """Show a value without announcing it."""
        self.setChecked(value)


class Choice(QComboBox):
    """One of the members of an enumeration."""

    edited = Signal(object)

    def __init__(self, kind: type[enum.Enum], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._members = tuple(kind)
        self.setFixedHeight(26)
        for member in self._members:
            self.addItem(str(member.value))
        self.activated.connect(lambda index: self.edited.emit(self._members[index]))

    def show_value(self, value: enum.Enum) -> None:
        """Show a value without announcing it."""
        self.setCurrentIndex(self._members.index(value))


def along_series(value: float, steps: int) -> float:
    """The value some places on in 0.01, 0.02, 0.05, 0.1, …; 0 stays 0 downwards."""
    if value <= 0:
        return 1e-4 if steps > 0 else 0.0
    for _ in range(abs(steps)):
        decade = 10.0 ** math.floor(math.log10(value) + 1e-9)
        places = [decade / 10 * 5, *(decade * part for part in (*_SERIES, 10.0))]
        near = 1e-6 * value
        beyond = [p for p in places if (p > value + near if steps > 0 else p < value - near)]
        value = min(beyond) if steps > 0 else max(beyond)
    return float(f"{value:.6g}")


def _editor(declared: Attribute) -> NumberField | Choice | Switch:
    if declared.kind is bool:
        return Switch()
    if declared.kind in (int, float):
        return NumberField(declared.kind, declared.unit)
    return Choice(declared.kind)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()

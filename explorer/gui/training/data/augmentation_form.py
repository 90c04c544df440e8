"""What is done to the pictures, as switches with a figure behind each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from explorer.core.attribute import attributes
from explorer.core.recipe import AUGMENTATION, Recipe
from explorer.gui.attributes.editors import Choice, NumberField, Switch, editor_for
from explorer.gui.panel import label
from explorer.gui.theme import Theme

_LABEL, _FIELD, _ROW = 88, 62, 28


@dataclass(frozen=True)
class _Switched:
    """A row: its caption, what is behind the switch, and the figure that switching on gives."""

    caption: str
    hint: str = ""
    on: float = 0
    rare: bool = False


_ROWS = {
    "shift": _Switched("Pad and crop", "px", 4),
    "flip": _Switched("Flip", "half of them"),
    "colour": _Switched("Colour", "at most", 0.2),
    "normalize": _Switched("Normalize", "mean, deviation"),
    "rotation": _Switched("Rotation", "°", 15.0, rare=True),
    "erasing": _Switched("Erasing", "of them", 0.25, rare=True),
    "mixup": _Switched("Mixup", "alpha", 0.2, rare=True),
}


class AugmentationForm(QWidget):
    """The settings of `AUGMENTATION`; figures that are 0 are switched off.

    Signals:
        edited(name, value): a person chose another value.
        left(): a field lost the focus: the next edit is a step of its own.
    """

    edited = Signal(str, object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        declared = {item.name: item for item in attributes(Recipe) if item.name in AUGMENTATION}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._lines: dict[str, _Line] = {}
        for name, row in _ROWS.items():
            line = self._lines[name] = _Line(row, declared[name], self)
            line.edited.connect(self.edited)
            line.left.connect(self.left)
            column.addWidget(line)
        self.border = editor_for(declared["border"])
        assert isinstance(self.border, Choice)  # noqa: S101  (it is declared as an enumeration)
        self.border.edited.connect(lambda value: self.edited.emit("border", value))
        self._border_row = _row("Padding", self.border, QWidget())
        column.addWidget(self._border_row)
        self._more = QToolButton(text="More", checkable=True, objectName="moreAugmentation")
        self._more.setProperty("flat", True)
        self._more.setToolTip("Show rotation, erasing, mixup and the padding")
        self._more.setAccessibleName("More augmentation")
        self._more.toggled.connect(self._unfold)
        column.addWidget(self._more)
        self._recipe = Recipe()
        self._unfold(False)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for line in self._lines.values():
            line.switch.set_theme(theme)

    def show_recipe(self, recipe: Recipe) -> None:
        """Show what a recipe says."""
        self._recipe = recipe
        for name, line in self._lines.items():
            line.show_value(getattr(recipe, name))
        self.border.show_value(recipe.border)
        self._unfold(self._more.isChecked())

    def switch(self, name: str) -> Switch:
        """The switch of a setting."""
        return self._lines[name].switch

    def field(self, name: str) -> NumberField | None:
        """The figure behind a switch; None where there is none."""
        return self._lines[name].field

    def refuse(self, name: str, sentence: str) -> None:
        """Say why a figure was not taken; "" takes the sentence away."""
        if name in self._lines:
            self._lines[name].refuse(sentence)

    def _unfold(self, on: bool) -> None:
        self._more.setText("Less" if on else "More")
        for name, line in self._lines.items():
            line.setVisible(on or not _ROWS[name].rare or bool(getattr(self._recipe, name)))
        self._border_row.setVisible(on)


class _Line(QWidget):
    """A caption, a switch, and a figure or a hint."""

    edited = Signal(str, object)
    left = Signal()

    def __init__(self, row: _Switched, declared: Any, parent: QWidget) -> None:
        super().__init__(parent)
        self._name, self._on, self._declared = declared.name, row.on, declared
        self.switch = Switch()
        self.switch.setObjectName(f"switch.{declared.name}")
        self.switch.setAccessibleName(row.caption)
        self.switch.setAccessibleDescription(declared.help)
        self.switch.setToolTip(declared.help)
        self.field: NumberField | None = None
        self._unit = row.hint
        self._hint = label(row.hint, "hint")
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        parts: list[QWidget] = [self.switch]
        if declared.kind is not bool:
            field = editor_for(declared)
            assert isinstance(field, NumberField)  # noqa: S101  (it is declared as a number)
            field.setFixedWidth(_FIELD)
            field.edited.connect(lambda value: self.edited.emit(self._name, value))
            field.misread.connect(self.refuse)
            field.installEventFilter(self)
            self.field = field
            parts.append(field)
        parts.append(self._hint)
        self._error = label(role="error", wrap=True)
        self._error.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(_row(row.caption, *parts))
        column.addWidget(self._error)
        self.switch.edited.connect(self._turn)

    def show_value(self, value: Any) -> None:
        on = bool(value)
        self.switch.show_value(on)
        if self.field is not None:
            self.field.setVisible(on)
            self._hint.setText(self._unit if on else "")
            if on:
                self._on = value
                self.field.show_value(value)
        self.refuse("")

    def refuse(self, sentence: str) -> None:
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))

    def _turn(self, on: bool) -> None:
        if self._declared.kind is bool:
            self.edited.emit(self._name, on)
        else:
            self.edited.emit(self._name, self._declared.kind(self._on if on else 0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)


def _row(caption: str, *parts: QWidget) -> QWidget:
    row = QWidget()
    row.setMinimumHeight(_ROW)
    across = QHBoxLayout(row)
    across.setContentsMargins(0, 0, 0, 0)
    across.setSpacing(8)
    named = QLabel(caption)
    named.setProperty("role", "label")
    named.setFixedWidth(_LABEL)
    named.setBuddy(parts[0])
    across.addWidget(named)
    for part in parts:
        across.addWidget(part, 0 if part is not parts[-1] else 1, Qt.AlignmentFlag.AlignVCenter)
    return row

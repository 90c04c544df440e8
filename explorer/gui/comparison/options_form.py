"""The options of a network of the catalogue as a small form."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QWidget

from explorer.architectures.architecture import Architecture
from explorer.gui.panel import label


class OptionsForm(QWidget):
    """One editor for each option; those that are rows of rows are left out.

    Signals:
        edited(options): an option was changed; those that differ from the network's own.
    """

    edited = Signal(object)

    def __init__(
        self, architecture: Architecture, options: Mapping[str, Any], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, objectName="optionsForm")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._own = architecture.options
        self._options = dict(options)
        form = QFormLayout(self)
        form.setContentsMargins(10, 6, 10, 6)
        form.setVerticalSpacing(4)
        for name, own in self._own.items():
            editor = self._editor(name, own, self._options.get(name, own))
            if editor is None:
                continue
            words = name.replace("_", " ")
            editor.setObjectName(f"option.{name}")
            editor.setAccessibleName(words)
            editor.setToolTip(f"{words} of {architecture.title}; {_text(own)} unless told otherwise")
            form.addRow(label(words, "label"), editor)

    def _editor(self, name: str, own: Any, value: Any) -> QWidget | None:
        if isinstance(own, bool):
            box = QCheckBox()
            box.setChecked(bool(value))
            box.toggled.connect(lambda on: self._set(name, on))
            return box
        if isinstance(own, enum.Enum):
            choice = QComboBox()
            choice.addItems([str(item.value) for item in type(own)])
            choice.setCurrentText(_text(value))
            choice.currentTextChanged.connect(lambda text: self._set(name, text))
            return choice
        if isinstance(own, (int, float, str)) or name == "side":
            field = QLineEdit(_text(value))
            field.editingFinished.connect(lambda: self._typed(name, field.text()))
            return field
        return None

    def _typed(self, name: str, text: str) -> None:
        if text != _text(self._options.get(name, self._own[name])):
            self._set(name, _read(text, self._own[name], side=name == "side"))

    def _set(self, name: str, value: Any) -> None:
        """Keep an option where it differs from the network's own; a wrong value is refused by the network."""
        if value == _plain(self._own[name]):
            self._options.pop(name, None)
        else:
            self._options[name] = value
        self.edited.emit(dict(self._options))


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(_plain(value))


def _read(text: str, own: Any, *, side: bool) -> Any:
    """What was typed in the type of the option; as text where it is no such thing, so that it is refused."""
    text = text.strip()
    try:
        if side and "x" in text.lower():
            high, wide = text.lower().split("x")
            return int(high), int(wide)
        if isinstance(own, (int, tuple)):
            return int(text)
        return float(text) if isinstance(own, float) else text
    except ValueError:
        return text

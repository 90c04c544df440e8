"""A form of declared attributes: labels, fields, units, and why a value is refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from explorer.core.attribute import DEPTH, WIDTH, Attribute
from explorer.gui.attributes.editors import Editor, NumberField, Switch, editor_for, label_text
from explorer.gui.attributes.scale_slider import ScaleSlider, counts_around, widths_around
from explorer.gui.theme import Theme

_LABEL_WIDTH, _ROW = 96, 31
_AROUND: dict[str, Callable[[int], Sequence[int]]] = {WIDTH: widths_around, DEPTH: counts_around}
"""What the slider of a setting that scales offers, around the value it has."""


@dataclass(frozen=True)
class Setting:
    """One line of a form.

    `name` is dotted where the setting belongs to a nested operator ("block.channels"), `hint`
    stands behind the field. A `mixed` one is not the same for all that is edited together.
    `caption` is what stands before the field, where that is not the attribute's name; `nothing`
    is what an empty field says, where that stands for 0.
    """

    name: str
    declared: Attribute
    value: Any
    hint: str = ""
    mixed: bool = False
    caption: str = ""
    nothing: str = ""


class AttributeForm(QWidget):
    """Fields for settings.

    Signals:
        edited(name, value): a person chose another value.
        left(): a field lost the focus: the next edit is a step of its own.
        finished(): Enter ended what was begun with `reveal_first`, and its value was taken.
    """

    edited = Signal(str, object)
    left = Signal()
    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._lines: dict[str, _Line] = {}
        self._key: tuple[Any, ...] = ()
        self._theme: Theme | None = None
        self._advanced_shown = False
        self._idle: frozenset[str] = frozenset()
        self._begun = False
        self._more = QToolButton(text="More", checkable=True, objectName="moreAttributes")
        self._more.setProperty("flat", True)
        self._more.setToolTip("Show the settings that are seldom changed")
        self._more.setAccessibleName("More settings")
        self._more.toggled.connect(self._show_advanced)
        self._more.hide()
        self._column.addWidget(self._more)

    def show_settings(self, settings: Sequence[Setting]) -> None:
        """Show these settings; fields of the same settings stay, so that the focus does."""
        key = tuple((item.name, item.declared) for item in settings)
        if key != self._key:
            self._key = key
            self._rebuild(settings)
        for item in settings:
            self._lines[item.name].take(item)

    def hide_idle(self, names: Collection[str]) -> None:
        """Take away the fields of settings that count for nothing now; the others come back."""
        self._idle = frozenset(names)
        for name, line in self._lines.items():
            line.setVisible(self._is_wanted(name, line))

    def lock(self, free: Collection[str]) -> None:
        """Let only these settings be edited; all of them where none is named."""
        for name, line in self._lines.items():
            line.setEnabled(not free or name in free)

    def refuse(self, name: str, sentence: str) -> None:
        """Say beside a field why its value was not taken; "" takes the sentence away."""
        self._lines[name].refuse(sentence)

    def editor(self, name: str) -> Editor | None:
        """The field of a setting; a nested one may be asked for by its last word."""
        line = self._lines.get(name)
        if line is None:
            line = next((item for key, item in self._lines.items() if key.rpartition(".")[2] == name), None)
        return line.editor if line else None

    @property
    def first_editor(self) -> Editor | None:
        """The field that `reveal_first` leads to."""
        return next((line.editor for line in self._lines.values() if not line.advanced), None)

    def reveal_first(self) -> bool:
        """Give the first field the focus; False where there is none."""
        for name, line in self._lines.items():
            if not line.advanced:
                self.reveal(name)
                self._begun = True
                return True
        return False

    def reveal(self, name: str) -> None:
        """Give a field the focus, opening "More" where it is hidden."""
        editor = self.editor(name)
        if editor is None:
            return
        if editor.isHidden() or not editor.isVisibleTo(self):
            self._more.setChecked(True)
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(editor, NumberField):
            editor.selectAll()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for line in self._lines.values():
            line.set_theme(theme)

    def _rebuild(self, settings: Sequence[Setting]) -> None:
        for line in self._lines.values():
            self._column.removeWidget(line)
            line.hide()
            line.setParent(None)  # at once: names of fields must be unique
            line.deleteLater()
        self._lines = {}
        ordered = sorted(settings, key=lambda item: item.declared.advanced)
        # one slider for the width, where one figure says it: a row of them would bury the form
        scaled = [item.declared.scales for item in settings if not item.declared.advanced]
        sliding = [kind for kind in (WIDTH, DEPTH) if scaled.count(kind) == 1]
        for position, item in enumerate(ordered):
            line = _Line(item, self, slides=item.declared.scales in sliding)
            advanced = item.declared.advanced
            self._column.insertWidget(position + (1 if advanced else 0), line)
            line.edited.connect(self.edited)
            line.let_go.connect(self.left)
            last = item.name.rpartition(".")[2]
            twins = sum(other.name.rpartition(".")[2] == last for other in settings)
            line.editor.setObjectName(f"attribute.{item.name if twins > 1 else last}")
            line.editor.installEventFilter(self)
            line.setVisible(self._is_wanted(item.name, line))
            if self._theme is not None:
                line.set_theme(self._theme)
            self._lines[item.name] = line
        self._more.setVisible(any(item.declared.advanced for item in settings))
        for before, after in pairwise(ordered):
            QWidget.setTabOrder(self._lines[before.name].editor, self._lines[after.name].editor)

    def _finish(self) -> None:
        if self._begun and not any(line.refused for line in self._lines.values()):
            self._begun = False
            self.finished.emit()

    def _show_advanced(self, on: bool) -> None:
        self._advanced_shown = on
        self._more.setText("Less" if on else "More")
        for name, line in self._lines.items():
            if line.advanced:
                line.setVisible(self._is_wanted(name, line))

    def _is_wanted(self, name: str, line: _Line) -> bool:
        return name not in self._idle and (not line.advanced or self._advanced_shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        elif self._begun and isinstance(event, QKeyEvent) and _ends(event):
            QTimer.singleShot(0, self, self._finish)  # after the field has read what was typed
        return super().eventFilter(watched, event)


class _Line(QWidget):
    """A label, a field, what stands behind it, a slider for what scales, and why a value was refused."""

    edited = Signal(str, object)
    let_go = Signal()

    def __init__(self, setting: Setting, parent: QWidget, *, slides: bool) -> None:
        super().__init__(parent)
        self._name = setting.name
        self.advanced = setting.declared.advanced
        self.editor = editor_for(setting.declared, self)
        self._hint = _label("hint")
        self._hint.setWordWrap(True)  # a long one must not make the panel wider than its dock
        self._sentence = _label("error")
        self._sentence.setWordWrap(True)
        self._sentence.hide()
        caption = _label("label", setting.caption or label_text(setting.declared.name))
        caption.setToolTip(setting.declared.help)
        caption.setBuddy(self.editor)
        caption.setFixedWidth(_LABEL_WIDTH)
        caption.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.setRowMinimumHeight(0, _ROW)
        grid.addWidget(caption, 0, 0)
        grid.addWidget(self.editor, 0, 1, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self._hint, 0, 2)
        grid.addWidget(self._sentence, 2, 0, 1, 3)
        grid.setColumnStretch(2, 1)
        self._slider: ScaleSlider | None = None
        if slides and not self.advanced:
            self._slider = self._make_slider(setting)
            grid.addWidget(self._slider, 1, 1, 1, 2)
        self.editor.edited.connect(lambda value: self.edited.emit(self._name, value))
        if isinstance(self.editor, NumberField):
            self.editor.misread.connect(self.refuse)

    def _make_slider(self, setting: Setting) -> ScaleSlider:
        slider = ScaleSlider((setting.value,))
        caption = label_text(setting.declared.name)
        slider.setObjectName(f"slider.{setting.name}")
        slider.setAccessibleName(f"{caption}, by sliding")
        slider.setToolTip(f"{setting.declared.help}\nThe network follows; one drag is one step of undo.")
        slider.chosen.connect(lambda value: self.edited.emit(self._name, value))
        slider.let_go.connect(self.let_go)
        return slider

    def _slide(self, setting: Setting) -> None:
        slider, around = self._slider, _AROUND.get(setting.declared.scales)
        if slider is None or around is None or slider.isSliderDown():
            return
        if setting.value not in slider.values or len(slider.values) == 1:
            slider.set_values(around(setting.value))
        slider.show_value(setting.value)

    def take(self, setting: Setting) -> None:
        self._slide(setting)
        if isinstance(self.editor, NumberField):
            self.editor.say_nothing(setting.nothing)
        self.editor.show_value(setting.value, mixed=setting.mixed)
        self._hint.setText(setting.hint)
        self.refuse("")

    @property
    def refused(self) -> bool:
        return not self._sentence.isHidden()

    def refuse(self, sentence: str) -> None:
        if bool(sentence) == self._sentence.isHidden():
            self.editor.setProperty("refused", bool(sentence))
            self.editor.style().unpolish(self.editor)
            self.editor.style().polish(self.editor)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))

    def set_theme(self, theme: Theme) -> None:
        if isinstance(self.editor, Switch):
            self.editor.set_theme(theme)


def _ends(event: QKeyEvent) -> bool:
    keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
    return event.type() == QEvent.Type.KeyPress and event.key() in keys


def _label(role: str, text: str = "") -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    return made

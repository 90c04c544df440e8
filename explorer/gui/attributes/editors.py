"""Fields for declared attributes; every kind of attribute has one."""

from __future__ import annotations

import enum
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QSizePolicy, QWidget

from explorer.core.attribute import Attribute
from explorer.core.errors import ExplorerError
from explorer.core.shapes import Side
from explorer.gui.attributes.numbers import Notation
from explorer.gui.spin_box import indent
from explorer.gui.theme import Theme, theme

WIDTH, HEIGHT = 112, 26
_MIXED = "mixed"


class NumberField(QAbstractSpinBox):
    """A spin box for Python numbers of any size, for sides ("3", "1×7") and shapes.

    What is typed takes effect with Enter or when the field is left; arrows, wheel and
    `setValue` at once.

    Signals:
        edited(value): a person (or `setValue`) chose another value.
        misread(sentence): what was typed is no such number.
    """

    edited = Signal(object)
    misread = Signal(str)

    def __init__(self, declared: Attribute, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notation = Notation(declared)
        self._value: Any = declared.default
        self._mixed = False
        self._nothing = ""
        self.setFixedHeight(HEIGHT)
        self.setAccelerated(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        indent(self)
        self.lineEdit().returnPressed.connect(self._commit)

    def value(self) -> Any:
        """The value that was last shown or committed."""
        return self._value

    def setValue(self, value: Any) -> None:
        """Choose a value as a person would."""
        self._set(value)

    def type_over(self, text: str) -> None:
        """Begin with a text that was typed elsewhere; the rest is typed here."""
        self.lineEdit().setText(text)

    def say_nothing(self, words: str) -> None:
        """Let an empty field stand for 0, and say these words then."""
        self._nothing = words

    def show_value(self, value: Any, *, mixed: bool = False) -> None:
        """Show what the network has, nothing where that is `mixed`; announces nothing."""
        self._value, self._mixed = value, mixed
        text = "" if mixed else self._text(value)
        self.lineEdit().setPlaceholderText(_MIXED if mixed else self._nothing)
        if self.lineEdit().text() != text:
            self.lineEdit().setText(text)

    def _text(self, value: Any) -> str:
        return "" if self._nothing and value == 0 else self._notation.text(value)

    def _set(self, value: Any) -> None:
        self.lineEdit().setText(self._text(value))
        if value == self._value and type(value) is type(self._value) and not self._mixed:
            self.misread.emit("")
        else:
            # what is shown becomes the value when the network has taken it: `show_value`
            self.edited.emit(value)

    def _commit(self) -> None:
        text = self.lineEdit().text()
        if self._mixed and not text:
            return
        try:
            value = self._notation.read(text or "0" if self._nothing else text)
        except ExplorerError as error:
            self.misread.emit(str(error))
            return
        if text != self._text(self._value) or self._mixed or self.property("refused"):
            self._set(value)

    def stepBy(self, steps: int) -> None:
        self._commit()
        self._set(self._notation.stepped(self._value, steps))
        self.selectAll()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag
        enabled = flags.StepNone
        if self._notation.stepped(self._value, 1) != self._value:
            enabled |= flags.StepUpEnabled
        if self._notation.stepped(self._value, -1) != self._value:
            enabled |= flags.StepDownEnabled
        return enabled

    def validate(self, text: str, position: int) -> object:
        return QValidator.State.Acceptable, text, position

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._commit()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.show_value(self._value, mixed=self._mixed)
            self.misread.emit("")
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # scrolling the form must not turn figures under the pointer

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)


class Switch(QAbstractButton):
    """On or off, drawn as a sliding switch."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFixedSize(34, 24)
        self._theme: Theme | None = None
        self._mixed = False
        self.clicked.connect(self._clicked)

    def value(self) -> bool:
        """Whether it is on."""
        return self.isChecked()

    def setValue(self, on: bool) -> None:
        """Choose as a person would."""
        if on != self.isChecked():
            self.click()

    def show_value(self, value: Any, *, mixed: bool = False) -> None:
        """Show what the network has, the middle where that is `mixed`; announces nothing."""
        self._mixed = mixed
        self.setChecked(bool(value) and not mixed)
        self.update()

    def _clicked(self, on: bool) -> None:
        self._mixed = False
        self.edited.emit(on)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._theme or theme(self.palette().window().color().lightness() < 128)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(3, (self.height() - 15) / 2, 27, 15)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours["accent" if self.isChecked() else "line2"])
        painter.drawRoundedRect(track, 7.5, 7.5)
        painter.setBrush(colours["onaccent" if self.isChecked() else "raised"])
        middle = track.right() - 7.5 if self.isChecked() else track.left() + 7.5
        if self._mixed:
            middle = track.center().x()
        painter.drawEllipse(QPointF(middle, track.center().y()), 5.5, 5.5)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colours["accent"])
            painter.drawRoundedRect(track.adjusted(-2.5, -2.5, 2.5, 2.5), 10, 10)

    def sizeHint(self) -> QSize:
        return QSize(34, 24)


class Choice(QComboBox):
    """One of the values of an enumeration."""

    edited = Signal(object)

    def __init__(self, kind: type[enum.Enum], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = list(kind)
        self.addItems([str(getattr(item, "shown", item.value)) for item in self._values])
        self.setFixedHeight(HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.activated.connect(lambda index: self.edited.emit(self._values[index]))

    def value(self) -> enum.Enum:
        """What is chosen."""
        return self._values[self.currentIndex()]

    def setValue(self, value: Any) -> None:
        """Choose as a person would."""
        if self.currentIndex() < 0 or value != self.value():
            self.show_value(value)
            self.edited.emit(self.value())

    def show_value(self, value: Any, *, mixed: bool = False) -> None:
        """Show what the network has, nothing where that is `mixed`; announces nothing."""
        self.setPlaceholderText(_MIXED if mixed else "")
        self.setCurrentIndex(-1 if mixed else self._values.index(value))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling the form must not change what is chosen

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)


class TextField(QLineEdit):
    """A line of text; it takes effect with Enter or when the field is left."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = ""
        self.setFixedHeight(HEIGHT)
        self.editingFinished.connect(self._commit)

    def value(self) -> str:
        """What was last shown or committed."""
        return self._value

    def setValue(self, value: str) -> None:
        """Write as a person would."""
        self.setText(value)
        self._commit()

    def show_value(self, value: Any, *, mixed: bool = False) -> None:
        """Show what the network has, nothing where that is `mixed`; announces nothing."""
        self._value = "" if mixed else str(value)
        self.setPlaceholderText(_MIXED if mixed else "")
        if self.text() != self._value:
            self.setText(self._value)

    def _commit(self) -> None:
        if self.text() != self._value:
            self.edited.emit(self.text())

    def event(self, event: QEvent) -> bool:
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pressed and event.key() == Qt.Key.Key_Escape and self.text() != self._value:
            self.setText(self._value)
            return True
        return super().event(event)


Editor = NumberField | Switch | Choice | TextField


def editor_for(declared: Attribute, parent: QWidget | None = None) -> Editor:
    """The field for a declared attribute, named `attribute.<name>` and described for assistive tools."""
    kind = declared.kind
    made: Editor
    if kind is bool:
        made = Switch(parent)
    elif kind in (int, float, tuple) or kind is Side:
        made = NumberField(declared, parent)
    elif isinstance(kind, type) and issubclass(kind, enum.Enum):
        made = Choice(kind, parent)
    else:
        made = TextField(parent)
    if not isinstance(made, Switch):
        made.setFixedWidth(WIDTH)
        made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    made.setObjectName(f"attribute.{declared.name}")
    made.setAccessibleName(label_text(declared.name))
    made.setAccessibleDescription(declared.help)
    made.setToolTip(_tip(declared))
    return made


def label_text(name: str) -> str:
    """An attribute's name as people read it: out channels."""
    return name.replace("_", " ")


def _tip(declared: Attribute) -> str:
    if declared.low is None and declared.high is None:
        return declared.help
    return f"{declared.help}\n{declared.limits[:1].upper()}{declared.limits[1:]}."

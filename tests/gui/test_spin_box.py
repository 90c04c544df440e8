"""Fields of every kind look alike: one height, and texts that begin at one distance from the border."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from explorer.core.attribute import attributes
from explorer.gui.attributes.editors import NumberField
from explorer.gui.spin_box import SpinBox
from explorer.gui.style import style_sheet
from explorer.gui.theme import theme
from explorer.operators.convolution import Conv2d


def ink(field):
    """How many pixels lie between the left border and the first of the text."""
    image, step = field.grab().toImage(), field.devicePixelRatioF()
    ground = image.pixelColor(round(70 * step), round(6 * step)).lightness()
    for x in range(round(3 * step), round(60 * step)):
        column = [image.pixelColor(x, y).lightness() for y in range(round(6 * step), round(20 * step))]
        if max(abs(light - ground) for light in column) > 60:
            return x / step
    raise AssertionError("no text is drawn")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("focused", [False, True])
def test_fields_have_one_height_and_one_indent(qtbot, dark, focused):
    combo, line, spin = QComboBox(), QLineEdit("000"), SpinBox(prefix="00")
    number = NumberField(attributes(Conv2d)[0])
    combo.addItem("000")
    number.show_value(100)
    around = QWidget()
    around.setStyleSheet(style_sheet(theme(dark=dark)))
    column = QVBoxLayout(around)
    for field in (combo, line, spin, number):
        column.addWidget(field)
    qtbot.addWidget(around)
    around.resize(160, 200)
    around.show()
    qtbot.waitExposed(around)
    for field in (spin, number):
        if focused:
            field.setFocus(Qt.FocusReason.TabFocusReason)
            qtbot.waitUntil(field.hasFocus)
            field.lineEdit().deselect()
        assert field.height() == combo.height() == line.height()
        assert ink(field) == pytest.approx(ink(combo), abs=2.5), type(field)


def test_every_spin_box_of_the_window_is_indented():
    """A plain QSpinBox would stand out: none is made anywhere else."""
    import ast
    from pathlib import Path

    import explorer.gui

    made = [
        path.name
        for path in Path(explorer.gui.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"QSpinBox", "QDoubleSpinBox"}
    ]
    assert not made
    assert issubclass(SpinBox, QAbstractSpinBox)

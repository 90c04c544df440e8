"""The row of ways to ask: how one value came about, why a class was chosen, what a map answers to."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QMenu, QPushButton, QWidget

from explorer.engine.causes.methods import METHODS, method_named
from explorer.gui.inspector.methods.flow import ButtonFlow

VALUE, MAXIMIZE, PICTURES = "value", "maximize", "pictures"

_FIRST = (
    (VALUE, "Value", "How one number of a map came about, down to its multiplications"),
    ("grad_cam", "Grad-CAM", "Which places of a layer's maps speak for a class"),
    ("occlusion", "Occlusion", "What the class loses where a patch of the picture is covered"),
    ("saliency", "Saliency", "Where a small change of a pixel moves the class most"),
    (MAXIMIZE, "Maximize", "A picture made from noise that a map answers to most"),
    (PICTURES, "Pictures", "The pictures of a data set that excite a map most"),
)
_MORE = tuple(method.name for method in METHODS if method.name not in {name for name, _, _ in _FIRST})


class MethodList(ButtonFlow):
    """One of the ways is chosen; the arrow keys move between them.

    Signals:
        chosen(name): VALUE, MAXIMIZE, PICTURES or the name of a method of `engine.causes`.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("methodList")
        self.setAccessibleName("Ways to ask")
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        for name, text, tip in _FIRST:
            self._add_button(name, text, tip)
        self._extra = self._add_button("", "…", "Another way to ask why a class was chosen")
        self._extra.hide()
        self.more = QPushButton("…")
        self.more.setProperty("kind", "pill")
        self.more.setToolTip("More ways to ask why a class was chosen")
        self.more.setAccessibleName("More ways to ask")
        self.more.setAutoDefault(False)
        menu = QMenu(self.more)
        menu.setToolTipsVisible(True)
        for name in _MORE:
            action = QAction(method_named(name).title, menu)
            action.setToolTip(method_named(name).limit)
            action.triggered.connect(lambda _=False, name=name: self.choose(name))
            menu.addAction(action)
        self.more.setMenu(menu)
        self.add(self.more)
        self._name = VALUE
        self._buttons[VALUE].setChecked(True)

    @property
    def name(self) -> str:
        """The way that is chosen."""
        return self._name

    def button(self, name: str) -> QPushButton:
        """The button of a way; those in the menu have one while they are chosen."""
        return self._buttons[name]

    def choose(self, name: str) -> None:
        """Choose a way; one of the menu gets a button of its own."""
        if name not in self._buttons or name in _MORE:
            self._show_extra(name)
        self._buttons[name].setChecked(True)
        self._take(name)

    def _add_button(self, name: str, text: str, tip: str) -> QPushButton:
        made = QPushButton(text, checkable=True)
        made.setProperty("kind", "pill")
        made.setToolTip(tip)
        made.setAccessibleName(text)
        made.setAutoDefault(False)
        made.toggled.connect(lambda on: self._take(self._name_of(made)) if on else None)
        self._group.addButton(made)
        if name:
            self._buttons[name] = made
        self.add(made)
        return made

    def _name_of(self, button: QPushButton) -> str:
        return next(name for name, known in self._buttons.items() if known is button)

    def _show_extra(self, name: str) -> None:
        self._buttons = {known: button for known, button in self._buttons.items() if known not in _MORE}
        self._buttons[name] = self._extra
        method = method_named(name)
        self._extra.setText(method.title)
        self._extra.setAccessibleName(method.title)
        self._extra.setToolTip(method.limit)
        self._extra.show()
        self._arrange()

    def _take(self, name: str) -> None:
        if name != self._name:
            self._name = name
            self.chosen.emit(name)

"""The actions of one window: made from their declarations, put into menus, bound to what they do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from explorer.gui.declared_actions import MENUS, TABLE, Declared
from explorer.gui.icons import icon
from explorer.gui.theme import Theme


class Actions:
    """The actions of one window, by verb; object names are `action.<verb>`."""

    def __init__(self, parent: QWidget) -> None:
        self._actions = {item.verb: _made(item, parent) for item in TABLE}
        for name in dict.fromkeys(item.group for item in TABLE if item.group):
            group = QActionGroup(parent)  # of these one is checked
            for item in TABLE:
                if item.group == name:
                    group.addAction(self._actions[item.verb])

    def __getitem__(self, verb: str) -> QAction:
        return self._actions[verb]

    def connect(self, commands: Mapping[str, Callable[[], object]]) -> None:
        """Bind every action to what it does."""
        for verb, command in commands.items():
            self._actions[verb].triggered.connect(lambda _=False, run=command: run())

    def fill(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Make the menus of the table; they are returned by their titles."""
        menus = {}
        for title in MENUS:
            menu = menus[title] = bar.addMenu(title)
            menu.setToolTipsVisible(True)
            for item in TABLE:
                if item.menu == title:
                    self._add(menu, item)
        return menus

    def _add(self, menu: QMenu, item: Declared) -> None:
        if item.rule:
            menu.addSeparator()
        if item.submenu:
            name = f"menu.{item.group}"
            inner = menu.findChild(QMenu, name)
            if inner is None:
                inner = menu.addMenu(item.submenu)
                inner.setObjectName(name)
                inner.setToolTipsVisible(True)
            menu = inner
        menu.addAction(self._actions[item.verb])

    def set_theme(self, theme: Theme) -> None:
        """Colour the icons."""
        for item in TABLE:
            if item.icon:
                self._actions[item.verb].setIcon(icon(item.icon, theme))

    def say(self, verb: str, text: str, tip: str) -> None:
        """Give an action other words ("Undo: set stride of conv2")."""
        action = self._actions[verb]
        keys = action.text().partition("\t")[2]
        action.setText(f"{text}\t{keys}" if keys else text)
        action.setToolTip(_with_shortcut(tip, action))


def _made(item: Declared, parent: QWidget) -> QAction:
    # keys after a tab are shown beside the text; what they do is done by the canvas itself
    action = QAction(f"{item.text}\t{item.keys}" if item.keys else item.text, parent)
    action.setObjectName(f"action.{item.verb}")
    if item.shortcut is not None:
        action.setShortcut(QKeySequence(item.shortcut))
    action.setToolTip(_with_shortcut(item.tip, action))
    action.setStatusTip("")
    action.setCheckable(item.switch or bool(item.group))
    parent.addAction(action)
    return action


def _with_shortcut(tip: str, action: QAction) -> str:
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    keys = keys or action.text().partition("\t")[2]
    return f"{tip} ({keys})" if keys else tip

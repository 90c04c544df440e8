"""Every action of the window, declared in one table: words, shortcut, icon and menu."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from explorer.gui.icons import icon
from explorer.gui.theme import Theme

FILE, EDIT, VIEW, NETWORK, TRAIN, HELP = "&File", "&Edit", "&View", "&Network", "&Train", "&Help"
MENUS = (FILE, EDIT, VIEW, NETWORK, TRAIN, HELP)

Key = QKeySequence.StandardKey


@dataclass(frozen=True)
class Declared:
    """An action. `group` names those of which one is checked; `checked` ones are switches.

    A rule stands above an action with `rule`. `design` ones work in the Design area only.
    """

    verb: str
    text: str
    tip: str
    menu: str
    shortcut: str | QKeySequence.StandardKey | None = None
    icon: str = ""
    rule: bool = False
    switch: bool = False
    group: str = ""
    design: bool = False


TABLE: tuple[Declared, ...] = (
    Declared("new", "&New", "Start with an empty network", FILE, Key.New, "new"),
    Declared("open", "&Open…", "Open a network from a file", FILE, Key.Open, "open"),
    Declared("save", "&Save", "Save to the file it came from", FILE, Key.Save, "save", rule=True),
    Declared("saveAs", "Save &as…", "Save to another file", FILE, "Ctrl+Shift+S"),
    Declared(
        "exportTable",
        "&Export the layer table…",
        "Write the table as CSV, Markdown, LaTeX, JSON or text",
        FILE,
        icon="export",
    ),
    Declared("quit", "&Quit", "Close the window", FILE, Key.Quit, rule=True),
    Declared("undo", "&Undo", "Take the last edit back", EDIT, Key.Undo, "undo"),
    Declared("redo", "&Redo", "Do again what was undone", EDIT, "Ctrl+Shift+Z", "redo"),
    Declared(
        "cut",
        "Cu&t",
        "Move the selected layers to the clipboard",
        EDIT,
        Key.Cut,
        "cut",
        rule=True,
        design=True,
    ),
    Declared("copy", "&Copy", "Copy the selected layers, as text", EDIT, Key.Copy, "copy", design=True),
    Declared("paste", "&Paste", "Put copied layers into the network", EDIT, Key.Paste, "paste", design=True),
    Declared(
        "duplicate", "D&uplicate", "Copy the selected layers beside themselves", EDIT, "Ctrl+D", design=True
    ),
    Declared(
        "delete",
        "&Delete",
        "Take the selected layers out and join their neighbours",
        EDIT,
        icon="delete",
        rule=True,
        design=True,
    ),
    Declared(
        "deleteGap",
        "Delete and leave the &gap",
        "Take the selected layers out without joining their neighbours",
        EDIT,
        design=True,
    ),
    Declared("selectAll", "Select &all", "Select every layer", EDIT, Key.SelectAll, rule=True, design=True),
    Declared("find", "&Find…", "Look for a layer by name", EDIT, Key.Find, "search"),
    Declared("zoomIn", "Zoom &in", "Show the canvas larger", VIEW, "Ctrl++", "zoom-in", design=True),
    Declared("zoomOut", "Zoom &out", "Show the canvas smaller", VIEW, "Ctrl+-", "zoom-out", design=True),
    Declared("fit", "&Fit", "Show the whole network", VIEW, "Ctrl+0", "fit", design=True),
    Declared("design", "&Design", "Build the network", VIEW, "Ctrl+1", rule=True, group="area"),
    Declared("train", "&Train", "Train the network and watch it learn", VIEW, "Ctrl+2", group="area"),
    Declared("inspect", "&Inspect", "Look at feature maps and predictions", VIEW, "Ctrl+3", group="area"),
    Declared(
        "showPalette",
        "&Palette",
        "Show or hide blocks and networks",
        VIEW,
        rule=True,
        switch=True,
        design=True,
    ),
    Declared(
        "showProperties", "P&roperties", "Show or hide settings and formulas", VIEW, switch=True, design=True
    ),
    Declared("showLayers", "&Layer table", "Show or hide the layer table", VIEW, switch=True, design=True),
    Declared(
        "restoreLayout",
        "Restore the la&yout",
        "Put all panels back where they were at first",
        VIEW,
        design=True,
    ),
    Declared(
        "themeSystem", "&System theme", "Light or dark as the system is", VIEW, rule=True, group="theme"
    ),
    Declared("themeLight", "Li&ght theme", "Dark text on light ground", VIEW, group="theme"),
    Declared("themeDark", "Dar&k theme", "Light text on dark ground", VIEW, group="theme"),
    Declared("arrange", "&Arrange", "Lay out all layers anew", NETWORK, "Ctrl+L", "arrange", design=True),
    Declared(
        "fold", "&Fold or unfold", "Show or hide what is inside the selected blocks", NETWORK, design=True
    ),
    Declared(
        "dissolve",
        "&Dissolve the block",
        "Put what is inside the selected block in its place",
        NETWORK,
        "Ctrl+Shift+G",
        design=True,
    ),
    Declared(
        "nextProblem",
        "&Next problem",
        "Select the next layer that has a problem",
        NETWORK,
        "F8",
        "warning",
        rule=True,
    ),
    Declared("startTraining", "&Start", "Train the network with its recipe", TRAIN, "Ctrl+Return", "play"),
    Declared("stopTraining", "S&top", "End the training after its current step", TRAIN, "Ctrl+.", "stop"),
    Declared("about", "&About", "Version, conventions and device", HELP, icon="help"),
)


class Actions:
    """The actions of one window, by verb; object names are `action.<verb>`."""

    def __init__(self, parent: QWidget) -> None:
        self._actions = {item.verb: _made(item, parent) for item in TABLE}

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
                    if item.rule:
                        menu.addSeparator()
                    menu.addAction(self._actions[item.verb])
        return menus

    def set_theme(self, theme: Theme) -> None:
        """Colour the icons."""
        for item in TABLE:
            if item.icon:
                self._actions[item.verb].setIcon(icon(item.icon, theme))

    def say(self, verb: str, text: str, tip: str) -> None:
        """Give an action other words ("Undo: set stride of conv2")."""
        action = self._actions[verb]
        action.setText(text)
        action.setToolTip(_with_shortcut(tip, action))


def _made(item: Declared, parent: QWidget) -> QAction:
    action = QAction(item.text, parent)
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
    return f"{tip} ({keys})" if keys else tip

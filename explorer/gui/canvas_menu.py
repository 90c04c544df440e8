"""The menu of the canvas: what can be done to what is under the pointer, by the window's actions."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from explorer.gui.actions import Actions

_OF_LAYERS = (
    ("quickAdd", "addSkip"),
    ("rename", "fold", "repeat"),
    ("group", "dissolve", "promote", "keepBlock"),
    ("cut", "copy", "duplicate"),
    ("delete", "deleteGap"),
)
_OF_EDGE = (("quickAdd",), ("delete",))
_OF_PAGE = (("quickAdd", "paste"), ("selectAll", "find"), ("arrange", "fit"), ("exportPicture",))


def show_canvas_menu(parent: QWidget, actions: Actions, place: QPoint, *, chosen: bool, edge: bool) -> None:
    """Show the menu of the `chosen` layers, of an `edge` or of the page: what can be done there now."""
    menu = QMenu(parent, objectName="canvasMenu")
    menu.setAccessibleName("What can be done here")
    menu.setToolTipsVisible(True)
    menu.aboutToHide.connect(menu.deleteLater)
    for verbs in _OF_LAYERS if chosen else _OF_EDGE if edge else _OF_PAGE:
        usable = [actions[verb] for verb in verbs if actions[verb].isEnabled()]
        if usable and not menu.isEmpty():
            menu.addSeparator()
        menu.addActions(usable)
    menu.popup(place)


__all__ = ["show_canvas_menu"]

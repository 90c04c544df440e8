"""The row at the top: menus, the switch of the work areas, undo, theme and device."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenuBar, QToolButton, QWidget

from explorer.gui.actions import Actions
from explorer.gui.device_choice import DeviceChoice
from explorer.gui.icons import icon
from explorer.gui.segments import Segments
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

AREAS = (
    ("Design", "Build the network (Ctrl+1)"),
    ("Train", "Train the network and watch it learn (Ctrl+2)"),
    ("Inspect", "Look at feature maps and predictions (Ctrl+3)"),
    ("Compare", "Set networks side by side (Ctrl+4)"),
)
_HEIGHT = 44


class MenuRow(QWidget):
    """Stands where a menu bar would."""

    def __init__(self, actions: Actions, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="menuRow")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(_HEIGHT)
        self.bar = QMenuBar(self)
        self.bar.setNativeMenuBar(False)
        self.areas = Segments(AREAS, 32)
        self.areas.setObjectName("workAreas")
        self.areas.setAccessibleName("Work area")
        for index in range(len(AREAS)):
            self.areas.button(index).setMinimumWidth(84)
        self.theme_button = QToolButton()
        self.theme_button.setFixedSize(28, 28)
        self.theme_button.setProperty("flat", True)
        self.theme_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.device = DeviceChoice(workbench)
        self._right = QWidget(self)
        right = QHBoxLayout(self._right)
        right.setContentsMargins(0, 0, 12, 0)
        right.setSpacing(4)
        right.addStretch(1)
        for verb in ("undo", "redo"):
            button = QToolButton()
            button.setDefaultAction(actions[verb])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setFixedSize(28, 28)
            button.setProperty("flat", True)
            button.setAccessibleName(verb.capitalize())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            right.addWidget(button)
        rule = QWidget()
        rule.setFixedSize(9, 20)
        right.addWidget(rule)
        right.addWidget(self.theme_button)
        right.addSpacing(4)
        right.addWidget(self.device)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.bar, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.areas, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._right, 1)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.device.set_theme(theme)
        self.theme_button.setIcon(icon("light" if theme.dark else "dark", theme))
        tip = "Switch to the light theme" if theme.dark else "Switch to the dark theme"
        self.theme_button.setToolTip(tip)
        self.theme_button.setAccessibleName(tip)

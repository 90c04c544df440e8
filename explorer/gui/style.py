"""The look of standard widgets: QPalette and style sheet, both from the table of colours."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QPalette

from explorer.gui.resources import resource
from explorer.gui.theme import Theme

_ROLES = {
    QPalette.ColorRole.Window: "panel",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "raised",
    QPalette.ColorRole.AlternateBase: "panel",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "text3",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "err",
    QPalette.ColorRole.Highlight: "accentbg",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.Light: "hover",
    QPalette.ColorRole.Midlight: "hover",
    QPalette.ColorRole.Mid: "line2",
    QPalette.ColorRole.Dark: "line",
    QPalette.ColorRole.Shadow: "line",
    QPalette.ColorRole.Accent: "accent",
}
_PALE = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText)


def qt_palette(theme: Theme) -> QPalette:
    """The theme as Qt's own table of colours."""
    palette = QPalette()
    for role, token in _ROLES.items():
        palette.setColor(role, theme[token])
    for role in _PALE:
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme["edge"])
    return palette


@cache
def style_sheet(theme: Theme) -> str:
    """The style sheet of the window in the colours of a theme."""
    path = resource("style.qss")
    sheet = path.read_text(encoding="utf-8")
    sheet = sheet.replace("@icons", (path.parent / "icons").as_posix())
    sheet = sheet.replace("@shade", "dark" if theme.dark else "light")
    sheet = sheet.replace("@segment", theme.hex("accentbg" if theme.dark else "raised"))
    # longest names first: @text is the beginning of @text2
    for name in sorted(theme.tokens, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", theme.hex(name))
    return sheet

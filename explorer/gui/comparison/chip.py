"""The button of one compared network: its colour, its name, where it comes from."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from explorer.gui.comparison.plate import put_text, slot_colour, text_width
from explorer.gui.fonts import NORMAL, SEMIBOLD
from explorer.gui.icons import draw_icon
from explorer.gui.theme import Theme

_HIGH, _LEAST, _MOST = 40, 120, 262


class NetworkChip(QAbstractButton):
    """Click it to choose another network, its options, or to take it away."""

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"comparedNetwork.{place}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HIGH)
        self.setMinimumWidth(_LEAST)
        self.setMaximumWidth(_MOST)
        self._theme: Theme | None = None
        self._slot = place
        self._title, self._detail, self._wrong = "", "", False

    @property
    def texts(self) -> tuple[str, str]:
        """Its two lines."""
        return self._title, self._detail

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_network(self, slot: int, title: str, detail: str, *, wrong: bool = False) -> None:
        """Show a network with the colour of its place; a `wrong` one has no figures, `detail` says why."""
        self._slot, self._title, self._detail, self._wrong = slot, title, detail, wrong
        self.setAccessibleName(f"Compared network: {title}")
        self.setToolTip(f"{title}\n{detail}\nClick to choose another network or its options")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        wide = max(text_width(self._title, 13, SEMIBOLD), text_width(self._detail, 11)) + 58
        return QSize(round(min(_MOST, max(_LEAST, wide))), _HIGH)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        if theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        border = "accent" if focused else "err" if self._wrong else "text3" if self.underMouse() else "line2"
        painter.setPen(QPen(theme[border], 2 if focused else 1))
        painter.setBrush(theme["errbg" if self._wrong else "raised"])
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme["err"] if self._wrong else slot_colour(theme, self._slot))
        painter.drawRoundedRect(QRectF(10, 9, 4, _HIGH - 18), 2, 2)
        room = QRectF(24, 4, self.width() - 24 - 28, 17)
        put_text(painter, room, self._title, theme["text"], 13, SEMIBOLD)
        ink = theme["err" if self._wrong else "text3"]
        put_text(painter, room.translated(0, 16), self._detail, ink, 11, NORMAL)
        draw_icon(painter, "down", QRectF(self.width() - 23, _HIGH / 2 - 6, 12, 12), theme["text2"])
        painter.end()

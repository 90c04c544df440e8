"""What floats over the canvas: zoom control, and the empty state."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.gui.fonts import font
from explorer.gui.theme import Theme


class ZoomBar(QFrame):
    """− 100 % + and zoom to fit.

    Signals:
        zoomed_out(), zoomed_in(), reset(), fitted(): what was pressed.
    """

    zoomed_out = Signal()
    zoomed_in = Signal()
    reset = Signal()
    fitted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("zoomBar")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 3, 4, 3)
        row.setSpacing(0)
        self._percent = self._button("100 %", "Zoom to 100 % (Ctrl+0)", self.reset)
        self._percent.setObjectName("zoomPercent")
        self._percent.setFixedWidth(58)
        row.addWidget(self._button("−", "Zoom out (Ctrl+-)", self.zoomed_out))
        row.addWidget(self._percent)
        row.addWidget(self._button("+", "Zoom in (Ctrl++)", self.zoomed_in))
        fit = _FitButton(self)
        fit.setToolTip("Zoom to fit (F)")
        fit.setAccessibleName("Zoom to fit")
        fit.clicked.connect(self.fitted)
        row.addWidget(fit)
        self.adjustSize()

    def show_zoom(self, zoom: float) -> None:
        """Say how large the network is drawn."""
        percent = zoom * 100
        self._percent.setText(f"{percent:.0f} %" if percent >= 1 else f"{percent:.1f} %")

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        self.setStyleSheet(
            f"#zoomBar {{ background: {theme.hex('panel')}; border: 1px solid {theme.hex('line')};"
            " border-radius: 8px; }"
            f"#zoomBar QToolButton {{ color: {theme.hex('text2')}; background: transparent; border: none;"
            " border-radius: 6px; min-height: 26px; }"
            f"#zoomBar QToolButton:hover {{ background: {theme.hex('hover')}; color: {theme.hex('text')}; }}"
        )

    def _button(self, text: str, tip: str, signal: Signal) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip.partition(" (")[0])
        button.setFont(font(16 if len(text) == 1 else 12))
        button.setFixedWidth(28)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(signal)
        return button


class _FitButton(QToolButton):
    """Four corners: everything into view."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(28)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self.palette().buttonText().color(), 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        x, y, half, arm = self.width() / 2, self.height() / 2, 6, 3.5
        for right in (-1, 1):
            for down in (-1, 1):
                corner_x, corner_y = x + right * half, y + down * half
                painter.drawLine(int(corner_x), int(corner_y), int(corner_x - right * arm), int(corner_y))
                painter.drawLine(int(corner_x), int(corner_y), int(corner_x), int(corner_y - down * arm))
        painter.end()


class EmptyState(QWidget):
    """What an empty canvas says.

    Signals:
        opened(name): open this network of the catalogue.
        file_wanted(): choose a file to open.
    """

    opened = Signal(str)
    file_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("emptyState")
        column = QVBoxLayout(self)
        column.setSpacing(14)
        self._icon = _BlockIcon(self)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        self._sentence = QLabel("Drag a block here, or open a network.", self)
        self._sentence.setFont(font(13))
        column.addWidget(self._sentence, 0, Qt.AlignmentFlag.AlignHCenter)
        self._button = QPushButton("Open ResNet-18", self)
        self._button.setObjectName("openExample")
        self._button.setToolTip("Open ResNet-18 from the catalogue")
        self._button.setFont(font(12, 500))
        self._button.setFixedHeight(28)
        self._button.clicked.connect(lambda: self.opened.emit("resnet18"))
        self._other = QPushButton("Open…", self)
        self._other.setObjectName("openFile")
        self._other.setToolTip("Open a network from a file (Ctrl+O)")
        self._other.setFont(font(12, 500))
        self._other.setFixedHeight(28)
        self._other.clicked.connect(self.file_wanted)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self._button)
        row.addWidget(self._other)
        row.addStretch(1)
        column.addLayout(row)
        self.adjustSize()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        self._icon.colour = theme["text3"]
        self._sentence.setStyleSheet(f"color: {theme.hex('text2')}; background: transparent;")
        self._button.setStyleSheet(
            f"QPushButton {{ color: {theme.hex('onaccent')}; background: {theme.hex('accent')};"
            " border: none; border-radius: 6px; padding: 0 14px; }"
            f"QPushButton:focus {{ border: 2px solid {theme.hex('text')}; }}"
        )
        self._other.setStyleSheet(
            f"QPushButton {{ color: {theme.hex('text')}; background: {theme.hex('raised')};"
            f" border: 1px solid {theme.hex('line2')}; border-radius: 6px; padding: 0 14px; }}"
            f"QPushButton:hover {{ background: {theme.hex('hover')}; }}"
            f"QPushButton:focus {{ border: 2px solid {theme.hex('accent')}; }}"
        )


class _BlockIcon(QWidget):
    """Two blocks and an edge, 32 px."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.colour = QColor()
        self.setFixedSize(32, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.colour, 1.5))
        painter.drawRoundedRect(4, 4, 24, 9, 2, 2)
        painter.drawRoundedRect(4, 19, 24, 9, 2, 2)
        painter.drawLine(16, 13, 16, 19)
        painter.end()

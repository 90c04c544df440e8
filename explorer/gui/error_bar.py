"""A bar above the work area that says what went wrong, what is safe and what to do."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from explorer.gui.icons import icon
from explorer.gui.theme import Theme


class ErrorBar(QFrame):
    """Hidden while there is nothing to say. It stays until it is closed or something else is said."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="errorBar")
        self._details = ""
        self._icon = QLabel()
        self.sentence = QLabel(wordWrap=True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.copy = QPushButton("Copy details", autoDefault=False)
        self.copy.setProperty("kind", "plain")
        self.copy.setToolTip("Copy what a developer needs to know")
        self.copy.setAccessibleName("Copy details")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._details))
        self.dismiss = QToolButton()
        self.dismiss.setProperty("flat", True)
        self.dismiss.setFixedSize(28, 28)
        self.dismiss.setToolTip("Close this message")
        self.dismiss.setAccessibleName("Close this message")
        self.dismiss.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 8, 6)
        row.setSpacing(10)
        for part in (self._icon, self.sentence, self.copy, self.dismiss):
            row.addWidget(part)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._icon.setPixmap(icon("warning", theme, "err").pixmap(QSize(16, 16)))
        self.dismiss.setIcon(icon("close", theme))

    def say(self, sentence: str, details: str = "") -> None:
        """Show a sentence; details go to the clipboard on request, never to the eye."""
        text = sentence.strip()
        self.sentence.setText(
            f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")
        )
        self._details = details
        self.copy.setVisible(bool(details))
        self.show()

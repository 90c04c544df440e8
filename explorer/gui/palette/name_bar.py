"""A bar at the foot of the palette that asks for the name of a block."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from explorer.core.errors import ExplorerError


class NameBar(QFrame):
    """Hidden until it asks. Enter or the button takes the name, Esc or "No" leaves it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="nameBar")
        self.setProperty("role", "offer")
        self._take: Callable[[str], object] | None = None
        self.sentence = QLabel(wordWrap=True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setProperty("role", "label")
        self.name = QLineEdit(objectName="blockName")
        self.name.setAccessibleName("Name of the block")
        self.name.setToolTip("How the palette calls the block; Enter takes the name")
        self.name.installEventFilter(self)
        self.refusal = QLabel(wordWrap=True)
        self.refusal.setTextFormat(Qt.TextFormat.PlainText)
        self.refusal.setProperty("role", "error")
        self.yes = QPushButton("Keep", autoDefault=False, objectName="takeBlockName")
        self.yes.setProperty("kind", "primary")
        self.yes.clicked.connect(self._accept)
        self.no = QPushButton("No", autoDefault=False)
        self.no.setProperty("kind", "plain")
        self.no.setToolTip("Leave it (Esc)")
        self.no.setAccessibleName("No")
        self.no.clicked.connect(self.end)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.yes, 1)
        buttons.addWidget(self.no)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        for part in (self.sentence, self.name, self.refusal):
            column.addWidget(part)
        column.addLayout(buttons)
        self.hide()

    def ask(self, sentence: str, verb: str, name: str, take: Callable[[str], object]) -> None:
        """Ask under which name; `take` gets it, and may raise an ExplorerError that says why not."""
        self._take = take
        self.sentence.setText(sentence)
        self.yes.setText(verb)
        self.yes.setAccessibleName(verb)
        self.yes.setToolTip(f"{verb} (Enter)")
        self.name.setText(name)
        self.name.selectAll()
        self._refuse("")
        self.show()

    def end(self) -> None:
        """Ask no more."""
        self._take = None
        self.hide()

    def _accept(self) -> None:
        if self._take is None:
            return
        try:
            self._take(self.name.text().strip())
        except ExplorerError as error:
            text = str(error)
            self._refuse(f"{text[:1].upper()}{text[1:]}.")
            return
        self.end()

    def _refuse(self, sentence: str) -> None:
        self.refusal.setText(sentence)
        self.refusal.setVisible(bool(sentence))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self.name:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._accept()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.end()
                return True
        return super().eventFilter(watched, event)

"""Parts that side panels are made of: titles, hints, facts, notices, empty states."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.gui.focus_order import chain
from explorer.gui.icons import icon
from explorer.gui.progress import Bar as Bar
from explorer.gui.progress import ProgressLine as ProgressLine
from explorer.gui.selectable import SelectableLabel
from explorer.gui.theme import Theme


def sentence(text: str) -> str:
    """The text of an error with a capital letter, unless it begins with a name."""
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.isalpha() else text


def label(text: str = "", role: str = "body", *, wrap: bool = False) -> QLabel:
    """A text in one of the roles title, result, body, label, figure, hint and error."""
    made = QLabel(text)
    made.setProperty("role", role)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if wrap:
        made.setWordWrap(True)
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made


def button(text: str, pressed: Callable[[], object], tip: str, *, primary: bool = False) -> QPushButton:
    """A button with a text; it calls `pressed` without arguments."""
    made = QPushButton(text)
    made.setProperty("kind", "primary" if primary else "plain")
    made.setToolTip(tip)
    made.setAccessibleName(text)
    made.setAutoDefault(False)
    made.clicked.connect(lambda: pressed())
    return made


class IconButton(QToolButton):
    """A button of 28 by 28 pixels with an icon alone; `tip` says what it does."""

    def __init__(self, name: str, tip: str, *, framed: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = name
        self._theme: Theme | None = None
        self.setProperty("flat", True)
        self.setProperty("framed", framed)
        self.setFixedSize(28, 28)
        self.setIconSize(QSize(16, 16))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.describe(tip)

    def describe(self, tip: str) -> None:
        """Say what the button does now."""
        self.setToolTip(tip)
        self.setAccessibleName(tip)

    def set_sign(self, name: str) -> None:
        """Show another icon."""
        self._sign = name
        if self._theme is not None:
            self.setIcon(icon(name, self._theme, "text"))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.setIcon(icon(self._sign, theme, "text"))


def panel() -> tuple[QFrame, QVBoxLayout]:
    """An empty panel and its column."""
    frame = QFrame()
    frame.setProperty("role", "panel")
    column = QVBoxLayout(frame)
    column.setContentsMargins(14, 12, 14, 12)
    column.setSpacing(8)
    return frame, column


def rule(*, upright: bool = False) -> QFrame:
    """A hairline between two regions."""
    line = QFrame()
    line.setProperty("role", "rule")
    if upright:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line


class Facts(QWidget):
    """Rows of a name at the left and a figure at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []

    @property
    def shown(self) -> dict[str, str]:
        """What stands there, name to figure."""
        return {name.text(): figure.text() for name, figure in self._rows if not name.isHidden()}

    def show_facts(self, facts: dict[str, str]) -> None:
        """Show these rows and no others."""
        while len(self._rows) < len(facts):
            row = label(role="label"), SelectableLabel("figure")
            row[1].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column, part in enumerate(row):
                self._grid.addWidget(part, len(self._rows), column)
            self._rows.append(row)
        for index, (name, figure) in enumerate(self._rows):
            name.setVisible(index < len(facts))
            figure.setVisible(index < len(facts))
        for (name, figure), (said, value) in zip(self._rows, facts.items(), strict=False):
            name.setText(said)
            figure.setText(value)


class Notice(QFrame):
    """One sentence with at most two buttons; hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(8)
        self.sentence = SelectableLabel("title")
        row.addWidget(self.sentence, 1)
        self._buttons: list[QPushButton] = []
        self._before: QWidget | None = None
        self.hide()

    @property
    def buttons(self) -> list[QPushButton]:
        """The buttons that stand there now."""
        return list(self._buttons)

    def follow(self, before: QWidget) -> None:
        """Let Tab come to the buttons after this part: they are made long after it."""
        self._before = before

    def say(self, sentence: str, *buttons: QPushButton, grave: bool = True) -> None:
        """Show a sentence; "" hides the notice."""
        for old in self._buttons:
            old.hide()
            old.deleteLater()
        self._buttons = list(buttons)
        self.setProperty("grave", grave)
        self.style().unpolish(self)
        self.style().polish(self)
        self.sentence.setText(sentence)
        for made in buttons:
            self.layout().addWidget(made)
        if self._before is not None and buttons:
            chain(self._before, self)
        self.setVisible(bool(sentence))


class EmptyState(QWidget):
    """An icon, one sentence and a button or two, at 40 % of the height."""

    def __init__(
        self, sign: str, sentence: str, *buttons: QPushButton, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._sign, self._said, self._buttons = sign, sentence, buttons
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(4)
        self._icon = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.sentence = label(sentence)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setWordWrap(True)
        column.addWidget(self._icon)
        column.addWidget(self.sentence)
        row = QHBoxLayout()
        row.addStretch(1)
        for made in buttons:
            row.addWidget(made)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(6)

    def wait(self, doing: str) -> None:
        """Say what is being done instead, without the buttons; "" brings them back."""
        self.sentence.setText(doing or self._said)
        for made in self._buttons:
            made.setVisible(not doing)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._icon.setPixmap(icon(self._sign, theme, "text3").pixmap(32, 32))

"""Parts that side panels are made of: titles, hints, facts, notices, progress lines, empty states."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
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

from explorer.gui.icons import icon
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
            row = label(role="label"), label(role="figure", wrap=True)
            row[1].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            row[1].setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
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
        self.sentence = label(role="title", wrap=True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self.sentence, 1)
        self._buttons: list[QPushButton] = []
        self.hide()

    @property
    def buttons(self) -> list[QPushButton]:
        """The buttons that stand there now."""
        return list(self._buttons)

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
        self.setVisible(bool(sentence))


class ProgressLine(QWidget):
    """What is done, what is left, and a bar below."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMinimumWidth(120)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        self.done, self.left = label(role="label"), label(role="label")
        row.addWidget(self.done, 1)
        row.addWidget(self.left)
        column.addLayout(row)
        self._bar = Bar()
        column.addWidget(self._bar)

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return self._bar.share

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._bar.set_theme(theme)

    def show_progress(self, done: str, left: str, share: float) -> None:
        """Show two texts and a share from 0 to 1."""
        self.done.setText(done)
        self.left.setText(left)
        self._bar.set_share(share)


_MARK = 3
"""Width of the mark on a bar, in pixels."""


class Bar(QWidget):
    """A thin bar that is filled from the left, and may bear a mark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(5)
        self.share = 0.0
        self.mark: float | None = None
        self._colour = "accent"
        self._theme: Theme | None = None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_share(self, share: float, colour: str = "accent", mark: float | None = None) -> None:
        """Fill a share from 0 to 1 with a colour of the theme; `mark` is another share to compare with."""
        self.share, self._colour, self.mark = min(1.0, max(0.0, share)), colour, mark
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        box, round_ = QRectF(self.rect()), self.height() / 2
        painter.setBrush(self._theme["hover"])
        painter.drawRoundedRect(box, round_, round_)
        if self.share * box.width() >= 1:
            box.setWidth(max(self.height(), self.share * box.width()))
            painter.setBrush(self._theme[self._colour])
            painter.drawRoundedRect(box, round_, round_)
        if self.mark is not None:
            left = min(1.0, max(0.0, self.mark)) * (self.width() - _MARK)
            painter.fillRect(QRectF(left, 0, _MARK, self.height()), self._theme["text"])


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

"""The head of the properties: the chip, the name that can be changed, and what the selection is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from explorer.core.document import Document
from explorer.core.outline import Line
from explorer.gui.canvas.face import kind_of
from explorer.gui.chips import Chip
from explorer.gui.icons import icon
from explorer.gui.theme import Theme

_MOST_KINDS = 3


class PropertiesHeader(QWidget):
    """What is selected, in two lines.

    Signals:
        renamed(name): a person wrote another name.
        menu_wanted(point): what can be done to the selection, at a point of the screen.
    """

    renamed = Signal(str)
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="propertiesHeader")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme: Theme | None = None
        self._category = "Blocks"
        self._chip = Chip()
        self.name = QLineEdit(objectName="layerName")
        self.name.setAccessibleName("Name")
        self.name.editingFinished.connect(self._edited)
        self._given = ""
        self._shown: tuple[str, str, str, bool, str] | None = None
        self.kind = QLabel()
        self.kind.setProperty("role", "hint")
        self.kind.setTextFormat(Qt.TextFormat.PlainText)
        self.kind.setContentsMargins(4, 0, 0, 0)
        self.more = QToolButton(objectName="layerMenu")
        self.more.setProperty("flat", True)
        self.more.setIconSize(QSize(16, 16))
        self.more.setToolTip("What can be done to the selection: rename, duplicate, delete, group, fold …")
        self.more.setAccessibleName("What can be done to the selection")
        self.more.clicked.connect(
            lambda: self.menu_wanted.emit(self.more.mapToGlobal(self.more.rect().bottomLeft()))
        )
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.name)
        texts.addWidget(self.kind)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 10, 8)
        row.setSpacing(6)
        row.addWidget(self._chip)
        row.addLayout(texts, 1)
        row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.more.setIcon(icon("more", theme))
        self._show_chip()

    def show_network(self, document: Document, *, renamable: bool) -> None:
        """Show the network as a whole."""
        count = len(document.graph)
        said = f"Network · {count} layers and blocks at the top" if count else "Empty network"
        tip = "Change the name" if renamable else "The network is named like its file; Save as gives another"
        self._show(document.name, said, "Blocks", renamable, tip)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show one layer, or what several layers are."""
        line = lines[-1]
        kind = type(line.entry.node.operator)
        if len(lines) > 1:
            kinds = Counter(kind_of(item.entry.node.operator) for item in lines)
            listed = ", ".join(f"{count} {name}" for name, count in kinds.most_common(_MOST_KINDS))
            said = listed + (" …" if len(kinds) > _MOST_KINDS else "")
            tip = "\n".join(item.name for item in lines[:20]) + ("\n…" if len(lines) > 20 else "")
            self._show(f"{len(lines)} layers", said, kind.category, False, tip)
            return
        free = len(line.path) == 1
        inside = "; layers inside a block have the names that the block gives them"
        tip = "Change the name" if free else f"{line.name}{inside}"
        self._show(
            line.name, f"{kind_of(line.entry.node.operator)} · {kind.category}", kind.category, free, tip
        )

    def refuse(self, sentence: str) -> None:
        """Say why a name was not taken, and show the old one."""
        self.kind.setText(sentence)
        self.name.setText(self._given)

    def _show(self, name: str, kind: str, category: str, renamable: bool, tip: str) -> None:
        shown = name, kind, category, renamable, tip
        if shown == self._shown and self.name.text() == name and self.kind.text() == kind:
            return
        self._shown = shown
        self._given, self._category = name, category
        self.name.setText(name)
        self.name.setReadOnly(not renamable)
        self.name.setCursorPosition(0)
        self.name.setToolTip(tip)
        self.kind.setText(kind)
        self._show_chip()

    def _show_chip(self) -> None:
        if self._theme is not None:
            self._chip.show_category(self._category, self._theme)

    def _edited(self) -> None:
        wanted = self.name.text().strip()
        if wanted != self._given and not self.name.isReadOnly():
            self.renamed.emit(wanted)

"""The page "Audit" below the canvas: what other tools count, why, and what is published."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.export import formats
from explorer.export.audit_table import counts_text, published_table
from explorer.gui.audit.count_tree import CountTree
from explorer.gui.audit.counting import Counting
from explorer.gui.audit.published_card import PublishedCard
from explorer.gui.icons import icon
from explorer.gui.panel import Bar
from explorer.gui.scrolling import ScrollColumn
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

_WIDTHS = [760, 340]
_BAR = 124  # px
_INVITATION = (
    "Let torch, torchinfo and fvcore count this network, and see layer by layer where they differ and why."
    " They count MACs for one picture, whatever conventions the window shows its figures in."
)


class AuditPanel(QWidget):
    """Counters at the left, published figures at the right; `tools` stand in the head of the dock.

    Signals:
        complained(sentence): the network could not be counted.
    """

    complained = Signal(str)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="auditPanel")
        self._workbench = workbench
        self.counting = Counting(workbench, self)
        self.tree = CountTree()
        self.published = PublishedCard()
        self.tools = self._make_tools()
        self._start = self._make_start()
        self._pages = QStackedWidget()
        self._pages.addWidget(self._start)
        self._pages.addWidget(self.tree)
        side = ScrollColumn(self.published)
        self._side = side
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.addWidget(self._pages)
        splitter.addWidget(side)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes(_WIDTHS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)
        self.tree.layer_chosen.connect(lambda name: workbench.select((name,)))
        self.counting.changed.connect(self._show)
        self.counting.ticked.connect(lambda: self.state.setText(self.counting.state))
        self.counting.failed.connect(self._fail)
        workbench.changed.connect(self._follow)
        self._show()
        self._follow()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.tree.set_theme(theme)
        self.progress.set_theme(theme)
        self.copy.setIcon(icon("copy", theme))
        self.count.setIcon(icon("play", theme, "onaccent"))

    def shutdown(self) -> bool:
        """Stop counting and wait; False where it still runs after a bounded time."""
        return self.counting.shutdown()

    def text(self, format: str, *, layers: bool = False) -> str:
        """The counts and the published figures as Markdown, or the counts as CSV."""
        counting = self.counting
        text = ""
        if counting.counts:
            text = counts_text(format, counting.name, counting.counts, layers=layers)
        if format == "markdown" and self.published.found:
            text += ("\n" if text else "") + formats.markdown(*published_table(self.published.found))
        return text

    def _make_tools(self) -> QWidget:
        tools = QWidget()
        row = QHBoxLayout(tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.state = QLabel()
        self.state.setObjectName("auditState")
        self.state.setProperty("role", "hint")
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.progress = Bar()
        self.progress.setObjectName("auditProgress")
        self.progress.setAccessibleName("How far the counting is")
        self.progress.setFixedWidth(_BAR)
        self.count = QPushButton("Count", autoDefault=False, objectName="auditStart")
        self.count.setProperty("kind", "primary")
        self.count.setToolTip("Ask torch, torchinfo and fvcore; runs beside the window")
        self.count.setAccessibleName("Count with other tools")
        self.count.clicked.connect(self.counting.start)
        self.stop = QPushButton("Stop", autoDefault=False, objectName="auditStop")
        self.stop.setProperty("kind", "plain")
        self.stop.setToolTip("Stop counting; what is known stays")
        self.stop.setAccessibleName("Stop counting")
        self.stop.clicked.connect(self.counting.stop)
        self.copy = QToolButton(text="Copy", objectName="auditCopy")
        self.copy.setProperty("flat", True)
        self.copy.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.copy.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.copy.setToolTip("Copy the counts and the reasons")
        self.copy.setAccessibleName("Copy the audit")
        self.copy.setMenu(self._copy_menu())
        row.addWidget(self.state)
        row.addWidget(self.progress)
        row.addStretch(1)
        for part in (self.count, self.stop, self.copy):
            row.addWidget(part)
        return tools

    def _copy_menu(self) -> QMenu:
        menu = QMenu(self)
        clipboard = QGuiApplication.clipboard
        for title, written, layers in (
            ("As &Markdown", "markdown", False),
            ("As Markdown, &layer by layer", "markdown", True),
            ("As &CSV", "csv", False),
            ("As CSV, layer &by layer", "csv", True),
        ):
            menu.addAction(
                title,
                lambda written=written, layers=layers: clipboard().setText(self.text(written, layers=layers)),
            )
        return menu

    def _make_start(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        said = QLabel(_INVITATION, wordWrap=True)
        said.setProperty("role", "body")
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addStretch(2)
        column.addWidget(said)
        column.addStretch(3)
        return page

    def _show(self) -> None:
        counting = self.counting
        self.state.setText(counting.state)
        self.tree.show_counts(counting.counts)
        self.tree.setEnabled(not counting.stale)
        self._pages.setCurrentWidget(self.tree if counting.counts or counting.running else self._start)
        self.count.setText("Count again" if counting.counts else "Count")
        self.progress.set_share(counting.share)
        self.progress.setVisible(counting.running)
        self.count.setVisible(not counting.running)
        self.stop.setVisible(counting.running)

    def _follow(self, *_: object) -> None:
        bench = self._workbench
        self.published.show_network(bench.document, bench.analysis)
        self._side.setVisible(not self.published.isHidden())
        possible = not bench.analysis.problems and len(bench.document.graph) > 0
        self.count.setEnabled(possible)
        tip = "Ask torch, torchinfo and fvcore; runs beside the window"
        self.count.setToolTip(tip if possible else "Every layer needs a shape before others can count")

    def _fail(self, sentence: str, details: str) -> None:
        self.complained.emit(sentence)


__all__ = ["AuditPanel"]

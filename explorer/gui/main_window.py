"""The main window: puts menus, work areas, status line and messages together."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QPalette,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QToolTip, QVBoxLayout, QWidget

from explorer.core.notation import SUFFIX
from explorer.gui import settings
from explorer.gui.actions import Actions
from explorer.gui.commands import Commands
from explorer.gui.conventions_menu import ConventionsMenu
from explorer.gui.declared_actions import FILE, TABLE, VIEW
from explorer.gui.design_area import DesignArea
from explorer.gui.dialogs import Dialogs
from explorer.gui.document_files import DocumentFiles
from explorer.gui.error_bar import ErrorBar
from explorer.gui.menu_row import MenuRow
from explorer.gui.palette.my_blocks import MyBlocks
from explorer.gui.recent_menu import RecentMenu
from explorer.gui.recovery import Recovery
from explorer.gui.status_line import StatusLine
from explorer.gui.style import qt_palette, style_sheet
from explorer.gui.theme import Theme, theme
from explorer.gui.view_choices import ViewChoices
from explorer.gui.work_areas import WorkAreas
from explorer.gui.workbench import Workbench

_log = logging.getLogger(__name__)
_TITLE = "Architecture Explorer"
_FRAME = QSize(8, 40)  # what window managers put around a window, about


class MainWindow(QMainWindow):
    """The window over one open document. `dialogs` asks its questions and may be replaced."""

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle(_TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.setAcceptDrops(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.folder = folder or settings.data_folder()
        self.settings = settings.load(self.folder)
        self.workbench = Workbench(parent=self)
        self.dialogs = Dialogs(self)
        self.theme: Theme | None = None
        self.files = DocumentFiles(self.workbench, self.settings, self.folder, lambda: self.dialogs, self)
        self.recovery = Recovery(self.workbench, self.folder / "recovery", self)
        self.window_actions = Actions(self)
        self._make_parts()
        self.view_choices = ViewChoices(
            self.design.canvas.look, self.workbench, self.window_actions, self.settings, self
        )
        self.commands = Commands(self)
        self._make_menus()
        self._connect()
        self.set_theme_choice(self.settings.theme)
        self._restore_layout()
        self.window_actions["design"].setChecked(True)
        self._refresh()
        if self.my_blocks.unread:
            self.complain(f"some of your blocks cannot be read: {'; '.join(self.my_blocks.unread)}")

    def open(self, path_or_name: str | Path) -> bool:
        """Open a file or a network, after asking about unsaved changes; False where it was not opened."""
        return self.files.open(path_or_name)

    def complain(self, sentence: str, details: str = "") -> None:
        """Say what went wrong where the person looks."""
        _log.warning("%s", sentence)
        self.errors.say(sentence, details)

    def survive(self, details: str) -> None:
        """An exception reached the end of the program: say it, and keep a copy of the work."""
        try:
            self.recovery.write()
            safe = "your work is still open, and a recovery copy was written"
        except OSError:
            safe = "your work is still open; save it now"
        self.errors.say(f"Something in the program failed; {safe}", details)

    def set_theme_choice(self, choice: str) -> None:
        """Show the light or the dark theme, or that of the system."""
        self.settings.theme = choice
        dark = choice == "dark"
        if choice == "system":
            dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        self._set_theme(theme(dark))
        self.window_actions[f"theme{choice.capitalize()}"].setChecked(True)

    def offer_recovery(self) -> None:
        """Ask about work that a crash left behind, if there is any."""
        for sentence in self.recovery.offer(self.dialogs.recover):
            self.complain(sentence)

    def _make_parts(self) -> None:
        self.menu_row = MenuRow(self.window_actions, self.workbench)
        self.setMenuWidget(self.menu_row)
        self.errors = ErrorBar()
        self.my_blocks = MyBlocks(self.folder / "blocks", self)
        self.design = DesignArea(self.workbench, self.my_blocks)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.design)
        self.status = StatusLine(self.workbench)
        self.areas = WorkAreas(self.workbench, self.pages, self.status.say, lambda: self.dialogs, self)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.errors, self.pages, self.status):
            column.addWidget(part, 1 if part is self.pages else 0)
        self.areas.comparison = self.settings.comparison
        self.setCentralWidget(middle)

    def _make_menus(self) -> None:
        menus = self.window_actions.fill(self.menu_row.bar)
        self._recent = RecentMenu(self.settings, self)
        self._recent.chosen.connect(self.open)
        menus[FILE].insertMenu(self.window_actions["save"], self._recent)
        menus[VIEW].insertMenu(self.window_actions["themeSystem"], ConventionsMenu(self.workbench, self))

    def _connect(self) -> None:
        self.window_actions.connect(self.commands.table())
        self.menu_row.areas.switched.connect(self._switch_area)
        self.menu_row.theme_button.clicked.connect(self._toggle_theme)
        self.design.palette_panel.network_chosen.connect(self.open)
        self.design.layers.export_wanted.connect(self.commands.export_table)
        self.design.picture_wanted.connect(self.commands.export_page)
        self.design.layers.fact_wanted.connect(self.design.show_fact)
        self.design.layers.sum_wanted.connect(self.design.show_fact_of_network)
        design = self.design
        design.canvas.grouped.connect(self.commands.offer_block)
        design.canvas.menu_wanted.connect(self.commands.show_menu)
        design.properties.header.menu_wanted.connect(self.commands.show_menu)
        design.properties.promotion_wanted.connect(self.commands.promote)
        design.canvas.network_wanted.connect(self.open)
        design.canvas.file_wanted.connect(self.files.choose)
        for part in (design.canvas, design.properties, design.layers, design.palette_panel):
            part.complained.connect(self.complain)
        self.status.problems_wanted.connect(self.commands.show_problems)
        self.status.fact_wanted.connect(self.design.show_fact_of_network)
        self.areas.follow_look(self.design.canvas.look)
        self.areas.device_known.connect(self.menu_row.device.notice)
        self.design.measurements.changed.connect(self.menu_row.device.notice)
        self.areas.memory_taken.connect(self.design.measurements.take_memory)
        self.areas.parts_changed.connect(self.status.show_other)
        self.areas.complained.connect(self.complain)
        self.areas.document_wanted.connect(self.files.show)
        self.areas.remember(self.settings)
        self.areas.area_wanted.connect(self.menu_row.areas.choose)
        self.areas.design_wanted.connect(self.commands.show_design)
        self.files.failed.connect(self.complain)
        self.files.recent_changed.connect(self._recent.refresh)
        for dock, verb in zip(
            self.design.docks.values(), ("showPalette", "showProperties", "showLayers"), strict=True
        ):
            dock.toggleViewAction().toggled.connect(self.window_actions[verb].setChecked)
        for signal in (self.workbench.changed, self.workbench.selection_changed, self.workbench.file_changed):
            signal.connect(self._refresh)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_theme_changed)

    def _restore_layout(self) -> None:
        self.resize(self._first_size())
        if self.settings.window:
            self.restoreGeometry(QByteArray.fromBase64(self.settings.window.encode("ascii", "ignore")))
        if self.settings.layout:
            self.design.restore_layout_text(self.settings.layout)
        self.design.layers.table.arrange_columns(self.settings.columns)
        for dock, verb in zip(
            self.design.docks.values(), ("showPalette", "showProperties", "showLayers"), strict=True
        ):
            self.window_actions[verb].setChecked(not dock.isHidden())

    def _first_size(self) -> QSize:
        """As large as is comfortable, and never larger than the screen with its bars."""
        wanted = QSize(1400, 880)
        if QGuiApplication.platformName() in ("offscreen", "minimal"):  # their screen is made up
            return wanted
        return wanted.boundedTo(self.screen().availableGeometry().size() - _FRAME)

    def _set_theme(self, chosen: Theme) -> None:
        if chosen is self.theme:
            return
        self.theme = chosen
        palette = qt_palette(chosen)
        QApplication.setPalette(palette)
        tips = QPalette(palette)
        tips.setColor(QPalette.ColorRole.Window, chosen["raised"])
        QToolTip.setPalette(tips)
        self.setStyleSheet(style_sheet(chosen))
        self.window_actions.set_theme(chosen)
        for part in (self.menu_row, self.errors, self.design, self.status, self.areas):
            part.set_theme(chosen)

    def _system_theme_changed(self) -> None:
        if self.settings.theme == "system":
            self.set_theme_choice("system")

    def _toggle_theme(self) -> None:
        self.set_theme_choice("light" if self.theme is not None and self.theme.dark else "dark")

    def _refresh(self, *_: object) -> None:
        """Title, and which actions can be used."""
        bench, actions = self.workbench, self.window_actions
        star = "*" if bench.modified else ""
        self.setWindowTitle(f"{bench.document.name}{star} - {_TITLE}")
        for verb, label in (("undo", bench.undo_label), ("redo", bench.redo_label)):
            actions[verb].setEnabled(label is not None)
            word = verb.capitalize()
            said = f"{word}: {label}" if label else word
            actions.say(verb, said, said if label else f"Nothing to {verb}")
        self.refresh_actions()

    def refresh_actions(self) -> None:
        """Which actions can be used with what is selected, now."""
        actions, design = self.window_actions, self.pages.currentIndex() == 0
        usable = self.commands.usable()
        for item in TABLE:
            if item.design or item.verb in usable:
                free = design or not item.design
                actions[item.verb].setEnabled(free and usable.get(item.verb, True))

    def _switch_area(self, index: int) -> None:
        self.areas.show(index)
        self.design.show_floating(index == 0)
        for place, verb in enumerate(("design", "train", "inspect", "compare")):
            self.window_actions[verb].setChecked(place == index)
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        woken = event.type() == QEvent.Type.ActivationChange and self.isActiveWindow()
        if woken and self.workbench.path is not None and self.files.changed_by_others():
            self.status.say(f"{self.workbench.path.name} was changed by another program")
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            # after the drop has ended: the program that is dragged from waits until then
            QTimer.singleShot(0, self, lambda: self.open(path))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if sys.platform == "darwin":
            self.setUnifiedTitleAndToolBarOnMac(True)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not (self.files.may_lose() and self.areas.may_close()):
            event.ignore()
            return
        self.status.say("Stopping what still runs…")
        if not all([self.areas.shutdown(), self.design.shutdown()]):
            self.complain("something still runs and did not stop in time; close again in a moment")
            event.ignore()
            return
        self._keep_settings()
        self.recovery.end()
        self.files.close()
        super().closeEvent(event)

    def _keep_settings(self) -> None:
        self.settings.layout = self.design.layout_text()
        self.settings.window = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        self.settings.columns = self.design.layers.table.column_words
        if self.areas.compare is not None:
            self.settings.comparison = self.areas.compare.remembered
        try:
            settings.save(self.settings, self.folder)
        except OSError as error:
            _log.error("the settings could not be saved to %s: %s", self.folder, error)


def _dropped(event: QDropEvent) -> Path | None:
    """The document that is dragged in."""
    urls = event.mimeData().urls()
    if len(urls) == 1 and urls[0].isLocalFile() and urls[0].toLocalFile().endswith(SUFFIX):
        return Path(urls[0].toLocalFile())
    return None

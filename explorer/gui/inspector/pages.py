"""The pages of the Inspect area: one picture, many pictures, two networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from explorer.gui.inspector.area import InspectArea
from explorer.gui.inspector.kept_choices import KeptChoices
from explorer.gui.inspector.saving import SaveMenu
from explorer.gui.inspector.view_files import View
from explorer.gui.inspector.views import views_of_many, views_of_one, views_of_two
from explorer.gui.panel import rule
from explorer.gui.segments import Segments
from explorer.gui.selectable import SelectableLabel
from explorer.gui.settings import Settings
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

if TYPE_CHECKING:
    from explorer.engine.pictures.images import Picture
    from explorer.gui.inspector.embedding.area import EmbeddingArea
    from explorer.gui.inspector.pairs.area import PairArea

ONE, MANY, TWO = range(3)
_WORDS = (
    ("One picture", "Follow one picture through the network, down to a single multiplication"),
    ("Many pictures", "What one layer makes of a whole data set, and which pictures are mistaken"),
    ("Two networks", "The same picture in two networks, or in two epochs of a run"),
)
_HEIGHT = 44


class InspectPages(QWidget):
    """Switches the pages; those that are not visited are not made.

    Signals:
        status(text): what is going on, for the status line.
    """

    status = Signal(str)

    def __init__(
        self,
        workbench: Workbench,
        one: InspectArea,
        parent: QWidget | None = None,
        *,
        choose_file: Callable[[QWidget, str, str], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("inspectPages")
        self._workbench, self.one = workbench, one
        self._theme: Theme | None = None
        self._settings = Settings()
        self.many: EmbeddingArea | None = None
        self.two: PairArea | None = None
        self.switch = Segments(_WORDS)
        self.switch.setObjectName("inspectSwitch")
        self.saving = SaveMenu(workbench, one, self.views, choose_file=choose_file)
        self._stack = QStackedWidget()
        self._stack.addWidget(one)
        bar = QWidget()
        bar.setProperty("role", "panel")
        bar.setFixedHeight(_HEIGHT)
        row = QHBoxLayout(bar)
        row.setContentsMargins(14, 0, 14, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        row.addWidget(self.switch, 0, middle)
        row.addStretch(1)
        row.addWidget(self.saving, 0, middle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (bar, rule()):
            column.addWidget(part)
        column.addWidget(self._stack, 1)
        self.switch.switched.connect(self._show)
        for source in (one, self.saving):
            source.status.connect(self.status)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for page in self._made:
            page.set_theme(theme)
        self.saving.set_theme(theme)

    def keep_choices(self, settings: Settings) -> None:
        """Show maps as they were shown last, and remember how they are shown."""
        self._settings = settings
        KeptChoices(self.one.panel.layers, settings, self, self.one.panel.grid)

    def shutdown(self) -> bool:
        """Stop all that runs and wait a bounded time; False where something still runs."""
        return all([part.shutdown() for part in (*self._made, self.saving)])  # noqa: C419

    def show_picture(self, picture: Picture) -> None:
        """Look at one picture, with the weights that are chosen."""
        self.one.pictures.add(picture)
        self.switch.choose(ONE)

    def views(self) -> list[View]:
        """What is seen now, each of which can be saved; the first is the whole page."""
        page, name = self._stack.currentWidget(), self._workbench.document.name
        whole = View("page", f"{_WORDS[self.switch.index][0]} in {name}", "", (page,), (page,))
        if page is self.many:
            return [whole, *views_of_many(self.many, name)]
        if page is self.two:
            return [whole, *views_of_two(self.two)]
        return [whole, *views_of_one(self.one, name)]

    @property
    def _made(self) -> tuple[InspectArea | EmbeddingArea | PairArea, ...]:
        return tuple(page for page in (self.one, self.many, self.two) if page is not None)

    def _show(self, index: int) -> None:
        page: QWidget = self.one
        if index == MANY:
            page = self._need_many()
        elif index == TWO:
            page = self._need_two()
        self._stack.setCurrentWidget(page)
        self.saving.follow_page(self.many if index == MANY else None)

    def _need_many(self) -> EmbeddingArea:
        if self.many is None:
            # not before it is visited, as the areas themselves
            from explorer.gui.inspector.embedding.area import EmbeddingArea

            self.many = EmbeddingArea(self._workbench, self.one.weights, lambda: self.one.layer)
            self.many.picture_wanted.connect(self.show_picture)
            self._adopt(self.many)
        return self.many

    def _need_two(self) -> PairArea:
        if self.two is None:
            from explorer.gui.inspector.pairs.area import PairArea  # as above

            self.two = PairArea(self._workbench, self.one)
            KeptChoices(self.two.layers, self._settings, self)
            self._adopt(self.two)
        return self.two

    def _adopt(self, page: EmbeddingArea | PairArea) -> None:
        page.status.connect(self.status)
        page.layer_chosen.connect(lambda name: self._workbench.select((name,)))
        self._workbench.selection_changed.connect(page.ask)
        self._workbench.device_changed.connect(page.ask)
        if self._theme is not None:
            page.set_theme(self._theme)
        self._stack.addWidget(page)

    def offer_menu(self, point: QPoint, text: SelectableLabel | None = None) -> bool:
        """Show what can be done with view and text at a point of the screen; whether there is one."""
        view = self.saving.view_at(point)
        if view is None:
            return False
        menu = self.saving.menu_of(view, self, text)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(point)
        return True

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.offer_menu(event.globalPos()):
            event.accept()

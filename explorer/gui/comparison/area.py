"""The Compare area: two to four networks side by side, and their place among the known ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from explorer.architectures.titles import short_title
from explorer.core.errors import ExplorerError
from explorer.core.shapes import shape_text
from explorer.export.comparison_table import comparison_text
from explorer.export.differences import Difference
from explorer.export.landscape import Point, point
from explorer.export.texts import claims
from explorer.gui.comparison.bar import ComparisonBar
from explorer.gui.comparison.cards import DRAWN, TEXTS_PAGE, ComparisonCards
from explorer.gui.comparison.choosing import Choosing
from explorer.gui.comparison.compared import TEXTS_PAIR, Compared
from explorer.gui.comparison.landscape_points import LandscapePoints
from explorer.gui.comparison.sheet import SheetContent, write_sheet, write_tables
from explorer.gui.dialogs import Dialogs
from explorer.gui.network_sources import catalogue, source_data, source_from
from explorer.gui.panel import EmptyState, button
from explorer.gui.status_line import Parts
from explorer.gui.theme import Theme, theme
from explorer.gui.workbench import Workbench


class CompareArea(QWidget):
    """Compares networks; everything shown follows from its `compared`.

    Signals:
        status(text): what is going on, for the status line.
        parts_changed(parts): sums for the status line in place of the open network's; None for those.
        complained(sentence): something could not be done.
        design_wanted(page): Design shall be shown, with a page below its canvas or "".
    """

    status = Signal(str)
    parts_changed = Signal(object)
    complained = Signal(str)
    design_wanted = Signal(str)

    def __init__(
        self,
        workbench: Workbench,
        dialogs: Callable[[], Dialogs],
        parent: QWidget | None = None,
        *,
        runs_folder: Path | None = None,
    ) -> None:
        super().__init__(parent, objectName="comparison")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._workbench, self._dialogs = workbench, dialogs
        self.compared = Compared(workbench, self)
        self.landscape = LandscapePoints(self)
        self.bar, self.cards = ComparisonBar(), ComparisonCards()
        self.choosing = Choosing(self.compared, self.bar, workbench, dialogs, runs_folder, self)
        self._lay_out()
        self._connect()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.choosing.theme = theme
        for part in (self.bar, self.cards, self._empty):
            part.set_theme(theme)

    def shutdown(self) -> bool:
        """Stop all that runs and wait a bounded time; False where something still runs."""
        return all([self.landscape.shutdown(), self.cards.curves.shutdown()])

    def begin(self) -> None:
        """Compare the open network with a well-known one."""
        self.choosing.begin()

    @property
    def remembered(self) -> dict[str, Any]:
        """What is compared and how, as plain JSON values."""
        shape = self.compared.shape
        return {
            "networks": [source_data(source) for source in self.compared.sources],
            "shape": "" if shape is None else shape_text(shape),
            "align": str(self.cards.align),
        }

    def restore(self, remembered: Mapping[str, Any]) -> None:
        """Compare again what `remembered` says; what is unknown or makes no sense is left out."""
        networks = remembered.get("networks")
        found = [source_from(item) for item in networks] if isinstance(networks, list) else []
        self.compared.show(*(source for source in found if source is not None))
        self.cards.align_by(str(remembered.get("align")))
        self.bar.choose_shape(str(remembered.get("shape")))

    def show_texts_pair(self) -> None:
        """Compare VGG-16 and ResNet-50, as most texts do."""
        self.compared.show(*TEXTS_PAIR)
        self.cards.right_switch.choose(TEXTS_PAGE)

    def copy(self) -> None:
        """Put totals and stages into the clipboard, as Markdown and as CSV."""
        value = self.compared.value
        if value is None:
            return
        content = QMimeData()
        by = self.cards.align
        content.setText(comparison_text(value, "markdown", stages=True, by=by))
        content.setData("text/csv", comparison_text(value, "csv", stages=True, by=by).encode("utf-8"))
        QGuiApplication.clipboard().setMimeData(content)
        self.status.emit("The comparison was copied")

    def export_picture(self, dark: bool) -> None:
        """Ask for a file and write all cards as one picture."""
        value = self.compared.value
        if value is None:
            return
        path = self._dialogs().file_for_picture(f"{self._file_name()}.svg")
        if path is None:
            return
        content = SheetContent(
            value,
            self.cards.align,
            self.landscape.points,
            self._own(),
            self.cards.best_five,
            self.cards.texts.claims,
        )
        self._write(path, lambda: write_sheet(path, content, theme(dark)))

    def export_tables(self) -> None:
        """Ask for a file and write totals, stages and differences."""
        value = self.compared.value
        if value is None:
            return
        path = self._dialogs().file_for_table(f"{self._file_name()}.csv")
        if path is not None:
            self._write(path, lambda: write_tables(path, value, self.cards.align))

    @property
    def parts(self) -> Parts:
        """What the status line says."""
        value = self.compared.value
        if value is None:
            return (("", "No network to compare"),)
        count = len(value.subjects)
        parts = [("", "1 network" if count == 1 else f"{count} networks")]
        parts.append(("", value.conventions.operations_said))
        for place, subject in enumerate(value.subjects):
            figure = value.measures[0].figures[place].text
            parts.append((figure, f" parameters in {short_title(subject.title)}"))
        return tuple(parts)

    def _lay_out(self) -> None:
        pair = button(
            "VGG-16 against ResNet-50",
            self.show_texts_pair,
            "The comparison that most texts print",
            primary=True,
        )
        opened = button("The open network against ResNet-50", self.begin, "Compare what is open")
        self._empty = EmptyState("compare", "Choose two to four networks to compare.", pair, opened)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.cards)
        holder = QWidget(objectName="comparisonPages")
        holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(12, 12, 12, 12)
        inner.addWidget(self._pages)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(holder, 1)

    def _connect(self) -> None:
        bench, cards, bar = self._workbench, self.cards, self.bar
        self.compared.changed.connect(self._show)
        bar.unit_chosen.connect(lambda unit: bench.count_by(replace(bench.conventions, unit=unit)))
        bar.shape_chosen.connect(self.compared.set_shape)
        bar.copy_wanted.connect(self.copy)
        bar.picture_wanted.connect(self.export_picture)
        bar.table_wanted.connect(self.export_tables)
        for part in (bar, self.choosing):
            part.complained.connect(self.complained)
        bench.conventions_changed.connect(self._count_by)
        bench.selection_changed.connect(self._mark)
        cards.accuracy_changed.connect(self._show_points)
        cards.texts_wanted.connect(self.show_texts_pair)
        cards.audit_wanted.connect(lambda: self.design_wanted.emit("Audit"))
        for opened in (cards.stages.row_opened, cards.differences.row_opened, cards.drawn.node_opened):
            opened.connect(self._open_design)
        self.landscape.changed.connect(self._show_points)
        for part in (self.landscape, cards.curves):
            part.failed.connect(self.complained)
        cards.scatter.network_chosen.connect(lambda name: self.compared.add(catalogue(name)))
        cards.stages.stage_chosen.connect(self._choose_layers)
        cards.differences.difference_chosen.connect(self._show_difference)
        cards.drawn.node_chosen.connect(lambda place, name: self._choose_layers(place, (name,)))

    def _count_by(self, _: object) -> None:
        if self.isVisible():  # otherwise when it is shown
            self.compared.set_conventions(self._workbench.conventions)

    def _show(self) -> None:
        """Everything anew: the networks or their figures are others."""
        value = self.compared.value
        self.bar.show_unit(self.compared.conventions)
        self._pages.setCurrentWidget(self.cards if value is not None else self._empty)
        self.cards.show_comparison(value, claims(value.subjects) if value is not None else ())
        self.cards.curves.show_runs(self.choosing.run_folders())
        if self.isVisible():
            self.landscape.ask(self.compared.conventions)
        self.cards.audit_button.setVisible(self.compared.open_place >= 0)
        self._show_points()
        self._mark()
        self.parts_changed.emit(self.parts)

    def _show_points(self) -> None:
        self.cards.show_points(self.landscape.points, self._own(), self.compared.conventions)

    def _own(self) -> dict[int, Point]:
        """The compared networks as points, by place."""
        by = self.compared.conventions
        return {place: point(item, by) for place, item in enumerate(self.compared.subjects)}

    def _mark(self, *_: object) -> None:
        """Show where the selected layers are in the network that is open."""
        place = self.compared.open_place
        names = self._workbench.selection if place >= 0 else ()
        lines = self._workbench.lines
        self.cards.stages.mark(place, tuple(lines[name].path for name in names))
        if names:
            self.cards.drawn.choose(dict.fromkeys(range(len(self.compared.subjects)), names))

    def _choose_layers(self, place: int, names: tuple[str, ...]) -> None:
        """Layers of a network were clicked: select them where it is open, mark them where it is drawn."""
        self.cards.drawn.choose(dict.fromkeys(range(len(self.compared.subjects)), names))
        if place == self.compared.open_place:
            self._workbench.select(names)

    def _open_design(self, *_: object) -> None:
        """Show what was clicked twice where it can be edited; a network that is not open stays here."""
        if self._workbench.selection and self.compared.open_place >= 0:
            self.design_wanted.emit("")

    def _show_difference(self, place: int, item: Difference) -> None:
        """Show both sides of a difference where the networks are drawn."""
        self.cards.left_switch.choose(DRAWN)
        sides = {0: item.first, place: item.second}
        mine = sides.get(self.compared.open_place, "")
        if mine:
            self._workbench.select((mine,))
        self.cards.drawn.choose({at: (name,) if name else () for at, name in sides.items()})

    def _file_name(self) -> str:
        return "-".join(item.name for item in self.compared.subjects)[:120]

    def _write(self, path: Path, write: Callable[[], None]) -> None:
        try:
            write()
        except (ExplorerError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            self.complained.emit(
                f"the comparison could not be written to {path.name}: {reason}; choose another place"
            )
            return
        self.status.emit(f"The comparison was written to {path.name}")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.compared.set_conventions(self._workbench.conventions)
        self.compared.set_awake(True)
        self.landscape.ask(self.compared.conventions)
        if not self.compared.sources:
            self.begin()
        self.parts_changed.emit(self.parts)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.compared.set_awake(False)
        self.parts_changed.emit(None)

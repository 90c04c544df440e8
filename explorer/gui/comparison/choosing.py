"""Choosing what is compared: the buttons of the networks, and the list that they open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from explorer.core.errors import ExplorerError
from explorer.export.subjects import Subject
from explorer.gui.comparison.bar import ComparisonBar
from explorer.gui.comparison.compared import Compared
from explorer.gui.comparison.picker import NetworkPicker, offers
from explorer.gui.dialogs import Dialogs
from explorer.gui.network_sources import OPEN, Kind, catalogue, source_of_path
from explorer.gui.panel import sentence
from explorer.gui.settings import data_folder
from explorer.gui.theme import Theme, theme
from explorer.gui.workbench import Workbench


class Choosing(QObject):
    """Turns what is pressed in the bar into other networks of `compared`.

    Signals:
        complained(sentence): a network cannot be read.
    """

    complained = Signal(str)

    def __init__(
        self,
        compared: Compared,
        bar: ComparisonBar,
        workbench: Workbench,
        dialogs: Callable[[], Dialogs] | None,
        runs_folder: Path | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._compared, self._bar, self._workbench = compared, bar, workbench
        self._dialogs = dialogs
        self._runs_folder = runs_folder or data_folder() / "runs"
        self.theme: Theme = theme(False)
        self.picker: NetworkPicker | None = None
        bar.chip_pressed.connect(self.choose)
        bar.add_pressed.connect(lambda: self.choose(None))
        compared.changed.connect(self._show)

    def begin(self) -> None:
        """Compare the open network with a well-known one of another family; that alone where none is open."""
        name = self._workbench.document.name
        known = catalogue("vgg16" if name.startswith("resnet50") else "resnet50")
        self._compared.show(OPEN, known) if len(self._workbench.document.graph) else self._compared.show(
            known
        )

    def choose(self, place: int | None) -> None:
        """Open the list below the button of a network, or below "Add" for one more."""
        source = None if place is None else self._compared.sources[place]
        opened = self._workbench.opened_document.graph is not self._workbench.document.graph
        picker = NetworkPicker(
            offers(self._workbench.document.name, opened, self._known_runs),
            self.theme,
            source,
            lead=place is not None and place > 0,
            removable=place is not None and len(self._compared.sources) > 1,
        )
        picker.setStyleSheet(self._bar.window().styleSheet())
        picker.chosen.connect(lambda chosen: self._take(place, chosen))
        picker.file_wanted.connect(lambda: self._take_file(place))
        if place is not None:
            picker.options_edited.connect(lambda options: self._compared.set_options(place, options))
            picker.lead_wanted.connect(lambda: self._compared.lead(place))
            picker.removal_wanted.connect(lambda: self._compared.remove(place))
        below: QWidget = self._bar.add_button if place is None else self._bar.chips[place]
        self.picker = picker
        picker.destroyed.connect(lambda: self._forget(picker))
        picker.open_below(below)

    def run_folders(self) -> dict[int, Path]:
        """The folders of the compared runs, by the place of their network."""
        found = {}
        for place, at in enumerate(self._compared.places):
            source = self._compared.sources[at]
            if source.kind is Kind.RUN:
                found[place] = Path(source.name)
        return found

    def _forget(self, picker: NetworkPicker) -> None:
        if self.picker is picker:
            self.picker = None

    def _take(self, place: int | None, source: object) -> None:
        if place is None:
            self._compared.add(source)
        else:
            self._compared.replace(place, source)

    def _take_file(self, place: int | None) -> None:
        if self._dialogs is None:
            return
        path = self._dialogs().file_to_open("")
        if path is not None:
            self._take(place, source_of_path(path))

    def _known_runs(self) -> tuple[Path, ...]:
        """The runs of the user, the newest first."""
        if not self._runs_folder.is_dir():
            return ()
        from explorer.engine.runs.run_folder import run_folders  # the window starts without the engine

        try:
            found = run_folders(self._runs_folder)
        except ExplorerError as error:
            self.complained.emit(sentence(str(error)))
            return ()
        return tuple(sorted(found, key=lambda folder: folder.name.rsplit("-", 2)[-2:], reverse=True))

    def _show(self) -> None:
        """The buttons of the networks; one that cannot be shown says why."""
        lines = []
        alike = len({subject.shapes for subject in self._compared.subjects}) == 1
        places = {at: place for place, at in enumerate(self._compared.places)}
        for at, source in enumerate(self._compared.sources):
            if at in places:
                subject = self._compared.subjects[places[at]]
                lines.append(
                    (
                        places[at],
                        subject.title,
                        _detail(subject, "" if alike else subject.input_text),
                        False,
                    )
                )
            else:
                title = self._workbench.document.name if source.kind is Kind.OPEN else Path(source.name).name
                lines.append((at, title, sentence(self._compared.refused[at]), True))
        self._bar.show_networks(lines)
        self._bar.add_button.setEnabled(not self._compared.full)


def _detail(subject: Subject, entering: str) -> str:
    """Where a network is from, and that figures are only those so far where layers have no shape."""
    waiting = len(subject.analysis.problems)
    missing = f"so far: {waiting} layer{'s' if waiting > 1 else ''} without a shape" if waiting else ""
    return " · ".join(part for part in (missing, subject.detail, entering) if part)

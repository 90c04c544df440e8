"""Saves what the Inspect area shows: views as pictures, maps as numbers, a whole inspection as a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from explorer.core.errors import ExplorerError
from explorer.core.files import atomic_write
from explorer.engine.looking.export_findings import DRAWING, NUMBERS, PAGE, ExportRequest
from explorer.gui.inspector.area import InspectArea
from explorer.gui.inspector.file_choice import DOUBLE, FileChooser, ask_file
from explorer.gui.inspector.requests import exporting
from explorer.gui.inspector.view_files import View, file_of, image_of_view
from explorer.gui.inspector.views import found_of, place_of
from explorer.gui.job import Job, ShouldStop, Work
from explorer.gui.menu_heading import add_heading
from explorer.gui.selectable import SelectableLabel
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

if TYPE_CHECKING:
    from explorer.gui.inspector.embedding.area import EmbeddingArea

ShownViews = Callable[[], list[View]]
"""What is seen now; the first is the whole page."""

_WAYS = (
    ("png", "As a picture (PNG)…", "What is seen, pixel by pixel", ".png"),
    ("png2", "As a picture of twice the size (PNG)…", "Letters and lines twice as sharp, for print", DOUBLE),
    ("svg", "As a drawing (SVG)…", "Texts as texts, lines as lines, maps with their pixels seen", ".svg"),
)
_EXPORTS = (
    ("mapsSvg", "Maps of this layer as a drawing (SVG)…", "All maps with index and scale", DRAWING, False),
    ("mapsNpz", "Maps of this layer as numbers (.npz)…", "For NumPy; no pickle", NUMBERS, False),
    ("allNpz", "Maps of all layers as numbers (.npz)…", "By the names of the layers", NUMBERS, True),
    (
        "page",
        "The whole inspection as a web page…",
        "Picture, predictions, the chosen way and value, and all layers, in one file that needs nothing else",
        PAGE,
        True,
    ),
)


class SaveMenu(QPushButton):
    """The button and its menu. What is long is written in the background.

    Signals:
        status(text): what was written, or why it could not be.
    """

    status = Signal(str)

    def __init__(
        self,
        workbench: Workbench,
        one: InspectArea,
        views: ShownViews,
        parent: QWidget | None = None,
        *,
        choose_file: FileChooser | None = None,
    ) -> None:
        super().__init__("Save", parent)
        self.setObjectName("inspectSave")
        self.setProperty("kind", "plain")
        self.setToolTip("Save a view, the maps, or the whole inspection")
        self.setAccessibleName("Save")
        self._workbench, self._one, self._views = workbench, one, views
        self._choose_file = choose_file or ask_file
        self._job: Job | None = None
        self._features: EmbeddingArea | None = None
        self._theme: Theme | None = None
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self.actions_: dict[str, QAction] = {}
        self.views_menu = QMenu("One view", menu)
        self.views_menu.setToolTipsVisible(True)
        menu.addMenu(self.views_menu)
        for name, words, tip, ending in (
            ("viewPng", "This page as a picture (PNG)…", "All that is seen now, pixel by pixel", ".png"),
            ("viewSvg", "This page as a drawing (SVG)…", "All that is seen now, with texts as texts", ".svg"),
        ):
            action = self._add(menu, name, words, tip)
            action.triggered.connect(lambda _=False, ending=ending: self._save_page(ending))
        menu.addSeparator()
        for name, words, tip, kind, whole in _EXPORTS:
            action = self._add(menu, name, words, tip)
            action.triggered.connect(lambda _=False, kind=kind, whole=whole: self._export(kind, whole=whole))
        words, tip = "Features and places as numbers (.npz)…", "What the layer makes of every picture"
        self._add(menu, "features", words, tip).triggered.connect(lambda: self._save_features())
        menu.aboutToShow.connect(self._refresh)
        self.setMenu(menu)

    @property
    def busy(self) -> bool:
        """Whether something is being written."""
        return self._job is not None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme: what is saved has them."""
        self._theme = theme

    def follow_page(self, many: EmbeddingArea | None) -> None:
        """Another page is shown; `many` where it is that of many pictures."""
        self._features = many

    def view_at(self, point: QPoint) -> View | None:
        """The view that lies at a point of the screen."""
        return next((view for view in self._views()[1:] if view.holds(point)), None)

    def menu_of(self, view: View, parent: QWidget, text: SelectableLabel | None = None) -> QMenu:
        """A menu that saves one view, or copies it; before that, what copies a text that lies on it."""
        menu = QMenu(f"Save “{view.name}”", parent)
        menu.setObjectName(f"saveView.{view.key}")
        menu.setToolTipsVisible(True)
        if text is not None:
            text.add_copying(menu)
        add_heading(menu, menu.title())
        self._fill(menu, view)
        return menu

    def shutdown(self) -> bool:
        """Stop writing and wait; whether the thread is gone."""
        if self._job is None:
            return True
        self._job.stop()
        return self._job.wait(15_000)

    def _add(self, menu: QMenu, name: str, words: str, tip: str) -> QAction:
        action = menu.addAction(words)
        action.setObjectName(f"save.{name}")
        action.setToolTip(tip)
        self.actions_[name] = action
        return action

    def _fill(self, menu: QMenu, view: View) -> None:
        """Put in what can be done with a view."""
        for name, words, tip, ending in _WAYS:
            action = menu.addAction(words)
            action.setObjectName(f"saveView.{view.key}.{name}")
            action.setToolTip(tip)
            action.triggered.connect(partial(self._save_view, view, ending))
        action = menu.addAction("Copy as a picture")
        action.setObjectName(f"saveView.{view.key}.copy")
        action.setToolTip("Put it on the clipboard, at twice its size")
        action.triggered.connect(partial(self._copy_view, view))

    def _refresh(self) -> None:
        """What can be saved of the page that is shown."""
        self.views_menu.clear()
        found = self._views()[1:]
        for view in found:
            menu = QMenu(view.name, self.views_menu)
            menu.setToolTipsVisible(True)
            self._fill(menu, view)
            self.views_menu.addMenu(menu)
        self.views_menu.setEnabled(bool(found))
        looking = self._features is None and any(view.key == "predictions" for view in found)
        looking = looking or (self._one.isVisible() and self._one.pictures.picture is not None)
        for name in ("mapsSvg", "mapsNpz", "allNpz", "page"):
            self.actions_[name].setEnabled(looking and not self.busy)
        known = self._features is not None and self._features.features is not None
        self.actions_["features"].setEnabled(known and not self.busy)

    def _suggestion(self, what: str, ending: str) -> str:
        plain = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in what)
        return f"{plain or 'inspection'}{ending}"

    def _ask(self, title: str, what: str, ending: str) -> Path | None:
        chosen = self._choose_file(self, title, self._suggestion(what, ending))
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_name(f"{path.name}{ending}")

    def _save_page(self, ending: str) -> None:
        self._save_view(self._views()[0], ending)

    def _save_view(self, view: View, ending: str, _checked: bool = False) -> None:
        name = f"{self._workbench.document.name}-{self._one.layer}-{view.key}"
        path = self._ask(f"Save “{view.name}”", name, ending)
        if path is None or self._theme is None:
            return
        try:
            data = file_of(view, path.name, self._theme)
        except ExplorerError as error:
            self.status.emit(str(error))
            return
        self._write(path, data)

    def _copy_view(self, view: View, _checked: bool = False) -> None:
        if self._theme is None:
            return
        try:
            image = image_of_view(view, self._theme, 2)
        except ExplorerError as error:
            self.status.emit(str(error))
            return
        QGuiApplication.clipboard().setImage(image)
        self.status.emit(f"Copied “{view.name}”, {image.width():,}×{image.height():,} pixels")

    def _export(self, kind: str, *, whole: bool) -> None:
        try:
            look = self._one.question()
        except ExplorerError as error:
            self.status.emit(str(error))
            return
        if look is None:
            return
        name = self._workbench.document.name
        what = name if whole else f"{name}-{look.layer}"
        path = self._ask("Save the inspection", what, f".{kind}")
        if path is None:
            return
        request = ExportRequest(look, name, kind, () if whole else (look.layer,))
        if kind == PAGE:
            request = ExportRequest(look, name, kind, found=found_of(self._one), place=place_of(self._one))
        self._run(path, exporting(request))

    def _save_features(self) -> None:
        area = self._features
        if area is None or area.features is None:
            return
        features, places = area.features, list(area.plot.view.places)
        path = self._ask("Save the features", f"{features.request.layer}-features", ".npz")
        if path is None:
            return

        def work(_should_stop: ShouldStop) -> Iterator[object]:
            from explorer.engine.looking.embedding_requests import (
                features_file,
            )  # loaded: the features came from there

            yield features_file(features, places)

        self._run(path, work)

    def _run(self, path: Path, work: Work) -> None:
        """Compute the bytes of a file in the background, and write them."""
        job = self._job = Job(work, "Saving the inspection", self)
        job.event.connect(lambda item: self._take(path, item))
        job.failed.connect(lambda sentence, _details: self.status.emit(sentence))
        job.ended.connect(self._end)
        job.start()

    def _take(self, path: Path, item: object) -> None:
        if isinstance(item, bytes):
            self._write(path, item)
        else:
            self.status.emit(str(item))

    def _end(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None

    def _write(self, path: Path, data: bytes) -> None:
        try:
            atomic_write(path, data)
        except OSError as error:
            why = error.strerror or "the place cannot be written to"
            self.status.emit(
                f"{path.name} could not be written ({why}); nothing was changed. Choose another place."
            )
            return
        self.status.emit(f"Saved {path.name}, {len(data):,} bytes")

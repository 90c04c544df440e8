"""Saves what the Inspect area shows: a view as a picture, maps as numbers, a whole inspection as a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QSize, Signal
from PySide6.QtGui import QAction, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from explorer.core.errors import ExplorerError
from explorer.core.files import atomic_write
from explorer.engine.causes.methods import Share
from explorer.engine.looking.export_findings import DRAWING, NUMBERS, PAGE, Exported, ExportRequest
from explorer.engine.looking.findings import Doing
from explorer.gui.inspector.area import InspectArea
from explorer.gui.inspector.requests import loading
from explorer.gui.job import Job, ShouldStop, Work
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

if TYPE_CHECKING:
    from explorer.gui.inspector.embedding.area import EmbeddingArea

FileChooser = Callable[[QWidget, str, str], str]
"""Asks for a file, given a title and a suggestion; "" where none is named."""

_KINDS = {
    ".png": "Pictures (*.png)",
    ".svg": "Drawings (*.svg)",
    ".npz": "Numbers of NumPy (*.npz)",
    ".html": "Web pages (*.html)",
}


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
        shown: Callable[[], QWidget],
        parent: QWidget | None = None,
        *,
        choose_file: FileChooser | None = None,
    ) -> None:
        super().__init__("Save", parent)
        self.setObjectName("inspectSave")
        self.setProperty("kind", "plain")
        self.setToolTip("Save this view, the maps, or the whole inspection")
        self.setAccessibleName("Save")
        self._workbench, self._one, self._shown = workbench, one, shown
        self._choose_file = choose_file or _ask_file
        self._job: Job | None = None
        self._features: EmbeddingArea | None = None
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self.actions_: dict[str, QAction] = {}
        view = self._add(menu, "viewPng", "This view as a picture (PNG)…", "What is seen now, pixel by pixel")
        view.triggered.connect(lambda: self._save_view(".png"))
        view = self._add(
            menu, "viewSvg", "This view as a drawing (SVG)…", "What is seen now, with texts as texts"
        )
        view.triggered.connect(lambda: self._save_view(".svg"))
        menu.addSeparator()
        for name, words, tip, kind, whole in (
            (
                "mapsSvg",
                "Maps of this layer as a drawing (SVG)…",
                "All maps with index and scale",
                DRAWING,
                False,
            ),
            ("mapsNpz", "Maps of this layer as numbers (.npz)…", "For NumPy; no pickle", NUMBERS, False),
            ("allNpz", "Maps of all layers as numbers (.npz)…", "By the names of the layers", NUMBERS, True),
            ("page", "The whole inspection as a web page…", "One file that needs nothing else", PAGE, True),
        ):
            action = self._add(menu, name, words, tip)
            action.triggered.connect(lambda _=False, kind=kind, whole=whole: self._export(kind, whole=whole))
        self._add(
            menu,
            "features",
            "Features and places as numbers (.npz)…",
            "What the layer makes of every picture",
        ).triggered.connect(lambda: self._save_features())
        menu.aboutToShow.connect(self._refresh)
        self.setMenu(menu)

    @property
    def busy(self) -> bool:
        """Whether something is being written."""
        return self._job is not None

    def set_theme(self, theme: Theme) -> None:
        """Nothing of it has colours of its own."""

    def follow_page(self, many: EmbeddingArea | None) -> None:
        """Another page is shown; `many` where it is that of many pictures."""
        self._features = many

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

    def _refresh(self) -> None:
        """What can be saved of the page that is shown."""
        looking = self._shown() is self._one and self._one.pictures.picture is not None
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

    def _save_view(self, ending: str) -> None:
        name = f"{self._workbench.document.name}-{self._one.layer}"
        path = self._ask("Save this view", name, ending)
        if path is not None:
            draw = picture_of if ending == ".png" else drawing_of
            self._write(path, draw(self._shown()))

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
        if path is not None:
            request = ExportRequest(look, name, kind, () if whole else (look.layer,))
            self._run(path, _exporting(request))

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


def picture_of(widget: QWidget) -> bytes:
    """A widget as it is seen, as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    return bytes(buffer.data().data())


def drawing_of(widget: QWidget) -> bytes:
    """A widget as it is seen, as an SVG file; pictures are inside."""
    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    size = widget.size()
    generator.setSize(QSize(size.width(), size.height()))
    generator.setViewBox(widget.rect())
    generator.setTitle("Architecture Explorer")
    generator.setResolution(96)
    painter = QPainter(generator)
    try:
        widget.render(painter, QPoint(0, 0))
    finally:
        painter.end()  # a device that is destroyed while it is painted on takes the process with it
    return bytes(buffer.data().data())


def _exporting(request: ExportRequest) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from loading()
        from explorer.engine.looking.inspection_export import (
            export,  # torch takes seconds: loaded in the thread
        )

        for report in export(request, should_stop):
            if isinstance(report, Exported):
                yield report.data
            elif isinstance(report, Doing):
                yield report.text
            elif isinstance(report, Share):
                yield f"Writing the inspection: {100 * report.done:.0f} %"

    return work


def _ask_file(parent: QWidget, title: str, suggestion: str) -> str:
    kind = _KINDS[Path(suggestion).suffix]
    return QFileDialog.getSaveFileName(parent, title, suggestion, kind)[0]

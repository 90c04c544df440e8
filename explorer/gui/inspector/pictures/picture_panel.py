"""The left of the Inspect area: the open picture, and samples or own pictures to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QListWidgetItem, QVBoxLayout, QWidget

from explorer.gui.inspector.pictures.alteration_form import AlterationForm
from explorer.gui.inspector.pictures.fed_view import FedView
from explorer.gui.inspector.pictures.live_pictures import LivePictures
from explorer.gui.inspector.pictures.picture_jobs import png, reading, sampling
from explorer.gui.inspector.pictures.picture_list import PictureList
from explorer.gui.inspector.pictures.picture_view import PictureView, crop_of, image_of
from explorer.gui.inspector.pictures.value_influence import FieldSwitches
from explorer.gui.job import Job, Work
from explorer.gui.panel import Facts, IconButton, label, rule
from explorer.gui.theme import Theme

if TYPE_CHECKING:
    from explorer.engine.looking.findings import Answer
    from explorer.engine.pictures.images import Picture

_KINDS = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff *.ppm *.pgm *.pbm);;All files (*)"
_DRAWN_MS = 20

Chooser = Callable[[QWidget], "str | Sequence[str]"]


class PicturePanel(QWidget):
    """Opens pictures by button, drop, paste, pen and webcam, and lets the open one be altered.

    Signals:
        opened(picture): another picture, or the same one altered, is to be looked at.
        refused(sentence): a file that is no picture, or one that must not be read.
    """

    opened = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None, choose_file: Chooser | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._choose_file = choose_file or _ask_files
        self._jobs: list[Job] = []
        self._sampled = False
        self._drawing_due = QTimer(self, singleShot=True, interval=_DRAWN_MS)
        self.picture: Picture | None = None
        self.view = PictureView()
        self.facts, self.fed = Facts(), FedView()
        self.notes = label(role="hint", wrap=True)
        self.alteration = AlterationForm()
        self.field_switches = FieldSwitches()
        self.list = PictureList()
        self.live = LivePictures(self)
        self._open = IconButton("open", "Open pictures")
        self._paste = IconButton("paste", "Paste a picture (Ctrl+V)")
        self._draw = IconButton("pen", "Draw a picture")
        self._watch = IconButton("camera", "Look through the webcam")
        self._watch.setCheckable(True)
        self._connect()
        self._lay_out()

    def _connect(self) -> None:
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        self._open.clicked.connect(lambda: self.ask())
        self._paste.clicked.connect(lambda: self.paste())
        self._draw.clicked.connect(lambda: self.live.draw())
        self._watch.toggled.connect(self.live.use_camera)
        self._drawing_due.timeout.connect(self._alter)
        self.alteration.changed.connect(self._alter_soon)
        self.view.pulled.connect(self._pull)
        self.view.magnified.connect(self.alteration.magnify)
        self.live.came.connect(self._show_live)
        self.live.refused.connect(self.refused)
        self.live.camera_lost.connect(lambda: self._watch.setChecked(False))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        parts = (self._open, self._paste, self._draw, self._watch, self.view, self.alteration)
        for part in (*parts, self.fed):
            part.set_theme(theme)

    def ask(self) -> None:
        """Ask for files and open them."""
        chosen = self._choose_file(self)
        paths = [chosen] if isinstance(chosen, str) else list(chosen)
        if any(paths):
            self.read(*(Path(path) for path in paths if path))

    def paste(self) -> None:
        """Open what is on the clipboard."""
        if not self.take(QGuiApplication.clipboard().mimeData(), "pasted picture"):
            self.refused.emit("There is no picture on the clipboard; copy one first.")

    def take(self, data: QMimeData, name: str = "dropped picture") -> bool:
        """Open the pictures that were dropped or pasted; False where there are none."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self.read(*paths)
            return True
        image = data.imageData() if data.hasImage() else None
        if isinstance(image, QImage) and not image.isNull():
            self.read(png(image), name=name)
            return True
        return False

    def read(self, *sources: Path | bytes, name: str = "") -> None:
        """Read pictures in the background and open the first of them."""
        first = [True]

        def take(found: Picture | str) -> None:
            if isinstance(found, str):
                self.refused.emit(found)
            elif first[0]:
                first[0] = False
                self.add(found)
            else:
                self.list.put(found, first=True)

        self._run(reading(sources, name), take)

    def show_answer(self, answer: Answer) -> None:
        """What of the picture is fed, and how."""
        picture = answer.request.picture
        size = picture.pixels.shape[1], picture.pixels.shape[0]
        crop = crop_of(size, answer.fed.shape[:2], answer.share)
        if self.view.crop != crop or self.view.shown is not picture.pixels:
            self.view.show_picture(_shown(picture, self._side()), crop, picture.pixels, size)
        self.fed.show_answer(answer)
        shape, _, done = answer.feeding.partition(", ")
        size_text = f"{picture.size[0]:,}×{picture.size[1]:,} px"
        self.show_facts({picture.name: size_text, "fed to the network": shape})
        self._note(*picture.notes, done)

    def show_facts(self, facts: dict[str, str]) -> None:
        """What is said below the picture."""
        self.facts.show_facts(facts)

    def shutdown(self) -> bool:
        """Stop reading and wait; whether all threads are gone."""
        ended = self.live.shutdown()
        for job in self._jobs:
            job.stop()
        return all([job.wait(5000) for job in self._jobs]) and ended  # noqa: C419  (wait for every one)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 12)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(label("Pictures", "title"), 1)
        for part in (self._open, self._paste, self._draw, self._watch):
            row.addWidget(part)
        column.addLayout(row)
        column.addWidget(self.view)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.facts, 1)
        row.addWidget(self.fed, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        for part in (self.notes, self.field_switches, self.alteration, rule()):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        column.addWidget(label("Drop or paste pictures anywhere here.", "hint"))
        for part in (self.view, self.field_switches, self.notes, self.alteration):
            part.hide()

    def _run(self, work: Work, take: Callable[[object], object]) -> Job:
        job = Job(work, "Reading the picture", self)
        self._jobs.append(job)
        job.event.connect(take)
        job.failed.connect(lambda sentence, _details: self.refused.emit(sentence))
        job.ended.connect(lambda: self._forget(job))
        job.start()
        return job

    def _forget(self, job: Job) -> None:
        self._jobs.remove(job)
        job.deleteLater()

    def add(self, picture: Picture) -> None:
        """Put a picture first in the list and open it."""
        item = self.list.put(picture, first=True)
        self.list.setCurrentItem(item)
        self.list.scrollToItem(item)
        self.alteration.forget()
        self.show_picture(picture)

    def _show_live(self, found: Picture, source: str) -> None:
        self.list.setCurrentItem(self.list.put_live(found, source))
        self.show_picture(replace(found, alteration=self.alteration.alteration))

    def _choose(self, item: QListWidgetItem) -> None:
        picture = self.list.picture(item)
        if self.picture is None or picture.pixels is not self.picture.pixels:
            self.alteration.forget()
            self.show_picture(picture)

    def show_picture(self, picture: Picture) -> None:
        """Open a picture that was read."""
        self.picture = picture
        self.view.show()
        self.alteration.show()
        self.field_switches.show()
        self.view.show_picture(
            _shown(picture, self._side()), None, picture.pixels, picture.pixels.shape[1::-1]
        )
        self.facts.show_facts({picture.name: f"{picture.size[0]:,}×{picture.size[1]:,} px"})
        self._note(*picture.notes)
        self.opened.emit(picture)

    def _note(self, *said: str) -> None:
        """What was done to the picture, by reading and by fitting it."""
        text = "; ".join(part for part in said if part)
        self.notes.setText(text)
        self.notes.setVisible(bool(text))

    def _alter_soon(self) -> None:
        if not self._drawing_due.isActive():  # a mouse moves more often than a screen shows
            self._drawing_due.start()

    def _alter(self) -> None:
        alteration = self.alteration.alteration
        if self.picture is not None and alteration != self.picture.alteration:
            self.picture = replace(self.picture, alteration=alteration)
            self.view.replace_image(_shown(self.picture, self._side()))
            self.opened.emit(self.picture)

    def _side(self) -> int:
        """How large the picture is drawn, in pixels of the screen: no more need be made of it."""
        return max(32, round(self.view.width() * self.view.devicePixelRatioF()))

    def _pull(self, start: QPointF, moved: QPointF) -> None:
        if self.picture is not None:
            high, wide = self.picture.pixels.shape[:2]
            self.alteration.pull(start, moved, (wide, high))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._sampled:
            self._sampled = True
            self._run(sampling, lambda picture: self.list.put(picture))


def _shown(picture: Picture, most: int) -> QImage:
    """The picture as it is drawn, altered."""
    if not picture.alteration.alters:
        return image_of(picture.pixels)
    from explorer.engine.pictures.altering import preview  # numpy and Pillow are loaded: the picture was read

    return image_of(preview(picture.pixels, picture.alteration, most))


def _ask_files(parent: QWidget) -> Sequence[str]:
    return QFileDialog.getOpenFileNames(parent, "Open pictures", "", _KINDS)[0]

"""The left of the Inspect area: the open picture, and samples or own pictures to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QImage, QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListView,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer.gui.inspector.picture_view import PictureView, image_of
from explorer.gui.inspector.value_influence import InfluencePanel
from explorer.gui.job import Job, ShouldStop, Work
from explorer.gui.panel import Facts, IconButton, label, rule
from explorer.gui.theme import Theme

if TYPE_CHECKING:
    from explorer.engine.images import Picture

_THUMB = 54
_PICTURE = Qt.ItemDataRole.UserRole
_KINDS = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff *.ppm *.pgm *.pbm);;All files (*)"


class PicturePanel(QWidget):
    """Opens pictures by button, drop and paste; reading happens in the background.

    Signals:
        opened(picture): another picture is to be looked at.
        refused(sentence): a file that is no picture, or one that must not be read.
    """

    opened = Signal(object)
    refused = Signal(str)

    def __init__(
        self, parent: QWidget | None = None, choose_file: Callable[[QWidget], str] | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._choose_file = choose_file or _ask_file
        self._jobs: list[Job] = []
        self._sampled = False
        self.picture: Picture | None = None
        self.view = PictureView()
        self.facts = Facts()
        self.notes = label(role="hint", wrap=True)
        self.influence = InfluencePanel()
        self.list = _PictureList()
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        self._open = IconButton("open", "Open a picture")
        self._paste = IconButton("paste", "Paste a picture (Ctrl+V)")
        self._open.clicked.connect(lambda: self.ask())
        self._paste.clicked.connect(lambda: self.paste())
        self._lay_out()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self._open, self._paste, self.view, self.influence):
            part.set_theme(theme)

    def ask(self) -> None:
        """Ask for a file and open it."""
        path = self._choose_file(self)
        if path:
            self.read(Path(path))

    def paste(self) -> None:
        """Open what is on the clipboard."""
        if not self.take(QGuiApplication.clipboard().mimeData(), "pasted picture"):
            self.refused.emit("There is no picture on the clipboard; copy one first.")

    def take(self, data: QMimeData, name: str = "dropped picture") -> bool:
        """Open the picture that was dropped or pasted; False where there is none."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self.read(paths[0])
            return True
        image = data.imageData() if data.hasImage() else None
        if isinstance(image, QImage) and not image.isNull():
            self.read(_png(image), name)
            return True
        return False

    def read(self, source: Path | bytes, name: str = "") -> None:
        """Read a picture in the background and open it."""
        self._run(_reading(source, name), self._add)

    def show_facts(self, facts: dict[str, str]) -> None:
        """What is said below the picture."""
        self.facts.show_facts(facts)

    def shutdown(self) -> bool:
        """Stop reading and wait; whether all threads are gone."""
        for job in self._jobs:
            job.stop()
        return all([job.wait(5000) for job in self._jobs])  # noqa: C419  (wait for every one)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 12)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(label("Pictures", "title"), 1)
        row.addWidget(self._open)
        row.addWidget(self._paste)
        column.addLayout(row)
        for part in (self.view, self.facts, self.notes, rule()):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        column.addWidget(self.influence)
        self.view.hide()
        self.notes.hide()

    def _run(self, work: Work, take: Callable[[object], object]) -> None:
        job = Job(work, "Reading the picture", self)
        self._jobs.append(job)
        job.event.connect(take)
        job.failed.connect(lambda sentence, _details: self.refused.emit(sentence))
        job.ended.connect(lambda: self._forget(job))
        job.start()

    def _forget(self, job: Job) -> None:
        self._jobs.remove(job)
        job.deleteLater()

    def _add(self, picture: Picture) -> None:
        item = self.list.put(picture, first=True)
        self.list.setCurrentItem(item)
        self.list.scrollToItem(item)
        self.show_picture(picture)

    def _choose(self, item: QListWidgetItem) -> None:
        picture = item.data(_PICTURE)
        if picture is not self.picture:
            self.show_picture(picture)

    def show_picture(self, picture: Picture) -> None:
        """Open a picture that was read."""
        self.picture = picture
        self.view.show()
        self.view.show_picture(image_of(picture.pixels), None)
        self.facts.show_facts({picture.name: f"{picture.size[0]:,}×{picture.size[1]:,} px"})
        self.notes.setText("; ".join(picture.notes))
        self.notes.setVisible(bool(picture.notes))
        self.opened.emit(picture)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._sampled:
            self._sampled = True
            self._run(_sampling, lambda picture: self.list.put(picture))


class _PictureList(QListWidget):
    """Thumbnails with names below, as many in a row as fit."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pictureList")
        self.setAccessibleName("Pictures and samples")
        self.setToolTip("Click a picture to look at it.")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(QSize(_THUMB, _THUMB))
        self.setGridSize(QSize(_THUMB + 11, _THUMB + 24))
        self.setUniformItemSizes(True)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    def put(self, picture: Picture, *, first: bool = False) -> QListWidgetItem:
        """One more picture."""
        thumbnail = _thumbnail(picture)
        icon = QIcon(thumbnail)
        icon.addPixmap(thumbnail, QIcon.Mode.Selected)  # not tinted
        item = QListWidgetItem(icon, picture.name)
        item.setData(_PICTURE, picture)
        item.setToolTip("\n".join((picture.name, f"{picture.size[0]:,}×{picture.size[1]:,}", *picture.notes)))
        item.setSizeHint(QSize(_THUMB + 9, _THUMB + 22))
        self.insertItem(0 if first else self.count(), item)
        return item


def _thumbnail(picture: Picture) -> QPixmap:
    """The middle of the picture, square; small ones with their pixels seen."""
    image = image_of(picture.pixels)
    side = min(image.width(), image.height())
    middle = QRect((image.width() - side) // 2, (image.height() - side) // 2, side, side)
    modes = Qt.TransformationMode
    mode = modes.FastTransformation if side < _THUMB else modes.SmoothTransformation
    scaled = image.copy(middle).scaled(_THUMB, _THUMB, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
    return QPixmap.fromImage(scaled)


def _reading(source: Path | bytes, name: str) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[Picture]:
        from explorer.engine.images import read_picture  # numpy and Pillow: not at the start of the window

        picture = read_picture(source, name)
        if not should_stop():
            yield picture

    return work


def _sampling(should_stop: ShouldStop) -> Iterator[Picture]:
    from explorer.engine.sample_pictures import sample, sample_names  # see above

    for name in sample_names():
        if should_stop():
            return
        yield sample(name)


def _png(image: QImage) -> bytes:
    """A picture of the clipboard as the bytes of a file, read like any other file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def _ask_file(parent: QWidget) -> str:
    return QFileDialog.getOpenFileName(parent, "Open a picture", "", _KINDS)[0]

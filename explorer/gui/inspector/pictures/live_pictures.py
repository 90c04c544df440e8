"""Pictures that come one after another: from the pen, and from a webcam; the newest wins."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from explorer.core.errors import ExplorerError
from explorer.gui.inspector.pictures.camera import Camera
from explorer.gui.inspector.pictures.drawing_pad import DrawingPad
from explorer.gui.inspector.pictures.picture_jobs import png, reading
from explorer.gui.job import Job

DRAWING, FRAME = "drawing", "webcam"


class LivePictures(QObject):
    """Reads drawings and frames in the background, one at a time.

    Signals:
        came(picture, source): the newest picture of a source.
        refused(sentence): there is no webcam, or a picture could not be read.
        camera_lost(): frames come no more.
    """

    came = Signal(object, str)
    refused = Signal(str)
    camera_lost = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._waiting: tuple[QImage, str] | None = None
        self.pad = DrawingPad(parent)
        self.camera = Camera(self)
        self.pad.drawn.connect(lambda image: self.take(image, DRAWING))
        self.camera.seen.connect(lambda image: self.take(image, FRAME))
        self.camera.failed.connect(self._lose)

    @property
    def busy(self) -> bool:
        """Whether a picture is being read."""
        return self._job is not None

    def draw(self) -> None:
        """Show the sheet to draw on."""
        self.pad.show()
        self.pad.activateWindow()
        self.take(self.pad.sheet.image.copy(), DRAWING)

    def use_camera(self, on: bool) -> None:
        """Look through the webcam, or no more."""
        if not on:
            self.camera.stop()
            return
        try:
            self.camera.start()
        except ExplorerError as error:
            self._lose(str(error))

    def take(self, image: QImage, source: str) -> None:
        """Read a picture; where one is being read, this one is next unless a newer one comes."""
        if self._job is not None:
            self._waiting = image, source
            return
        job = self._job = Job(reading([png(image)], source), "Reading the picture", self)
        job.event.connect(lambda found: self._pass_on(found, source))
        job.failed.connect(lambda said, _details: self.refused.emit(said))
        job.ended.connect(self._end)
        job.start()

    def shutdown(self) -> bool:
        """Stop and wait; whether the thread is gone."""
        self.camera.stop()
        self.pad.close()
        self._waiting = None
        if self._job is None:
            return True
        self._job.stop()
        return self._job.wait(5000)

    def _pass_on(self, found: object, source: str) -> None:
        if isinstance(found, str):
            self.refused.emit(found)
        else:
            self.came.emit(found, source)

    def _end(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.take(*waiting)

    def _lose(self, sentence: str) -> None:
        self.camera_lost.emit()
        self.refused.emit(sentence)

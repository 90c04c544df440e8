"""Frames of a webcam, where the computer has one and Qt's multimedia part is installed."""

from __future__ import annotations

import importlib
import time
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from explorer.core.errors import ExplorerError

_SIDE = 640
_APART = 0.1
"""Seconds between two frames that are passed on: the network sees no more than it can follow."""


class Camera(QObject):
    """Passes on frames of the first webcam while it runs.

    Signals:
        seen(image): one frame, at most ten a second.
        failed(sentence): the camera stopped or cannot be used.
    """

    seen = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[Any, ...] = ()
        self._last = 0.0

    @property
    def running(self) -> bool:
        """Whether frames are asked for."""
        return bool(self._parts)

    def start(self) -> None:
        """Begin to look.

        Raises:
            ExplorerError: there is no webcam, or no way to reach one; says what to do.
        """
        if self.running:
            return
        media = _multimedia()
        device = media.QMediaDevices.defaultVideoInput()
        if device.isNull():
            raise ExplorerError("there is no webcam on this computer; connect one, or open a picture")
        camera, session, sink = media.QCamera(device), media.QMediaCaptureSession(), media.QVideoSink()
        session.setCamera(camera)
        session.setVideoSink(sink)
        sink.videoFrameChanged.connect(self.take)
        camera.errorOccurred.connect(lambda _error, text: self._fail(text))
        self._parts = camera, session, sink
        camera.start()

    def stop(self) -> None:
        """Look no more; the camera's lamp goes out."""
        if self._parts:
            self._parts[0].stop()
        self._parts = ()

    def take(self, frame: Any) -> None:
        """One frame came from the camera."""
        now = time.monotonic()
        if not self.running or now - self._last < _APART:
            return
        image: QImage = frame.toImage()
        if image.isNull():
            return
        self._last = now
        if max(image.width(), image.height()) > _SIDE:
            keep = Qt.AspectRatioMode.KeepAspectRatio
            image = image.scaled(_SIDE, _SIDE, keep, Qt.TransformationMode.SmoothTransformation)
        self.seen.emit(image.flipped(Qt.Orientation.Horizontal))

    def _fail(self, text: str) -> None:
        self.stop()
        self.failed.emit(f"the webcam stopped: {text or 'no reason was given'}")


def _multimedia() -> Any:
    """Qt's multimedia part, which is an extra.

    Raises:
        ExplorerError: it is not installed.
    """
    try:
        return importlib.import_module("PySide6.QtMultimedia")
    except ImportError:
        raise ExplorerError(
            "a webcam needs Qt's multimedia part, which is not installed; install PySide6-Addons,"
            " or open a picture"
        ) from None

"""Background work of the picture panel: reading files and samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from explorer.core.errors import ExplorerError
from explorer.gui.job import ShouldStop, Work

if TYPE_CHECKING:
    from explorer.engine.pictures.images import Picture


def reading(sources: Sequence[Path | bytes], name: str = "") -> Work:
    """Read pictures one after another; where one cannot be read, the sentence that says why."""

    def work(should_stop: ShouldStop) -> Iterator[Picture | str]:
        from explorer.engine.pictures.images import (
            read_picture,  # numpy and Pillow: not at the start of the window
        )

        for source in sources:
            try:
                picture: Picture | str = read_picture(source, name)
            except ExplorerError as error:
                picture = str(error)
            if should_stop():
                return
            yield picture

    return work


def sampling(should_stop: ShouldStop) -> Iterator[Picture]:
    """Make or read all sample pictures."""
    from explorer.engine.pictures.sample_pictures import sample, sample_names  # as above

    for name in sample_names():
        if should_stop():
            return
        yield sample(name)


def png(image: QImage) -> bytes:
    """A picture of Qt's as the bytes of a file, read like any other file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())

"""A plot as a file: the picture as PNG or SVG, or its points as CSV."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from explorer.core.errors import ExplorerError
from explorer.core.files import atomic_write
from explorer.export.formats import csv_text
from explorer.gui.training.plots.plots import Plot

_SCALE = 2
KINDS = (".png", ".svg", ".csv")


def write_plot(plot: Plot, path: Path) -> None:
    """Write what a plot shows; the ending of the path says how.

    Raises:
        ExplorerError: another ending, or the file cannot be written.
    """
    makers = {".png": _png, ".svg": _svg, ".csv": _csv}
    maker = makers.get(path.suffix.lower())
    if maker is None:
        raise ExplorerError(f"a plot is written as {', '.join(KINDS)}; got {path.suffix or 'no ending'}")
    try:
        atomic_write(path, maker(plot))
    except OSError as error:
        raise ExplorerError(f"{path} cannot be written: {error.strerror}; choose another place") from None


def _png(plot: Plot) -> bytes:
    image = QImage(plot.size() * _SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SCALE)
    plot.overlay.point_at(None)
    QWidget.render(plot, image, QPoint())
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())


def _svg(plot: Plot) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(plot.width(), plot.height()))
    generator.setViewBox(plot.rect())
    generator.setTitle(plot.accessibleName())
    plot.overlay.point_at(None)
    painter = QPainter(generator)
    QWidget.render(plot, painter, QPoint())
    painter.end()
    return bytes(data.data())


def _csv(plot: Plot) -> bytes:
    """All points, not only those that are drawn: one row a point, with the smoothed value beside it."""
    rows = [
        (
            f"{line.name} (training pictures)" if line.dim else line.name,
            x,
            y if math.isfinite(y) else None,
            mean if math.isfinite(mean) else None,
        )
        for line in plot.lines
        for x, y, mean in zip(line.curve.xs, line.curve.ys, line.curve.means, strict=True)
    ]
    header = ("run", plot.below.removesuffix("s"), plot.accessibleName(), "smoothed")
    return csv_text(header, rows).encode("utf-8")

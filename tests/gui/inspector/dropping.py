"""Pictures that tests drop on an Inspect area, and what the engine itself makes of them."""

from __future__ import annotations

import numpy as np
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication

LONG = 60_000


def settle(qtbot, area):
    qtbot.waitUntil(lambda: not area.requests.busy and not area.pictures._jobs, timeout=LONG)


def picture_file(folder, name="pattern.png", size=(48, 40)):
    rng = np.random.default_rng(0)
    path = folder / name
    Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)).save(path)
    return path


def drop(qtbot, area, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(600, 400), Qt.DropAction.CopyAction, data, buttons, keys)
    QGuiApplication.sendEvent(area, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(600, 400), Qt.DropAction.CopyAction, data, buttons, keys)
    QGuiApplication.sendEvent(area, event)
    settle(qtbot, area)
    return event.isAccepted()


def expected(area, picture, layer, seed=0):
    """The same maps, straight from the engine."""
    from explorer.engine.pictures.images import IMAGENET_MEAN, IMAGENET_STD, fit
    from explorer.engine.running.activations import capture
    from explorer.engine.running.module import input_shapes
    from explorer.engine.running.weights import initialized

    module = initialized(area._workbench.document.graph, seed)
    fed = fit(picture, input_shapes(module)[0], IMAGENET_MEAN, IMAGENET_STD)
    return capture(module, fed[None], [layer])[layer][0]

"""Two fingers on a touch pad or a screen: apart and together zoom, side by side push."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QNativeGestureEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture

from explorer.gui.canvas.pointer import Pointer

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

_LEAST, _MOST = 0.5, 2.0  # by which one event may zoom: a finger that jumps must not lose the place


class Fingers:
    """Follows the gestures that the system recognizes, and those that Qt does on touch screens."""

    def __init__(self, canvas: Canvas, pointer: Pointer) -> None:
        self._canvas, self._pointer = canvas, pointer
        if sys.platform != "darwin":  # there Qt makes a second gesture of the system's own
            canvas.viewport().grabGesture(Qt.GestureType.PinchGesture)

    def moved(self, event: QNativeGestureEvent | QGestureEvent) -> bool:
        """Fingers moved; whether that means anything here."""
        if isinstance(event, QNativeGestureEvent):
            return self._on_pad(event)
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        self._on_screen(pinch)
        event.accept(Qt.GestureType.PinchGesture)
        return True

    def _on_pad(self, event: QNativeGestureEvent) -> bool:
        canvas, kind = self._canvas, event.gestureType()
        if kind == Qt.NativeGestureType.ZoomNativeGesture:
            canvas.zoom_to(canvas.zoom * _bounded(1 + event.value()), event.position())
        elif kind == Qt.NativeGestureType.PanNativeGesture:
            canvas.pan_by(event.delta().toPoint())
        elif kind == Qt.NativeGestureType.SmartZoomNativeGesture:
            canvas.fit()
        else:
            return False
        return True

    def _on_screen(self, pinch: QPinchGesture) -> None:
        """The place between the fingers stays between them."""
        canvas, viewport = self._canvas, self._canvas.viewport()
        self._pointer.interrupt()  # the first finger alone was taken for the mouse
        middle = viewport.mapFromGlobal(pinch.centerPoint())
        flags = pinch.changeFlags()
        if flags & QPinchGesture.ChangeFlag.CenterPointChanged and not pinch.lastCenterPoint().isNull():
            canvas.pan_by((pinch.centerPoint() - pinch.lastCenterPoint()).toPoint())
        if flags & QPinchGesture.ChangeFlag.ScaleFactorChanged:
            canvas.zoom_to(canvas.zoom * _bounded(pinch.scaleFactor()), middle)


def _bounded(factor: float) -> float:
    return min(_MOST, max(_LEAST, factor))


__all__ = ["Fingers"]

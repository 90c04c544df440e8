"""Scrolling while something is dragged near the rim of the canvas."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, QTimer

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

_RIM = 32  # px from the border of the view
_FASTEST = 18  # px a step
_STEP = 16  # ms


class RimScroll(QObject):
    """Pushes the page as long as the pointer stays at the rim; whoever drags is told where it is now."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._screen = QPoint()
        self._follow: Callable[[QPointF, QPoint], None] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP)
        self._timer.timeout.connect(self._step)

    def watch(self, screen: QPoint, follow: Callable[[QPointF, QPoint], None]) -> None:
        """The pointer of a drag is here; `follow(place, screen)` is called after each step."""
        self._screen, self._follow = screen, follow
        if self._speed().isNull():
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """The drag is over."""
        self._timer.stop()
        self._follow = None

    def _step(self) -> None:
        by = self._speed()
        if by.isNull() or self._follow is None:
            self._timer.stop()
            return
        self._canvas.pan_by(by)
        self._follow(self._canvas.place_of(QPointF(self._screen)), self._screen)

    def _speed(self) -> QPoint:
        """How far to push the page in one step; faster nearer to the border."""
        view = self._canvas.viewport().rect()
        return QPoint(
            _pushed(self._screen.x(), view.width()),
            _pushed(self._screen.y(), view.height()),
        )


def _pushed(at: int, size: int) -> int:
    near = min(_RIM, size // 4)
    if not near:
        return 0
    if at < near:
        return round(_FASTEST * min(1.0, (near - at) / near))
    if at > size - near:
        return -round(_FASTEST * min(1.0, (at - size + near) / near))
    return 0

"""What the status line says while one looks inside: picture, layer, its maps, their size, and the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal

from explorer.core.shapes import ELEMENT_BYTES, elements, shape_text
from explorer.core.units import bytes_text
from explorer.engine.looking.findings import Answer, Maps
from explorer.gui.totals import Parts

if TYPE_CHECKING:
    from explorer.gui.inspector.area import InspectArea


class LookedAt(QObject):
    """Follows the answers of an area while that is shown.

    Signals:
        parts_changed(parts): sums for the status line in place of the open network's; None for those.
    """

    parts_changed = Signal(object)

    def __init__(self, area: InspectArea) -> None:
        super().__init__(area)
        self._area = area
        self._maps: Maps | None = None
        self._seconds, self._keeping = 0.0, ""
        area.requests.answered.connect(self._follow)
        area.installEventFilter(self)

    @property
    def parts(self) -> Parts | None:
        """What is said now; None where nothing is looked at."""
        if self._maps is None:
            return None
        shape = self._maps.values.shape
        many = f"{shape[0]:,} numbers"
        if len(shape) == 3:
            many = f"{shape[0]:,} maps of {shape_text(shape[1:])}"
        said = [self._maps.request.picture.name, self._maps.giver, many]
        said.append(bytes_text(ELEMENT_BYTES * elements(shape)))
        if self._seconds:
            took = 1000 * self._seconds
            said.append(f"forward {took:,.0f} ms" if took >= 100 else f"forward {took:.3g} ms")
        if self._keeping:
            said.append(self._keeping)
        return tuple(("", part) for part in said)

    def _follow(self, report: object) -> None:
        if isinstance(report, Maps):
            self._maps = report
        elif isinstance(report, Answer):
            self._seconds, self._keeping = report.seconds or self._seconds, report.keeping
            if self._area.isVisible():
                self.parts_changed.emit(self.parts)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self.parts_changed.emit(self.parts)
        elif event.type() == QEvent.Type.Hide:
            self.parts_changed.emit(None)
        return False

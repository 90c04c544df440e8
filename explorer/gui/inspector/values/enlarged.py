"""All multiplications of one part of a number, large enough that every number is read."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from explorer.gui.inspector.figures import number
from explorer.gui.inspector.values.matrix_numbers import finite, unit, widest, written
from explorer.gui.inspector.values.products import SIGN, ProductMatrices
from explorer.gui.inspector.values.terms import Part, Parts
from explorer.gui.inspector.values.words import products_line, single_line, together_line
from explorer.gui.panel import button, label
from explorer.gui.spin_box import SpinBox
from explorer.gui.theme import Theme

_SIZES = (15.0, 13.0, 12.0, 11.0)
"""Of the numbers, in pixels; the first that leaves everything on the screen, and never less than the last."""

_BESIDE, _ABOVE, _SMALLEST_HIGH = 3, 12, 24
_FEW = 7
"""So many columns leave room for three digits after the point."""

_MARGIN, _SHARE, _OTHERS = 18, 0.96, 230


class LargeMatrices(ProductMatrices):
    """The same matrices, every cell as large as its number needs.

    Signals:
        turned(step): the next (1) or previous (-1) part is asked for.
    """

    turned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("largeMatrices")
        self.setToolTip(
            "Point at a place to read its multiplication; arrow keys move the mark. A double-click or Enter"
            " looks at where the number of the patch comes from."
        )
        self.room = 1200
        self._size, self._side = _SIZES[-1], (0.0, 0.0)

    @property
    def text_size(self) -> float:
        """Of the numbers in the cells, in pixels."""
        return self._size

    def show_part(self, part: Part | None, *, signed: bool, names: tuple[str, str]) -> None:
        """As the small ones do; the widget grows with its numbers."""
        super().show_part(part, signed=signed, names=names)
        self._measure()
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        columns, count = (self.part.size[1] if self.part is not None else 0), len(self.titles)
        wide = count * columns * self._side[0] + max(0, count - 1) * SIGN + 2
        return QSize(round(max(wide, 220)), self._needed())

    def _measure(self) -> None:
        """Find the size of the numbers, and of their cells."""
        matrices, part = self._matrices(), self.part
        if not matrices or part is None:
            self._side = 0.0, 0.0
            return
        for size in _SIZES:
            longest = max(
                widest(written(numbers, unit(_highest(numbers))[0], self._places()), size)
                for _, numbers, _ in matrices
            )
            self._size, self._side = size, (longest + _BESIDE, max(_SMALLEST_HIGH, size + _ABOVE))
            if len(matrices) * part.size[1] * self._side[0] + (len(matrices) - 1) * SIGN <= self.room:
                return

    def _cell(self) -> tuple[float, float]:
        return self._side

    def _text_size(self) -> float:
        return self._size

    def _places(self) -> int:
        return 3 if self.part is not None and self.part.size[1] <= _FEW else 2

    def _click(self, place: tuple[int, int]) -> None:
        self._point(place)

    def _enter(self, *, following: bool) -> None:
        if self.place is not None:
            self.followed.emit(self.place)

    def resizeEvent(self, event: object) -> None:
        """The size follows the numbers, not the other way round."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        turns = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        key = Qt.Key(event.key())
        if key in turns:
            self.turned.emit(turns[key])
        else:
            super().keyPressEvent(event)


class EnlargedProducts(QDialog):
    """Follows the card: other places, channels and layers are shown as they come.

    Signals:
        chosen(index): another part is to be taken apart.
        followed(place): the number of the patch there is to be looked at.
    """

    chosen = Signal(int)
    followed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("enlargedProducts")
        self.setWindowTitle("Kernel, patch and product")
        self.setAccessibleName("Kernel, patch and product, large")
        self._parts: Parts | None = None
        self._index = 0
        self.title, self.noun = label(role="title"), label(role="label")
        self.spin = SpinBox(keyboardTracking=False, accelerated=True)
        self.spin.setAccessibleName("Channel or input, large")
        self.spin.setToolTip("Which channel (or input) is taken apart (Page Up and Page Down)")
        self.matrices = LargeMatrices()
        self.scroll = QScrollArea(frameShape=QScrollArea.Shape.NoFrame)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setWidget(self.matrices)
        self.line, self.together = label(role="body", wrap=True), label(role="label", wrap=True)
        self.total = label(role="result")
        self.source = button(
            "Where it comes from", self._follow, "Look at the marked number of the patch in its own layer"
        )
        self.close_button = button("Close", self.reject, "Close (Esc)")
        self._lay_out()
        self.spin.valueChanged.connect(self._spun)
        self.matrices.pointed.connect(self._read)
        self.matrices.turned.connect(lambda step: self.spin.setValue(self.spin.value() + step))
        self.matrices.followed.connect(self._followed)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.matrices.set_theme(theme)

    def show_part(
        self, title: str, parts: Parts, index: int, *, signed: bool, names: tuple[str, str]
    ) -> None:
        """Show one part of a number."""
        before = self.matrices.part
        self._parts, self._index = parts, index
        part = parts.at(index)
        self.title.setText(title)
        several = len(parts) > 1
        self.noun.setText(parts.noun)
        for shown in (self.noun, self.spin):
            shown.setVisible(several)
        with QSignalBlocker(self.spin):
            self.spin.setRange(parts.first, parts.first + len(parts) - 1)
            self.spin.setValue(parts.first + index)
        room = self._room()
        self.matrices.room = round(room.width() * _SHARE) - 2 * _MARGIN
        self.matrices.show_part(part, signed=signed, names=names)
        adds = parts.cell.rule.value == "weighted sum"
        self.together.setText(together_line(parts, index) if adds else "")
        self.total.setText(f"= {number(parts.cell.value, signed=True)}" if adds else "")
        for shown in (self.together, self.total):
            shown.setVisible(adds)
        self._read(self.matrices.place)
        if before is None or before.size != part.size:
            self._fit(room)

    def mark(self, place: tuple[int, int] | None) -> None:
        """Mark a place, as the arrow keys do, and take the keys."""
        self.matrices.setFocus()
        self.matrices.mark(place)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        head.addWidget(self.noun)
        head.addWidget(self.spin)
        sums = QHBoxLayout()
        sums.addWidget(self.together, 1)
        sums.addWidget(self.total)
        ends = QHBoxLayout()
        ends.addWidget(self.source)
        ends.addStretch(1)
        ends.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, 14, _MARGIN, 14)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.scroll, 1)
        column.addWidget(self.line)
        column.addLayout(sums)
        column.addLayout(ends)

    def _room(self) -> QSize:
        """Of the screen, which the program's own window may reach beyond."""
        parent = self.parentWidget()
        room = self.screen().availableGeometry().size()
        return room if parent is None else room.expandedTo(parent.window().size())

    def _fit(self, room: QSize) -> None:
        """As large as the numbers need, and no larger than the screen."""
        needed = self.matrices.sizeHint()
        wide, high = room.width(), room.height()
        self.scroll.setMinimumSize(
            min(needed.width() + 2, round(wide * _SHARE) - 2 * _MARGIN),
            min(needed.height() + 2, round(high * _SHARE) - _OTHERS),
        )
        self.adjustSize()

    def _spun(self, value: int) -> None:
        if self._parts is not None:
            self.chosen.emit(value - self._parts.first)

    def _read(self, place: tuple[int, int] | None) -> None:
        """Write the marked multiplication, or the sum of all."""
        part = self.matrices.part
        if part is None:
            return
        self.source.setEnabled(place is not None and part.inside[place[0]][place[1]])
        self.line.setText(products_line(part) if place is None else single_line(part, *place))

    def _follow(self) -> None:
        if self.matrices.place is not None:
            self._followed(self.matrices.place)

    def _followed(self, place: tuple[int, int]) -> None:
        part = self.matrices.part
        if part is not None and part.inside[place[0]][place[1]]:
            self.followed.emit(place)


def _highest(numbers: object) -> float:
    """The largest size of a matrix's numbers."""
    return max((abs(value) for value in finite(numbers) if value == value), default=0.0)  # type: ignore[arg-type]

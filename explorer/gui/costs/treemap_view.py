"""The treemap of a cost: a tile for every layer, as large as its share of the parameters, MACs or others."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.units import share_text
from explorer.export.cost_tree import Cost, Measure, largest_category
from explorer.export.treemap import Rectangle
from explorer.gui.costs.pointed import Pointed
from explorer.gui.costs.tiles import DOWN, LEFT, RIGHT, UP, Frame, Tile, Tiles, tiles
from explorer.gui.fonts import MEDIUM, NORMAL
from explorer.gui.lettering import draw_line, line_width
from explorer.gui.theme import Theme

_WAYS = {Qt.Key.Key_Left: LEFT, Qt.Key.Key_Right: RIGHT, Qt.Key.Key_Up: UP, Qt.Key.Key_Down: DOWN}
_INTO = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_OUT = (Qt.Key.Key_Backspace, Qt.Key.Key_Escape)
_PAD, _LINE = 6.0, 15.0
_ROOM_TO_CUT = 60.0  # px in which the beginning of a name still tells something
_LEAST_WORD = 26.0  # px of a tile that a word is written in


class TreemapView(Pointed):
    """Tiles of one tree of costs. Arrows walk over the tiles, Enter goes into a block, Backspace out.

    Signals:
        chosen(name): a tile was clicked or walked to; its full name.
        entered(name): the inside of this block is wanted; "" for the network.
    """

    chosen = Signal(str)
    entered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("treemap", parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Treemap of what the layers cost")
        self._theme: Theme | None = None
        self._tree: Cost | None = None
        self._root: Cost | None = None
        self._measure: Measure | None = None
        self._selected: tuple[str, ...] = ()
        self.tiles = Tiles()

    @property
    def inside(self) -> str:
        """The block whose parts are shown; "" for the whole network."""
        return self._root.name if self._root is not None else ""

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_tree(self, tree: Cost, measure: Measure, inside: str = "") -> None:
        """Show a tree, or one block of it; the network where there is no such block any more."""
        block = tree.found(inside) if inside else None
        self._tree, self._measure = tree, measure
        self._root = block if block is not None and block.parts else tree
        self.setAccessibleName(f"Treemap of {measure.noun}")
        self.fill_room()

    def show_selection(self, names: tuple[str, ...]) -> None:
        """Ring the tiles of these layers and blocks."""
        if names != self._selected:
            self._selected = names
            self._describe()
            self.update()

    def paint_on(self, painter: QPainter, theme: Theme) -> None:
        """Draw the tiles with any painter: for the screen and for a file."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        whole = self._root.amount if self._root is not None else 0
        for tile in self.tiles.tiles:
            self._paint_tile(painter, tile, whole, theme)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for frame in reversed(self.tiles.frames):
            painter.setPen(QPen(theme["panel"], 1.0 + 2.0 / (1 + frame.depth)))
            painter.drawRect(_rect(frame.box))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def fill_room(self) -> None:
        """Divide the room that there is now."""
        root = self._root
        room = Rectangle(0.0, 0.0, float(self.width()), float(self.height()))
        self.tiles = tiles(root, room) if root is not None and root.amount else Tiles()
        self._hovered = None
        self._describe()
        self.update()

    def _describe(self) -> None:
        shown = self.tiles.showing(self._selected[-1]) if self._selected else None
        self.setAccessibleDescription(self.said(shown.cost) if shown is not None else "")

    def said(self, cost: Cost) -> str:
        """A part of the network, its exact figure and its share, in words."""
        if self._measure is None or self._tree is None:
            return ""
        share = share_text(cost.amount, self._tree.amount)
        kind = f" · {cost.line.entry.node.operator.kind()}" if cost.line is not None else ""
        inside = f"\n{len(list(cost.leaves))} layers: double click to go into it" if cost.parts else ""
        return f"{cost.name}{kind}\n{self._measure.text(cost.amount)}\n{share} of the network{inside}"

    def _paint_tile(self, painter: QPainter, tile: Tile, whole: int, theme: Theme) -> None:
        most = largest_category(tile.cost)
        mark = theme.category(most[0] if most is not None else tile.cost.category)
        box = _rect(tile.box)
        painter.fillRect(box, QColor(mark.fill))
        if tile is self._hovered:
            lighter = QColor(mark.ink)
            lighter.setAlphaF(0.16)
            painter.fillRect(box, lighter)
        if min(box.width(), box.height()) > 3:
            painter.setPen(QPen(theme["panel"], 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
        if box.width() < _LEAST_WORD or box.height() < _LINE + 4:
            return
        room = box.adjusted(_PAD, 4, -_PAD, -3)
        painter.setPen(QColor(mark.ink))
        first = QRectF(room.left(), room.top(), room.width(), _LINE)
        name = _fitting(tile.cost.name or tile.cost.title, room.width())
        if not name:
            name = tile.cost.title if room.width() > _ROOM_TO_CUT else mark.letter
        draw_line(painter, first, name, 12, MEDIUM)
        share = share_text(tile.cost.amount, whole)
        if room.height() >= 2 * _LINE and line_width(share, 11) <= room.width():
            draw_line(painter, first.translated(0, _LINE), share, 11, NORMAL)

    def _ring(self, painter: QPainter, shown: Tile | Frame, theme: Theme) -> None:
        box = _rect(shown.box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for inset, colour, wide in ((2.5, "panel", 5.0), (2.0, "accent", 3.0)):
            pen = QPen(theme[colour], wide)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(box.adjusted(inset, inset, -inset, -inset))

    def _choose(self, tile: Tile | None) -> None:
        if tile is not None and tile.cost.name:
            self.chosen.emit(tile.cost.name)

    def _go_into(self, shown: Tile | Frame | None) -> None:
        """Go one block deeper towards a tile."""
        if shown is None or self._root is None:
            return
        name = shown.cost.name
        for part in self._root.parts:
            if part.parts and (part.name == name or part.found(name) is not None):
                self.entered.emit(part.name)
                return

    def part_at(self, point: QPointF) -> Tile | Frame | None:
        return self.tiles.at(point.x(), point.y())

    def told(self, part: Tile | Frame) -> tuple[str, QRectF]:
        return self.said(part.cost), _rect(part.box)

    def _go_out(self) -> bool:
        if self._root is None or self._root.line is None:
            return False
        self.entered.emit(self._root.line.block)
        return True

    def _current(self) -> Tile | Frame | None:
        return self.tiles.showing(self._selected[-1]) if self._selected else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, current = Qt.Key(event.key()), self._current()
        if key in _WAYS:
            largest = max(self.tiles.tiles, key=lambda tile: tile.cost.amount, default=None)
            self._choose(self.tiles.beside(current, _WAYS[key]) if current is not None else largest)
        elif key in _INTO:
            self._go_into(current)
        elif key not in _OUT or not self._go_out():
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self.part_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go_into(self.part_at(event.position()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fill_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        if theme is None:
            return
        painter = QPainter(self)
        self.paint_on(painter, theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for name in self._selected:
            shown = self.tiles.showing(name)
            if shown is not None:
                self._ring(painter, shown, theme)
        if not self.tiles.tiles:
            painter.setPen(theme["text3"])
            draw_line(painter, QRectF(self.rect()).adjusted(_PAD, 0, -_PAD, 0), self._nothing(), 12)
        self.paint_focus(painter, theme)
        painter.end()

    def _nothing(self) -> str:
        return f"No layer here has {self._measure.noun}." if self._measure is not None else ""

    def sizeHint(self) -> QSize:
        return QSize(640, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 60)


def _fitting(name: str, room: float) -> str:
    """A name with as many of the blocks around as there is room for, from the inside out; "" for none."""
    parts = name.split(".")
    tails = (".".join(parts[place:]) for place in range(len(parts)))
    return next((tail for tail in tails if line_width(tail, 12, MEDIUM) <= room), "")


def _rect(box: Rectangle) -> QRectF:
    return QRectF(box.x, box.y, box.width, box.height)

"""The compared networks as small pictures side by side, with what differs outlined."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QHBoxLayout, QToolTip, QVBoxLayout, QWidget

from explorer.core.document import Document
from explorer.core.outline import outline
from explorer.export.side_by_side import SideBySide
from explorer.export.subjects import Subject
from explorer.gui.canvas.drafting import Draftsman
from explorer.gui.canvas.ink import Ink
from explorer.gui.canvas.picture import NodePicture, Picture
from explorer.gui.canvas.scene import NetworkScene
from explorer.gui.comparison.plate import slot_colour, slot_token
from explorer.gui.elided import ElidedLabel
from explorer.gui.theme import Theme

_LARGEST_SCALE, _LEAST_SCALE, _MARGIN = 1.0, 0.35, 26.0
_OUTSIDE, _RADIUS, _PEN = 5.0, 10.0, 2.5
_BEHIND, _FRONT = 0.22, 0.1  # how strong the wash is


class DrawnNetwork(QGraphicsView):
    """One network from top to bottom, its blocks folded; it can be looked at and clicked, not edited.

    Blocks with a difference inside are unfolded.

    Signals:
        node_chosen(name): a layer or block was clicked.
        node_opened(): it was clicked twice.
    """

    node_chosen = Signal(str)
    node_opened = Signal()

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"drawnNetwork.{place}")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setInteractive(False)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._place = place
        self._theme: Theme | None = None
        self._ink: Ink | None = None
        self._scene: NetworkScene | None = None
        self._subject: Subject | None = None
        self._unfolded: frozenset[str] = frozenset()
        self.picture = Picture()
        self.differing: frozenset[str] = frozenset()
        self._chosen: frozenset[str] = frozenset()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        if theme is not self._theme:
            self._theme = theme
            self._draw()

    def show_network(self, subject: Subject, differing: Collection[str]) -> None:
        """Draw a network and outline the layers that differ, by full name."""
        self.differing = frozenset(differing)
        self.setAccessibleName(f"{subject.title}, drawn")
        self.setAccessibleDescription(f"Different: {', '.join(differing) or 'nothing'}")
        unfolded = _around(subject, differing)
        if subject != self._subject or unfolded != self._unfolded:
            self._subject, self._unfolded = subject, unfolded
            document = Document(subject.name, subject.graph, unfolded=unfolded)
            self.picture = Draftsman().picture(document, subject.analysis)
            self._draw()
        self.viewport().update()

    def choose(self, names: Collection[str]) -> None:
        """Mark layers, or the folded blocks that hold them, and bring the first into view."""
        shown = [node for name in names if (node := self.picture.shown(name)) is not None]
        self._chosen = frozenset(node.name for node in shown)
        if self._scene is not None:
            self._scene.mark(self._chosen, "")
        if shown:
            self.ensureVisible(QRectF(*shown[0].rect), 10, 40)

    def _draw(self) -> None:
        if self._theme is None or self._subject is None:
            return
        # a scene of another theme is made anew: its items hold pens and brushes of the old one
        self._ink = Ink(self._theme)
        self._scene = NetworkScene(self._ink, self)
        self._scene.rail.setVisible(False)
        self._scene.show_picture(Picture(), self.picture)
        self._scene.mark(self._chosen, "")
        left, top, wide, high = self.picture.bounds
        area = QRectF(left, top, wide, high).adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        self._scene.setSceneRect(area)
        self.setScene(self._scene)
        self.setBackgroundBrush(self._theme["canvas"])
        self._fit()

    def _fit(self) -> None:
        """As wide as the column, and never so small that names are gone."""
        if self._scene is None or self._ink is None:
            return
        room = self.viewport().width() / max(1.0, self._scene.sceneRect().width())
        scale = min(_LARGEST_SCALE, max(_LEAST_SCALE, room))
        self._ink.zoom = scale
        self.resetTransform()
        self.scale(scale, scale)
        first = next((node for name, node in self.picture.nodes.items() if name in self.differing), None)
        if first is not None and not self._chosen:
            self.ensureVisible(QRectF(*first.rect), 10, 40)

    def _node_at(self, where: QPoint) -> NodePicture | None:
        place = self.mapToScene(where)
        return self.picture.node_at(place.x(), place.y())

    def drawBackground(self, painter: QPainter, rect: QRectF | object) -> None:
        super().drawBackground(painter, rect)
        self._outline(painter, inside=False)

    def drawForeground(self, painter: QPainter, rect: QRectF | object) -> None:
        super().drawForeground(painter, rect)
        self._outline(painter, inside=True)  # behind, the frames of unfolded blocks would cover it

    def _outline(self, painter: QPainter, *, inside: bool) -> None:
        """Outline what differs, in front of the nodes without covering them, or behind them as a wash."""
        if self._theme is None:
            return
        colour = slot_colour(self._theme, self._place)
        wash = QColor(colour)
        wash.setAlphaF(_FRONT if inside else _BEHIND)
        painter.setPen(QPen(colour, _PEN))
        painter.setBrush(wash)
        shown = {node.name: node for name in self.differing if (node := self.picture.shown(name)) is not None}
        for node in shown.values():
            if (len(node.path) > 1) is inside:
                box = QRectF(*node.rect).adjusted(-_OUTSIDE, -_OUTSIDE, _OUTSIDE, _OUTSIDE)
                painter.drawRoundedRect(box, _RADIUS, _RADIUS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        node = self._node_at(event.position().toPoint())
        if node is not None and event.button() == Qt.MouseButton.LeftButton:
            self.node_chosen.emit(node.name)
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._node_at(event.position().toPoint()) is not None:
            self.node_opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tab and Shift+Enter are the window's; N walks through what differs."""
        if event.key() == Qt.Key.Key_N and self.differing:
            names = [name for name in self.picture.nodes if name in self.differing]
            last = next(iter(self._chosen), "")
            place = names.index(last) + 1 if last in names else 0
            if names:
                self.node_chosen.emit(names[place % len(names)])
            return
        super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            node = self._node_at(event.pos())
            tip = "Click a layer to see it in the other networks; N goes to the next difference"
            if node is not None:
                what = "differs" if node.name in self.differing else "is the same in all"
                operator = node.entry.node.operator
                tip = f"{node.name}: {operator.kind()} {operator.telling()}, {what}"
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().viewportEvent(event)


class DrawnNetworks(QWidget):
    """The pictures of all compared networks in columns.

    Signals:
        node_chosen(place, name): a layer of one network was clicked.
        node_opened(): one was clicked twice.
    """

    node_chosen = Signal(object, str)
    node_opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawnNetworks")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(1, 0, 1, 1)
        self._row.setSpacing(1)
        self._theme: Theme | None = None
        self._columns: list[tuple[QWidget, ElidedLabel, DrawnNetwork]] = []

    @property
    def views(self) -> tuple[DrawnNetwork, ...]:
        """The pictures that are shown."""
        return tuple(view for column, _, view in self._columns if not column.isHidden())

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for place, (_, title, view) in enumerate(self._columns):
            view.set_theme(theme)
            title.setStyleSheet(f"color: {theme.hex(slot_token(place))}; font-weight: 600")

    def show_comparison(self, compared: SideBySide | None) -> None:
        """Draw these networks."""
        subjects = compared.subjects if compared is not None else ()
        while len(self._columns) < len(subjects):
            self._columns.append(self._made(len(self._columns)))
            if self._theme is not None:
                self.set_theme(self._theme)
        names = differing(compared) if compared is not None else {}
        for place, (column, title, view) in enumerate(self._columns):
            column.setVisible(place < len(subjects))
            if place < len(subjects):
                title.setText(subjects[place].title)
                view.show_network(subjects[place], names.get(place, ()))

    def choose(self, names: Mapping[int, Collection[str]]) -> None:
        """Mark layers of some networks, by place."""
        for place, view in enumerate(self.views):
            view.choose(names.get(place, ()))

    def _made(self, place: int) -> tuple[QWidget, ElidedLabel, DrawnNetwork]:
        column = QWidget()
        lines = QVBoxLayout(column)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        title = ElidedLabel("title")
        title.setContentsMargins(14, 0, 8, 0)
        title.setFixedHeight(24)
        view = DrawnNetwork(place)
        view.node_chosen.connect(lambda name: self.node_chosen.emit(place, name))
        view.node_opened.connect(self.node_opened)
        lines.addWidget(title)
        lines.addWidget(view, 1)
        self._row.addWidget(column, 1)
        return column, title, view


def _around(subject: Subject, names: Collection[str]) -> frozenset[str]:
    """The blocks that some layers lie in, by full name."""
    wanted, found = set(names), set[str]()
    around: dict[str, str] = {}
    for line in outline(subject.analysis):
        around[line.name] = block = line.block
        while line.name in wanted and block and block not in found:
            found.add(block)
            block = around[block]
    return frozenset(found)


def differing(compared: SideBySide) -> dict[int, tuple[str, ...]]:
    """For each network by its place, the layers that differ from the first, or from any of the others."""
    found: dict[int, list[str]] = {place: [] for place in range(len(compared.subjects))}
    for place, items in enumerate(compared.differences, 1):
        found[0] += [item.first for item in items if item.first]
        found[place] += [item.second for item in items if item.second]
    return {place: tuple(dict.fromkeys(names)) for place, names in found.items()}

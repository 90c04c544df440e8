"""The canvas: the view that shows the workbench's document and turns gestures into edits."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QToolTip, QWidget

from explorer.core import edits
from explorer.core.analysis import Analysis, analyze
from explorer.core.document import Document
from explorer.core.operator import Operator
from explorer.gui.canvas import commands
from explorer.gui.canvas.camera import SMALLEST, STEP, Camera
from explorer.gui.canvas.distant import Distant
from explorer.gui.canvas.drafting import Draftsman, Opening
from explorer.gui.canvas.drop import Drop, carries_block, drop_of
from explorer.gui.canvas.floating import Floating
from explorer.gui.canvas.ink import ALL, LETTERS, Ink
from explorer.gui.canvas.picture import EdgeKey, Picture
from explorer.gui.canvas.pointer import Pointer
from explorer.gui.canvas.scene import NetworkScene
from explorer.gui.theme import Theme, theme
from explorer.gui.workbench import Workbench

_FAR = 4_000_000.0  # px from the middle to where the page ends
_PINCH = Qt.NativeGestureType.ZoomNativeGesture


class Canvas(QGraphicsView):
    """Draws the open network. Wheel zooms, middle button or space pans, F fits.

    Signals:
        complained(sentence): something was refused; say it where the person looks.
    """

    complained = Signal(str)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAccessibleName("Network")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.workbench = workbench
        self.ink = Ink(theme(dark=False))
        self.picture = Picture()
        self.network_scene = NetworkScene(self.ink, self)
        self.setScene(self.network_scene)
        self._draftsman = Draftsman()
        self._distant: Distant | None = None
        self._opening: Opening | None = None
        self._opened: EdgeKey | None = None
        self._faded: Collection[str] = ()
        self._drop: Drop | None = None
        self._pointer = Pointer(self)
        self._placed_once = False
        self._prepare_view()
        self.camera = Camera(self)
        self._floating = Floating(self)
        self._connect()
        self.set_theme(self.ink.theme)
        self.show_document(workbench.document, workbench.analysis)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.ink.set_theme(theme)
        self.network_scene.refresh()
        self._floating.set_theme(theme)
        self.viewport().update()

    @property
    def zoom(self) -> float:
        """How large a pixel of the picture is on the screen."""
        return self.ink.zoom

    def show_document(self, document: Document, analysis: Analysis) -> None:
        """Draw a document; only what differs from what is drawn changes."""
        old = self.picture
        self.picture = self._draftsman.picture(document, analysis, self._opening)
        self.network_scene.show_picture(old, self.picture)
        self._distant = None
        self._pointer.forget()
        self.show_marks()
        self._floating.show_picture()
        self.viewport().update()

    def preview(self, document: Document | None) -> None:
        """Draw a document that is not applied (yet); None goes back to the workbench's."""
        bench = self.workbench
        if document is None or document.graph is bench.document.graph:
            self.show_document(document or bench.document, bench.analysis)
        else:
            self.show_document(document, analyze(document.graph, bench.analysis))

    @property
    def in_gesture(self) -> bool:
        """Whether something is being dragged: what floats over the nodes would be in the way."""
        return self._drop is not None or self._pointer.gesture is not None

    def show_marks(self) -> None:
        """Draw what is selected and hovered, and the card of a problem."""
        shown = [self.picture.shown(name) for name in self.workbench.selection]
        chosen = {node.name for node in shown if node is not None}
        self.network_scene.mark(chosen, self._pointer.hovered, self._faded)
        picked = [key for key in (self._pointer.edge, self._opened) if key is not None]
        self.network_scene.mark_edges(picked, self._pointer.hovered_edges)
        if self.zoom < LETTERS:
            self.viewport().update()
        self._floating.show_card()

    def insert_operator(self, operator: Operator) -> None:
        """Put a block below the selected node, else at the end of the network."""
        commands.insert(self, operator)

    def delete_selection(self, bypass: bool = True) -> None:
        """Take the selected nodes (or the clicked edge) away; `bypass` joins their neighbours."""
        commands.delete(self, self._pointer.edge, bypass=bypass)

    def fold(self, name: str) -> None:
        """Show or hide the inside of a block."""
        commands.fold(self, [name])

    def fold_selection(self) -> None:
        """Fold or unfold the selected blocks; inside a block with no block selected, that block."""
        nodes = [node for node in map(self.picture.shown, self.workbench.selection) if node is not None]
        names = [node.name for node in nodes if node.face.block]
        commands.fold(self, names or [node.block for node in nodes if node.block])

    def arrange(self) -> None:
        """Lay all nodes out again, also those that were moved."""
        self.workbench.apply("arrange", edits.arrange(self.workbench.document))

    def fit(self) -> None:
        """Show everything."""
        self.camera.look_at_all(smallest=SMALLEST, largest=1.0)

    def zoom_in(self) -> None:
        """Draw larger, around the middle."""
        self.zoom_to(self.zoom * STEP)

    def zoom_out(self) -> None:
        """Draw smaller, around the middle."""
        self.zoom_to(self.zoom / STEP)

    def zoom_to(self, zoom: float, around: QPointF | None = None) -> None:
        """Draw at this size; the place under `around` (a point of the viewport) stays."""
        self.camera.zoom_to(zoom, around)

    def zoom_changed(self) -> None:
        """Everything is drawn larger or smaller now."""
        self._floating.view_moved()

    def pan_by(self, by: QPoint) -> None:
        """Push the page by pixels of the screen."""
        self.camera.pan_by(by)

    def place_of(self, point: QPointF) -> QPointF:
        """The place of the picture under a point of the viewport."""
        return self.camera.place_of(point)

    def open_edge(self, opening: Opening | None, key: EdgeKey | None = None) -> None:
        """Hold an edge open while something may be dropped on it."""
        self._opened = key
        if opening != self._opening:
            self._opening = opening
            self.preview(None)
        self.show_marks()
        self.viewport().update()

    def fade(self, names: Collection[str]) -> None:
        """Dim the nodes that would refuse an edge."""
        self._faded = names
        self.show_marks()

    def say(self, text: str, screen: QPoint) -> None:
        """A short reason beside the pointer; "" takes it away."""
        if text:
            QToolTip.showText(self.viewport().mapToGlobal(screen), text, self.viewport())
        else:
            QToolTip.hideText()

    def _prepare_view(self) -> None:
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setSceneRect(QRectF(-_FAR, -_FAR, 2 * _FAR, 2 * _FAR))
        self.setAcceptDrops(True)
        self.viewport().setAcceptDrops(True)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _connect(self) -> None:
        self.workbench.changed.connect(self._document_changed)
        self.workbench.selection_changed.connect(self._selection_changed)
        self.workbench.file_changed.connect(self._file_changed)

    def _document_changed(self, old: Document, new: Document) -> None:
        self._pointer.interrupt()
        self.show_document(new, self.workbench.analysis)
        if not old.graph.nodes:
            self.camera.start()

    def _file_changed(self) -> None:
        self.camera.start()

    def _selection_changed(self, names: tuple[str, ...]) -> None:
        if names:
            self._pointer.edge = None
        self.show_marks()
        if names and self._pointer.gesture is None and self._drop is None:
            self.camera.reveal(names[-1])

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if hasattr(self, "_floating"):  # Qt scrolls while the view is still being made
            self._floating.view_moved()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._floating.place()
        if not self._placed_once and self.viewport().height() > 60:
            self._placed_once = True
            self.camera.start()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        painter.fillRect(rect, self.ink.brush["canvas"])
        if self.zoom < ALL:
            return
        painter.fillRect(rect, self.ink.dots)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if self._pointer.gesture is not None:
            self._pointer.gesture.paint(painter)
        if self._drop is not None:
            self._drop.paint(painter)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.zoom >= LETTERS:
            super().paintEvent(event)
            return
        if self._distant is None:
            self._distant = Distant(self.picture)
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self.ink.brush["canvas"])
        painter.setTransform(self.viewportTransform())
        shown = [self.picture.shown(name) for name in self.workbench.selection]
        chosen = [QRectF(*node.rect) for node in shown if node is not None]
        self._distant.paint(painter, self.ink, chosen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.drawForeground(painter, QRectF(event.rect()))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._pointer.press(event):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pointer.double_click(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer.leave()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._pointer.key(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._pointer.key_up(event):
            super().keyReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.camera.wheel(event)
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == _PINCH:
            self.zoom_to(self.zoom * (1 + event.value()), event.position())
            return True
        return super().viewportEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if carries_block(event.mimeData()):
            self._drop = drop_of(self, event.mimeData())
        if self._drop is None:
            event.ignore()
            return
        self._floating.show_card()
        event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._drop is None:
            event.ignore()
            return
        self._drop.move(self.place_of(event.position()))
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._end_drop()

    def dropEvent(self, event: QDropEvent) -> None:
        drop = self._drop
        if drop is None:
            event.ignore()
            return
        done = drop.drop(self.place_of(event.position()))
        self._end_drop()
        event.setAccepted(done)
        self.setFocus()

    def _end_drop(self) -> None:
        if self._drop is not None:
            self._drop.leave()
        self._drop = None
        self.show_marks()
        self.viewport().update()

"""The canvas: the view that shows the workbench's document and turns gestures into edits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
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
from PySide6.QtWidgets import QFrame, QGestureEvent, QGraphicsView, QWidget

from explorer.core.document import Document
from explorer.core.group import Group
from explorer.gui.canvas import commands
from explorer.gui.canvas.camera import SMALLEST, STEP, Camera
from explorer.gui.canvas.drafting import Opening
from explorer.gui.canvas.drop import DropZone
from explorer.gui.canvas.fingers import Fingers
from explorer.gui.canvas.floating import Floating
from explorer.gui.canvas.following import Following
from explorer.gui.canvas.ink import ALL, LETTERS, Ink
from explorer.gui.canvas.keys import Keys
from explorer.gui.canvas.look import Look
from explorer.gui.canvas.picture import EdgeKey, Picture
from explorer.gui.canvas.pointer import Pointer
from explorer.gui.canvas.quick_add import QuickAdd
from explorer.gui.canvas.rim import RimScroll
from explorer.gui.canvas.scene import NetworkScene
from explorer.gui.canvas.search_bar import SearchBar
from explorer.gui.canvas.showing import Showing
from explorer.gui.theme import Theme, theme
from explorer.gui.workbench import Workbench


class Canvas(QGraphicsView):
    """Draws the open network. Wheel zooms, middle button or space pans, F fits.

    Signals:
        complained(sentence): something was refused; say it where the person looks.
        edit_requested(), grouped(): the selection shall be edited; it has become one block.
        rename_requested(), menu_wanted(point): the selected node's name; a menu, at a point of the screen.
        network_wanted(name), file_wanted(): a button of the empty canvas asks to open something.
    """

    complained = Signal(str)
    edit_requested = Signal()
    grouped = Signal()
    rename_requested = Signal()
    menu_wanted = Signal(QPoint)
    network_wanted = Signal(str)
    file_wanted = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAccessibleName("Network")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.workbench = workbench
        self.own_blocks: Callable[[], Iterable[Group]] = tuple  # what quick add offers besides all kinds
        self.ink = Ink(theme(dark=False))
        self.network_scene = NetworkScene(self.ink, self)
        self.setScene(self.network_scene)
        self.look = Look(self)
        self._showing = Showing(self, self.network_scene)
        self.rim = RimScroll(self)
        self.dropping = DropZone(self)
        self._pointer = Pointer(self)
        self._keys = Keys(self, self._pointer)
        self._fingers = Fingers(self, self._pointer)
        self._prepare_view()
        self.camera = Camera(self)
        self.floating = Floating(self, self._showing)
        self._quick_add = QuickAdd(self)
        self._search_bar = SearchBar(self)
        self._following = Following(self, self._showing, self._pointer, self.dropping)
        self.set_theme(self.ink.theme)
        self.show_picture()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.ink.set_theme(theme)
        self.network_scene.refresh()
        for part in (self.floating, self._quick_add, self._search_bar):
            part.set_theme(theme)
        self.viewport().update()

    @property
    def zoom(self) -> float:
        """How large a pixel of the picture is on the screen."""
        return self.ink.zoom

    @property
    def picture(self) -> Picture:
        """What is drawn: a value, also while the drawing is still on its way to it."""
        return self._showing.picture

    def show_picture(self, milliseconds: int = 0) -> None:
        """Draw the open document, or the one that is proposed; only what differs changes."""
        self._showing.show(milliseconds)
        self._pointer.forget()
        self.show_marks()
        self.floating.show_picture()
        if self.in_gesture:  # all else is items, which paint what they say anew themselves
            self.viewport().update()

    def recoloured(self) -> None:
        """Bands of nodes stand for something else now."""
        self._showing.recoloured()
        self.floating.recoloured()
        self.viewport().update()

    def preview(self, document: Document | None) -> None:
        """Draw a document that is not applied (yet); None goes back to the workbench's."""
        self._showing.propose(document)
        self.show_picture()

    @property
    def in_gesture(self) -> bool:
        """Whether something is being dragged: what floats over the nodes would be in the way."""
        return self.dropping.drop is not None or self._pointer.gesture is not None

    def show_marks(self) -> None:
        """Draw what is selected and hovered, and the card of a problem."""
        pointer = self._pointer
        self._showing.mark(pointer.edge, pointer.hovered, pointer.hovered_edges)
        if self.zoom < LETTERS:
            self.viewport().update()
        self.floating.show_card()

    # each is one named edit, or says why it is refused
    insert_operator = commands.insert
    delete_selection = commands.delete
    edit_selection = commands.edit
    fold = commands.fold_one
    add_skip = commands.add_skip
    group_selection = commands.group
    dissolve_selection = commands.dissolve
    repeat_selection = commands.repeat
    copy = commands.copy
    cut = commands.cut
    paste = commands.paste
    duplicate = commands.duplicate
    fold_selection = commands.fold_selection
    arrange = commands.arrange
    select_all = commands.select_all

    @property
    def chosen_edge(self) -> EdgeKey | None:
        """The edge that was clicked last; None once a node is selected."""
        return None if self.workbench.selection else self._pointer.edge

    def quick_add(self) -> None:
        """Type what shall stand below the selected node."""
        self._quick_add.begin()

    def search(self) -> None:
        """Look for nodes by name or kind."""
        self._search_bar.begin()

    def fit(self) -> None:
        """Show everything."""
        self.camera.glide(lambda: self.camera.look_at_all(smallest=SMALLEST, largest=1.0))

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
        self.floating.view_moved()

    def pan_by(self, by: QPoint) -> None:
        """Push the page by pixels of the screen."""
        self.camera.pan_by(by)

    def place_of(self, point: QPointF) -> QPointF:
        """The place of the picture under a point of the viewport."""
        return self.camera.place_of(point)

    def open_edge(self, opening: Opening | None, key: EdgeKey | None = None) -> None:
        """Hold an edge open while something may be dropped on it."""
        self._showing.open_edge(opening, key)
        self.show_marks()
        self.viewport().update()

    def fade(self, names: Collection[str], edge: EdgeKey | None = None) -> None:
        """Dim the nodes that would refuse an edge, and the edge that is being pulled."""
        self._showing.fade(names, edge)
        self.show_marks()

    def _prepare_view(self) -> None:
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        for part in (self, self.viewport()):
            part.setAcceptDrops(True)
            part.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if hasattr(self, "floating"):  # Qt scrolls while the view is still being made
            self.floating.view_moved()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.floating.place()
        self.camera.resized(event)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        painter.fillRect(rect, self.ink.dots if self.zoom >= ALL else self.ink.brush["canvas"])

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if self._pointer.gesture is not None:
            self._pointer.gesture.paint(painter)
        if self.dropping.drop is not None:
            self.dropping.drop.paint(painter)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.zoom >= LETTERS:
            super().paintEvent(event)
            return
        painter = QPainter(self.viewport())
        self._showing.paint_far(painter, event.rect())
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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        place = self.floating.below_selected() if by_key else self._pointer.point_out(event.pos())
        self.menu_wanted.emit(self.viewport().mapToGlobal(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._keys.press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._keys.release(event):
            super().keyReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.camera.wheel(event)
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, (QNativeGestureEvent, QGestureEvent)) and self._fingers.moved(event):
            return True
        return super().viewportEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.dropping.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.dropping.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.dropping.end()

    def dropEvent(self, event: QDropEvent) -> None:
        self.dropping.let_go(event)

"""Where the things that float over the canvas stand, and when they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF

from explorer.core import edits
from explorer.core.analysis import Problem
from explorer.core.operator import Repair
from explorer.gui.canvas.breadcrumb import Breadcrumb
from explorer.gui.canvas.colouring import KIND
from explorer.gui.canvas.face import PROBLEM
from explorer.gui.canvas.ink import NAMES
from explorer.gui.canvas.legend import Legend
from explorer.gui.canvas.overlays import EmptyState, ZoomBar
from explorer.gui.canvas.overview import TALLEST, WIDTH, Overview
from explorer.gui.canvas.problem_card import ProblemCard
from explorer.gui.canvas.showing import Showing
from explorer.gui.canvas.view_bar import ViewBar
from explorer.gui.theme import Theme

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

_EDGE = 12  # px from the border of the canvas
_RIM, _BESIDE, _OVER = 6.0, 12.0, 10.0  # of the card: from the border; beside, and over or below its node
_HEAD = 60.0  # px of an unfolded block that its card stands at


class Floating:
    """Bars, legend, breadcrumb, overview map, the card of a problem, and the empty state of one canvas."""

    def __init__(self, canvas: Canvas, showing: Showing) -> None:
        self._canvas, self._showing = canvas, showing
        self._overview = Overview(canvas.ink, canvas)
        self._zoom_bar = ZoomBar(canvas)
        self._view_bar = ViewBar(canvas)
        self._legend = Legend(canvas.ink, canvas)
        self._breadcrumb = Breadcrumb(canvas)
        self._card = ProblemCard(canvas.ink, canvas)
        self._empty = EmptyState(canvas)
        self._node = ""  # the node that the card is about
        self._overview.looked.connect(canvas.centerOn)
        self._zoom_bar.zoomed_in.connect(canvas.zoom_in)
        self._zoom_bar.zoomed_out.connect(canvas.zoom_out)
        self._zoom_bar.reset.connect(lambda: canvas.zoom_to(1.0))
        self._zoom_bar.fitted.connect(canvas.fit)
        self._card.repaired.connect(self._repair)
        self._card.resized.connect(self._place_card)
        self._empty.opened.connect(canvas.network_wanted)
        self._empty.file_wanted.connect(canvas.file_wanted)
        self._view_bar.colour_chosen.connect(canvas.look.set_colour_by)
        self._view_bar.arranged.connect(canvas.arrange)
        self._view_bar.turned.connect(canvas.look.turn)
        self._view_bar.fitted.connect(canvas.fit)
        self._breadcrumb.chosen.connect(self._choose)
        self._legend.closed.connect(lambda: canvas.look.set_colour_by(KIND))
        canvas.look.changed.connect(self.place)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        self._overview.redraw()
        overlays = (self._zoom_bar, self._view_bar, self._breadcrumb, self._card, self._empty)
        for overlay in overlays:
            overlay.set_theme(theme)
        self._legend.set_theme(theme)

    def recoloured(self) -> None:
        """Bands of nodes stand for something else."""
        self._overview.redraw()
        self._legend.show_colouring()

    def show_place(self) -> None:
        """Say which network this is, and which blocks are around what is selected."""
        bench, picture = self._canvas.workbench, self._canvas.picture
        parts = [("", bench.document.name)]
        path = picture.paths.get(bench.selection[-1], ()) if bench.selection else ()
        node = picture.nodes.get(bench.selection[-1]) if bench.selection else None
        own = node is not None and node.unfolded
        around = [path[:depth] for depth in range(1, len(path) + own)]
        parts += [(picture.names[block], picture.names[block]) for block in around]
        self._breadcrumb.show_parts(tuple(parts) if picture.nodes else ())

    def show_picture(self) -> None:
        """The canvas draws another picture."""
        picture = self._canvas.picture
        self._overview.show_picture(picture)
        self._empty.setVisible(not picture.nodes)
        self.place()

    def view_moved(self) -> None:
        """The canvas shows another part."""
        self._overview.show_view(self._canvas.camera.in_view())
        self._zoom_bar.show_zoom(self._canvas.zoom)
        self._place_card()

    def show_card(self) -> None:
        """The card of the selected problem; of the first one where none is selected."""
        self.show_place()
        self._show_bars()
        problems = {node.name: node for node in self._canvas.picture.problems()}
        chosen = [problems[name] for name in reversed(self._canvas.workbench.selection) if name in problems]
        node = (chosen or list(problems.values())[:1] or [None])[0]
        if node is None or not isinstance(node.entry, Problem) or self._canvas.in_gesture:
            self._node = ""
            self._card.hide()
            return
        self._node = node.name
        self._card.show_problem(node.entry)
        self._place_card()

    def repair(self) -> bool:
        """Do what the first button of the card says, where that is about a selected node."""
        shown = not self._card.isHidden() and self._node in self._canvas.workbench.selection
        return shown and self._card.repair()

    def _place_card(self) -> None:
        canvas = self._canvas
        node = canvas.picture.nodes.get(self._node)
        wrong = node is not None and node.face.state == PROBLEM and not canvas.in_gesture
        if node is None or not wrong or canvas.zoom < NAMES:
            self._card.hide()
            self._show_bars()
            return
        left, top, width, height = node.rect
        head = canvas.viewportTransform().mapRect(QRectF(left, top, width, min(height, _HEAD)))
        room = QRectF(canvas.rect()).adjusted(_RIM, _RIM, -_RIM, -_RIM)
        room.setTop(self._view_bar.geometry().bottom() + _RIM)
        self._card.move(card_place(head, QSizeF(self._card.size()), room).toPoint())
        self._card.show()
        self._show_bars()

    def _show_bars(self) -> None:
        """Show what is not in the way: slots of a drag and the card of a problem come first."""
        canvas = self._canvas
        slots = canvas.dropping.drop is not None or self._showing.opened is not None
        free = bool(canvas.picture.nodes) and not slots
        covered = not self._card.isHidden() and self._card.geometry().intersects(self._overview.geometry())
        self._overview.setVisible(free and canvas.look.overview and not covered)
        self._view_bar.setVisible(free)
        self._zoom_bar.setVisible(not slots)

    def _repair(self, repair: Repair) -> None:
        path = self._canvas.picture.paths.get(self._node)
        if path is not None:
            bench = self._canvas.workbench
            bench.apply(f"{repair.label} at {self._node}", edits.apply_repair(bench.document, path, repair))

    def below_selected(self) -> QPoint:
        """The lower left corner of the selected node on the screen; the middle where none is in view."""
        canvas = self._canvas
        chosen = canvas.workbench.selection
        node = canvas.picture.shown(chosen[-1]) if chosen else None
        middle = canvas.viewport().rect().center()
        if node is None:
            return middle
        left, top, _, height = node.rect
        place = canvas.viewportTransform().map(QPointF(left + 12, top + min(height, _HEAD))).toPoint()
        return place if canvas.viewport().rect().contains(place) else middle

    def _choose(self, name: str) -> None:
        self._canvas.workbench.select((name,) if name else ())

    def _place_look(self, width: int) -> None:
        look = self._canvas.look
        self._view_bar.show_choices(look.colour_by, across=look.across)
        self._view_bar.move(width - self._view_bar.width() - _EDGE, _EDGE)
        self._legend.move(width - self._legend.width() - _EDGE, self._view_bar.geometry().bottom() + 8)

    def place(self) -> None:
        """The canvas has another size or picture."""
        width, height = self._canvas.width(), self._canvas.height()
        self._zoom_bar.move(_EDGE, height - self._zoom_bar.height() - _EDGE)
        bounds = self._canvas.picture.bounds
        tall = min(TALLEST, max(90, height // 3), max(90, round(bounds[3] * 0.12)))
        self._place_look(width)
        self._overview.resize(WIDTH, tall)
        self._overview.move(width - WIDTH - _EDGE, height - tall - _EDGE)
        self._breadcrumb.move(_EDGE, _EDGE + 2)
        self._empty.adjustSize()
        empty = self._empty.size()
        self._empty.move((width - empty.width()) // 2, round(height * 0.4 - empty.height() / 2))
        self.view_moved()


def card_place(node: QRectF, card: QSizeF, room: QRectF) -> QPointF:
    """The corner of the card of a node: beside it, below, above, or left of it, where there is room first.

    A node that is not in the `room` keeps its card at its side, out of sight like itself.
    """
    beside = QPointF(node.right() + _BESIDE, node.center().y() - card.height() / 2)
    if not room.intersects(node):
        return beside
    last = room.bottomRight() - QPointF(card.width(), card.height())
    level = max(room.top(), min(beside.y(), last.y()))
    if beside.x() <= last.x() + _BESIDE - 4:
        return QPointF(min(beside.x(), last.x()), level)
    for y in (node.bottom() + _OVER, node.top() - _OVER - card.height()):
        if room.top() <= y <= last.y():
            return QPointF(last.x(), y)
    left = node.left() - _BESIDE - card.width()
    return QPointF(left, level) if left >= room.left() else last

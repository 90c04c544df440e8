"""The items of the canvas: kept equal to a picture by changing only what differs."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QObject, QRectF
from PySide6.QtWidgets import QGraphicsScene

from explorer.gui.canvas.edge_item import EdgeItem
from explorer.gui.canvas.frame_item import BlockFrame
from explorer.gui.canvas.ink import Ink
from explorer.gui.canvas.node_item import NodeItem
from explorer.gui.canvas.picture import EdgeKey, Picture
from explorer.gui.canvas.shape_rail import ShapeRail

_MARGIN = 400.0


class NetworkScene(QGraphicsScene):
    """Items by full name. What they show is a `Picture`; they hold nothing else."""

    def __init__(self, ink: Ink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ink = ink
        self.nodes: dict[str, NodeItem | BlockFrame] = {}
        self.edges: dict[EdgeKey, EdgeItem] = {}
        self._marked: set[str] = set()
        self._marked_edges: set[EdgeKey] = set()
        self._faded_edge: EdgeKey | None = None
        self.rail = ShapeRail(ink)
        self.addItem(self.rail)

    def show_picture(self, old: Picture, new: Picture) -> None:
        """Draw another picture; items of equal nodes and edges are left alone."""
        for name in [name for name in self.nodes if name not in new.nodes]:
            self.removeItem(self.nodes.pop(name))
        for key in [key for key in self.edges if key not in new.edges]:
            self.removeItem(self.edges.pop(key))
        self._show_nodes(old, new)
        self._show_edges(old, new)
        left, top, width, height = new.bounds
        self.rail.show_stages(new.stages, top if new.across else left, across=new.across)
        self.setSceneRect(QRectF(left, top, width, height).adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN))

    def _show_nodes(self, old: Picture, new: Picture) -> None:
        for name, node in new.nodes.items():
            item = self.nodes.get(name)
            if item is not None and old.nodes.get(name) is node:
                continue  # nearly all: drawn already
            if item is not None and isinstance(item, BlockFrame) != node.unfolded:
                self.removeItem(item)
                item = None
            if item is None:
                item = BlockFrame(node, self._ink) if node.unfolded else NodeItem(node, self._ink)
                self.nodes[name] = item
                self.addItem(item)
                continue
            before = old.nodes.get(name)
            if before is not node and (before is None or not before.same(node)):
                item.show_picture(node)
            else:
                item.picture = node
                if item.selected or item.hovered:  # its ports are shown, which may be others now
                    item.update()

    def _show_edges(self, old: Picture, new: Picture) -> None:
        for key, edge in new.edges.items():
            item = self.edges.get(key)
            if item is not None and old.edges.get(key) is edge:
                continue
            if item is None:
                item = EdgeItem(edge, self._ink)
                self.edges[key] = item
                self.addItem(item)
                continue
            before = old.edges.get(key)
            if before is not edge and (before is None or not before.same(edge)):
                item.show_picture(edge)
            else:
                item.picture = edge

    def mark(self, selected: Collection[str], hovered: str, faded: Collection[str] = ()) -> None:
        """Show which nodes are selected, hovered and refused; by full name."""
        marked = {*selected, *faded, hovered}
        for name in marked | self._marked:
            item = self.nodes.get(name)
            if item is not None:
                item.mark(name in selected, name == hovered, name in faded)
        self._marked = marked

    def mark_edges(self, chosen: EdgeKey | None, hovered: Iterable[EdgeKey], opened: EdgeKey | None) -> None:
        """Show which edges are chosen, hovered and held open."""
        hovered = set(hovered)
        marked = {key for key in (chosen, opened) if key is not None} | hovered
        for key in marked | self._marked_edges:
            item = self.edges.get(key)
            if item is not None:
                item.mark(key == chosen, key in hovered, key == opened)
        self._marked_edges = marked

    def fade_edge(self, key: EdgeKey | None) -> None:
        """Dim one edge, and no other."""
        for name, faded in ((self._faded_edge, False), (key, True)):
            item = self.edges.get(name) if name is not None else None
            if item is not None:
                item.fade(faded)
        self._faded_edge = key

    def refresh(self) -> None:
        """Draw everything again, in another theme."""
        for item in (*self.nodes.values(), *self.edges.values(), self.rail):
            item.update()

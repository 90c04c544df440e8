"""Layers as text in the clipboard, so that they can be pasted into another window."""

from __future__ import annotations

import json

from PySide6.QtGui import QGuiApplication

from explorer.core import edits
from explorer.core.clipping import clip, paste
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.notation import graph_from_data, graph_to_data
from explorer.gui.workbench import Workbench

_MARK = "architecture-explorer layers"
_LONGEST = 16 * 1024 * 1024


def chosen(workbench: Workbench) -> tuple[str, ...]:
    """The selected layers of the network itself; those inside blocks belong to their block."""
    return tuple(name for name in workbench.selection if name in workbench.document.graph)


def copy(workbench: Workbench) -> bool:
    """Put the selected layers into the clipboard; False where none is selected."""
    names = chosen(workbench)
    if names:
        data = {"content": _MARK, **graph_to_data(clip(workbench.document.graph, names))}
        QGuiApplication.clipboard().setText(json.dumps(data, ensure_ascii=False, indent=1))
    return bool(names)


def cut(workbench: Workbench) -> None:
    """Move the selected layers into the clipboard; their neighbours are joined."""
    names = chosen(workbench)
    if copy(workbench):
        workbench.apply(f"cut {_said(names)}", edits.delete(workbench.document, names))


def paste_layers(workbench: Workbench) -> None:
    """Put the layers of the clipboard into the network.

    Raises:
        ExplorerError: the clipboard holds no layers.
    """
    _add(workbench, _clipping(QGuiApplication.clipboard().text()), "paste")


def duplicate(workbench: Workbench) -> None:
    """Copy the selected layers beside themselves."""
    names = chosen(workbench)
    if names:
        _add(workbench, clip(workbench.document.graph, names), "duplicate")


def _add(workbench: Workbench, clipping: Graph, verb: str) -> None:
    document, names = paste(workbench.document, clipping)
    workbench.apply(f"{verb} {_said(names)}", document)
    workbench.select(names)


def _clipping(text: str) -> Graph:
    refusal = ExplorerError("the clipboard holds no layers; copy some in this or another window first")
    if len(text) > _LONGEST:
        raise refusal
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise refusal from None
    if not isinstance(data, dict) or data.get("content") != _MARK:
        raise refusal
    return graph_from_data(data)


def _said(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} layers"

"""Where a compared network comes from: the catalogue, the open document, a file, or a run."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from explorer.architectures.architecture import architecture_named, architectures
from explorer.core import notation
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape
from explorer.export.subjects import (
    Accuracy,
    Subject,
    architecture_subject,
    default_subject,
    graph_subject,
)
from explorer.gui.workbench import Workbench


class Kind(enum.Enum):
    """Where a network comes from."""

    CATALOGUE = "catalogue"
    OPEN = "open"
    AS_OPENED = "as opened"
    FILE = "file"
    RUN = "run"


@dataclass(frozen=True)
class Source:
    """A network that a person chose. `name` is that of the catalogue, or the path of a file or run."""

    kind: Kind
    name: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


OPEN = Source(Kind.OPEN)
AS_OPENED = Source(Kind.AS_OPENED)


def catalogue(name: str, **options: Any) -> Source:
    """A network of the catalogue."""
    return Source(Kind.CATALOGUE, name, options)


def source_of_path(path: Path) -> Source:
    """A document, or the folder of a run."""
    return Source(Kind.RUN if path.is_dir() else Kind.FILE, str(path))


def source_data(source: Source) -> dict[str, Any]:
    """A source as plain JSON values."""
    return {"kind": source.kind.value, "name": source.name, "options": dict(source.options)}


def source_from(data: object) -> Source | None:
    """Read what `source_data` wrote; None where it is no source that this program knows."""
    if not isinstance(data, dict):
        return None
    kinds = {kind.value: kind for kind in Kind}
    kind, name, options = (data.get(key) for key in ("kind", "name", "options"))
    if not isinstance(kind, str) or kind not in kinds or not isinstance(name, str):
        return None
    if kinds[kind] is Kind.CATALOGUE and name not in architectures():
        return None
    return Source(kinds[kind], name, options if isinstance(options, dict) else {})


def subject_of(source: Source, workbench: Workbench, shape: Shape | None) -> Subject:
    """The network of a source, for pictures of another shape where one is wanted.

    Raises:
        ExplorerError: it cannot be read, or does not fit the shape; the text says why.
    """
    if source.kind is Kind.CATALOGUE:
        if shape is None and not source.options:
            return default_subject(source.name)
        return architecture_subject(architecture_named(source.name), shape, source.options)
    if source.kind is Kind.FILE:
        path = Path(source.name)
        return _of_document(notation.load(path), path.name, shape)
    if source.kind is Kind.RUN:
        return _of_run(Path(source.name), shape)
    if source.kind is Kind.OPEN:
        changed = workbench.modified or workbench.document.graph is not workbench.opened_document.graph
        return _of_document(
            workbench.document, "the open network, as it is now" if changed else "the open network", shape
        )
    return _of_document(workbench.opened_document, "as it was opened", shape)


def _of_document(document: Document, detail: str, shape: Shape | None) -> Subject:
    if not len(document.graph):
        raise ExplorerError(f"{document.name} is empty: it has no layer to compare yet")
    subject = graph_subject(document.name, detail, document.graph, shape)
    known = architectures().get(document.name)
    if known is None or (subject.accuracy is None and document.graph != default_subject(known.name).graph):
        return subject
    return replace(subject, title=known.title)


def _of_run(folder: Path, shape: Shape | None) -> Subject:
    from explorer.engine.runs.run_folder import summarize  # the window starts without the engine

    summary = summarize(folder)
    detail = f"run of {summary.record.name}"
    subject = graph_subject(summary.record.name, detail, summary.record.graph, shape)
    subject = replace(subject, name=folder.name, title=folder.name, accuracy=None)
    best = summary.best_accuracy
    if best is None or shape is not None:
        return subject
    data = Path(summary.record.recipe.data).name or summary.record.recipe.data
    return replace(subject, accuracy=Accuracy(100 * best, None, f"best epoch on {data}", False))

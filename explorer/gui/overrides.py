"""Keeps an exception in a Python override of one of Qt's virtual functions from ending the process.

PySide leaves such an exception pending wherever Python stands further up on the stack (an
override that calls `super()`, `processEvents`). Until the next return to Python no override of any
class runs: a model without `index`, an item without `boundingRect`, and soon a segmentation fault.
So every override that Qt calls is wrapped as its class is made: the exception is handed to
`sys.excepthook` at once, and Qt gets a harmless answer.
"""

from __future__ import annotations

import functools
import sys
import traceback
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

from PySide6.QtCore import QModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainterPath, QPixmap, QValidator
from PySide6.QtWidgets import QAbstractSpinBox
from shiboken6 import Shiboken

ANSWERS: Mapping[str, Callable[[], object]] = {
    # what Qt asks yes or no: not handled, goes its usual way
    **dict.fromkeys(
        (
            "event",
            "eventFilter",
            "viewportEvent",
            "sceneEvent",
            "sceneEventFilter",
            "editorEvent",
            "helpEvent",
        ),
        lambda: False,
    ),
    **dict.fromkeys(("hasChildren", "setData", "focusNextPrevChild", "dropMimeData"), lambda: False),
    # what is only done
    **dict.fromkeys(
        ("paint", "drawBackground", "drawForeground", "drawBranches", "drawRow", "dataChanged"), lambda: None
    ),
    **dict.fromkeys(
        ("scrollContentsBy", "sort", "startDrag", "stepBy", "setEditorData", "done", "showPopup"),
        lambda: None,
    ),
    # what is shown or measured: nothing
    **dict.fromkeys(("data", "headerData", "mimeData", "createEditor", "clone", "itemChange"), lambda: None),
    **dict.fromkeys(("rowCount", "columnCount"), lambda: 0),
    **dict.fromkeys(("index", "parent"), QModelIndex),
    **dict.fromkeys(("sizeHint", "minimumSizeHint"), QSize),
    "boundingRect": QRectF,
    "shape": QPainterPath,
    "pixmap": QPixmap,
    "flags": lambda: Qt.ItemFlag.NoItemFlags,
    "stepEnabled": lambda: QAbstractSpinBox.StepEnabledFlag.StepNone,
    "validate": lambda: QValidator.State.Intermediate,
}
"""What Qt is told instead, by virtual function; those named ...Event return nothing."""

NOT_VIRTUAL = frozenset({"drawText", "drawStaticText", "run"})
"""Names of Qt's that are no such overrides: plain functions, and the body of a thread."""


def guard_overrides() -> None:
    """Wrap the overrides of every class that is derived from a class of Qt from now on."""
    Shiboken.Object.__init_subclass__ = classmethod(_guard_class)


def is_guarded(method: object) -> bool:
    """Whether a function is a wrapped override."""
    return hasattr(method, "_guarded")


def overridden(kind: type) -> list[str]:
    """The functions in a class's body that replace one of a class of Qt."""
    of_qt = [base for base in kind.__mro__[1:] if base.__module__.partition(".")[0] == "PySide6"]
    return [
        name
        for name, value in vars(kind).items()
        if isinstance(value, FunctionType) and any(name in vars(base) for base in of_qt)
        if not name.startswith("__")
    ]


def guarded(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """An override of the virtual function of this name that lets no exception through."""
    answer = ANSWERS.get(name, _nothing)

    @functools.wraps(method)
    def override(*arguments: Any, **named: Any) -> Any:
        try:
            return method(*arguments, **named)
        except BaseException as error:  # noqa: BLE001
            # the boundary between Python and Qt: nothing may pass, also no KeyboardInterrupt
            _report(error)
        return answer()

    override._guarded = True  # type: ignore[attr-defined]
    return override


def _guard_class(kind: type, /, **options: object) -> None:
    super(Shiboken.Object, kind).__init_subclass__(**options)
    for name in overridden(kind):
        if name in ANSWERS or name.endswith("Event"):
            setattr(kind, name, guarded(name, vars(kind)[name]))


def _report(error: BaseException) -> None:
    """Hand an exception to the hook, then let go of what its frames hold.

    A painter in such a frame would stay active on its widget beyond the end of the paint event,
    which Qt does not survive, for as long as anybody keeps the traceback.
    """
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except Exception as another:  # noqa: BLE001
        # the hook itself failed; the interpreter's own says both, as they are chained
        sys.__excepthook__(type(another), another, another.__traceback__)
    traceback.clear_frames(error.__traceback__)


def _nothing() -> None:
    return None

"""The questions that the window asks; scripts and tests put their own answers in their place."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from explorer import __version__
from explorer.core.group import Group
from explorer.core.notation import SUFFIX
from explorer.core.promotion import Target
from explorer.gui.attributes.promotion import PromotionDialog
from explorer.gui.picture_choices import PictureChoices, PictureDialog

_FILTER = f"Networks (*{SUFFIX});;All files (*)"


class Answer(enum.Enum):
    """What to do with unsaved work."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


class Leave(enum.Enum):
    """What to do with trainings when the window closes."""

    STOP = "stop"
    GO_ON = "go on"
    CANCEL = "cancel"


class Dialogs:
    """Asks with dialogs over a window. Each method returns the answer, None or False for cancel."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def unsaved(self, name: str) -> Answer:
        """What to do with unsaved changes before they would be lost."""
        box = self._box(
            QMessageBox.Icon.Warning,
            f"Save the changes to {name}?",
            "Without saving they are lost.",
        )
        save = box.addButton("Save", QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton("Discard", QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(save)
        box.setEscapeButton(cancel)
        box.exec()
        answers = {save: Answer.SAVE, discard: Answer.DISCARD}
        return answers.get(box.clickedButton(), Answer.CANCEL)  # type: ignore[call-overload]

    def training_goes_on(self, names: Sequence[str], waiting: int = 0) -> Leave:
        """What to do with trainings that go on while the window closes; `waiting` others have not begun."""
        verb = "is" if len(names) == 1 else "are"
        queue = f" {waiting:,} that wait for their turn are given up." if waiting else ""
        box = self._box(
            QMessageBox.Icon.Question,
            f"{', '.join(names[:3])} {verb} still training.",
            "Stopped, everything is saved and can be resumed. Or let it run on: in a process of its own,"
            f" which the next window finds again.{queue}",
        )
        stop = box.addButton("Stop and save", QMessageBox.ButtonRole.AcceptRole)
        go_on = box.addButton("Let it run on", QMessageBox.ButtonRole.ActionRole)
        cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stop)
        box.setEscapeButton(cancel)
        box.exec()
        answers = {stop: Leave.STOP, go_on: Leave.GO_ON}
        return answers.get(box.clickedButton(), Leave.CANCEL)  # type: ignore[call-overload]

    def file_to_open(self, folder: str) -> Path | None:
        """A document to open."""
        name, _ = QFileDialog.getOpenFileName(self._parent, "Open a network", folder, _FILTER)
        return Path(name) if name else None

    def file_to_save(self, suggestion: str) -> Path | None:
        """Where to save; the dialog itself asks before another file is replaced."""
        dialog = QFileDialog(self._parent, "Save the network", suggestion, _FILTER)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.lstrip("."))
        dialog.selectFile(Path(suggestion).name)
        return Path(dialog.selectedFiles()[0]) if dialog.exec() else None

    def file_for_table(self, suggestion: str) -> Path | None:
        """Where to write the layer table; the ending says the format."""
        kinds = "CSV (*.csv);;Excel (*.xlsx);;Markdown (*.md);;LaTeX (*.tex);;JSON (*.json);;Text (*.txt)"
        name, _ = QFileDialog.getSaveFileName(self._parent, "Export the table", suggestion, kinds)
        return Path(name) if name else None

    def picture_choices(self, *, dark: bool, selected: int) -> PictureChoices | None:
        """In which colours a picture is drawn, and whether only the `selected` layers are."""
        dialog = PictureDialog(dark=dark, selected=selected, parent=self._parent)
        chosen = dialog.choices if dialog.exec() else None
        dialog.deleteLater()
        return chosen

    def file_for_picture(self, suggestion: str) -> Path | None:
        """Where to write the picture of the network; the ending says the format."""
        kinds = "SVG (*.svg);;PDF (*.pdf);;PNG (*.png)"
        name, kind = QFileDialog.getSaveFileName(self._parent, "Export the picture", suggestion, kinds)
        if not name:
            return None
        path = Path(name)
        return path if path.suffix else path.with_suffix(f".{kind[:3].lower()}")

    def attributes_of_block(self, group: Group) -> Mapping[str, list[Target]] | None:
        """Which attributes inside a block shall be the block's own, by the name they get."""
        dialog = PromotionDialog(group, self._parent)
        chosen = dialog.bindings if dialog.exec() else None
        dialog.deleteLater()
        return chosen

    def overwrite_changed(self, path: Path) -> bool:
        """Whether to replace a file that another program changed since it was read."""
        return self._confirm(
            f"{path.name} was changed by another program.",
            "Saving replaces those changes. Save under another name to keep both.",
            "Replace",
        )

    def recover(self, names: list[str]) -> bool:
        """Whether to bring back unsaved work that a crash left behind."""
        listed = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        return self._confirm(
            "Unsaved work was found.",
            f"The program did not end in order. A copy was kept of: {listed}."
            " If you decline, the copies are moved aside, not deleted.",
            "Recover",
        )

    def about(self, device: str) -> None:
        """What the program is."""
        box = self._box(
            QMessageBox.Icon.NoIcon,
            f"Architecture Explorer {__version__}",
            "Build, count, train and look inside convolutional networks.\n\n"
            "Shapes are without the batch. MACs are multiply-accumulates of convolutions and matrix"
            " products for one picture, bias not counted; FLOPs = 2 · MACs. Memory is that of fp32"
            f" numbers; MiB = 2²⁰ bytes.\n\nDevice: {device}",
        )
        box.exec()

    def _confirm(self, text: str, more: str, yes: str) -> bool:
        box = self._box(QMessageBox.Icon.Question, text, more)
        accept = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        box.setEscapeButton(box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole))
        box.exec()
        return box.clickedButton() is accept

    def _box(self, icon: QMessageBox.Icon, text: str, more: str) -> QMessageBox:
        box = QMessageBox(icon, "Architecture Explorer", text, parent=self._parent)
        box.setInformativeText(more)
        return box

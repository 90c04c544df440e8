"""The dialog before a picture is exported: in which colours, and how much of the network."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from explorer.gui.segments import Segments


@dataclass(frozen=True)
class PictureChoices:
    """How a picture is exported: in dark colours or light ones, and only what is selected or all."""

    dark: bool = False
    selection: bool = False


class PictureDialog(QDialog):
    """Asks for the colours and the part; the file's ending says the format later."""

    def __init__(self, *, dark: bool, selected: int, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="pictureChoices")
        self.setWindowTitle("Export the picture")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(14)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        self.colours = Segments(
            (("Light", "Dark on white, for paper"), ("Dark", "Light on dark, for a dark screen"))
        )
        self.colours.setAccessibleName("Colours")
        self.colours.choose(int(dark))
        self.part = Segments(
            (
                ("Whole network", "Everything that is drawn, as it is folded"),
                ("Selection", "Only the selected layers and the edges between them"),
            )
        )
        self.part.setAccessibleName("Part")
        self.part.setEnabled(bool(selected))
        form.addRow("Colours", self.colours)
        form.addRow("Part", self.part)
        column.addLayout(form)
        count = f"{selected} selected. " if selected else "Nothing is selected. "
        self.hint = QLabel(
            f"{count}The next step asks for the file; its ending says the format: SVG and PDF stay sharp at"
            " every size and need no fonts, PNG is drawn at twice the size of the screen.",
            wordWrap=True,
        )
        self.hint.setProperty("role", "hint")
        column.addWidget(self.hint)
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        self.buttons.button(kinds.Ok).setText("Choose the file…")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column.addWidget(self.buttons)
        self.setFixedWidth(420)

    @property
    def choices(self) -> PictureChoices:
        """What is chosen now."""
        return PictureChoices(bool(self.colours.index), bool(self.part.index))

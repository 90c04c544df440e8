"""Main windows with answers given in advance instead of dialogs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from explorer.core.group import Group
from explorer.core.promotion import Target
from explorer.gui.application import create_window
from explorer.gui.dialogs import Answer, Dialogs, Leave
from explorer.gui.main_window import MainWindow
from explorer.gui.picture_choices import PictureChoices


class Answers(Dialogs):
    """Answers every question at once and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.unsaved_answer = Answer.DISCARD
        self.leave_answer = Leave.STOP
        self.to_open: Path | None = None
        self.to_save: Path | None = None
        self.table: Path | None = None
        self.replace = False
        self.bring_back = True
        self.picture: Path | None = None
        self.picture_choice: PictureChoices | None = PictureChoices()
        self.bindings: Mapping[str, list[Target]] | None = None

    def unsaved(self, name: str) -> Answer:
        self.asked.append(f"unsaved {name}")
        return self.unsaved_answer

    def training_goes_on(self, names: Sequence[str], waiting: int = 0) -> Leave:
        self.asked.append(f"training {', '.join(names)}, {waiting} waiting")
        return self.leave_answer

    def file_to_open(self, folder: str) -> Path | None:
        self.asked.append("open")
        return self.to_open

    def file_to_save(self, suggestion: str) -> Path | None:
        self.asked.append(f"save {Path(suggestion).name}")
        return self.to_save

    def file_for_table(self, suggestion: str) -> Path | None:
        self.asked.append("table")
        return self.table

    def picture_choices(self, *, dark: bool, selected: int) -> PictureChoices | None:
        self.asked.append(f"colours of the picture, {selected} selected")
        return self.picture_choice

    def file_for_picture(self, suggestion: str) -> Path | None:
        self.asked.append(f"picture {Path(suggestion).name}")
        return self.picture

    def attributes_of_block(self, group: Group) -> Mapping[str, list[Target]] | None:
        self.asked.append(f"attributes of {group.title}")
        return self.bindings

    def overwrite_changed(self, path: Path) -> bool:
        self.asked.append(f"overwrite {path.name}")
        return self.replace

    def recover(self, names: list[str]) -> bool:
        self.asked.append(f"recover {', '.join(names)}")
        return self.bring_back

    def about(self, device: str) -> None:
        self.asked.append(f"about {device}")


def opened(folder: Path, *argv: str) -> tuple[MainWindow, Answers]:
    """A shown window whose settings lie in a folder of the test."""
    window = create_window(argv, folder=folder)
    answers = Answers()
    window.dialogs = answers
    window.resize(1280, 800)
    return window, answers

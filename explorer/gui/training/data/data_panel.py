"""What the network learns from: a built-in data set, or a folder that is chosen or dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.attribute import attributes, replaced
from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape, shape_text
from explorer.engine.data.data_text import (
    SHAPES,
    ShapesSettings,
    builtin_name,
    shapes_settings,
    shapes_text,
)
from explorer.engine.data.picture_fit import picture_fit
from explorer.engine.training.readiness import NotReady, picture_shape
from explorer.gui.attributes.editors import label_text
from explorer.gui.attributes.form import AttributeForm, Setting
from explorer.gui.data_choice import DataChoice, ask_folder, dropped_folder
from explorer.gui.job import Job
from explorer.gui.panel import IconButton, label, sentence
from explorer.gui.theme import Theme
from explorer.gui.training.data.augmentation_form import AugmentationForm
from explorer.gui.training.data.data_jobs import Damaged, DataFacts, Shown, facts_of, looking
from explorer.gui.training.data.download_row import DownloadRow
from explorer.gui.training.data.sample_panel import SamplePanel
from explorer.gui.workbench import Workbench

_LISTED = 8
_THUMBNAIL: Shape = (3, 64, 64)


class DataPanel(QFrame):
    """The recipe's data and what is done to it. A change is an edit of the document.

    Signals:
        known(facts): classes and counts of the data are known.
    """

    known = Signal(object)

    def __init__(
        self,
        workbench: Workbench,
        parent: QWidget | None = None,
        choose_folder: Callable[[QWidget], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("trainData")
        self.setProperty("role", "panel")
        self.setAcceptDrops(True)
        self._workbench = workbench
        self._choose_folder = choose_folder or ask_folder
        self._job: Job | None = None
        self._seen: tuple[object, ...] = ()
        self._looked = False
        self.facts: DataFacts | None = None
        self._open = IconButton("open", "Choose a folder that holds one folder of pictures per class")
        self.choice = DataChoice()
        self.shapes = AttributeForm()
        self.samples = SamplePanel()
        self.summary = label(role="hint", wrap=True)
        self.fitting = label(role="hint", wrap=True)
        self.damaged = label(role="error", wrap=True)
        self.damaged.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.download = DownloadRow()
        self.augmentation = AugmentationForm()
        self._lay_out()
        self._connect()
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self._open, self.shapes, self.download, self.augmentation):
            part.set_theme(theme)

    def choose(self) -> None:
        """Ask for a folder."""
        folder = self._choose_folder(self)
        if folder:
            self.set_data(folder)

    def set_data(self, data: str, merge: str = "") -> None:
        """Learn from a built-in data set or a folder, as a step of the history."""
        document = self._workbench.document
        if data != document.recipe.data:
            recipe = replace(document.recipe, data=data)
            self._workbench.apply("set the data", replace(document, recipe=recipe), merge)

    def show_damaged(self, files: tuple[str, ...]) -> None:
        """Name the files that were found damaged, and are left out."""
        count = len(files)
        head = f"{count:,} pictures are left out" if count > 1 else "One picture is left out"
        more = [f"and {count - _LISTED:,} more"] if count > _LISTED else []
        self.damaged.setText("\n".join([f"{head}:", *files[:_LISTED], *more]) if files else "")
        self.damaged.setToolTip("\n".join(files[:200]))
        self.damaged.setVisible(bool(files))

    def refresh(self, *_: object) -> None:
        """Show the document's data, and look into it where it is another than before."""
        recipe, shape = self._workbench.document.recipe, self._shape()
        self.augmentation.show_recipe(recipe)
        self.samples.follow(recipe, shape)
        key = (recipe.data, recipe.held_out, shape)
        if key != self._seen:
            self._seen = key
            self.choice.show_data(recipe.data)
            self._show_shapes(recipe.data)
            self._look()

    def shutdown(self) -> bool:
        """Stop looking into the data; whether all threads are gone."""
        if self._job is not None:
            self._job.stop()
        done = [self.samples.shutdown(), self.download.shutdown()]
        return all([*done, self._job is None or self._job.wait(5000)])

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 12)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(label("Data", "title"), 1)
        head.addWidget(self._open)
        column.addLayout(head)
        said = (self.summary, self.fitting, self.damaged, self.download)
        for part in (self.choice, self.shapes, self.samples, *said, self.augmentation):
            column.addWidget(part)

    def _connect(self) -> None:
        self._open.clicked.connect(lambda: self.choose())
        self.choice.chosen.connect(self.set_data)
        self.choice.folder_wanted.connect(self.choose)
        self.shapes.edited.connect(self._set_shapes)
        self.shapes.left.connect(self._workbench.seal)
        self.samples.refused.connect(lambda said: self._say(said, wrong=True))
        self.download.done.connect(lambda _data: self._look())
        self.augmentation.edited.connect(self._augment)
        self.augmentation.left.connect(self._workbench.seal)
        self._workbench.changed.connect(self.refresh)

    def _show_shapes(self, data: str) -> None:
        settings = _shapes_of(data)
        self.shapes.setVisible(settings is not None)
        if settings is not None:
            declared = attributes(ShapesSettings)
            self.shapes.show_settings(
                [Setting(item.name, item, getattr(settings, item.name), item.unit) for item in declared]
            )

    def _set_shapes(self, name: str, value: Any) -> None:
        try:
            settings = replaced(shapes_settings(self._workbench.document.recipe.data), name, value)
            text = shapes_text(settings)
            shapes_settings(text)  # what does not go together is refused here
        except ExplorerError as error:
            self.shapes.refuse(name, str(error).removeprefix("ShapesSettings: ").removeprefix("shapes: "))
            return
        self.shapes.refuse(name, "")
        self.set_data(text, f"data:{name}")

    def _augment(self, name: str, value: Any) -> None:
        document = self._workbench.document
        try:
            recipe = replaced(document.recipe, name, value)
        except ExplorerError as error:
            self.augmentation.refuse(name, str(error).removeprefix("Recipe: "))
            return
        if recipe != document.recipe:
            edited = replace(document, recipe=recipe)
            self._workbench.apply(f"set {label_text(name)}", edited, f"recipe:{name}")

    def _shape(self) -> Shape:
        """The shape of the pictures that the network takes; that of a thumbnail where it takes none."""
        try:
            return picture_shape(self._workbench.document.graph)
        except NotReady:
            return _THUMBNAIL

    def _look(self) -> None:
        """Look into the data anew: into a folder at once, else when somebody sees it."""
        if self._job is not None:
            self._job.stop()
            self._job = None
        recipe = self._workbench.document.recipe
        self.facts, self._looked = None, False
        self.samples.show_samples(None)
        self.show_damaged(())
        self.fitting.hide()
        self.download.offer("", 0)
        if not builtin_name(recipe.data):
            self._say("Looking into the folder…")
            self._begin()
            return
        from explorer.engine.data.survey import survey  # reads no file and needs no numpy

        try:
            self._learn(facts_of(survey(recipe.data), recipe.held_out))
        except ExplorerError as error:
            self._say(sentence(str(error)), wrong=True)
            return
        if self.isVisible():
            self._begin()

    def _begin(self) -> None:
        self._looked = True
        recipe = self._workbench.document.recipe
        job = self._job = Job(
            looking(recipe.data, recipe.held_out, self._shape()), "Looking into the data", self
        )
        job.event.connect(lambda value: self._take(value, job))
        job.failed.connect(lambda said, _details: self._refuse(said, job))
        job.ended.connect(lambda: self._forget(job))
        job.start()

    def _forget(self, job: Job) -> None:
        if job is self._job:
            self._job = None
        job.deleteLater()

    def _refuse(self, said: str, job: Job) -> None:
        if job is self._job:
            self._say(sentence(said), wrong=True)

    def _take(self, value: object, job: Job) -> None:
        if job is not self._job:  # another data set was chosen meanwhile
            return
        if isinstance(value, DataFacts):
            self._learn(value)
        elif isinstance(value, Shown):
            self.samples.show_samples(value)
        elif isinstance(value, Damaged):
            self.show_damaged(value.files)

    def _learn(self, facts: DataFacts) -> None:
        self.facts = facts
        names = ", ".join(facts.classes[:4]) + (", …" if len(facts.classes) > 4 else "")
        text = f"{facts.train:,} to train, {facts.test:,} to test, {len(facts.classes):,} classes ({names})"
        self._say(". ".join((text, *map(sentence, facts.notes))))
        self.summary.setToolTip(", ".join(facts.classes[:100]))
        shape = self._shape()
        if facts.shape:
            kind = "Grey" if facts.shape[0] == 1 else "Coloured"
            sides, fit = shape_text(facts.shape[1:]), picture_fit(facts.shape, shape).text
            said = f"{kind} pictures of {sides} are {fit}."
        else:
            said = f"Each picture is scaled and cropped to {shape_text(shape)}."
        self.fitting.setText(said)
        self.fitting.show()
        self.download.offer(builtin_name(facts.data), facts.missing)
        self.known.emit(facts)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self.summary.setProperty("role", "error" if wrong else "hint")
        self.summary.style().unpolish(self.summary)
        self.summary.style().polish(self.summary)
        self.summary.setText(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent):  # over the whole area that hands its events here
            self.dragEnterEvent(event)
            return event.isAccepted()
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            self.dropEvent(event)
            return True
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._looked and self.facts is not None:
            self._begin()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_folder(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        folder = dropped_folder(event)
        if folder:
            event.acceptProposedAction()
            self.set_data(folder)


def _shapes_of(data: str) -> ShapesSettings | None:
    """The settings of `shapes`; None for other data, and where they are not to be read."""
    if builtin_name(data) != SHAPES:
        return None
    try:
        return shapes_settings(data)
    except ExplorerError:
        return None

"""The dialogs that ask what shall be trained: a sweep over a few values, a branch with another rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from explorer.core.attribute import attributes
from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.core.sweep import sweep, values_of
from explorer.gui.attributes.editors import label_text
from explorer.gui.panel import label, sentence

_FIRST = ("learning_rate", "batch_size", "optimizer", "momentum", "weight_decay", "seed", "schedule")
_LISTED = 6


def told(settings: str) -> str:
    """The settings of one run of a sweep, as they are read: "lr 0.1"."""
    short = settings.replace("learning_rate", "lr").replace("batch_size", "batch")
    return short.replace("_", " ").replace("=", " ")


class SweepDialog(QDialog):
    """One or two settings and their values; the runs that come of it."""

    def __init__(self, recipe: Recipe, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="sweepDialog")
        self.setWindowTitle("Sweep over a few values")
        self.setMinimumWidth(440)
        self._recipe = recipe
        self.recipes: tuple[tuple[str, Recipe], ...] = ()
        self.rows = [_Row("", self), _Row("none", self)]
        self.said = label(role="hint", wrap=True)
        self.problem = label(role="error", wrap=True)
        buttons = QDialogButtonBox()
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)  # a standard one may get an icon
        self.start = buttons.addButton("Queue", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        for row in self.rows:
            form.addRow(row.setting, row.values)
            row.setting.currentIndexChanged.connect(self._show)
            row.values.textChanged.connect(self._show)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(10)
        column.addWidget(label("Train the open network once with each value.", wrap=True))
        column.addLayout(form)
        for part in (self.said, self.problem, buttons):
            column.addWidget(part)
        rate = recipe.learning_rate
        self.rows[0].values.setText(f"{rate / 10:g}, {rate / 3:.2g}, {rate:g}, {min(100.0, 3 * rate):g}")

    def _show(self, *_: object) -> None:
        self.recipes, self.problem_text = (), ""
        try:
            values = {row.name: values_of(row.name, row.values.text()) for row in self.rows if row.name}
            self.recipes = sweep(self._recipe, values)
        except ExplorerError as error:
            self.problem_text = sentence(str(error).removeprefix("Recipe: "))
        names = [told(name) for name, _ in self.recipes]
        more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
        count = "1 run" if len(names) == 1 else f"{len(names):,} runs"
        self.said.setText(f"{count}: {'; '.join(names[:_LISTED])}{more}" if names else "")
        self.problem.setText(self.problem_text)
        self.start.setEnabled(bool(names))


class _Row:
    """A setting and its values."""

    def __init__(self, nothing: str, parent: QWidget) -> None:
        number = 2 if nothing else 1
        self.setting = QComboBox(parent, objectName=f"sweepSetting{number}")
        self.setting.setAccessibleName("Setting")
        self.setting.setToolTip("The setting that takes several values")
        self.values = QLineEdit(parent, objectName=f"sweepValues{number}", placeholderText="0.1, 0.03, 0.01")
        self.values.setAccessibleName("Values")
        self.values.setToolTip("The values, with commas between them")
        if nothing:
            self.setting.addItem("and no other", "")
        for name in _names():
            self.setting.addItem(label_text(name), name)

    @property
    def name(self) -> str:
        return self.setting.currentData()


def _names() -> Sequence[str]:
    known = [declared.name for declared in attributes(Recipe) if declared.kind is not tuple]
    return [*_FIRST, *(name for name in known if name not in _FIRST)]


class BranchDialog(QDialog):
    """From which epoch a branch begins, with which learning rate, and until when it is trained."""

    def __init__(
        self, name: str, recipe: Recipe, epochs: Sequence[int], epoch: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, objectName="branchDialog")
        self.setWindowTitle("Branch")
        self.setMinimumWidth(380)
        self._recipe = recipe
        self.epoch = QComboBox(objectName="branchEpoch")
        self.epoch.setAccessibleName("Epoch to branch from")
        self.epoch.setToolTip("Ends of epochs whose weights were kept")
        for kept in epochs:
            self.epoch.addItem(f"{kept:,}", kept)
        nearest = min(range(len(epochs)), key=lambda place: abs(epochs[place] - epoch))
        self.epoch.setCurrentIndex(nearest)
        self.rate = QLineEdit(f"{recipe.learning_rate / 10:g}", objectName="branchRate")
        self.rate.setAccessibleName("Learning rate of the branch")
        self.rate.setToolTip("A tenth of the run's own, to begin with")
        self.last = QLineEdit(str(recipe.epochs), objectName="branchEpochs")
        self.last.setAccessibleName("Epochs in all")
        self.last.setToolTip("The branch ends after this epoch, counted from the start of the run")
        self.problem = label(role="error", wrap=True)
        buttons = QDialogButtonBox()
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)  # a standard one may get an icon
        self.start = buttons.addButton("Start", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow("from epoch", self.epoch)
        form.addRow("learning rate", self.rate)
        form.addRow("epochs in all", self.last)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(10)
        column.addWidget(
            label(f"A new run that begins with the weights of {name}; that one stays as it is.", wrap=True)
        )
        column.addLayout(form)
        column.addWidget(self.problem)
        column.addWidget(buttons)
        for part in (self.rate, self.last):
            part.textChanged.connect(self._show)
        self.epoch.currentIndexChanged.connect(self._show)
        self._show()

    @property
    def recipe(self) -> Recipe:
        """The recipe of the branch.

        Raises:
            ExplorerError: a figure is none, or outside its limits.
        """
        (rate,) = values_of("learning_rate", self.rate.text())
        (epochs,) = values_of("epochs", self.last.text())
        return replace(self._recipe, learning_rate=rate, epochs=epochs)

    def _show(self, *_: object) -> None:
        problem = ""
        try:
            if self.recipe.epochs <= self.epoch.currentData() and not self._recipe.steps:
                problem = f"Ask for more than {self.epoch.currentData():,} epochs."
        except (ExplorerError, ValueError) as error:
            problem = sentence(str(error).removeprefix("Recipe: "))
        self.problem.setText(problem)
        self.start.setEnabled(not problem)

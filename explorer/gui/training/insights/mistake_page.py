"""Mistakes of a run, epoch by epoch: the confusion matrix, and the pictures behind it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from explorer.engine.events import Evaluated
from explorer.gui.confusion_view import ConfusionView
from explorer.gui.inspector.pictures.picture_view import image_of
from explorer.gui.inspector.requests import Requests
from explorer.gui.panel import button, label
from explorer.gui.theme import Theme
from explorer.gui.training.insights.epoch_slider import EpochSlider
from explorer.gui.training.insights.mistake_requests import (
    Found,
    Mistake,
    MistakeQuestion,
    answering_mistakes,
)
from explorer.gui.training.run import Run

_SIDE = 56
_PICTURE = Qt.ItemDataRole.UserRole


class MistakePage(QWidget):
    """Shows one run. Pictures are read in the background.

    Signals:
        picture_chosen(picture): a person wants to look into the network with this picture.
        failed(sentence, details): the pictures cannot be shown.
    """

    picture_chosen = Signal(object)
    failed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self._epochs: Sequence[Evaluated] = ()
        self._cell: tuple[int, int] | None = None
        self._asked: MistakeQuestion | None = None
        self.matrix = ConfusionView()
        self.slider = EpochSlider()
        self.title = label(role="label")
        self.worst = button(
            "Worst mistakes", self._show_worst, "The wrongly answered pictures of highest loss"
        )
        self.list = QListWidget(objectName="mistakeList")
        self._dress_list()
        self.requests = Requests(self, answering_mistakes)
        self._lay_out()
        self.matrix.cell_chosen.connect(self._show_cell)
        self.slider.moved.connect(self._ask)
        self.list.itemActivated.connect(self._choose)
        self.list.itemClicked.connect(self._choose)
        self.requests.answered.connect(self._take)
        self.requests.failed.connect(self._fail)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.matrix.set_theme(theme)

    def show_run(self, run: Run | None) -> None:
        """Show a run; call again when it has more epochs."""
        same = run is self._run
        self._run = run
        history = run.insight.history if run is not None else None
        self._epochs = history.epochs if history is not None else ()
        if not same:
            self._cell, self._asked = None, None
            self.matrix.choose(None)
            self.list.clear()
        if self.slider.show_epochs([epoch.epoch for epoch in self._epochs]) or not same:
            self._ask()

    def shutdown(self) -> bool:
        """Stop and wait; False where the thread still runs after a bounded time."""
        return self.requests.shutdown()

    def _dress_list(self) -> None:
        view = self.list
        view.setAccessibleName("Pictures that were judged")
        view.setToolTip("Click a picture to look into the network with it")
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setMovement(QListView.Movement.Static)
        view.setIconSize(QSize(_SIDE, _SIDE))
        view.setGridSize(QSize(_SIDE + 36, _SIDE + 28))
        view.setUniformItemSizes(True)
        view.setFrameShape(QFrame.Shape.NoFrame)

    def _lay_out(self) -> None:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(12, 0, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.title, 1)
        row.addWidget(self.worst)
        column.addLayout(row)
        column.addWidget(self.list, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal, handleWidth=1, childrenCollapsible=False)
        splitter.addWidget(self.matrix)
        splitter.addWidget(right)
        splitter.setSizes([380, 420])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        outer.addWidget(splitter, 1)
        outer.addWidget(self.slider)

    def _show_cell(self, row: int, column: int) -> None:
        self._cell = row, column
        self._ask()

    def _show_worst(self) -> None:
        self._cell = None
        self.matrix.choose(None)
        self._ask()

    def _ask(self, *_: object) -> None:
        run, epoch = self._run, self.slider.epoch
        shown = next((item for item in self._epochs if item.epoch == epoch), None)
        self.matrix.show_counts(
            shown.confusion if shown else (), run.insight.classes if run is not None else ()
        )
        if run is None or run.folder is None or shown is None or not self.isVisible():
            return
        question = MistakeQuestion(run.folder, shown.epoch, self._cell)
        if question != self._asked:
            self._asked = question
            self.requests.ask(question)

    def _take(self, report: object) -> None:
        if isinstance(report, Found) and report.question == self._asked:
            self.list.clear()
            cell, count = report.question.cell, report.count
            if cell is None:
                self.title.setText(f"{count:,} worst mistakes of epoch {report.question.epoch:,}")
            else:
                self.title.setText(self.matrix.cell_text(*cell))
        elif isinstance(report, Mistake) and report.question == self._asked:
            self._add(report)

    def _add(self, mistake: Mistake) -> None:
        shown = QPixmap.fromImage(image_of(mistake.picture.pixels)).scaled(
            _SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation
        )
        text = mistake.label if mistake.right else f"{mistake.label} → {mistake.answer}"
        item = QListWidgetItem(QIcon(shown), text)
        item.setToolTip(f"{mistake.picture.name}: {text}, loss {mistake.loss:.3g}")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{text}, loss {mistake.loss:.2g}")
        item.setData(_PICTURE, mistake.picture)
        self.list.addItem(item)

    def _choose(self, item: QListWidgetItem) -> None:
        self.picture_chosen.emit(item.data(_PICTURE))

    def _fail(self, sentence: str, details: str) -> None:
        self.title.setText(sentence)
        if details:
            self.failed.emit(sentence, details)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._ask()

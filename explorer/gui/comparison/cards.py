"""The four cards of a comparison: totals, stages or drawings, accuracy or curves, texts or differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from explorer.core.conventions import Conventions
from explorer.export.alignment import Align
from explorer.export.landscape import Point
from explorer.export.side_by_side import SideBySide
from explorer.export.texts import TEXTS, Claim
from explorer.gui.comparison.card import Card
from explorer.gui.comparison.curves import CurvesPage
from explorer.gui.comparison.differences_plate import DifferencesPlate
from explorer.gui.comparison.drawn import DrawnNetworks
from explorer.gui.comparison.scatter import Scatter
from explorer.gui.comparison.stages_plate import StagesPlate
from explorer.gui.comparison.texts_plate import TextsPlate
from explorer.gui.comparison.totals_plate import TotalsPlate
from explorer.gui.panel import button
from explorer.gui.scrolling import ScrollColumn
from explorer.gui.segments import Segments
from explorer.gui.theme import Theme

_ALIGN = (
    ("by side", "Maps of the same height and width stand in one row"),
    ("by depth", "The first stage stands beside the first"),
    ("by share", "What computes most stands beside what computes most; bars are shares of each network"),
)
_ALIGNED = {
    Align.SIDE: "the side of their maps",
    Align.DEPTH: "depth",
    Align.SHARE: "their share",
}
_PAGES = (("Stages", "What makes maps of each side"), ("Drawn", "The networks, with what differs outlined"))
_WORDS = (
    ("Texts", "What texts and papers say, and what is counted here"),
    ("Differences", "Layers and settings that differ from the first network"),
)
_UPPER = (
    ("Accuracy", "Accuracy against operations"),
    ("Curves", "Loss and accuracy of the compared runs"),
)
_TITLES = ("What the texts say, and what is counted here", "What differs from the first")
STAGES, DRAWN = 0, 1
TEXTS_PAGE, DIFFERENCES_PAGE = 0, 1


class ComparisonCards(QSplitter):
    """Shows what it is given; its plates and drawings say what was clicked.

    Signals:
        align_changed(): stages are aligned in another way.
        accuracy_changed(): another accuracy is wanted.
        texts_wanted(): the comparison that the texts print is wanted.
        audit_wanted(): the audit of the open network is wanted.
    """

    align_changed = Signal()
    accuracy_changed = Signal()
    texts_wanted = Signal()
    audit_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._compared: SideBySide | None = None
        self._word = "MACs"
        self.totals, self.stages, self.scatter = TotalsPlate(), StagesPlate(), Scatter()
        self.texts, self.differences, self.drawn = TextsPlate(), DifferencesPlate(), DrawnNetworks()
        self.curves = CurvesPage()
        self._make_switches()
        self._make_cards()
        self.align_switch.switched.connect(self._align)
        self.left_switch.switched.connect(self._switch_left)
        self.right_switch.switched.connect(self._switch_right)
        self.upper_switch.switched.connect(self._switch_upper)
        self.accuracy_choice.currentIndexChanged.connect(lambda _: self.accuracy_changed.emit())

    @property
    def align(self) -> Align:
        """What makes stages stand in one row."""
        return tuple(Align)[self.align_switch.index]

    @property
    def best_five(self) -> bool:
        """Whether a class among the five best guesses counts as right."""
        return self.accuracy_choice.currentIndex() == 1

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        plates = (self.totals, self.stages, self.scatter, self.texts, self.differences)
        for part in (*plates, self.drawn, self.curves):
            part.set_theme(theme)

    def show_comparison(self, compared: SideBySide | None, claims: tuple[Claim, ...]) -> None:
        """Show these networks, and what is said of them."""
        self._compared = compared
        subjects = compared.subjects if compared is not None else ()
        self.totals.show_comparison(compared)
        sources = {item.accuracy.source for item in subjects if item.accuracy is not None}
        self.totals_card.hint.setText(f"accuracy: {sources.pop()}" if len(sources) == 1 else "")
        self._show_stages()
        self.drawn.show_comparison(compared)
        self.differences.show_comparison(compared)
        self.texts.show_claims(claims)
        self.texts_button.setVisible(not any(item.source == TEXTS for item in claims))
        count = sum(map(len, compared.differences)) if compared is not None else 0
        text = f"Differences {count}" if count else "Differences"
        self.right_switch.button(DIFFERENCES_PAGE).setText(text)

    def show_points(self, points: Sequence[Point], own: Mapping[int, Point], by: Conventions) -> None:
        """Show the points of the catalogue and of the compared networks, counted by these conventions."""
        self._word = by.operations_word
        self._title_upper()
        self.scatter.show_points(points, own, by, best_five=self.best_five)

    def _make_switches(self) -> None:
        self.align_switch, self.left_switch = Segments(_ALIGN, 28), Segments(_PAGES, 28)
        self.right_switch, self.upper_switch = Segments(_WORDS, 28), Segments(_UPPER, 28)
        for switch, name in (
            (self.align_switch, "How stages are aligned"),
            (self.left_switch, "Stages or drawings"),
            (self.right_switch, "Texts or differences"),
            (self.upper_switch, "Accuracy or curves"),
        ):
            switch.setAccessibleName(name)
        self.accuracy_choice = QComboBox(objectName="comparisonAccuracyChoice")
        self.accuracy_choice.addItems(["top-1", "top-5"])
        self.accuracy_choice.setProperty("quiet", True)
        self.accuracy_choice.setAccessibleName("Which accuracy")
        self.accuracy_choice.setToolTip("Right at the first guess, or among the five best")

    def _make_cards(self) -> None:
        self.totals_card = Card("Totals")
        self.totals_card.add(self.totals)
        self.scatter_card = Card("Accuracy, MACs, parameters", self.accuracy_choice, self.upper_switch)
        self.scatter_card.hint.setText("area = parameters")
        self.scatter_card.add(self.scatter, scrolled=False)
        self.scatter_card.add(self.curves, scrolled=False)
        self.stages_card = Card("Stages", self.align_switch, self.left_switch)
        self.stages_card.add(self.stages)
        self.stages_card.add(self.drawn, scrolled=False)
        self.texts_card = Card(_TITLES[0], self.right_switch)
        self.texts_card.add(self._texts_page(), scrolled=False)
        self.texts_card.add(self.differences)
        left = _column((self.totals_card, 51), (self.stages_card, 49))
        right = _column((self.scatter_card, 51), (self.texts_card, 49))
        _fill(self, (left, 58), (right, 42))

    def _texts_page(self) -> QWidget:
        """The claims, and the way to the table that they are about."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(ScrollColumn(self.texts, clear=True), 1)
        tip = "Compare the two networks whose table most texts print"
        text = "VGG-16 against ResNet-50"
        self.texts_button = button(text, self.texts_wanted.emit, tip)
        audit = "What torch, torchinfo and fvcore count of the open network, and why"
        self.audit_button = button(
            "Audit the open network with other counters", self.audit_wanted.emit, audit
        )
        row = QHBoxLayout()
        row.setContentsMargins(13, 0, 13, 10)
        row.setSpacing(8)
        row.addWidget(self.texts_button)
        row.addWidget(self.audit_button)
        row.addStretch(1)
        column.addLayout(row)
        return page

    def _show_stages(self) -> None:
        drawn = self.left_switch.index == DRAWN
        title = "Drawn, differences outlined" if drawn else f"Stages, aligned by {_ALIGNED[self.align]}"
        self.stages_card.title.setText(title)
        self.align_switch.setVisible(not drawn)
        self.stages.show_comparison(self._compared, self.align)

    def align_by(self, word: str) -> None:
        """Align the stages as one of the words of `Align` says; another word changes nothing."""
        words = [str(by) for by in Align]
        if word in words:
            self.align_switch.choose(words.index(word))

    def _align(self, _: int) -> None:
        self._show_stages()
        self.align_changed.emit()

    def _switch_left(self, index: int) -> None:
        self.stages_card.pages.setCurrentIndex(index)
        self._show_stages()

    def _switch_right(self, index: int) -> None:
        self.texts_card.pages.setCurrentIndex(index)
        self.texts_card.title.setText(_TITLES[index])

    def _title_upper(self) -> None:
        curves = self.upper_switch.index != 0
        title = "Curves of the runs" if curves else f"Accuracy, {self._word}, parameters"
        self.scatter_card.title.setText(title)

    def _switch_upper(self, index: int) -> None:
        self.scatter_card.pages.setCurrentIndex(index)
        self.accuracy_choice.setVisible(index == 0)
        self.scatter_card.hint.setText("area = parameters" if index == 0 else "")
        self._title_upper()


def _column(*parts: tuple[QWidget, int]) -> QSplitter:
    """Cards below each other, with their shares of the height."""
    column = QSplitter(Qt.Orientation.Vertical)
    _fill(column, *parts)
    return column


def _fill(splitter: QSplitter, *parts: tuple[QWidget, int]) -> None:
    splitter.setHandleWidth(12)
    splitter.setChildrenCollapsible(False)
    for place, (part, share) in enumerate(parts):
        part.setMinimumSize(300, 150)
        splitter.addWidget(part)
        splitter.setStretchFactor(place, share)
    splitter.setSizes([share * 20 for _, share in parts])

"""The line at the bottom: the sums of the network, and how many problems there are."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from explorer.core.analysis import Analysis
from explorer.core.units import bytes_text, count_text
from explorer.gui.icons import icon
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

_HEIGHT = 29


class StatusLine(QWidget):
    """Shows the sums of the open network.

    Signals:
        problems_wanted(): the number of problems was clicked.
    """

    problems_wanted = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(_HEIGHT)
        self._workbench = workbench
        self._theme: Theme | None = None
        self.totals = QLabel(objectName="totals")
        self.totals.setAccessibleName("Sums of the network")
        self.totals.setToolTip(
            "MACs are multiply-accumulates for one picture, bias not counted (FLOPs = 2 · MACs);\n"
            "memory for one picture in fp32, MiB = 2²⁰ bytes;\n"
            "the receptive field is that of the last layer that still has places on the picture"
        )
        self.totals.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.news = QLabel(objectName="news")
        self.news.setTextFormat(Qt.TextFormat.PlainText)
        self.problem_count = QToolButton(objectName="problemCount")
        self.problem_count.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.problem_count.setIconSize(QSize(14, 14))
        self.problem_count.clicked.connect(self.problems_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 8, 0)
        row.setSpacing(12)
        row.addWidget(self.totals)
        row.addStretch(1)
        row.addWidget(self.news)
        row.addWidget(self.problem_count)
        workbench.changed.connect(self._changed)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.refresh()

    def say(self, text: str) -> None:
        """Show what an area is doing."""
        self.news.setText(text)

    def refresh(self) -> None:
        """Show the sums as they are now."""
        analysis = self._workbench.analysis
        self.totals.setText(_totals(analysis, self._theme))
        causes = len(analysis.causes)
        grave = bool(causes)
        counted = "1 problem" if causes == 1 else f"{causes} problems"
        text = counted if causes else "No problem"
        self.problem_count.setText(text)
        self.problem_count.setAccessibleName(text)
        self.problem_count.setToolTip(
            "Show the layers without a shape" if causes else "Every layer has a shape"
        )
        if self.problem_count.property("grave") != grave:
            self.problem_count.setProperty("grave", grave)
            self.problem_count.style().unpolish(self.problem_count)
            self.problem_count.style().polish(self.problem_count)
        if self._theme is not None:
            name, token = ("warning", "err") if causes else ("check", "ok")
            self.problem_count.setIcon(icon(name, self._theme, token))

    def _changed(self, old: object, new: object) -> None:
        self.refresh()


def totals_text(analysis: Analysis) -> tuple[tuple[str, str], ...]:
    """The sums of a network as (figure, what it is)."""
    totals, waiting = analysis.totals, len(analysis.problems)
    far = " so far" if waiting else ""
    parts = [
        (count_text(totals.parameters), f" parameters{far}"),
        ("", bytes_text(totals.parameter_bytes)),
        (count_text(totals.macs), f" MACs{far}"),
        ("", f"activations {bytes_text(totals.activation_bytes)}"),
    ]
    if totals.receptive_field is not None:
        high, wide = (reach.size for reach in totals.receptive_field)
        side = str(high) if high == wide else f"{high}×{wide}"
        parts.append(("", f"receptive field {side} px"))
    if waiting:
        parts.append(("", f"{waiting} layer{'s' if waiting > 1 else ''} without a shape"))
    return tuple(parts)


def _totals(analysis: Analysis, theme: Theme | None) -> str:
    strong = f' style="color:{theme.hex("text")}; font-weight:600"' if theme is not None else ""
    line = f' style="color:{theme.hex("line2")}"' if theme is not None else ""
    parts = (f"<span{strong}>{escape(figure)}</span>{escape(what)}" for figure, what in totals_text(analysis))
    return f"&nbsp;&nbsp;&nbsp;<span{line}>│</span>&nbsp;&nbsp;&nbsp;".join(parts)

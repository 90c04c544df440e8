"""The page "Measure" below the canvas: the time of every layer, and where it stands under the roofline."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from explorer.core.analysis import Row
from explorer.core.attribute import attributes
from explorer.core.errors import ExplorerError
from explorer.core.outline import Line
from explorer.core.recipe import Recipe
from explorer.core.roofline import work
from explorer.core.units import probability_text
from explorer.gui.attributes.editors import NumberField
from explorer.gui.costs.bar_rows import BarRow, BarRows
from explorer.gui.costs.measurements import TIMES, Measurements
from explorer.gui.costs.roofline_view import LayerPoint, RooflineView
from explorer.gui.elided import ElidedLabel
from explorer.gui.panel import Bar, EmptyState, button, label, rule
from explorer.gui.scrolling import ScrollColumn
from explorer.gui.segments import Segments
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

if TYPE_CHECKING:
    from explorer.engine.counting.measuring import Times

_MOST_SHOWN = 2_000
_TRAINING, _GO = 1, 124
_BATCH = next(item for item in attributes(Recipe) if item.name == "batch_size")


class MeasurePage(QWidget):
    """Times at the left, slowest first; the roofline at the right; `tools` stand in the dock's head."""

    def __init__(
        self, workbench: Workbench, measurements: Measurements, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, objectName="measurePage")
        self._workbench, self._measurements = workbench, measurements
        self.batch = NumberField(_BATCH)
        self.passes = Segments(
            (
                ("In use", "Forward without gradients"),
                ("Training", "Forward and backward of a training step"),
            ),
            26,
        )
        self.passes.setAccessibleName("Times in use or in training")
        self.go = button("Measure", self._measure, "Measure every layer on the chosen device", primary=True)
        self.go.setObjectName("measureStart")
        self.progress = Bar()
        self.said = ElidedLabel("label")
        self.tools = self._make_tools()
        self.rows = BarRows("Times of the layers", 190)
        self.roofline = RooflineView()
        self.empty = EmptyState(
            "curve",
            "Nothing is measured yet.",
            button("Measure", self._measure, "Measure every layer on the chosen device", primary=True),
        )
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self._make_result())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._pages)
        self._connect()
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self.rows, self.roofline, self.empty, self.progress):
            part.set_theme(theme)

    def _show(self, *_: object) -> None:
        if not self.isVisible():
            return
        bench, measurements = self._workbench, self._measurements
        busy, times = measurements.busy == TIMES, measurements.current
        self.batch.show_value(bench.conventions.batch)
        self.go.setText("Stop" if busy else "Measure again" if measurements.times is not None else "Measure")
        self.go.setAccessibleName(self.go.text())
        self.go.setToolTip(
            "End the measuring; nothing comes of it" if busy else "Measure every layer on the chosen device"
        )
        self.go.setEnabled(busy or not measurements.busy)
        if not busy:
            self.progress.hide()
        self._pages.setCurrentIndex(0 if times is None else 1)
        if times is None:
            old = measurements.stale and not busy
            self.empty.sentence.setText(
                "Measuring…" if busy else "The network has changed since it was measured."
                if old else "How long does each layer take? Nothing is measured yet."
            )  # fmt: skip
            self.said.setText("")
        else:
            self._show_times(times)

    def _show_times(self, times: Times) -> None:
        training = self.passes.index == _TRAINING
        found = self._measurements.training_milliseconds() if training else self._measurements.milliseconds()
        lines = [line for line in self._workbench.lines.values() if line.inner is None and line.name in found]
        lines.sort(key=lambda line: -found[line.name])
        most = max([found[line.name] for line in lines] + [1e-9])
        whole = sum(found[line.name] for line in lines) or 1e-9
        self.rows.show_rows(
            [_row(line, times, found[line.name], most, whole, training) for line in lines[:_MOST_SHOWN]]
        )
        if not self._measurements.busy:
            self.said.setText(_summary(times))
            self.passes.setToolTip(_how(times))
        self.roofline.show_points(_points(lines, times), self._measurements.ceilings.get(times.device))
        self._select(self._workbench.selection)

    def _select(self, names: tuple[str, ...]) -> None:
        """Mark the selected layer in both pictures."""
        self.roofline.show_selection(names)
        key = names[-1] if names else ""
        if key != self.rows.current:
            self.rows.choose(key)
            place = self.rows.place(key)
            if place is not None:
                self._scroll.ensureVisible(0, int(place.center().y()), 0, 40)

    def _measure(self) -> None:
        measurements = self._measurements
        if measurements.busy == TIMES:
            measurements.stop()
            return
        if self._workbench.analysis.problems:
            self._fail("The network has a problem; mend it first (page Problems).", "")
            return
        self.progress.set_share(0.0)
        self.progress.show()
        measurements.measure_times(self._workbench.conventions.batch)

    def _progress(self, text: str, share: float) -> None:
        if self._measurements.busy == TIMES and text:
            self.progress.setVisible(True)
            self.progress.set_share(share)
            self.said.setText(f"{text}…")

    def _fail(self, sentence: str, details: str) -> None:
        if self.isVisible():
            self._show()
            self.said.setText(sentence)

    def _set_batch(self, value: Any) -> None:
        try:
            self._workbench.count_by(replace(self._workbench.conventions, batch=value))
        except ExplorerError as error:
            self.said.setText(str(error))
        self.batch.show_value(self._workbench.conventions.batch)

    def _make_tools(self) -> QWidget:
        tools = QWidget()
        row = QHBoxLayout(tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.batch.setFixedWidth(84)
        self.batch.setObjectName("measureBatch")
        self.batch.setAccessibleName("Pictures at once")
        self.batch.setToolTip("Pictures at once: the batch of the conventions")
        self.progress.setFixedWidth(96)
        self.go.setFixedWidth(_GO)  # whatever it says, its neighbours stay where they are
        self.said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.progress.hide()
        for part in (self.passes, label("Pictures at once", "label"), self.batch, self.go, self.progress):
            row.addWidget(part)
        row.addWidget(self.said, 1)
        return tools

    def _make_result(self) -> QWidget:
        result = QWidget()
        row = QHBoxLayout(result)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._scroll = ScrollColumn(self.rows)
        row.addWidget(self._scroll, 5)
        row.addWidget(rule(upright=True))
        row.addWidget(self.roofline, 4)
        return result

    def _connect(self) -> None:
        bench = self._workbench
        self.batch.edited.connect(self._set_batch)
        self.batch.misread.connect(self.said.setText)
        self.passes.switched.connect(self._show)
        self.rows.chosen.connect(lambda name: bench.select((name,)))
        self.roofline.chosen.connect(lambda name: bench.select((name,)))
        self._measurements.changed.connect(self._show)
        self._measurements.said.connect(self._progress)
        self._measurements.failed.connect(self._fail)
        bench.selection_changed.connect(self._select)
        bench.conventions_changed.connect(self._show)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()


def _row(line: Line, times: Times, value: float, most: float, whole: float, training: bool) -> BarRow:
    name = line.name
    parts: tuple[float, ...] = (value / most,)
    if training:
        forward = 1000 * times.forward[name].median
        parts = (forward / most, max(0.0, value - forward) / most)
    return BarRow(
        name,
        name,
        _ms(value),
        parts,
        probability_text(value / whole),
        _tip(name, times),
        type(line.entry.node.operator).category,
    )


def _tip(name: str, times: Times) -> str:
    said = [name]
    kinds = (("in use", times.use), ("forward in training", times.forward), ("backward", times.backward))
    for what, found in kinds:
        if name in found:
            item = found[name]
            low, high = _ms(1000 * item.low), _ms(1000 * item.high)
            said.append(f"{what}: {_ms(1000 * item.median)}, half of the rounds from {low} to {high}")
    return "\n".join(said)


def _points(lines: list[Line], times: Times) -> list[LayerPoint]:
    """Layers with products; the others do no counted operations and have no place on the plot."""
    points = []
    for line in lines:
        seconds = times.use[line.name].median
        if not isinstance(line.entry, Row) or not seconds:
            continue
        done = work(line.entry, times.batch)
        if not done.flops:
            continue
        said = (
            f"{line.name}\n{done.flops / seconds / 1e9:,.1f} GFLOP/s\n{done.intensity:,.1f} FLOPs per byte"
            f"\n{done.flops:,} FLOPs, {done.bytes:,} bytes, {_ms(1000 * seconds)}"
        )
        category = type(line.entry.node.operator).category
        points.append(LayerPoint(line.name, category, done.intensity, done.flops / seconds, said))
    return points


def _summary(times: Times) -> str:
    use = times.whole_use.median
    pictures = "1 picture" if times.batch == 1 else f"{times.batch:,} pictures"
    said = f"{times.title}, {pictures}: {_ms(1000 * use)} in use ({times.batch / use:,.0f} pictures/s)"
    if times.whole_step is None:
        return said
    step = times.whole_step.median
    return f"{said}, {_ms(1000 * step)} a training step ({times.batch / step:,.0f} pictures/s)"


def _how(times: Times) -> str:
    return (
        f"{_summary(times)}.\nMedians of {times.rounds} rounds after 2 to warm up; the clock is read when the"
        " device has finished.\nEach layer runs alone, so the sum may differ a little from the whole."
    )


def _ms(milliseconds: float) -> str:
    return f"{milliseconds:,.2f} ms" if milliseconds >= 0.1 else f"{1000 * milliseconds:,.1f} µs"

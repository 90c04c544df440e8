"""The devices with their memory: what is needed against what is free, and the largest batch that fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from explorer.core.memory import Timeline
from explorer.core.outline import Line
from explorer.core.roofline import step_seconds
from explorer.gui.costs.measurements import Measurements
from explorer.gui.panel import Bar, button, label
from explorer.gui.theme import Theme
from explorer.gui.workbench import AUTO, Workbench

if TYPE_CHECKING:
    from explorer.engine.device import Device

_LARGEST_BATCH = 65_536


class PlacesList(QWidget):
    """A card for every device.

    Signals:
        batch_wanted(pictures): the largest batch that fits shall be used.
    """

    batch_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Where it fits")
        self._theme: Theme | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 10, 14, 10)
        self._column.setSpacing(10)
        self._wait = label("Looking for devices…", "hint")
        self._column.addWidget(self._wait)
        self._column.addStretch(1)
        self.cards: list[_Card] = []

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for card in self.cards:
            card.bar.set_theme(theme)

    def clear(self) -> None:
        """Show no device."""
        for card in self.cards:
            card.hide()

    def show_places(
        self,
        measurements: Measurements,
        workbench: Workbench,
        plan: Callable[..., Timeline],
        training: bool,
        pictures: int,
    ) -> None:
        """Show what the devices have room for."""
        devices = measurements.devices
        self._wait.setVisible(not devices)
        while len(self.cards) < len(devices):
            card = _Card(self.batch_wanted.emit)
            if self._theme is not None:
                card.bar.set_theme(self._theme)
            self._column.insertWidget(self._column.count() - 1, card)
            self.cards.append(card)
        for place, card in enumerate(self.cards):
            card.setVisible(place < len(devices))
        chosen = _chosen(workbench.device, devices)
        for card, device in zip(self.cards, devices, strict=False):
            timeline = plan(gpu=device.name.startswith("cuda"))
            found = measurements.step if training else None
            ratio = found.ratio if found is not None and found.device == device.name else 1.0
            card.show_device(device, device.name == chosen, timeline, pictures, ratio, workbench)
            card.time.setText(_epoch(measurements, workbench, device, pictures) if training else "")
            card.time.setVisible(training)


class _Card(QWidget):
    """One device."""

    def __init__(self, use: Callable[[int], object]) -> None:
        super().__init__()
        self._use = use
        self._batch = 0
        self.name, self.room, self.time = (
            label(role="title"),
            label(role="label"),
            label(role="hint", wrap=True),
        )
        self.fit = label(role="label", wrap=True)
        self.bar = Bar()
        self.set: QPushButton = button("Use it", self._take, "Set the batch to the largest that fits")
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.room)
        foot = QHBoxLayout()
        foot.addWidget(self.fit, 1)
        foot.addWidget(self.set, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addLayout(foot)
        column.addWidget(self.time)

    def show_device(
        self,
        device: Device,
        chosen: bool,
        timeline: Timeline,
        pictures: int,
        ratio: float,
        workbench: Workbench,
    ) -> None:
        """Show what is needed and what is there."""
        size = workbench.conventions.size_text
        title = "CPU" if device.name == "cpu" else f"{device.name} · {device.title}"
        self.name.setText(f"{title} (chosen)" if chosen else title)
        if device.free is None:
            self.room.setText("")
            self.fit.setText("This device does not tell how much memory is free.")
            self.bar.hide()
            self.set.hide()
            return
        need = _corrected(timeline.need(pictures), ratio)
        room = max(0, int(device.free / max(ratio, 1e-9))) if ratio != 1.0 else device.free
        self._batch = min(_LARGEST_BATCH, timeline.largest_batch(room))
        whole = f" of {size(device.memory)}" if device.memory else ""
        self.room.setText(f"{size(device.free)} free{whole}")
        fits = need <= device.free
        self.bar.show()
        self.bar.set_share(need / max(1, device.free), "accent" if fits else "err")
        says = f"{size(need)} fits" if fits else f"{size(need)} does not fit"
        self.fit.setText(f"{says}; {_most(self._batch, timeline.largest_batch(room))}")
        self.set.setVisible(0 < self._batch != pictures)
        self.set.setText(f"Use {self._batch:,}")

    def _take(self) -> None:
        self._use(self._batch)


def _most(batch: int, exact: int) -> str:
    if exact == 0:
        return "not even one picture fits"
    if exact > batch:
        return f"a batch of {batch:,}, the largest there is, fits"
    return "one picture at once at most" if exact == 1 else f"at most {exact:,} pictures at once"


def _corrected(need: int, ratio: float) -> int:
    """A prediction times measured over predicted; exact where there is nothing to correct."""
    return need if ratio == 1.0 else round(need * ratio)


def _chosen(wanted: str, devices: tuple[Device, ...]) -> str:
    if wanted == AUTO:
        return devices[1 if len(devices) > 1 else 0].name if devices else ""
    return wanted


def _epoch(measurements: Measurements, workbench: Workbench, device: Device, pictures: int) -> str:
    """How long an epoch takes: from a measured step, else from the roofs of the device, else unknown."""
    count = measurements.epoch_pictures
    times = measurements.current
    if times is not None and times.device == device.name and times.whole_step is not None:
        each, how = times.whole_step.median / times.batch, f"measured with {times.batch:,} pictures at once"
    elif (roof := measurements.ceilings.get(device.name)) is not None:
        lines: list[Line] = list(workbench.lines.values())
        each = step_seconds(lines, pictures, roof.flops, roof.bandwidth) / max(1, pictures)
        how = "at least, by the roofs of the device; not measured"
    else:
        return "The time of an epoch is known once this device was measured (page Measure)."
    if count is None:
        return f"{1 / each:,.0f} pictures/s in training, {how}." if each else ""
    return f"An epoch of {count:,} pictures takes about {_duration(each * count)}, {how}."


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{1000 * seconds:,.0f} ms"
    if seconds < 100:
        return f"{seconds:,.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"

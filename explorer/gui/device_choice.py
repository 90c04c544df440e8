"""The button that says where networks run, with the menu that chooses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QActionGroup, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from explorer.core.units import bytes_text
from explorer.gui.icons import draw_icon
from explorer.gui.job import Job, ShouldStop
from explorer.gui.preloading import loaded_torch
from explorer.gui.theme import Theme
from explorer.gui.workbench import AUTO, Workbench

if TYPE_CHECKING:
    from explorer.engine.device import Device

_LONGEST = 26
"""Letters of a device's name that are shown in the button."""


class DeviceChoice(QToolButton):
    """Shows the device of the workbench; what devices there are is asked when the menu opens.

    PyTorch, which knows them, takes seconds to load, so it is asked in the background.
    """

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="deviceChoice")
        self._workbench = workbench
        self._theme: Theme | None = None
        self._found: tuple[Device, ...] = ()
        self._job: Job | None = None
        self._failure = ""
        self._sign = "text3"
        self.setFixedHeight(28)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._choices = QMenu(self)
        self._choices.setToolTipsVisible(True)
        self._choices.aboutToShow.connect(self.look)
        self.setMenu(self._choices)
        workbench.device_changed.connect(self._show)
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._show()

    def notice(self, *_: object) -> None:
        """Say what devices there are as soon as PyTorch is loaded; it is never loaded for this."""
        if not self._found and loaded_torch() is not None:
            for found in _looking(lambda: False):  # it is loaded already: this costs nothing
                self._take(found)

    def look(self) -> None:
        """Find out what devices there are, if it is not known yet."""
        self.notice()
        if not self._found and self._job is None:
            self._failure = ""
            self._job = Job(_looking, "Looking for devices", self)
            self._job.event.connect(self._take)
            self._job.failed.connect(self._fail)
            self._job.ended.connect(self._end)
            self._job.start()
        self._fill()

    def _take(self, found: object) -> None:
        assert isinstance(found, tuple)  # noqa: S101  (the only thing that the job gives)
        self._found = found
        self._fill()
        self._show()

    def _fail(self, sentence: str, details: str) -> None:
        self._failure = sentence
        self._fill()

    def _end(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None

    def _fill(self) -> None:
        """The menu: what is chosen by itself, then every device."""
        menu, chosen = self._choices, self._workbench.device
        menu.clear()
        group = QActionGroup(menu)
        best = self._found[1 if len(self._found) > 1 else 0].name if self._found else ""
        automatic = f"Automatic ({best})" if best else "Automatic"
        rows = [(AUTO, automatic, "The first graphics processor, else the CPU")]
        if self._found:
            rows += [(item.name, _described(item), f"Run networks on {item.name}") for item in self._found]
        else:
            rows.append(("cpu", "CPU", "Run networks on the processor"))
        for name, text, tip in rows:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(name == chosen)
            action.setToolTip(tip)
            group.addAction(action)
            action.triggered.connect(lambda _=False, name=name: self._workbench.run_on(name))
        if not self._found:
            said = menu.addAction(self._failure or "Looking for graphics processors…")
            said.setEnabled(False)

    def _show(self, *_: object) -> None:
        """Say what is chosen, and what that means here where it is known."""
        name = self._workbench.device
        real = name
        if name == AUTO and self._found:
            real = self._found[1 if len(self._found) > 1 else 0].name
        known = {item.name: item for item in self._found}
        if real == AUTO:
            text, tip = "Automatic", "Networks run on the first graphics processor, else on the CPU"
        elif real == "cpu":
            text, tip = "CPU", "Networks run on the processor"
        else:
            title = known[real].title if real in known else ""
            text = f"{real} · {_short(title)}" if title else real
            tip = f"Networks run on {real} {title}".rstrip()
        missing = bool(self._found) and real != AUTO and real not in known
        if missing:
            tip = f"There is no {real} here now; choose another device"
        self.setText(text)
        self.setToolTip(f"{tip}; click to choose")
        self.setAccessibleName(f"Device: {text}")
        self._sign = "err" if missing else "ok" if real != AUTO else "text3"
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme[self._sign])
        painter.drawEllipse(QRectF(11, self.height() / 2 - 3.5, 7, 7))
        box = QRectF(self.width() - 20, (self.height() - 10) / 2, 10, 10)
        draw_icon(painter, "down", box, self._theme["text2"])


def _looking(should_stop: ShouldStop) -> Iterator[object]:
    from explorer.engine.device import devices  # torch takes seconds: loaded in the thread

    if not should_stop():
        yield devices()


def _described(device: Device) -> str:
    size = f", {bytes_text(device.memory)}" if device.memory else ""
    name = "CPU" if device.name == "cpu" else device.name
    return f"{name}: {device.title}{size}"


def _short(title: str) -> str:
    """The telling part of a device's name: H100 of "NVIDIA H100 80GB HBM3"."""
    words = [word for word in title.split() if word not in ("NVIDIA", "GeForce", "AMD", "Radeon", "Tesla")]
    text = " ".join(words) or title
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

"""How a training goes, on standard error: a line per epoch, and a bar on a terminal."""

from __future__ import annotations

import shutil
import sys
import time

from explorer.cli.program import complain
from explorer.core.units import bytes_text
from explorer.engine.events import (
    Changed,
    Continued,
    Downloading,
    Evaluated,
    Event,
    Paused,
    Preparing,
    Reading,
    SaveFailed,
    Started,
    StepMemory,
    Stepped,
)

_BAR = 24
_REDRAWN = 0.1


class ProgressLine:
    """Shows events; `close` it, so that the bar does not stay."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._started: Started | None = None
        self._began = self._drawn = 0.0
        self._width = 0

    def show(self, event: Event) -> None:
        """Say what an event says."""
        if isinstance(event, Reading):
            self._draw(event.done, event.total, f"reading pictures {event.done:,} of {event.total:,}")
        elif isinstance(event, Downloading):
            done, total = event.done / 1e6, event.total / 1e6
            self._draw(event.done, event.total, f"downloading {event.what}, {done:.1f} of {total:.1f} MB")
        elif isinstance(event, Started):
            self._start(event)
        elif isinstance(event, Stepped):
            self._step(event)
        elif isinstance(event, Evaluated):
            self._epoch(event)
        elif sentence := _sentence(event):
            self._say(sentence)

    def close(self) -> None:
        """Take the bar away."""
        if self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
            self._width = 0

    def _start(self, event: Started) -> None:
        self._started, self._began = event, time.monotonic()
        self._say(
            f"{event.parameters:,} parameters on {event.device}; {event.train_pictures:,} pictures of"
            f" {len(event.classes):,} classes to train on, {event.test_pictures:,} to test"
        )
        for note in event.notes:
            self._say(note)
        for damaged in event.damaged[:10]:
            self._say(f"left out: {damaged}")
        if len(event.damaged) > 10:
            self._say(f"left out: {len(event.damaged) - 10:,} more, see run.json")

    def _step(self, event: Stepped) -> None:
        if self._started is None:
            return
        point, all_steps = event.last, self._started.steps
        made = point.step - self._started.step
        left = (time.monotonic() - self._began) * (all_steps - point.step) / max(1, made)
        self._draw(
            point.step,
            all_steps,
            f"epoch {point.epoch}/{self._started.epochs}  loss {point.loss:.4f}"
            f"  {event.pictures_per_second:,.0f} pictures/s  {_duration(left)} left",
        )

    def _epoch(self, event: Evaluated) -> None:
        epochs = self._started.epochs if self._started else event.epoch
        skipped = f"; {event.skipped:,} pictures could not be read" if event.skipped else ""
        self._say(
            f"epoch {event.epoch}/{epochs}: loss {event.train_loss:.4f}, accuracy {event.train_accuracy:.2%};"
            f" test loss {event.test_loss:.4f}, test accuracy {event.test_accuracy:.2%}"
            f"{' (best)' if event.best else ''}{skipped}"
        )

    def _say(self, text: str) -> None:
        self.close()
        complain(text, label="")

    def _draw(self, done: int, total: int, text: str) -> None:
        now = time.monotonic()
        if not self._terminal or (now - self._drawn < _REDRAWN and done < total):
            return
        self._drawn = now
        full = _BAR * done // max(1, total)
        line = f"{'█' * full}{'░' * (_BAR - full)} {done / max(1, total):4.0%}  {text}"
        line = line[: shutil.get_terminal_size().columns - 1]
        sys.stderr.write("\r" + line.ljust(self._width))
        sys.stderr.flush()
        self._width = len(line)


def _sentence(event: Event) -> str:
    """What an event says in one line; "" for those that are drawn or say nothing."""
    if isinstance(event, Preparing):
        return f"{event.what} …"
    if isinstance(event, Changed):
        told = ", ".join(f"{name} is {value}" for name, value in event.settings.items())
        return f"from step {event.step + 1:,} on {told}"
    if isinstance(event, Paused):
        return f"paused at step {event.step:,}"
    if isinstance(event, Continued):
        return f"goes on from step {event.step:,}"
    if isinstance(event, StepMemory):
        taken, predicted = bytes_text(event.measured), bytes_text(event.predicted)
        return f"a step takes {taken} of memory ({predicted} were predicted)"
    return event.message if isinstance(event, SaveFailed) else ""


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

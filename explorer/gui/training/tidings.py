"""What a training reports, as a line for the status line."""

from __future__ import annotations

from explorer.core.recipe import setting_text
from explorer.core.units import probability_text
from explorer.engine.events import (
    Changed,
    Downloading,
    Evaluated,
    Failed,
    Finished,
    Preparing,
    Reading,
    SaveFailed,
    Started,
    Stopped,
)
from explorer.engine.experiments.reproduction import Agreement
from explorer.engine.runs.watch import Lost


def said_of(event: object) -> str:
    """One line about an event; "" where it is not worth one."""
    for kind, text in _TEXTS.items():
        if isinstance(event, kind):
            return text(event)
    return ""


def _downloading(event: Downloading) -> str:
    return f"Downloading {event.what}: {event.done / 1e6:,.1f} of {event.total / 1e6:,.1f} MB"


def _started(event: Started) -> str:
    return (
        f"Training on {event.device}: {event.train_pictures:,} pictures to learn from,"
        f" {event.test_pictures:,} to test, {len(event.classes):,} classes"
    )


def _changed(event: Changed) -> str:
    told = ", ".join(
        f"{name.replace('_', ' ')} is {setting_text(value)}" for name, value in event.settings.items()
    )
    return f"From step {event.step + 1:,} on: {told}"


def _right(share: float) -> str:
    return f"{probability_text(share)} of the test pictures right"


_TEXTS = {
    Reading: lambda event: f"Reading pictures: {event.done:,} of {event.total:,}",
    Preparing: lambda event: f"{event.what[:1].upper()}{event.what[1:]}…",
    Downloading: _downloading,
    Started: _started,
    Changed: _changed,
    Evaluated: lambda event: f"Epoch {event.epoch:,}: {_right(event.test_accuracy)}",
    Finished: lambda event: f"Finished: {_right(event.test_accuracy)}",
    Stopped: lambda event: f"Stopped at step {event.step:,}; everything is kept",
    Failed: lambda event: event.message[:1].upper() + event.message[1:],
    SaveFailed: lambda event: event.message[:1].upper() + event.message[1:],
    Agreement: lambda event: event.sentence,
    Lost: lambda event: f"The process of the training is gone, after step {event.step:,}",
}

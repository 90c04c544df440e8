"""A run's figures as TensorBoard event files, beside metrics.jsonl."""

from __future__ import annotations

from pathlib import Path

from explorer.engine.events import Evaluated, Stepped


class TensorBoardLog:
    """Writes scalars into a run's folder; `close` it, for it holds a thread."""

    def __init__(self, folder: Path, step: int) -> None:
        # a third of a second to import, and only trainings need it
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(folder), purge_step=step + 1 if step else None)

    def stepped(self, event: Stepped) -> None:
        """Log some steps."""
        for point in event.points:
            self._add("loss/train", point.loss, point.step)
            self._add("accuracy/train", point.accuracy, point.step)
            self._add("learning rate", point.learning_rate, point.step)
        self._add("pictures per second", event.pictures_per_second, event.last.step)

    def evaluated(self, event: Evaluated) -> None:
        """Log the end of an epoch."""
        self._add("loss/test", event.test_loss, event.step)
        self._add("accuracy/test", event.test_accuracy, event.step)
        self._writer.flush()

    def close(self) -> None:
        """Write what is left and end the thread."""
        self._writer.close()

    def _add(self, tag: str, value: float, step: int) -> None:
        self._writer.add_scalar(tag, value, step)

"""Looking into a training at some of its steps, at a bounded cost."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Protocol

import torch
from torch import Tensor, nn

from explorer.engine.events import Event

_LONGEST_STEP = 1.0
"""Seconds; of a longer step no more is counted."""


class Observer(Protocol):
    """Looks at one step of a training. It must leave the network and all random states as they are."""

    def before(self, network: nn.Module, step: int, pictures: Tensor) -> None:
        """The step begins: the place to put hooks. `step` counts from 1; `pictures` are fed next."""
        ...

    def gradients(self, network: nn.Module) -> None:
        """Every parameter has its gradient (unscaled, before it is clipped); nothing has moved yet."""
        ...

    def after(self, network: nn.Module) -> Event | None:
        """The parameters have moved: take the hooks away and say what was seen."""
        ...


class Rationed:
    """Lets observers look at every `every`-th step, or less often where that costs too much.

    What a look costs is what its step takes longer than others do, hooks and all; at least what the
    observers themselves take.

    Args:
        observers: who looks; all look at the same steps.
        every: steps from one look to the next, at least.
        share: of the training's time that looking may take.
    """

    def __init__(self, observers: Sequence[Observer], every: int = 10, share: float = 0.03) -> None:
        self._observers, self._every, self._share = tuple(observers), every, share
        self._last: float | None = None
        self._trained = self._spent = self._since = 0.0
        self._own = self._usual = 0.0
        self.looking = False
        """Whether the step that is under way is looked at."""
        self._events: list[Event] = []

    def before(self, network: nn.Module, step: int, pictures: Tensor) -> None:
        """Begin a look, if it is time for one and it can be afforded."""
        if not self._observers:
            return
        now = time.monotonic()
        # a pause, a test or a checkpoint between two steps is no training
        self._trained += 0.0 if self._last is None else min(now - self._last, _LONGEST_STEP)
        self._last = now
        self.looking = step % self._every == 0 and self._affords()
        self._own = 0.0
        if self.looking:
            self._start(network)
            self._last = self._since
            for observer in self._observers:
                observer.before(network, step, pictures)
            self._stop(network)

    def gradients(self, network: nn.Module) -> None:
        """Let those that look see the gradients."""
        if self.looking:
            self._start(network)
            for observer in self._observers:
                observer.gradients(network)
            self._stop(network)

    def after(self, network: nn.Module) -> None:
        """End the look."""
        if self.looking:
            self._start(network)
            seen = (observer.after(network) for observer in self._observers)
            self._events += [event for event in seen if event is not None]
            self._stop(network)
        if self._last is not None:
            self._count(time.monotonic() - self._last)

    def events(self) -> Iterator[Event]:
        """What was seen since the last call."""
        events, self._events = self._events, []
        yield from events

    @property
    def cost(self) -> float:
        """The share of the training's time that looking has taken so far."""
        return self._spent / max(self._trained, 1e-9)

    def _affords(self) -> bool:
        return self._spent == 0.0 or self.cost <= self._share

    def _start(self, network: nn.Module) -> None:
        _wait(network)
        self._since = time.monotonic()

    def _stop(self, network: nn.Module) -> None:
        _wait(network)
        seconds = time.monotonic() - self._since
        self._own += seconds
        self._spent += seconds

    def _count(self, seconds: float) -> None:
        """A step took so long."""
        if self.looking:
            self._spent += max(0.0, seconds - self._usual - self._own) if self._usual else 0.0
        else:
            self._usual = seconds if not self._usual else 0.9 * self._usual + 0.1 * seconds


def _wait(network: nn.Module) -> None:
    """Let a graphics processor finish, or its work would be taken for ours."""
    first = next(network.parameters(), None)
    if first is not None and first.is_cuda:
        torch.cuda.synchronize(first.device)

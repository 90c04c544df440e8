"""Random presses while a network trains, through real events: nothing hangs, nothing is lost."""

from __future__ import annotations

import os

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.training.random_training import TrainingHand

_COUNT = int(os.environ.get("RANDOM_PRESSES", "50"))
"""How many; `RANDOM_PRESSES=200` does them all."""

_EACH = 25


@pytest.mark.qt_log_ignore("does not support raise")
@pytest.mark.parametrize("seed", range(max(1, _COUNT // _EACH)))
def test_nothing_is_lost_whatever_is_pressed(qtbot: QtBot, tmp_path, seed: int) -> None:
    hand = TrainingHand(tmp_path, seed)
    qtbot.addWidget(hand.window)
    for _ in range(_EACH):
        hand.step()
    hand.end()

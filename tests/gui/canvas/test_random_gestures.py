"""Random gestures through real events: canvas, table and document agree after each of them."""

from __future__ import annotations

import os

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.canvas.random_gestures import begin

_COUNT = int(os.environ.get("RANDOM_GESTURES", "150"))
"""How many; `RANDOM_GESTURES=2000` does them all."""

_EACH = 50


@pytest.mark.qt_log_ignore("does not support raise")
@pytest.mark.parametrize("seed", range(max(1, _COUNT // _EACH)))
def test_after_each_random_gesture_everything_agrees(qtbot: QtBot, seed: int) -> None:
    hand = begin(seed)
    qtbot.addWidget(hand.canvas)
    qtbot.addWidget(hand.layers)
    for _ in range(_EACH):
        hand.step()
    hand.undo_all()

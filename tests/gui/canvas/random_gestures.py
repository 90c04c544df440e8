"""Random gestures on a canvas; after each, canvas, table and document must agree.

Run `python -m tests.gui.canvas.random_gestures --count 2000` for many; the test suite does a few.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from dataclasses import replace

from PySide6.QtWidgets import QApplication

from explorer.core.document import Document
from explorer.gui.canvas.motion import reduce_motion
from explorer.gui.canvas.view import Canvas
from explorer.gui.layers.panel import LayersPanel
from explorer.gui.workbench import Workbench
from tests.gui.canvas.canvas_events import small
from tests.gui.canvas.random_choices import OWN
from tests.gui.canvas.random_hand import Hand


def begin(seed: int) -> Hand:
    """A shown canvas with its table, and a hand over it."""
    document = small() if seed % 3 else Document()
    if seed % 3 == 2:
        document = replace(document, unfolded=frozenset({"block"}))
    bench = Workbench(document)
    canvas = Canvas(bench)
    canvas.own_blocks = lambda: OWN
    canvas.resize(1000, 800)
    canvas.show()
    canvas.setFocus()
    return Hand(canvas, LayersPanel(bench), seed)


def main() -> int:
    """Do as many gestures as are asked for, from several beginnings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--moving", action="store_true", help="with movements that gestures interrupt")
    options = parser.parse_args()
    reduce_motion(not options.moving)
    failures = 0
    raised: list[BaseException] = []
    sys.excepthook = lambda _kind, error, _trace: raised.append(error)  # those inside Qt's events
    for start in range(0, options.count, 100):
        seed = options.seed + start // 100
        hand = begin(seed)
        try:
            for _ in range(min(100, options.count - start)):
                hand.step()
                if raised:
                    raise raised.pop()
            hand.undo_all()
        except Exception as error:  # noqa: BLE001  (every kind is a finding; on to the next)
            failures += 1
            traceback.print_exception(error)
            raised.clear()
            print(f"seed {seed}, gesture {len(hand.done)}: {type(error).__name__}: {error}")
            print("\n".join(f"  {said}" for said in hand.done[-6:]))
        hand.canvas.close()
        hand.canvas.deleteLater()
    print(f"{options.count} gestures, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    sys.exit(main())

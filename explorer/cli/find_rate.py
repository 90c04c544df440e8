"""`arch-explorer train --find-rate`: losses at rising learning rates, and the rate that they suggest."""

from __future__ import annotations

import contextlib
import threading

from explorer.cli.program import DONE, FAILED, INTERRUPTED, complain
from explorer.cli.progress import ProgressLine
from explorer.cli.watching import interruptible
from explorer.core.graph import Graph
from explorer.core.recipe import Recipe


def find_rate_of(graph: Graph, recipe: Recipe, device: str) -> int:
    """Print a line per step (rate, loss, smoothed loss), and the suggestion on standard error.

    Raises:
        ExplorerError: see `explorer.engine.experiments.rate_test.find_rate`.
    """
    # torch takes seconds to import: only once the arguments are known to make sense
    from explorer.engine.experiments.rate_test import RateFound, RatesTried, find_rate

    stopping, line = threading.Event(), ProgressLine()
    print("rate,loss,smoothed")
    events = find_rate(graph, recipe, device=device, should_stop=stopping.is_set)
    with contextlib.closing(line), interruptible(stopping):
        for event in events:
            if isinstance(event, RatesTried):
                for point in event.points:
                    print(f"{point.rate:.4g},{point.loss:.6g},{point.smoothed:.6g}")
            elif isinstance(event, RateFound):
                line.close()
                complain(event.sentence, label="")
                if event.suggestion is not None:
                    complain(f"train with --lr {event.suggestion:g}", label="")
                return DONE if event.suggestion is not None else FAILED
            else:
                line.show(event)
    complain("interrupted: the test was not finished", label="")
    return INTERRUPTED

"""The built-in data set: 1,797 handwritten digits of 8 by 8 pixels, which scikit-learn brings along."""

from __future__ import annotations

import gzip
import importlib.util
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.core.errors import ExplorerError

NAME = "digits"
CLASSES = tuple("0123456789")
SIDE = 8
_LEVELS = 16


@cache
def read_digits() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The pictures, (1797, 8, 8) from 0 to 255 (white ink on black), and their classes.

    The file is read directly: importing sklearn.datasets takes seconds.

    Source: Alpaydin and Kaynak 1998, Optical Recognition of Handwritten Digits, UCI; the
    test part, as scikit-learn's load_digits.

    Raises:
        ExplorerError: scikit-learn is not installed, or is damaged.
    """
    package = importlib.util.find_spec("sklearn")
    if package is None or package.origin is None:
        raise ExplorerError("the digits come with scikit-learn; install it: pip install scikit-learn")
    path = Path(package.origin).with_name("datasets") / "data" / "digits.csv.gz"
    try:
        with gzip.open(path, "rt", encoding="ascii") as file:
            rows = np.loadtxt(file, delimiter=",", dtype=np.int64)
    except (OSError, EOFError, ValueError):
        raise ExplorerError("the digits cannot be read; install scikit-learn anew") from None
    if rows.ndim != 2 or rows.shape[1] != SIDE * SIDE + 1:
        raise ExplorerError("the digits are not as expected; install scikit-learn anew")
    levels = rows[:, :-1].reshape(-1, SIDE, SIDE)
    return (levels * 255 // _LEVELS).astype(np.uint8), rows[:, -1]

"""What tests that look inside networks share: a picture, and a clean slate."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from explorer.engine.looking import kept_network
from explorer.engine.pictures.images import Picture


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    """No network is kept from one test to the next; name it with `usefixtures`."""
    kept_network.forget()
    yield
    kept_network.forget()


@pytest.fixture(scope="module")
def picture() -> Picture:
    pixels = np.random.default_rng(1).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    return Picture("noise", pixels, "RGB", (50, 40))

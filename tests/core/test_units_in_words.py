"""Places and probabilities in words: right for every number, and nothing that is there is called nothing."""

from __future__ import annotations

import pytest

from explorer.core.units import ordinal, probability_text


def test_places_have_the_endings_of_english():
    places = (1, 2, 3, 4, 10, 11, 12, 13, 21, 22, 101, 111, 112, 1002)
    expected = "1st 2nd 3rd 4th 10th 11th 12th 13th 21st 22nd 101st 111th 112th 1,002nd"
    assert " ".join(ordinal(place) for place in places) == expected


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (1e-12, "<0.1 %"),
        (0.000499, "<0.1 %"),
        (0.0006, "0.1 %"),
        (0.503, "50.3 %"),
        (0.9994, "99.9 %"),
        (0.99996, ">99.9 %"),
        (1.0, "100 %"),
    ],
)
def test_a_share_is_nothing_or_all_only_where_it_is(share, text):
    assert probability_text(share) == text

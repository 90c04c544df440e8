"""Reaches against brute force: sets of positions carried backwards one node at a time."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import assume, given
from hypothesis import strategies as st

from explorer.core.receptive_field import (
    SAME,
    Reach,
    adaptive,
    enlarging,
    scattering,
    shifted,
    sliding,
    union,
    whole,
)
from explorer.core.shapes import Window

Reader = Callable[[int], set[int]]
"""Which positions of its input one position reads, from the definition."""

Step = tuple[Reach, Reader]


def _sliding(window: Window) -> Step:
    def read(position: int) -> set[int]:
        start = position * window.stride - window.padding
        return {start + tap * window.dilation for tap in range(window.kernel)}

    return sliding(window), read


def _scattering(window: Window) -> Step:
    def read(position: int) -> set[int]:
        # input i writes to i · stride − padding + tap
        return {
            (position + window.padding - tap) // window.stride
            for tap in range(window.kernel)
            if (position + window.padding - tap) % window.stride == 0
        }

    return scattering(window), read


def _adaptive(side: int, positions: int) -> Step:
    def read(position: int) -> set[int]:
        turn, index = divmod(position, positions)
        start, end = index * side // positions, -(-(index + 1) * side // positions)
        return {turn * side + place for place in range(start, end)}

    return adaptive(side, positions), read


def _window(kernel: int, stride: int, padding: int, dilation: int) -> Window:
    return Window(kernel, stride, padding, dilation)


windows = st.builds(_window, st.integers(1, 5), st.integers(1, 4), st.integers(0, 4), st.integers(1, 3))
# a transposed kernel at least as wide as its stride leaves no position unwritten
writing = st.tuples(st.integers(1, 4), st.integers(0, 3), st.integers(0, 4)).map(
    lambda drawn: Window(drawn[0] + drawn[1], drawn[0], drawn[2])
)
steps = st.one_of(
    windows.map(_sliding),
    writing.map(_scattering),
    st.tuples(st.integers(2, 9), st.integers(2, 6)).map(lambda sides: _adaptive(*sides)),
    st.integers(1, 4).map(lambda factor: (enlarging(factor), lambda position: {position // factor})),
    st.integers(-5, 5).map(lambda by: (shifted(by), lambda position: {position + by})),
)


def _read_through(path: list[Step], position: int) -> set[int]:
    seen = {position}
    for _, read in reversed(path):
        seen = {place for one in seen for place in read(one)}
    return seen


def _composed(path: list[Step]) -> Reach:
    reach = SAME
    for later, _ in path:
        reach = reach.through(later)
    return reach


def _ends(places: set[int]) -> tuple[int, int]:
    return min(places), max(places)


@given(st.lists(steps, max_size=4), st.integers(-20, 40))
def test_a_path_reads_exactly_what_brute_force_reads(path: list[Step], position: int) -> None:
    reach = _composed(path)
    assume(len(reach.lows) < 4096)  # beyond, a hull is promised (the test below)
    assert reach.at(position) == _ends(_read_through(path, position))


@given(st.lists(steps, max_size=3), st.lists(steps, max_size=3), st.integers(1, 30))
def test_parallel_paths_read_their_union(one: list[Step], other: list[Step], positions: int) -> None:
    left, right = _composed(one), _composed(other)
    both = union(left, right, positions)
    exact = left.stride == right.stride
    assume(not exact or len(left.lows) * len(right.lows) <= 4096)  # beyond, a hull is promised
    assert not exact or both.stride == left.stride
    for position in range(positions):
        low, high = _ends(_read_through(one, position) | _read_through(other, position))
        if exact:
            assert both.at(position) == (low, high)
        else:
            assert both.at(position)[0] <= low
            assert both.at(position)[1] >= high


@given(st.lists(steps, max_size=3), st.lists(steps, max_size=3), st.lists(steps, max_size=3))
def test_composition_is_associative(one: list[Step], two: list[Step], three: list[Step]) -> None:
    first, second, third = _composed(one), _composed(two), _composed(three)
    assume(max(len(reach.lows) for reach in (first, second, third)) <= 12)
    assert first.through(second).through(third) == first.through(second.through(third))


@given(st.lists(steps, max_size=3))
def test_same_is_neutral(path: list[Step]) -> None:
    reach = _composed(path)
    assert SAME.through(reach) == reach.through(SAME) == reach
    assert union(reach, reach, 5) == reach


@given(st.lists(steps, max_size=3), st.integers(1, 50))
def test_after_a_whole_side_all_positions_read_it(path: list[Step], side: int) -> None:
    reach = whole(side).through(_composed(path))
    assert reach.at(0) == reach.at(17) == (0, side - 1)
    assert (reach.size, reach.stride) == (side, 0)


@given(st.lists(steps, min_size=1, max_size=4))
def test_size_is_the_largest_stretch(path: list[Step]) -> None:
    reach = _composed(path)
    assume(len(reach.lows) <= 200)
    sizes = []
    for position in range(len(reach.lows)):
        low, high = _ends(_read_through(path, position))
        sizes.append(high - low + 1)
    assert reach.size == max(sizes)


def test_absurd_periods_are_bounded_by_their_hull() -> None:
    """Ratios of large primes would need a period of 10 million: the answer must still contain the truth."""
    path = [_adaptive(9973, 4001), _adaptive(4001, 2503), _sliding(Window(3, 2, 1)), _adaptive(1251, 613)]
    reach = _composed(path)
    for position in range(0, 613, 67):
        low, high = _ends(_read_through(path, position))
        assert reach.at(position)[0] <= low
        assert reach.at(position)[1] >= high


@given(st.integers(1, 4), st.integers(1, 6), st.integers(0, 4), st.integers(0, 20))
def test_gaps_of_a_transposed_window_read_nothing(kernel: int, more: int, padding: int, at: int) -> None:
    """Where the stride is wider than the kernel, unwritten positions have an empty stretch."""
    reach, read = _scattering(Window(kernel, kernel + more, padding))
    places = read(at)
    low, high = reach.at(at)
    assert (low, high) == _ends(places) if places else high == low - 1

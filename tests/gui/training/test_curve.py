"""Curves keep every point and draw few; axes have round figures."""

from __future__ import annotations

import itertools
import math

import pytest

from explorer.gui.training.curve import Curve
from explorer.gui.training.plots.decimation import seen
from explorer.gui.training.plots.plots import spread
from explorer.gui.training.scale import duration, figure, linear_ticks, log_ticks, percent, short


def all_of(curve, columns=400):
    return seen(curve, -1, len(curve) + 1, columns)


def test_a_short_curve_is_drawn_as_it_is():
    curve = Curve()
    curve.extend([(1, 3.0), (2, math.nan), (3, 1.0)])
    drawn = seen(curve, 0, 4, 100)
    assert (drawn.xs.tolist(), drawn.ys.tolist()) == ([1, 3], [3.0, 1.0])
    assert len(curve) == 3
    assert curve.last == 1.0
    nothing = seen(Curve(), 0, 4, 100)
    assert len(nothing.xs) == len(nothing.means) == 0


@pytest.mark.parametrize("count", [400, 801, 5 * 400, 7777, 300_000])
def test_a_long_curve_keeps_its_spikes_and_its_ends(count):
    curve = Curve(0.5)
    values = [math.sin(step) for step in range(count)]
    values[count // 3] = 100.0
    values[count // 2] = -100.0
    values[count // 4] = math.nan
    curve.extend(enumerate(values))
    drawn = all_of(curve)
    assert len(drawn.xs) == len(drawn.ys) <= 4 * 400
    assert max(drawn.ys) == 100.0
    assert min(drawn.ys) == -100.0
    assert drawn.xs.tolist() == sorted(drawn.xs.tolist())
    assert len(drawn.means) <= 2 * 400
    assert (drawn.mean_xs[-1], drawn.means[-1]) == curve.end == (count - 1, curve.last)


def test_a_part_is_drawn_from_the_points_of_that_part():
    curve = Curve()
    curve.extend((step, float(step % 1000 == 500)) for step in range(200_000))
    near = seen(curve, 100_400, 100_600, 300)
    assert near.xs[0] == 100_399
    assert near.xs[-1] == 100_601
    assert near.ys.sum() == 1.0  # every point, and the one spike among them
    wide = seen(curve, 100_000, 110_000, 300)
    assert wide.ys.max() == 1.0
    assert 99_000 < wide.xs[0] <= 100_000


def test_smoothing_is_the_unbiased_exponential_mean():
    curve = Curve(0.9)
    values = [4.0, 2.0, 1.0, 0.5]
    curve.extend(enumerate(values))
    weights = [0.1 * 0.9 ** (3 - index) for index in range(4)]
    expected = sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)
    assert curve.last == pytest.approx(expected)
    curve.smooth(0.0)
    assert list(curve.means) == values
    curve.smooth(0.9)
    assert curve.last == pytest.approx(expected)


@pytest.mark.parametrize("share", [0.0, 0.6, 0.9, 0.98])
def test_a_curve_that_was_smoothed_anew_equals_one_that_always_was(share):
    points = [(step, math.cos(step / 50) if step % 97 else math.nan) for step in range(20_000)]
    late, early = Curve(0.3), Curve(share)
    late.extend(points)
    late.smooth(share)
    early.extend(points)
    assert late.means.tolist() == pytest.approx(early.means.tolist(), rel=1e-9, abs=1e-12, nan_ok=True)
    for curve in (late, early):
        curve.extend((20_000 + step, 2.0) for step in range(50))
    assert late.last == pytest.approx(early.last, rel=1e-9)


def test_a_resumed_run_forgets_what_it_makes_again():
    curve = Curve(0.5)
    curve.extend((step, float(step)) for step in range(1, 301))
    curve.cut(100)
    same = Curve(0.5)
    same.extend((step, float(step)) for step in range(1, 101))
    assert (curve.xs, curve.means, curve.lows, curve.highs) == (same.xs, same.means, same.lows, same.highs)
    assert curve.at(50.5) == (50.0, 50.0, same.means[49])
    assert curve.at(0.5) is None


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 2.3), (0, 64000), (-3, 7), (0.001, 0.0017), (0, 1e-9)])
@pytest.mark.parametrize("most", [2, 4, 6])
def test_linear_ticks_are_few_even_and_inside(low, high, most):
    ticks = linear_ticks(low, high, most)
    assert 1 <= len(ticks) <= most
    assert all(low - 1e-9 * (high - low) <= tick <= high + 1e-9 * (high - low) for tick in ticks)
    steps = {round((b - a) / (high - low), 6) for a, b in itertools.pairwise(ticks)}
    assert len(steps) <= 1


@pytest.mark.parametrize(("low", "high"), [(0.001, 10), (0.1, 3), (0.5, 0.6), (1e-12, 1e6), (0.02, 2.5)])
def test_log_ticks_are_few_and_inside(low, high):
    ticks = log_ticks(math.log10(low), math.log10(high), 6)
    assert 2 <= len(ticks) <= 6
    assert all(low * 0.999 <= 10**tick <= high * 1.001 for tick in ticks)


def test_ticks_of_nothing():
    assert linear_ticks(1, 1) == linear_ticks(0, math.nan) == log_ticks(2, 1) == []


def test_figures_are_written_as_people_read_them():
    assert [short(value) for value in (0, 0.05, 250, 2000, 12_000, 1.5e6, -0.5)] == [
        "0", "0.05", "250", "2,000", "12k", "1.5M", "−0.5",
    ]  # fmt: skip
    assert [figure(value) for value in (2.345, 0.0456, None, math.nan)] == ["2.35", "0.046", "–", "–"]
    assert [percent(value) for value in (0.986, None)] == ["98.6 %", "–"]
    assert [duration(value) for value in (7, 59.6, 90, 750, 11_100)] == [
        "7 s", "1 min", "1 min 30 s", "12 min", "3 h 5 min",
    ]  # fmt: skip


def test_names_at_line_ends_do_not_cover_each_other():
    places = spread([50, 51, 49, 200], 30, 0, 300)
    assert sorted(range(4), key=lambda index: places[index]) == [2, 0, 1, 3]
    ordered = sorted(places)
    assert all(b - a >= 30 for a, b in itertools.pairwise(ordered))
    low = spread([295, 299, 290], 30, 0, 300)
    assert max(low) <= 285
    assert sorted(low) == [225, 255, 285]

"""Conventions: what is counted, in which unit and precision, and how it is said; sizes of any size."""

import dataclasses
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.conventions import DEFAULT, PRECISIONS, Conventions, conventions_from
from explorer.core.errors import ExplorerError
from explorer.core.units import bytes_text, fixed_text, short_count_text


@dataclasses.dataclass(frozen=True)
class Figures:
    """What a layer has."""

    parameters: int = 1_000
    buffers: int = 7
    macs: int = 100
    bias_additions: int = 10
    normalization_macs: int = 1
    activation_bytes: int = 4_000
    traffic: int = 1_500


OF = Figures()


@pytest.mark.parametrize(
    ("conventions", "operations"),
    [
        (Conventions(), 100),
        (Conventions(bias=True), 110),
        (Conventions(normalization=True), 101),
        (Conventions(bias=True, normalization=True), 111),
        (Conventions("flops"), 200),
        (Conventions("flops", bias=True), 210),  # a bias is one addition
        (Conventions("flops", normalization=True), 202),
        (Conventions("flops", bias=True, normalization=True, batch=8), 8 * 212),
    ],
)
def test_operations(conventions: Conventions, operations: int) -> None:
    assert conventions.operations(OF) == operations


@pytest.mark.parametrize(
    ("precision", "weights", "activations"),
    [
        ("fp32", 4000, 4000),
        ("fp16", 2000, 2000),
        ("bf16", 2000, 2000),
        ("int8", 1000, 1000),
        ("6bit", 750, 750),
    ],
)
def test_bytes_follow_precision_and_batch(precision: str, weights: int, activations: int) -> None:
    one, many = Conventions(precision=precision), Conventions(precision=precision, batch=16)
    assert (one.parameter_bytes(OF), one.activation_bytes(OF)) == (weights, activations)
    assert (many.parameter_bytes(OF), many.activation_bytes(OF)) == (weights, 16 * activations)
    assert one.moved_bytes(OF) == one.size_of(2_500)
    assert many.moved_bytes(OF) == one.size_of(16 * 1_500 + 1_000)
    assert many.intensity(OF) == Fraction(1600, many.moved_bytes(OF))


def test_a_part_of_a_byte_counts_whole() -> None:
    assert [Conventions(precision="6bit").size_of(count) for count in (0, 1, 2, 3, 4, 5)] == [
        0,
        1,
        2,
        3,
        3,
        4,
    ]


def test_nothing_moved_has_no_intensity() -> None:
    assert DEFAULT.intensity(Figures(macs=0)) is None
    assert DEFAULT.intensity(Figures(parameters=0, traffic=0)) is None


def test_what_is_on_is_said() -> None:
    assert DEFAULT.operations_said == "MACs for one picture, bias not counted"
    assert DEFAULT.memory_said == "for one picture in fp32"
    said = Conventions("flops", bias=True, normalization=True, precision="6bit", batch=1_000)
    assert said.operations_said == "FLOPs for 1,000 pictures, bias and normalization counted"
    assert said.memory_said == "for 1,000 pictures in 6 bit"
    for part in ("FLOPs", "1,000 pictures", "bias and normalization counted", "6 bit"):
        assert part in said.said
    assert Conventions(normalization=True).counted == "normalization counted, bias not"
    assert Conventions(sizes="MB").size_text(102_228_128) == "102.23 MB"
    assert DEFAULT.size_text(102_228_128) == "97.49 MiB"


@pytest.mark.parametrize(
    "settings",
    [
        {"unit": "ops"},
        {"sizes": "mb"},
        {"precision": "fp8"},
        {"batch": 0},
        {"batch": -1},
        {"batch": 10**10},
        {"batch": 1.5},
        {"batch": True},
    ],
)
def test_nonsense_is_refused_with_what_there_is(settings: dict[str, object]) -> None:
    (name,) = settings
    with pytest.raises(ExplorerError, match=name):
        Conventions(**settings)  # type: ignore[arg-type]


def test_data_comes_back_and_damage_keeps_defaults() -> None:
    chosen = Conventions("flops", True, True, "MB", "int8", 32)
    assert conventions_from(chosen.data()) == chosen
    damaged = {**chosen.data(), "unit": "horses", "batch": "many", "bias": 1, "unknown": 3}
    assert conventions_from(damaged) == Conventions("macs", False, True, "MB", "int8", 1)
    for data in (None, [], "x", 7):
        assert conventions_from(data) == DEFAULT


def test_precisions_are_those_of_the_texts() -> None:
    assert PRECISIONS == {"fp32": 32, "fp16": 16, "bf16": 16, "int8": 8, "6bit": 6}


@pytest.mark.parametrize(
    ("count", "binary", "decimal"),
    [
        (0, "0 B", "0 B"),
        (999, "999 B", "999 B"),
        (1000, "1000 B", "1 kB"),
        (1024, "1 KiB", "1.02 kB"),
        (1_048_575, "1.00 MiB", "1.05 MB"),
        (999_999, "976.56 KiB", "1.00 MB"),
        (2**100, "1 QiB", "1.27 QB"),
        (10**30, "807.79 RiB", "1 QB"),
        (10**33, "788.86 QiB", "1,000 QB"),
        (10**30 + 1, "807.79 RiB", "1.00 QB"),
    ],
)
def test_sizes_of_any_size(count: int, binary: str, decimal: str) -> None:
    assert (bytes_text(count), bytes_text(count, "MB")) == (binary, decimal)


@given(st.integers(min_value=1, max_value=10**36), st.sampled_from(["MiB", "MB"]))
def test_a_size_is_rounded_to_the_nearest(count: int, sizes: str) -> None:
    text, unit = bytes_text(count, sizes).split(" ")
    base = 1000 if sizes == "MB" else 1024
    power = "BkMGTPEZYRQ".index(
        unit[0].upper() if unit[0] == "K" and sizes == "MB" else unit[0].replace("K", "k")
    )
    shown = Fraction(text.replace(",", "")) * base**power
    assert abs(shown - count) * 200 <= base**power


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (25_557_032, "25,557,032"),
        (10**15 - 1, "999,999,999,999,999"),
        (10**15, "1·10¹⁵"),
        (123_456_789 * 10**10, "1.23457·10¹⁸"),
        (10**30, "1·10³⁰"),
        (10**30 - 1, "1·10³⁰"),
        (999_999_5 * 10**24, "1·10³¹"),
        (-(10**20), "−1·10²⁰"),
    ],
)
def test_counts_that_fit_a_cell(count: int, text: str) -> None:
    assert short_count_text(count) == text


def test_fixed_places_are_exact_where_floats_are_not() -> None:
    assert fixed_text(102_228_128, 10**6) == "102.23"
    assert fixed_text(10**30 + 5 * 10**3, 10**6) == "1,000,000,000,000,000,000,000,000.00"
    assert fixed_text(10**30 + 5 * 10**4, 10**6) == "1,000,000,000,000,000,000,000,000.05"
    assert fixed_text(1_234_567, 10**6, 3) == "1.235"

"""Filters of the layer table: what they find, and that nonsense gets one sentence with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.analysis import analyze
from explorer.core.conventions import Conventions
from explorer.core.filters import FilterError, completions, names, parse
from explorer.core.graph import Graph
from explorer.core.outline import Line, outline
from explorer.core.quantities import QUANTITIES, Reading
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.pooling import MaxPool2d
from explorer.operators.residual import BasicBlock
from explorer.operators.sketch import Sketch


def network(features: int = 10) -> Graph:
    sketch = Sketch()
    sketch.chain(
        sketch.input((3, 32, 32)),
        ("stem", Conv2d(16, kernel_size=3, padding=1)),
        ("norm", BatchNorm2d()),
        ("act", ReLU()),
        ("pool", MaxPool2d()),
        ("stage", BasicBlock(32, stride=2)),
        ("flat", Flatten()),
        ("fc", Linear(features)),
    )
    return sketch.graph()


ANALYSIS = analyze(network())
LINES: dict[str, Line] = {line.name: line for line in outline(ANALYSIS)}
READING = Reading(Conventions(), ANALYSIS.totals)


def found(text: str, reading: Reading = READING, lines: dict[str, Line] = LINES) -> set[str]:
    wanted = parse(text)
    said = {name: f"{name} {line.entry.node.operator.kind()}".lower() for name, line in lines.items()}
    return {name for name, line in lines.items() if wanted.wants(line, reading, said[name])}


def _macs(line: Line) -> int:
    return line.entry.macs  # type: ignore[union-attr]


def _share(name: str) -> float:
    return LINES[name].entry.parameters / ANALYSIS.totals.parameters  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", set(LINES)),
        ("   ", set(LINES)),
        ("flat", {"flat"}),
        ("STEM", {"stem"}),
        ("operator = Linear", {"fc"}),
        ("operator = linear or operator = flatten", {"fc", "flat"}),
        ("kind = maxpool2d", {"pool"}),
        ("category = Pooling", {"pool"}),
        ("name = stem", {"stem"}),
        ("name ~ s*m", {"stem"} | {name for name in LINES if "s" in name and "m" in name.partition("s")[2]}),
        ("name !~ e and name !~ a", {name for name in LINES if "e" not in name and "a" not in name}),
        ("output.height = 16", {"pool"}),
        ("output.features = 10", {"fc"}),
        ("output.height ≥ 32", {"input", "stem", "norm", "act"}),
        ("kernel = 3 output.channels = 16", {"stem"}),
        ("field <= 1", {"input"}),
        ("field = 4px", {"pool", "stage.downsample.0", "stage.downsample.1"}),
        ("parameters.share > 50 %", {name for name in LINES if _share(name) > 0.5}),
        ("'stem' not operator = Conv2d", set()),
    ],
)
def test_what_is_found(text: str, expected: set[str]) -> None:
    assert found(text) == expected


def test_comparisons_agree_with_the_figures() -> None:
    for limit, text in (
        (10**5, "1e5"),
        (100_000, "100k"),
        (442_368, "442,368"),
        (10**6, "1M"),
        (1500, "1.5k"),
    ):
        for sign, holds in (
            (">", int.__gt__),
            (">=", int.__ge__),
            ("<", int.__lt__),
            ("=", int.__eq__),
            ("!=", int.__ne__),
        ):
            expected = {name for name, line in LINES.items() if holds(_macs(line), limit)}
            assert found(f"macs {sign} {text}") == expected, (sign, text)


def test_not_and_or_and_brackets_bind_as_written() -> None:
    convolutions, large = found("operator = Conv2d"), found("macs > 100k")
    assert found("operator = Conv2d and macs > 100k") == convolutions & large
    assert found("operator = Conv2d macs > 100k") == convolutions & large
    assert found("operator = Conv2d or macs > 100k") == convolutions | large
    assert found("not operator = Conv2d") == set(LINES) - convolutions
    assert found("not (operator = Conv2d or macs > 100k)") == set(LINES) - convolutions - large
    assert found("operator = Linear or operator = Conv2d and macs > 100k") == {"fc"} | (convolutions & large)
    assert found("(operator = Linear or operator = Conv2d) and macs > 1e9") == set()


def test_figures_follow_the_conventions() -> None:
    fine = Reading(Conventions(unit="flops", bias=True, precision="int8", batch=4), ANALYSIS.totals)
    stem = LINES["stem"].entry
    flops = 4 * (2 * stem.macs + 16 * 32 * 32)  # type: ignore[union-attr]
    assert found(f"name = stem flops = {flops}", fine) == {"stem"}
    assert found("name = stem memory = 64KiB", fine) == {"stem"}
    assert found("name = stem memory = 64KiB") == {"stem"}  # 4 bytes of one picture, 1 byte of four


def test_measured_times() -> None:
    timed = Reading(Conventions(), ANALYSIS.totals, {"stem": 1.5, "fc": 0.2})
    assert found("time > 1ms", timed) == {"stem"}
    assert found("time < 500us", timed) == {"fc"}
    assert found("time >= 0") == set()


def test_numbers_beyond_all_floats_are_exact() -> None:
    graph = analyze(network(10**12))
    lines = {line.name: line for line in outline(graph)}
    reading = Reading(Conventions(unit="flops", batch=10**9), graph.totals)
    exact = reading.conventions.operations(lines["fc"].entry)  # type: ignore[arg-type]
    assert exact > 10**24
    assert found(f"flops = {exact}", reading, lines) == {"fc"}
    assert found(f"flops > {exact - 1}", reading, lines) == {"fc"}
    assert found(f"flops > {exact}", reading, lines) == set()
    assert found("flops > 1e30", reading, lines) == set()
    assert found("flops < 1e30 flops > 1e24", reading, lines) == {"fc"}


@pytest.mark.parametrize(
    ("text", "place", "part"),
    [
        ("macs >", 6, "needs a number like 1e8, 10k or 25% after it"),
        ("macs > and", 7, "needs a number"),
        ("name =", 6, "needs a text"),
        ("> 3", 0, "needs something before it"),
        ("(macs > 1", 0, "not closed"),
        ("conv)", 4, "nothing opens"),
        ("()", 0, "nothing between"),
        ("macs ~ 3", 5, "looks into texts"),
        ("name < 3", 5, "is a text"),
        ("macs > 3%", 7, "is no share"),
        ("macs > 3parsec", 7, "'parsec' is no unit of macs; use k, M, G, T or none"),
        ("memory > 3 parsec", 9, ""),
        ("parametrs > 3", 0, "did you mean parameters"),
        ("macs > -3", 7, "'-3' is none"),
        ("macs > nan", 7, "'nan' is none"),
        ("macs > 1e999999999", 7, "out of all bounds"),
        ("macs > " + "9" * 5000, 2000, "at most 2,000 characters"),
        ("macs > " + "9" * 500, 7, "out of all bounds"),
        ("'abc", 0, "is not closed"),
        ("not", 3, "missing at the end"),
        ("conv or", 7, "missing at the end"),
        ("and conv", 0, "needs something before it"),
        ("(" * 60 + "a" + ")" * 60, 50, "nested more than 50 deep"),
    ],
)
def test_nonsense_gets_one_sentence_with_its_place(text: str, place: int, part: str) -> None:
    if not part:
        assert found(text) == set()  # a number, and then a word
        return
    with pytest.raises(FilterError) as refused:
        parse(text)
    assert refused.value.place == place
    assert part in str(refused.value)
    assert str(refused.value).startswith(f"character {place + 1}: ")
    assert "\n" not in str(refused.value)


@given(st.text(alphabet="macs.shre()<>=~!'\"%and ort01e9kMiB,_*≥", max_size=40))
def test_any_text_is_a_filter_or_refused_in_words(text: str) -> None:
    try:
        wanted = parse(text)
    except FilterError as refused:
        sentence = str(refused)
    else:
        sentence = ""
    if sentence:
        assert sentence.startswith("character ")
        return
    for name, line in LINES.items():
        assert wanted.wants(line, READING, name) in (True, False)


def test_every_figure_can_be_asked_for_and_completed() -> None:
    assert names() == tuple(QUANTITIES)
    for name, quantity in QUANTITIES.items():
        assert quantity.says
        parse(f"{name} = x" if quantity.is_text else f"{name} >= 0")
        for line in LINES.values():
            figure = quantity.of(line, READING)
            assert figure is None or isinstance(figure, str) is quantity.is_text
    assert completions("conv mac", 8) == (5, ("macs", "macs.share"))
    assert completions("output.h", 8) == (0, ("output.height",))
    assert completions("macs > 1e8", 10)[1] == ()
    assert completions("", 0) == (0, ())

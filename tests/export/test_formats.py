"""Every format is read back by what reads it elsewhere."""

import csv
import io
import json

import pytest

from explorer.core.errors import UnknownName
from explorer.export import formats

HEADER = ("name", "count")
ROWS = [["plain", 1_234_567], ['two, "three"\nfour', 10**30], ["none", None]]


def test_csv_is_read_back_exactly():
    read = list(csv.reader(io.StringIO(formats.csv_text(HEADER, ROWS))))
    assert read[0] == list(HEADER)
    assert read[1:] == [["plain", "1234567"], ['two, "three"\nfour', str(10**30)], ["none", ""]]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_text_is_no_formula(sign):
    read = list(
        csv.reader(io.StringIO(formats.csv_text([f"{sign}h"], [[f"{sign}cmd|'/c calc'!A0"]]), newline=""))
    )
    assert [row[0][:2] for row in read] == [f"'{sign}", f"'{sign}"]


def test_csv_numbers_get_no_apostrophe():
    assert formats.csv_text(("n",), [[-3], [2.5]]) == "n\n-3\n2.5\n"


def test_markdown_is_read_back():
    lines = formats.markdown(HEADER, [["a|b", 1234], ["c*d_e", None]], ["total", 1234]).splitlines()
    assert lines[1] == "| --- | ---: |"
    cells = [_cells(line) for line in lines]
    assert cells[0] == ["name", "count"]
    assert cells[2:] == [["a|b", "1,234"], ["c*d_e", "–"], ["**total**", "**1,234**"]]


def _cells(line):
    """Split a row at its bars as GitHub does: an escaped bar is text."""
    cells, text, escaped = [], "", False
    for sign in line:
        if escaped:
            text, escaped = text + sign, False
        elif sign == "\\":
            escaped = True
        elif sign == "|":
            cells.append(text.strip())
            text = ""
        else:
            text += sign
    return cells[1:]


def test_latex_escapes_what_latex_reads():
    text = formats.latex(("a_b",), [["50% of $x^2$ & {y} # ~ \\end"]], ["3×3"])
    assert r"a\_b \\" in text
    assert r"50\% of \$x\textasciicircum{}2\$ \& \{y\} \# \textasciitilde{} \textbackslash{}end \\" in text
    assert r"3$\times$3" in text
    assert text.count(r"\end{tabular}") == 1


def test_text_is_aligned_with_separators():
    lines = formats.plain_text(HEADER, [["a", 5], ["bb", 1234567]], ["total", 1234572]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[-1].split() == ["total", "1,234,572"]


def test_json_is_exact_and_refuses_nan():
    assert json.loads(formats.json_text({"n": 10**40}))["n"] == 10**40
    with pytest.raises(ValueError, match="not JSON compliant"):
        formats.json_text({"n": float("nan")})


def test_unknown_format_offers_the_nearest():
    with pytest.raises(UnknownName, match="markdown"):
        formats.rendered("markdwon", HEADER, ROWS)

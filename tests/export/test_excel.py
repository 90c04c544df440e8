"""The Excel workbook: exact numbers of any size, harmless texts, totals and what the figures mean."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree as ET

from explorer.architectures.catalog import build
from explorer.core import edits
from explorer.core.conventions import Conventions
from explorer.core.document import Document
from explorer.export.alignment import Align
from explorer.export.comparison_table import comparison_text, comparison_workbook
from explorer.export.excel import Sheet, book, workbook
from explorer.export.side_by_side import SideBySide
from explorer.export.subjects import default_subject, graph_subject

SPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def read(data: bytes, sheet: int = 1) -> dict[str, str]:
    """The cells of a sheet: texts as they are, numbers as they are written."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        strings = ET.fromstring(book.read("xl/sharedStrings.xml"))
        texts = ["".join(item.itertext()) for item in strings.findall("x:si", SPACE)]
        root = ET.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    assert not root.findall(".//x:f", SPACE), "a formula"
    assert not root.findall(".//x:hyperlink", SPACE), "a link"
    found = {}
    for cell in root.findall(".//x:c", SPACE):
        value = cell.findtext("x:v", namespaces=SPACE)
        if value is not None:
            found[cell.attrib["r"]] = texts[int(value)] if cell.attrib.get("t") == "s" else value
    return found


def test_numbers_are_exact_at_any_size() -> None:
    rows = [["a", 7], ["b", 4_089_184_256], ["c", 10**15 - 1], ["d", 10**30 + 1], ["e", 0.25], ["f", None]]
    cells = read(workbook(["name", "figure"], rows, "note", ["total", 10**31]))
    assert [cells.get(f"B{row}") for row in range(2, 9)] == [
        *("7", "4089184256", "999999999999999", str(10**30 + 1), "0.25", None, str(10**31)),
    ]
    assert cells["A8"] == "total"


def test_texts_are_never_formulas_or_links() -> None:
    texts = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "http://a.b", "plain", "ünï ×"]
    cells = read(workbook(["=head"], [[text] for text in texts], "=note"))
    assert cells["A1"] == "'=head"
    shown = [cells[f"A{row}"] for row in range(2, 8)]
    assert all(text.startswith("'") for text in shown)
    assert [cells["A8"], cells["A9"], cells["A10"]] == ["http://a.b", "plain", "ünï ×"]


def test_what_the_figures_mean_stands_in_a_sheet_of_its_own() -> None:
    data = workbook(["name"], [], "MACs for one picture\nmemory in fp32")
    assert read(data, 2) == {"A1": "MACs for one picture", "A2": "memory in fp32"}


def test_sheets_have_titles_that_excel_takes() -> None:
    titles = ["a/b[c]:*?\\", "x" * 40, "x" * 40, "X" * 31, "conventions", "'", ""]
    data = book([Sheet(title, ["name"], [[title]]) for title in titles], "note")
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        root = ET.fromstring(made.read("xl/workbook.xml"))
    found = [sheet.attrib["name"] for sheet in root.findall(".//x:sheet", SPACE)]
    assert found[0] == "a-b-c-----"
    assert len({name.lower() for name in found}) == len(titles) + 1
    assert all(0 < len(name) <= 31 for name in found)
    assert found[-1] == "conventions"


def test_a_comparison_has_a_sheet_for_each_subject() -> None:
    broken = edits.disconnect(Document("mine", build("lenet5")), "c3", 0).graph
    subjects = [default_subject("resnet18"), default_subject("resnet34"), graph_subject("mine", "", broken)]
    value = SideBySide(tuple(subjects), Conventions(unit="flops"))
    data = comparison_workbook(value, Align.DEPTH)
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        root = ET.fromstring(made.read("xl/workbook.xml"))
    names = [sheet.attrib["name"] for sheet in root.findall(".//x:sheet", SPACE)]
    assert names == [
        *("totals", "stages", "differences resnet34", "differences mine", "problems", "conventions")
    ]
    assert read(data, 2)["A1"] == str(Align.DEPTH)
    assert "FLOPs in resnet34" in read(data, 3).values()
    problem = read(data, 5)
    assert problem["A2"] == "mine"
    assert problem["B2"] == "c3"
    assert "not connected" in problem["C2"]
    plain = comparison_workbook(value, stages=False, differences=False)
    assert "FLOPs in resnet34" not in read(plain, 1).values()
    assert "c3" in comparison_text(value, "text")

"""What the README promises: its example of a new operator works everywhere at once, its commands exist."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.__main__ import main
from explorer.architectures.catalog import build
from explorer.core.analysis import analyze
from explorer.core.conventions import DEFAULT
from explorer.core.document import Document
from explorer.core.filters import parse
from explorer.core.notation import save
from explorer.core.outline import leaves
from explorer.core.quantities import Reading

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

_EVERYWHERE = """
import sys
from explorer.core.analysis import analyze
from explorer.core.document import Document
from explorer.core.formula import given
from explorer.core.notation import from_text, to_text
from explorer.core.operator import Operator, TorchCall, attribute, map_shape, operator
from explorer.core.receptive_field import Field, sliding
from explorer.core.shapes import Shape, Window
from explorer.export.source import source
from explorer.operators.sketch import Sketch

{declaration}

sketch = Sketch()
sketch.chain(sketch.input((3, 12, 12)), ("pool1", LPPool2d(kernel_size=3)))
graph = sketch.graph()
analysis = analyze(graph)
row = analysis.rows["pool1"]
assert row.output == (3, 4, 4), row.output
assert row.field[0].size == 3 and row.field[0].stride == 3
assert from_text(to_text(Document(graph=graph))).graph == graph

import torch
from explorer.engine.running.module import build

pictures = torch.rand(2, 3, 12, 12)
given = build(graph)(pictures)
assert torch.equal(given, torch.nn.LPPool2d(2.0, 3)(pictures))
module = {{}}
exec(compile(source(graph, "pooled"), "pooled.py", "exec"), module)
made = next(kind for name, kind in module.items() if name == "Pooled")()
assert torch.equal(made(pictures), given)

from PySide6.QtWidgets import QApplication, QWidget

application = QApplication([])
from explorer.gui.application import create_window

window = create_window([])
window.workbench.apply("add", Document(graph=graph))
window.workbench.select(["pool1"])
application.processEvents()
names = [child.objectName() for child in window.findChildren(QWidget)]
assert "attribute.kernel_size" in names and "attribute.norm" in names
from explorer.gui.palette.entries import operator_entries

offered = {{item.name: item for item in operator_entries()["Pooling"]}}
assert "p-norm" in offered["LPPool2d"].tip
print("everywhere")
window.workbench.show(Document(), None)
window.close()
"""


def _block(heading: str, language: str) -> str:
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    found = re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)
    assert found, f"the README shows no {language} under {heading}"
    return found[1]


def test_the_example_operator_works_everywhere() -> None:
    """One class is enough for the analysis, files, torch, the exported source and the window."""
    script = _EVERYWHERE.format(declaration=_block("Add an operator in five minutes", "python"))
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "everywhere" in result.stdout


def _commands() -> list[str]:
    return sorted(set(re.findall(r"^    arch-explorer (\w+)", README, re.MULTILINE)))


@pytest.mark.parametrize("command", _commands())
def test_its_commands_exist(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        raise SystemExit(main([command, "--help"]))
    assert left.value.code == 0
    assert command in capsys.readouterr().out


def test_its_pictures_are_there() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)
    assert pictures
    assert all((ROOT / name).is_file() for name in pictures)


def _lines(start: str) -> list[str]:
    return re.findall(rf"^    arch-explorer ({start} .*)$", README, re.MULTILINE)


def test_its_tables_and_comparisons_are_printed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What needs no torch is run as it stands there."""
    save(Document("mine", build("resnet18", classes=10)), tmp_path / "mine.archx")
    monkeypatch.chdir(tmp_path)
    lines = _lines("table") + _lines("compare")
    assert len(lines) >= 6
    for line in lines:
        assert main(shlex.split(line)) == 0, line
        assert capsys.readouterr().out or "--out" in line
    assert (tmp_path / "compare.xlsx").stat().st_size > 5_000


@pytest.mark.parametrize("command", [name for name in _commands() if name not in ("networks", "resnet18")])
def test_its_options_exist(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = _lines(command)
    assert lines
    assert main([command, "--help"]) == 0
    known = capsys.readouterr().out
    assert all(option in known for line in lines for option in re.findall(r"--[a-z-]+", line))


def test_its_filters_find_layers() -> None:
    """Each of them is understood, and finds some layers of ResNet-50 but not all."""
    table = README.split("| filter | finds |", 1)[1].split("\n\n", 1)[0]
    filters = re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)
    assert len(filters) >= 4
    analysis = analyze(build("resnet50"))
    lines = list(leaves(analysis))
    reading = Reading(DEFAULT, analysis.totals)
    for text in filters:
        wanted = parse(text)
        found = [line for line in lines if wanted.wants(line, reading, line.name)]
        assert 0 < len(found) < len(lines), text

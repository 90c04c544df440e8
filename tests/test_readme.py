"""What the README promises: its example of a new operator works everywhere at once, its commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.__main__ import main

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
from explorer.engine.module import build

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

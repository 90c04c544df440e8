"""The rules that tools can check: lint, format, types, and which way imports may point."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

_TOOLS = {
    "lint": ["-m", "ruff", "check", "--no-cache", "."],
    "format": ["-m", "ruff", "format", "--check", "--no-cache", "."],
    "types": ["-m", "mypy"],
    "layers": ["-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
}


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One Python process at the top of the project."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("tool", _TOOLS)
def test_tool_has_nothing_to_say(tool: str) -> None:
    result = run(*_TOOLS[tool])
    assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"


def test_core_needs_neither_torch_nor_qt() -> None:
    blocked = textwrap.dedent(
        """
        import sys

        class Blocker:
            def find_spec(self, name, path=None, target=None):
                if name.partition(".")[0] in {"torch", "torchvision", "numpy", "PySide6", "shiboken6"}:
                    raise ModuleNotFoundError(f"{name} is blocked in this test", name=name)

        sys.meta_path.insert(0, Blocker())
        import pytest

        without = ("pytest-qt", "xdist", "anyio")
        options = [option for name in without for option in ("-p", f"no:{name}")]
        sys.exit(pytest.main(["-c", os.devnull, "--rootdir", ".", "-q", *options, "tests/core"]))
        """
    )
    result = run(
        "-B", "-c", "import os" + blocked, HYPOTHESIS_PROFILE="brief", PYTEST_ADDOPTS="-p no:cacheprovider"
    )
    assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"
    assert " passed" in result.stdout


def test_modules_say_what_they_are_for() -> None:
    """Every module has a docstring, stays under the size limit and has a name of its subject."""
    forbidden = {"utils", "helpers", "common", "misc"}
    for path in sorted((ROOT / "explorer").rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines, f"{path} is empty"
        assert lines[0].startswith('"""'), f"{path} has no docstring"
        assert len(lines) <= 360, f"{path} has {len(lines)} lines: a subject should leave it"
        assert path.stem not in forbidden
        assert "_part" not in path.stem

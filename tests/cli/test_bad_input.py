"""Bad input ends in one line that says what to do, and exit code 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from explorer import __main__
from explorer.__main__ import main
from explorer.cli import program

# ruff: noqa: E501  (one case a line)
BAD = {
    "no such network": ["table", "resnet51"],
    "empty name": ["table", ""],
    "no such document": ["table", "nowhere/my.archx"],
    "a folder that is no run": ["table", "{folder}"],
    "a document that is no document": ["table", "{text}"],
    "a document that is no text": ["table", "{binary}"],
    "an empty document": ["table", "{empty}"],
    "a run that is damaged": ["table", "{run}"],
    "a name that is too long": ["table", "x" * 5000],
    "a name with a null": ["table", "a\0b"],
    "unknown torchvision network": ["table", "torchvision:vit_b_16"],
    "input of two figures": ["table", "resnet18", "--input", "3x224"],
    "input of zeros": ["table", "resnet18", "--input", "0x224x224"],
    "input of words": ["table", "resnet18", "--input", "threexbig"],
    "negative input": ["table", "resnet18", "--input=-3x224x224"],
    "input of 5,000 digits": ["table", "resnet18", "--input", "3x224x" + "9" * 5000],
    "vector for a picture network": ["table", "resnet18", "--input", "784"],
    "set without a value": ["table", "resnet18", "--set", "classes"],
    "set without a name": ["table", "resnet18", "--set", "=3"],
    "unknown option": ["table", "resnet18", "--set", "clases=3"],
    "option of another type": ["table", "resnet18", "--set", "classes=many"],
    "option out of range": ["table", "resnet18", "--set", "classes=0"],
    "option of 5,000 digits": ["table", "resnet18", "--set", "classes=" + "1" * 5000],
    "option that is not finite": ["table", "vgg11", "--set", "width=nan"],
    "bad side": ["table", "resnet18", "--set", "side=1x2x3"],
    "bad boolean": ["table", "vgg11", "--set", "batch_norm=perhaps"],
    "depth of zero": ["table", "resnet18", "--depth", "0"],
    "depth of words": ["table", "resnet18", "--depth", "deep"],
    "unknown format": ["table", "resnet18", "--format", "xml"],
    "no network at all": ["table"],
    "too much": ["table", "resnet18", "resnet34"],
    "out in no folder": ["table", "lenet5", "--out", "{folder}/none/table.txt"],
    "out is a folder": ["table", "lenet5", "--out", "{folder}"],
    "out is a device": ["table", "lenet5", "--out", "/dev/null"],
    "out is empty": ["table", "lenet5", "--out", ""],
    "set on a document": ["table", "{document}", "--set", "classes=3"],
    "compare with nothing": ["compare", "resnet18"],
    "compare with what is not there": ["compare", "resnet18", "resnet_18"],
    "export to nothing": ["export", "resnet18"],
    "export to an unknown kind": ["export", "resnet18", "--to", "pdf", "--out", "{folder}/x"],
    "weights where none are": ["export", "lenet5", "--to", "svg", "--out", "{folder}/x", "--weights", "random"],
    "png that is too large": ["export", "cifar_resnet1202", "--to", "png", "--depth", "9", "--out", "{folder}/x"],
    "source of a broken network": ["export", "{broken}", "--to", "python", "--out", "{folder}/x"],
    "features of an unknown layer": ["features", "lenet5", "--image", "{text}", "--layer", "conv9", "--out", "x"],
    "features of no picture": ["features", "lenet5", "--image", "{text}", "--layer", "c1", "--out", "x"],
    "features of a broken network": ["features", "{broken}", "--image", "{text}", "--layer", "fc", "--out", "x"],
    "pretrained where none are": [
        "features", "{document}", "--image", "{picture}", "--layer", "c1", "--out", "x", "--weights", "pretrained",
    ],
    "misspelled command": ["tabel", "resnet18"],
    "misspelled network for the window": ["resnet51"],
    "unknown flag": ["--frobnicate"],
    "abbreviated flag": ["table", "lenet5", "--form", "json"],
}  # fmt: skip


@pytest.fixture
def places(tmp_path):
    """Files that bad input may name."""
    from PIL import Image

    from explorer.architectures import catalog
    from explorer.core import notation
    from explorer.core.document import Document
    from explorer.operators.dense import Linear
    from explorer.operators.sketch import Sketch

    sketch = Sketch()
    sketch.add("fc", Linear(10), sketch.input((3, 8, 8)))
    names = ("text", "binary", "empty", "document", "broken", "picture", "folder", "run")
    found = {name: tmp_path / f"{name}.archx" for name in names}
    found["text"].write_text("not a document\n", "utf-8")
    found["binary"].write_bytes(bytes(range(256)))
    found["empty"].write_bytes(b"")
    found["picture"] = tmp_path / "picture.png"
    Image.new("L", (40, 40)).save(found["picture"])
    notation.save(Document("lenet", catalog.build("lenet5")), found["document"])
    notation.save(Document("broken", sketch.graph()), found["broken"])
    found["folder"].mkdir()
    found["run"].mkdir()
    (found["run"] / "run.json").write_text('{"graph": ', "utf-8")
    return found


@pytest.mark.parametrize("case", BAD)
def test_one_line_and_exit_code_two(case, places, capsys):
    code = main([item.format_map(places) if "{" in item else item for item in BAD[case]])
    out, err = capsys.readouterr()
    assert code == program.BAD_INPUT, err
    assert out == ""
    # words about progress may come before it
    assert err.splitlines()[-1].startswith("error: "), err
    assert err.count("error: ") == 1
    assert "Traceback" not in err
    assert len(err.splitlines()[-1]) > len("error: ") + 15


def test_near_names_are_offered(capsys):
    main(["table", "resnet51"])
    assert "did you mean resnet50" in capsys.readouterr().err
    main(["tabel", "resnet50"])
    assert "did you mean table?" in capsys.readouterr().err
    main(["features", "resnet18", "--image", "x", "--layer", "conv11", "--out", "y"])
    assert "did you mean conv1" in capsys.readouterr().err


def test_a_failed_write_leaves_the_older_file(tmp_path, capsys, monkeypatch):
    path = tmp_path / "table.txt"
    path.write_text("older", "utf-8")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert main(["table", "lenet5", "--out", str(path)]) == program.BAD_INPUT
    assert "No space left" in capsys.readouterr().err
    assert path.read_text("utf-8") == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_control_characters_are_not_sent_to_the_terminal(capsys):
    main(["table", "a\x1b[31mb\nc"])
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert len(err.splitlines()) == 1


def test_interrupted(capsys, monkeypatch):
    from explorer.cli import table

    def stop(args):
        raise KeyboardInterrupt

    monkeypatch.setattr(table, "run", stop)
    assert main(["table", "lenet5"]) == program.INTERRUPTED
    assert capsys.readouterr().err == "interrupted\n"


def test_window_without_qt_is_one_line(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "PySide6", None)
    for name in [name for name in sys.modules if name.startswith(("explorer.gui", "PySide6."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("explorer.gui", raising=False)
    assert main([]) == program.BAD_INPUT
    assert "pip install PySide6-Essentials" in capsys.readouterr().err


def test_the_window_gets_the_name(monkeypatch):
    import types

    given = []
    window = types.ModuleType("explorer.gui.application")
    window.run = lambda arguments: given.append(arguments) or 0
    package = types.ModuleType("explorer.gui")
    package.application = window
    monkeypatch.setitem(sys.modules, "explorer.gui", package)
    monkeypatch.setitem(sys.modules, "explorer.gui.application", window)
    assert main(["resnet18"]) == 0
    assert main([]) == 0
    assert given == [["resnet18"], []]
    assert __main__.__doc__


def command(*arguments, **settings):
    return subprocess.run(
        [sys.executable, "-m", "explorer", *arguments], capture_output=True, text=True, timeout=60, **settings
    )


def test_python_m_explorer():
    done = command("table", "resnet51")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert command("table", "lenet5").stdout.count("61,706") == 2


def test_a_reader_that_leaves_early_is_no_error():
    line = f"{sys.executable} -m explorer table cifar_resnet110 2>&1 >&3 | cat >&2"
    shell = f"set -o pipefail; {{ {line}; }} 3>&1 | head -1"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout.startswith("layer")


def test_a_full_output_is_one_line():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "explorer", "table", "lenet5"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 2
    assert done.stderr.splitlines()[0].startswith("error: ")
    assert len(done.stderr.splitlines()) == 1


def test_ascii_terminals_get_the_table_too():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = command("table", "lenet5", env=environment)
    assert done.returncode == 0
    assert done.stdout.isascii()


@pytest.mark.parametrize("arguments", [["table", "resnet50"], ["networks"], ["compare", "vgg11", "vgg13"]])
def test_counting_loads_neither_torch_nor_qt(arguments):
    code = (
        "import sys; from explorer.__main__ import main; code = main(sys.argv[1:]);"
        "heavy = {'torch', 'numpy', 'PySide6', 'pyqtgraph', 'PIL', 'importlib.metadata'} & set(sys.modules);"
        "print(sorted(heavy), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "[]\n")

"""Source is compiled by another process, to the same code, and the thread that waits holds nobody up."""

from __future__ import annotations

import importlib
import sys
import threading

import pytest

from explorer.gui import compiling
from explorer.gui.compiling import Compiler
from explorer.gui.preloading import Preloading

LONG = "# a line that makes this module long enough to be sent\n" * 100


@pytest.fixture
def compiler():
    made = Compiler()
    yield made
    made.close()


@pytest.fixture
def importing(tmp_path, monkeypatch, compiler):
    """Imports a module with this text, in a thread or here; and what was compiled apart meanwhile."""
    asked = []

    def compiled(source, path):
        asked.append(path)
        return Compiler.compiled(compiler, source, path)

    monkeypatch.setattr(compiler, "compiled", compiled)
    monkeypatch.setattr(compiling, "_COMPILER", compiler)
    monkeypatch.setattr(sys, "meta_path", [Preloading(), *sys.meta_path])
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def run(name, text, *, aside=True):
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        monkeypatch.delitem(sys.modules, name, raising=False)
        importlib.invalidate_caches()
        found = []

        def work():
            try:
                found.append(importlib.import_module(name))
            except SyntaxError as error:
                found.append(error)

        thread = threading.Thread(target=work)
        if aside:
            thread.start()
            thread.join()
        else:
            work()
        return found[0], asked

    return run


def test_the_code_is_that_which_python_itself_makes(compiler):
    source = b"def f(x, *, y=2):\n    'Says \xc3\xa9.'\n    assert x\n    return [x * k for k in range(y)]\n"
    assert compiler.compiled(source, "/some/where.py") == compile(
        source, "/some/where.py", "exec", dont_inherit=True
    )
    assert compiler.compiled(b"x = 1", "/some/é.py").co_filename == "/some/é.py"


def test_a_module_that_a_thread_imports_is_compiled_apart(importing, tmp_path):
    module, asked = importing("far", LONG + "answer = 41 + 1\n")
    assert module.answer == 42
    assert module.__file__ == str(tmp_path / "far.py")
    assert asked == [module.__file__]
    assert importing("short", "answer = 43")[0].answer == 43
    assert importing("here", LONG + "answer = 44", aside=False)[0].answer == 44
    assert asked == [module.__file__]  # neither the short one, nor the one that the main thread waits for


def test_what_is_wrong_in_a_module_is_said_as_ever(importing):
    error, asked = importing("wrong", LONG + "answer = = 1\n")
    assert len(asked) == 1
    assert isinstance(error, SyntaxError)
    assert (error.lineno, error.filename) == (101, asked[0])
    assert importing("right", LONG + "answer = 1\n")[0].answer == 1


def test_a_process_that_died_is_started_again(compiler):
    assert compiler.compiled(b"x = 1", "a.py") is not None
    first = compiler._process
    first.kill()
    first.wait()
    assert compiler.compiled(b"x = 2", "a.py") == compile("x = 2", "a.py", "exec", dont_inherit=True)
    assert compiler._process is not first


def test_one_that_dies_over_its_work_leaves_the_work_to_python(compiler, monkeypatch):
    monkeypatch.setattr(compiling, "_PROGRAM", compiling._PROGRAM.replace("text, path", "raise SystemExit #"))
    assert compiler.compiled(b"x = 1", "a.py") is None
    assert compiler._process is None


def test_code_of_another_python_is_not_taken(compiler, monkeypatch):
    other = compiling._PROGRAM.replace("importlib.util.MAGIC_NUMBER", "b'\\0\\0\\0\\0'")
    monkeypatch.setattr(compiling, "_PROGRAM", other)
    assert compiler.compiled(b"x = 1", "a.py") is None


def test_a_fork_does_not_talk_to_the_process_of_its_parent(compiler):
    assert compiler.compiled(b"x = 1", "a.py") is not None
    owner, compiler._owner = compiler._owner, -1
    assert compiler.compiled(b"x = 1", "a.py") is None
    compiler.close()
    assert compiler._process.poll() is None
    compiler._owner = owner


def test_others_go_on_while_a_thread_waits(compiler, monkeypatch, tmp_path):
    asked, may = tmp_path / "asked", tmp_path / "may"
    waiting = f"""
    import pathlib, time
    pathlib.Path({str(asked)!r}).touch()
    while not pathlib.Path({str(may)!r}).exists():
        time.sleep(0.01)
    try:"""
    monkeypatch.setattr(compiling, "_PROGRAM", compiling._PROGRAM.replace("    try:", waiting))
    found = []
    thread = threading.Thread(target=lambda: found.append(compiler.compiled(b"x = 1", "a.py")))
    thread.start()
    while not asked.exists():
        assert thread.is_alive()
    may.touch()  # only who holds the interpreter's lock comes here
    thread.join()
    assert found == [compile("x = 1", "a.py", "exec", dont_inherit=True)]

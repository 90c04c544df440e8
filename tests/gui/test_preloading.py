"""A thread that imports lets the others go on, and nobody waits for a half imported PyTorch."""

from __future__ import annotations

import sys
import threading
from importlib.machinery import ExtensionFileLoader, ModuleSpec, PathFinder
from types import ModuleType

import numpy as np

from explorer.gui import preloading
from explorer.gui.compiling import ApartLoader
from explorer.gui.preloading import Preloading, loaded_torch


def aside(work):
    """What a thread beside the main one gives."""
    found = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def test_it_stands_before_what_finds_modules_and_behind_what_changes_them(monkeypatch):
    monkeypatch.setattr(sys, "meta_path", ["rewriting", PathFinder, "last"])
    interval = sys.getswitchinterval()
    try:
        Preloading().install()
        assert sys.getswitchinterval() < 0.001
        assert [type(item) for item in sys.meta_path] == [str, Preloading, type, str]
        Preloading().install()
        assert len(sys.meta_path) == 4
    finally:
        sys.setswitchinterval(interval)


def test_the_libraries_of_torch_are_loaded_before_it_is_imported(monkeypatch):
    loaded = []
    monkeypatch.setattr(preloading, "_load", lambda folder: loaded.append(folder.name))
    monkeypatch.setattr(sys, "platform", "linux")
    finder = Preloading()
    assert aside(lambda: finder.find_spec("numpy", None)) is not None
    assert finder.find_spec("torch", None) is None  # in the main thread nobody is kept waiting
    assert not loaded
    assert aside(lambda: finder.find_spec("torch", None)).name == "torch"
    assert loaded == ["lib"]


def test_a_thread_imports_what_the_main_thread_would(monkeypatch):
    finder = Preloading()
    assert isinstance(aside(lambda: finder.find_spec("calendar", None)).loader, ApartLoader)
    assert aside(lambda: finder.find_spec("no_such_module", None)) is None
    extension = aside(lambda: finder.find_spec("numpy._core._multiarray_umath", np._core.__path__))
    assert isinstance(extension.loader, ExtensionFileLoader)


def test_a_half_imported_torch_is_not_there(monkeypatch):
    module, spec = ModuleType("torch"), ModuleSpec("torch", None)
    module.__spec__ = spec
    spec._initializing = True
    monkeypatch.setitem(sys.modules, "torch", module)
    assert loaded_torch() is None
    spec._initializing = False
    assert loaded_torch() is module
    monkeypatch.delitem(sys.modules, "torch")
    assert loaded_torch() is None

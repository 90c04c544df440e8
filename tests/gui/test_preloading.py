"""The libraries of PyTorch are loaded before it is imported, and nobody waits for a half imported one."""

from __future__ import annotations

import sys
import threading
from importlib.machinery import ModuleSpec
from types import ModuleType

from explorer.gui import preloading
from explorer.gui.preloading import Preloading, loaded_torch


def test_it_makes_ready_once_and_finds_nothing(monkeypatch):
    loaded = []
    monkeypatch.setattr(preloading, "_load", lambda folder: loaded.append(folder.name))
    finder = Preloading()
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    assert finder.find_spec("numpy", None) is None
    assert finder.find_spec("torch", None) is None  # in the main thread nobody is kept waiting
    assert not loaded
    thread = threading.Thread(target=lambda: finder.find_spec("torch", None))
    thread.start()
    thread.join()
    assert loaded == ["lib"]
    assert finder not in sys.meta_path


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

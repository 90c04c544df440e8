"""Keeps the window awake while a thread imports PyTorch, or anything else that is large."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType

from explorer.gui.compiling import ApartLoader
from explorer.gui.right_of_way import RIGHT_OF_WAY

_FIRST = ("libtorch_global_deps.so",)
_LIBRARIES = (
    "libc10.so",
    "libtorch_cpu.so",
    "libc10_cuda.so",
    "libtorch_cuda.so",
    "libcaffe2_nvrtc.so",
    "libtorch.so",
)
_SWITCH_SECONDS = 0.0001
"""A thread that computes in Python is asked for the interpreter's lock this often.

A hand that paints gives the lock away some hundred times a frame, and waits so long for it each time.
"""


class Preloading(MetaPathFinder):
    """Lets the other threads of Python go on while one imports.

    An import holds the interpreter's lock in three ways, each of which stops the window for as long. It
    loads libraries (torch's took 0.3 s): a function of a library that is called through ctypes runs
    without the lock, so they are loaded through it beforehand; only such that know nothing of Python,
    and on Linux only. It compiles modules of which no bytecode is kept (the largest of torch take
    60 ms each): this is done in a process of its own. And it computes: there the lock is handed over
    whenever it is asked for, and between two modules the window goes first.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What Python itself finds, made ready; in the main thread, which waits anyway, nothing is."""
        if threading.current_thread() is threading.main_thread():
            return None
        RIGHT_OF_WAY.give_way()
        found = PathFinder.find_spec(fullname, path, target)
        if found is not None and type(found.loader) is SourceFileLoader:
            if fullname == "torch" and found.origin and sys.platform == "linux":
                _load(Path(found.origin).parent / "lib")
            found.loader = ApartLoader(found.loader.name, found.loader.path)
        return found

    def install(self) -> None:
        """Be asked from now on, just before Python looks by itself."""
        if PathFinder in sys.meta_path and not any(_installed()):
            sys.meta_path.insert(sys.meta_path.index(PathFinder), self)
            sys.setswitchinterval(_SWITCH_SECONDS)


def loaded_torch() -> ModuleType | None:
    """PyTorch, once all of it is there: who asks for it while a thread imports it would wait for that."""
    torch = sys.modules.get("torch")
    spec = getattr(torch, "__spec__", None)
    return None if spec is None or getattr(spec, "_initializing", False) else torch


def _installed() -> Iterator[bool]:
    return (isinstance(finder, Preloading) for finder in sys.meta_path)


def _load(folder: Path) -> None:
    opened = ctypes.CDLL(None).dlopen  # called through ctypes it lets go of the lock, unlike ctypes.CDLL
    opened.argtypes, opened.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    for names, flags in ((_FIRST, os.RTLD_NOW | os.RTLD_GLOBAL), (_LIBRARIES, os.RTLD_NOW)):
        for name in names:
            path = folder / name
            if path.is_file():  # what cannot be loaded is left to the import, which says so
                opened(str(path).encode(), flags)

"""Keeps the window awake while PyTorch is imported in a thread: its libraries are loaded beforehand."""

from __future__ import annotations

import ctypes
import importlib.machinery
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType

_FIRST = ("libtorch_global_deps.so",)
_LIBRARIES = ("libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so")
_SWITCH_SECONDS = 0.001


class Preloading(MetaPathFinder):
    """Loads torch's libraries at the first import of torch, while other threads of Python go on.

    An import loads them with the interpreter's lock held, which stops the window for as long (0.3 s and
    more were measured). A function of a library that is called through ctypes runs without the lock. Only
    libraries that know nothing of Python are loaded so; where one is missing, or on other systems than
    Linux, the import does it all, as ever.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Nothing is found here; what is found elsewhere is only made ready."""
        if fullname == "torch" and threading.current_thread() is not threading.main_thread():
            self.withdraw()
            found = importlib.machinery.PathFinder.find_spec("torch", None)
            if found is not None and found.origin:
                _load(Path(found.origin).parent / "lib")
        return None

    def install(self) -> None:
        """Be asked from now on, unless torch is there already."""
        if sys.platform == "linux" and "torch" not in sys.modules and not any(_installed()):
            sys.meta_path.insert(0, self)
            # a thread that computes in Python is asked for the lock this often
            sys.setswitchinterval(_SWITCH_SECONDS)

    def withdraw(self) -> None:
        """Be asked no more."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)


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

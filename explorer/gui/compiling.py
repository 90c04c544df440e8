"""Compiles source in a process of its own: Python compiles a file with the interpreter's lock held."""

from __future__ import annotations

import atexit
import importlib.util
import marshal
import os
import subprocess
import sys
import threading
from importlib.machinery import SourceFileLoader
from types import CodeType

_WORTH = 4_000
"""Bytes of source: what is shorter is compiled faster than it is sent."""

_PATIENCE = 30
"""Seconds without work after which the process ends by itself; it is started again when it is needed."""

_NO_WINDOW = 0x08000000
"""Windows: CREATE_NO_WINDOW."""

_PROGRAM = f"""
import importlib.util, marshal, select, sys
source, result = sys.stdin.buffer, sys.stdout.buffer
result.write(importlib.util.MAGIC_NUMBER)
result.flush()
while sys.platform == "win32" or select.select([source], [], [], {_PATIENCE})[0]:
    size = int.from_bytes(source.read(8), "little")
    if not size:
        break
    text, path, optimization = marshal.loads(source.read(size))
    try:
        code = marshal.dumps(compile(text, path, "exec", dont_inherit=True, optimize=optimization))
    except Exception:
        code = b""  # who asked compiles it too, and says what is wrong with it
    result.write(len(code).to_bytes(8, "little") + code)
    result.flush()
"""


class Compiler:
    """Another Python of the same version that compiles what it is sent, one file at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = os.getpid()
        self._process: subprocess.Popen[bytes] | None = None

    def compiled(self, source: bytes, path: str) -> CodeType | None:
        """The code of a module; None where it has to be compiled here: in a fork, or after a failure."""
        if os.getpid() != self._owner:
            return None
        with self._lock:
            try:
                return self._ask(marshal.dumps((source, path, sys.flags.optimize)))
            except (OSError, EOFError):
                self._end()
            return None

    def close(self) -> None:
        """End the process; a fork leaves that of its parent alone, whose lock may be taken for ever."""
        if os.getpid() == self._owner:
            with self._lock:
                self._end()

    def _ask(self, question: bytes) -> CodeType | None:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        process = self._process = self._process or self._started()
        assert process.stdin is not None  # noqa: S101  (it was opened with pipes)
        process.stdin.write(len(question).to_bytes(8, "little") + question)
        process.stdin.flush()
        size = int.from_bytes(_read(process, 8), "little")
        code = marshal.loads(_read(process, size)) if size else None  # noqa: S302  (from our own process)
        return code if isinstance(code, CodeType) else None

    def _started(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603  (the interpreter that runs this, and the text above)
            [sys.executable, "-I", "-S", "-W", "ignore", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
        )
        self._process = process
        if _read(process, len(importlib.util.MAGIC_NUMBER)) != importlib.util.MAGIC_NUMBER:
            raise EOFError("it is another Python: its code means something else here")
        return process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()  # it holds nothing that could be lost
            with self._process:
                self._process = None


class ApartLoader(SourceFileLoader):
    """Imports a module as ever, its source compiled apart where no bytecode of it is kept."""

    def source_to_code(self, data, path, **options):  # type: ignore[no-untyped-def]
        """The code of the module; a thread that waits for it lets the others go on."""
        if isinstance(data, bytes) and len(data) >= _WORTH and not options and _is_aside():
            code = _COMPILER.compiled(data, os.fsdecode(path))
            if code is not None:
                return code
        return super().source_to_code(data, path, **options)


def _is_aside() -> bool:
    return threading.current_thread() is not threading.main_thread()


def _read(process: subprocess.Popen[bytes], size: int) -> bytes:
    assert process.stdout is not None  # noqa: S101  (it was opened with pipes)
    found = process.stdout.read(size)
    if len(found) < size:
        raise EOFError("the process ended")
    return found


_COMPILER = Compiler()
atexit.register(_COMPILER.close)

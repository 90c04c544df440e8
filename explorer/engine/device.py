"""Where networks run: the devices there are, the memory they have left, and the threads they may use."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from explorer.core.errors import ExplorerError

AUTO = "auto"
"""Let the program choose: the first graphics processor, else the processor."""

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB")


@dataclass(frozen=True)
class Device:
    """One place where a network can run. `memory` is its size in bytes, None if not known.

    `free` are the bytes that were free when it was asked for, None where nobody asked or nothing tells.
    """

    name: str
    title: str
    memory: int | None
    free: int | None = None


def devices() -> tuple[Device, ...]:
    """All devices, the processor first."""
    found = [Device("cpu", f"processor, {_cores()} cores", _physical_memory())]
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            facts = torch.cuda.get_device_properties(index)
            found.append(Device(f"cuda:{index}", facts.name, facts.total_memory))
    if torch.backends.mps.is_available():
        found.append(Device("mps", "graphics processor of this Mac", None))
    return tuple(found)


def devices_with_room() -> tuple[Device, ...]:
    """All devices with the memory that is free now; a graphics processor is woken up for it."""
    return tuple(replace(device, free=free_memory(device.name)) for device in devices())


def choose(wanted: str = AUTO) -> torch.device:
    """The device of a name: "auto", "cpu", "cuda", "cuda:0", "mps".

    Raises:
        ExplorerError: there is no such device; the text names those there are.
    """
    names = [device.name for device in devices()]
    if wanted == AUTO:
        return torch.device(names[1] if len(names) > 1 else "cpu")
    name = "cuda:0" if wanted == "cuda" else wanted
    if name not in names:
        raise ExplorerError(f"there is no device {wanted!r} here; choose auto, {', '.join(names)}")
    return torch.device(name)


def leave_one_core() -> int:
    """Give torch all cores but one (at least one), so that the window stays alive; how many it got.

    To be called in the main thread, once: it holds for the threads that are started later.
    """
    threads = max(1, _cores() - 1)
    torch.set_num_threads(threads)
    return threads


def free_memory(device: torch.device | str = "cpu") -> int | None:
    """Bytes that can still be taken on a device; None where nothing tells."""
    kind = torch.device(device)
    if kind.type == "cuda":
        free, _ = torch.cuda.mem_get_info(kind)
        # what torch has set aside but does not use is free to us
        unused = torch.cuda.memory_reserved(kind) - torch.cuda.memory_allocated(kind)
        return int(free) + int(unused)
    if kind.type == "meta":
        return None
    return _free_main_memory()


def taken_memory(device: torch.device | str) -> int:
    """Bytes taken now: what torch has of a graphics processor, else by the process; 0 if unknown."""
    kind = torch.device(device)
    if kind.type == "cuda":
        return int(torch.cuda.memory_reserved(kind))
    try:
        resident = Path("/proc/self/statm").read_text("ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(resident) * os.sysconf("SC_PAGE_SIZE")


def check_memory(needed: int, device: torch.device | str, what: str, remedy: str) -> None:
    """Refuse what cannot fit, before any of it is allocated.

    Raises:
        ExplorerError: `what` needs more bytes than are free; says both figures and the remedy.
    """
    free = free_memory(device)
    if free is not None and needed > free:
        raise ExplorerError(
            f"{what} needs {bytes_text(needed)} of memory, but only {bytes_text(free)} are free; {remedy}"
        )


def bytes_text(count: int) -> str:
    """A number of bytes as people read it, in powers of ten: 4.0 TB."""
    size, unit = float(count), 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{count} bytes" if unit == 0 else f"{size:,.1f} {_UNITS[unit]}"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _free_main_memory() -> int | None:
    """The least of what the system calls available and what the container leaves."""
    known = [size for size in (_available(), _left_in_container()) if size is not None]
    return min(known, default=None)


def _available() -> int | None:
    if os.name == "nt":
        return _windows_memory()[1]
    listing = Path("/proc/meminfo")
    if listing.is_file():
        for line in listing.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return _physical_memory()


def _left_in_container() -> int | None:
    """What a control group (version 2 or 1) leaves of its limit; None without a limit."""
    for limit, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ):
        try:
            most, now = Path(limit).read_text("ascii").strip(), Path(used).read_text("ascii").strip()
        except OSError:
            continue
        if most.isdigit() and now.isdigit():
            return max(0, int(most) - int(now))
    return None


def _physical_memory() -> int | None:
    if os.name == "nt":
        return _windows_memory()[0]
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _windows_memory() -> tuple[int, int]:
    """(physical, available) bytes, by GlobalMemoryStatusEx."""

    class Status(ctypes.Structure):
        _fields_ = [
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            ("total", ctypes.c_ulonglong),
            ("available", ctypes.c_ulonglong),
            *((name, ctypes.c_ulonglong) for name in ("pages", "pages_left", "space", "space_left", "rest")),
        ]

    status = Status(length=ctypes.sizeof(Status))
    library = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined]
    library.GlobalMemoryStatusEx(ctypes.byref(status))
    return int(status.total), int(status.available)

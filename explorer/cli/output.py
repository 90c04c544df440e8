"""Where a command's result goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from explorer.core.errors import ExplorerError
from explorer.core.files import atomic_write


def add_network(parser: ArgumentParser, *, options: bool = True) -> None:
    """Declare NETWORK, and `--input` and `--set` that change it."""
    parser.add_argument(
        "network",
        metavar="NETWORK",
        help="a catalogue name (see `arch-explorer networks`), a document (my.archx) or the folder of a run",
    )
    if options:
        add_options(parser)


def add_options(parser: ArgumentParser) -> None:
    """Declare `--input` and `--set`."""
    parser.add_argument("--input", metavar="CxHxW", help="shape of one picture, like 3x224x224")
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        dest="settings",
        help="set an option of the network, like classes=10; may be given several times",
    )


def deliver(text: str, out: str | None) -> None:
    """Print a text, or write it to the file `out`.

    Raises:
        ExplorerError: the file cannot be written; an older one is untouched.
    """
    if out is None:
        sys.stdout.write(text)
    else:
        write_file(out, text.encode("utf-8"))


def write_file(out: str, data: bytes) -> None:
    """Write a file that a person named.

    Raises:
        ExplorerError: it cannot be written; an older one is untouched.
    """
    path = Path(out)
    try:
        if not path.name or path.is_dir():
            raise ExplorerError(f"--out {out!r} is a folder; name a file in it")
        if path.exists() and not path.is_file():
            raise ExplorerError(f"--out {out!r} is a device, not a file; leave --out away to print")
        atomic_write(path, data)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ExplorerError(f"{out[:200]!r} cannot be written: {reason}; choose another place") from None

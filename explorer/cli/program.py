"""The commands of `arch-explorer`: which there are, and how errors end them."""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from typing import Any, NoReturn

from explorer import __version__
from explorer.core.errors import ExplorerError

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
"""Exit codes."""

COMMANDS = (
    "networks",
    "table",
    "measure",
    "compare",
    "audit",
    "train",
    "experiment",
    "search",
    "runs",
    "features",
    "export",
)
"""Each command is the module of `explorer.cli` of its name: `add` declares it, `run` does it."""

FLAGS = ("-h", "--help", "--version")
"""What may stand in a command's place."""

_USAGE = "arch-explorer [FILE | NETWORK]\n       arch-explorer COMMAND ..."


class Parser(ArgumentParser):
    """An argument parser whose complaints are ExplorerErrors, so that they take one line."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **settings})

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments.

        Raises:
            ExplorerError: always.
        """
        raise ExplorerError(f"{message}; see {self.prog} --help")


def execute(argv: Sequence[str]) -> int:
    """Run one command; bad input ends in one line on standard error, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a name that the terminal cannot spell must not end a command
            reconfigure(errors="backslashreplace")
    try:
        args = _parser(argv).parse_args(argv)
        code = int(args.run(args))
        sys.stdout.flush()
        return code
    except SystemExit as stop:  # --help and --version
        return stop.code if isinstance(stop.code, int) else BAD_INPUT
    except KeyboardInterrupt:
        complain("interrupted", label="")
        return INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except ExplorerError as error:
        complain(str(error))
        return BAD_INPUT
    except OSError as error:
        complain(f"{error.filename or 'the output'}: {error.strerror or error}; check the disk and the path")
        return BAD_INPUT


def complain(message: str, label: str = "error: ") -> None:
    """Say one line on standard error; control characters in names are shown, not sent."""
    line = " ".join(message.split())
    shown = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)
    sys.stderr.write(f"{label}{shown}\n")
    sys.stderr.flush()


def near_command(text: str) -> str:
    """The command that a misspelled word is closest to; "" where there is none."""
    return next(iter(difflib.get_close_matches(text, COMMANDS, n=1, cutoff=0.7)), "")


def _parser(argv: Sequence[str]) -> Parser:
    """The parser; only the named command's module is imported, since others cost time."""
    named = [argv[0]] if argv and argv[0] in COMMANDS else list(COMMANDS)
    parser = Parser(
        prog="arch-explorer",
        usage=_USAGE,
        description="Build, count, train and look inside convolutional networks.\n"
        "Without a command the window opens.",
        epilog="`arch-explorer COMMAND --help` says more about one of them.",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"arch-explorer {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    # the usage of a command must not repeat that of the whole program
    subparsers._prog_prefix = "arch-explorer"
    for name in named:
        importlib.import_module(f"explorer.cli.{name}").add(subparsers)
    return parser

"""`arch-explorer` and `python -m explorer`: a command, or else the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from explorer.cli import program
from explorer.core.errors import ExplorerError


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the arguments say and return the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and (arguments[0] in program.COMMANDS or arguments[0] in program.FLAGS):
        return program.execute(arguments)
    try:
        return _window(arguments)
    except ExplorerError as error:
        program.complain(str(error))
        return program.BAD_INPUT
    except KeyboardInterrupt:
        return program.INTERRUPTED


def _window(arguments: list[str]) -> int:
    """Open the window, with a network that is known to be readable."""
    if arguments and arguments[0].startswith("-"):
        raise ExplorerError(f"there is no option {arguments[0]!r}; see arch-explorer --help")
    if len(arguments) > 1:
        near = program.near_command(arguments[0])
        hint = f"did you mean {near}?" if near else "see arch-explorer --help"
        raise ExplorerError(f"there is no command named {arguments[0]!r}; {hint}")
    if arguments:
        # only here: the catalogue is not needed to open an empty window
        from explorer.cli.network import network

        try:
            network(arguments[0])
        except ExplorerError as error:
            near = program.near_command(arguments[0])
            raise ExplorerError(f"{error}; or the command {near}?" if near else str(error)) from None
    try:
        # Qt is loaded only when a window is wanted
        from explorer.gui import application
    except ImportError as error:
        if error.name is not None and error.name.partition(".")[0] not in ("PySide6", "shiboken6"):
            raise
        raise ExplorerError(
            "the window needs PySide6, which is not installed or cannot be loaded here;"
            " run: pip install PySide6-Essentials (the commands work without it)"
        ) from None
    return int(application.run(arguments))


if __name__ == "__main__":
    sys.exit(main())

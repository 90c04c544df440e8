"""Where the files that come with the program lie: icons and other resources."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from explorer.core.errors import ExplorerError

_PACKAGE = Path(__file__).resolve().parent.parent


@cache
def _folder() -> Path:
    """The folder of resources: inside the installed package, or beside it in a source checkout."""
    for folder in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        if folder.is_dir():
            return folder
    raise ExplorerError(f"the program's resources are missing beside {_PACKAGE}; install the program again")


def resource(*parts: str) -> Path:
    """The path of one resource file.

    Raises:
        ExplorerError: the installation is incomplete.
    """
    path = _folder().joinpath(*parts)
    if not path.is_file():
        raise ExplorerError(f"the program's file {path.name} is missing; install the program again")
    return path

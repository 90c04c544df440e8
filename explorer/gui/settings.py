"""What is remembered from one start of the window to the next, as one JSON text in a file."""

from __future__ import annotations

import dataclasses
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from explorer.core.errors import ExplorerError
from explorer.core.files import atomic_write, read_limited

_NAME = "architecture-explorer"
_LARGEST = 1024 * 1024
_MOST_RECENT = 10
_log = logging.getLogger(__name__)

THEMES = ("system", "light", "dark")


def data_folder() -> Path:
    """Where the program keeps what belongs to the user: settings, recovery copies, the log, runs."""
    return Path(platformdirs.user_data_dir(_NAME, appauthor=False))


@dataclass
class Settings:
    """The choices of a user. `layout` and `window` are Qt's own descriptions, as base64 text.

    `columns` are the columns of the layer table in order, "macs:140" where a width was given;
    none are those of a first start. `conventions` are the choices of how figures are counted,
    `comparison` what was compared last, `inspection` how maps were shown.
    `colour`, `direction`, `rail` and `overview` are how the canvas looks; `device` is where networks run,
    `apart` whether they are trained in processes of their own; `watched` are other folders of runs.
    """

    theme: str = "system"
    layout: str = ""
    window: str = ""
    columns: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()
    folder: str = ""
    colour: str = "kind"
    direction: str = "down"
    rail: bool = True
    overview: bool = True
    device: str = "auto"
    apart: bool = False
    watched: tuple[str, ...] = ()
    conventions: dict[str, Any] = dataclasses.field(default_factory=dict)
    comparison: dict[str, Any] = dataclasses.field(default_factory=dict)
    inspection: dict[str, Any] = dataclasses.field(default_factory=dict)

    def remember(self, path: Path) -> None:
        """Put a file at the head of the recent ones."""
        name = str(path.resolve())
        others = [item for item in self.recent if item != name]
        self.recent = (name, *others)[:_MOST_RECENT]
        self.folder = str(path.resolve().parent)

    def forget(self, path: Path) -> None:
        """Take a file that is gone off the recent ones."""
        self.recent = tuple(item for item in self.recent if item != str(path))


def load(folder: Path) -> Settings:
    """The settings in a folder; those of a first start where there are none or they are damaged."""
    path = _file(folder)
    if not path.exists():
        return Settings()
    try:
        content = json.loads(read_limited(path, _LARGEST).decode("utf-8"))
    except (ExplorerError, ValueError) as error:
        _log.warning("the settings in %s cannot be read and are made anew: %s", path, error)
        return Settings()
    return _checked(content if isinstance(content, dict) else {})


def save(settings: Settings, folder: Path) -> None:
    """Write the settings atomically.

    Raises:
        OSError: they cannot be written; the older ones stay.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(dataclasses.asdict(settings), ensure_ascii=False, indent=1)
    atomic_write(_file(folder), text.encode("utf-8"))


def _file(folder: Path) -> Path:
    return folder / "settings.json"


def _checked(content: dict[str, Any]) -> Settings:
    """Settings from JSON values; what has the wrong type keeps its default."""
    settings = Settings()
    for field in dataclasses.fields(Settings):
        kind = type(field.default)
        if kind in (str, bool) and type(content.get(field.name)) is kind:
            setattr(settings, field.name, content[field.name])
    for name in ("recent", "columns", "watched"):
        rows = content.get(name)
        if isinstance(rows, list):
            setattr(settings, name, tuple(item for item in rows if isinstance(item, str)))
    for name in ("conventions", "comparison", "inspection"):
        if isinstance(content.get(name), dict):
            setattr(settings, name, content[name])  # read choice by choice where they are used
    if settings.theme not in THEMES:
        settings.theme = "system"
    return settings

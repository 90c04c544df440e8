"""A person's blocks in a folder: nothing is lost, and nothing bad gets in."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from explorer.core import library
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph, Node
from explorer.core.group import Group
from explorer.core.library import SUFFIX, keep, read_library, remove, retitle
from explorer.operators.sources import Input
from tests.core.networks import SHORTCUT

OTHER = Group(title="../../Böse: block/块", graph=Graph([Node("in", Input(shape=(4, 8, 8)))]))


def test_blocks_are_kept_and_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there"
    assert read_library(folder) == library.Library()
    keep(folder, SHORTCUT)
    kept = keep(folder, OTHER)
    assert [entry.title for entry in kept.entries] == ["../../Böse: block/块", "Shortcut"]
    assert kept["Shortcut"].block == SHORTCUT
    assert kept[OTHER.title].block == OTHER
    assert read_library(folder) == kept
    assert all(entry.path.parent == folder for entry in kept.entries)
    assert sorted(path.name for path in folder.iterdir()) == ["b-se-block.block", "shortcut.block"]


def test_the_same_title_is_the_same_block(tmp_path: Path) -> None:
    keep(tmp_path, SHORTCUT)
    changed = Group(title="Shortcut", graph=OTHER.graph)
    assert keep(tmp_path, changed)["Shortcut"].block == changed
    assert len(list(tmp_path.iterdir())) == 1


def test_titles_that_make_the_same_file_name(tmp_path: Path) -> None:
    for title in ("块", "组", "Block", "block"):
        keep(tmp_path, Group(title=title, graph=SHORTCUT.graph))
    assert {entry.title for entry in read_library(tmp_path).entries} == {"块", "组", "Block", "block"}


def test_remove_and_retitle(tmp_path: Path) -> None:
    keep(tmp_path, SHORTCUT)
    keep(tmp_path, OTHER)
    renamed = retitle(tmp_path, "Shortcut", "  Bridge ")
    assert "Shortcut" not in renamed
    assert renamed["Bridge"].block.graph == SHORTCUT.graph
    with pytest.raises(ExplorerError, match="called 'Bridge' already"):
        retitle(tmp_path, OTHER.title, "Bridge")
    with pytest.raises(ExplorerError, match="needs a title"):
        retitle(tmp_path, "Bridge", " ")
    left = remove(tmp_path, "Bridge")
    assert [entry.title for entry in left.entries] == [OTHER.title]
    with pytest.raises(ExplorerError, match="no block of yours is called 'Bridge'"):
        remove(tmp_path, "Bridge")


def test_bad_files_are_said_and_left_alone(tmp_path: Path) -> None:
    keep(tmp_path, SHORTCUT)
    good = json.loads((tmp_path / "shortcut.block").read_text(encoding="utf-8"))
    bad = {
        "binary": b"\xff\xfe\x00",
        "empty": b"",
        "list": b"[]",
        "newer": json.dumps(good | {"format": 99}).encode(),
        "operator": json.dumps(good | {"operator": "Conv2d", "attributes": {}}).encode(),
        "unknown": json.dumps(good | {"operator": "Nothing"}).encode(),
        "truncated": json.dumps(good).encode()[:-9],
        "again": json.dumps(good).encode(),
        "deep": b"[" * 100_000,
    }
    for name, data in bad.items():
        (tmp_path / f"x-{name}{SUFFIX}").write_bytes(data)
    (tmp_path / f"folder{SUFFIX}").mkdir()
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    found = read_library(tmp_path)
    assert [entry.title for entry in found.entries] == ["Shortcut"]
    assert len(found.unread) == len(bad) + 1
    assert all(len(line) > 30 for line in found.unread)
    keep(tmp_path, OTHER)
    retitle(tmp_path, "Shortcut", "Zebra")
    remove(tmp_path, "Zebra")
    for name, data in bad.items():
        assert (tmp_path / f"x-{name}{SUFFIX}").read_bytes() == data


def test_a_failed_save_keeps_the_older_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path, SHORTCUT)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keep(tmp_path, Group(title="Shortcut", graph=OTHER.graph))
    monkeypatch.undo()
    assert read_library(tmp_path)["Shortcut"].block == SHORTCUT
    assert len(list(tmp_path.iterdir())) == 1

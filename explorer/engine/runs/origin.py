"""Where a run begins: at random weights, at its own newest checkpoint, or at that of another run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.core.notation import recipe_from_data, settings_to_data
from explorer.core.recipe import CHANGEABLE, Recipe, changes_between
from explorer.engine.learning.team import Team
from explorer.engine.runs.changes import Change, changed, read_changes
from explorer.engine.runs.checkpoint import Checkpoint, Checkpoints, State, packed, unpacked
from explorer.engine.runs.control import checked_changes
from explorer.engine.runs.manifest import Entry
from explorer.engine.runs.place import Place
from explorer.engine.runs.run_folder import RunRecord, current_recipe, read_record


@dataclass(frozen=True)
class Branch:
    """A state of another run from which a new one begins: the end of an epoch, or after a step.

    With neither it is the newest state.
    """

    folder: Path
    epoch: int | None = None
    step: int | None = None

    def checkpoint(self) -> Checkpoint:
        """The state itself.

        Raises:
            ExplorerError: it was not kept, or is damaged.
        """
        checkpoints = Checkpoints(self.folder)
        if self.step is not None:
            return checkpoints.of_step(self.step)
        if self.epoch is not None:
            return checkpoints.of_epoch(self.epoch)
        newest = checkpoints.newest()
        if newest is None:
            raise ExplorerError(f"{self.folder} holds no checkpoint yet; there is nothing to branch from")
        return newest


@dataclass(frozen=True)
class Origin:
    """What a run begins with: its record, a checkpoint, changes to replay, and sentences about it."""

    record: RunRecord
    checkpoint: Checkpoint | None = None
    changes: Sequence[Change] = ()
    notes: tuple[str, ...] = ()
    branch: bool = False
    with_optimizer: bool = True


def resumed(record: RunRecord, folder: Path, checkpoints: Checkpoints, *, exactly: bool = False) -> Origin:
    """The record and the checkpoint that a run goes on with.

    The recipe of `record` is what is wanted now: that of the old run with what was changed, or
    with other changes that may be made while a run goes on; they count from the checkpoint on. What
    the run began with asks for nothing new, unless `exactly` that is wanted.

    Raises:
        ExplorerError: it is not the same run, it is finished, or no checkpoint is sound.
    """
    old, changes = read_record(folder), read_changes(folder)
    wanted = record.recipe
    present = changed(old.recipe, changes)
    if wanted == old.recipe and not exactly:
        wanted = present
    _check_same(old, replace(record, recipe=wanted), present)
    checkpoint = checkpoints.newest()
    if checkpoint is None:
        return Origin(record, None, changes, ("no step was saved yet: it begins anew",))
    entry = checkpoint.entry
    place = Place()
    place.move_to(entry, wanted.batch_size)
    if place.is_over(wanted):
        done = f"{entry.step:,} steps" if wanted.steps else f"{entry.epoch} epochs"
        raise ExplorerError(
            f"the run in {folder} has already done {done}; to go on, ask for more than {done}"
        )
    if wanted != present:
        settings = changes_between(changed(old.recipe, changes, entry.step), wanted)
        changes = (*(change for change in changes if change.step <= entry.step), Change(entry.step, settings))
    notes = _resumption(entry, checkpoints, old, record, present, wanted)
    facts = {**record.facts, "started": old.facts.get("started")}
    facts |= {name: old.facts[name] for name in ("parent", "reproduces") if name in old.facts}
    return Origin(RunRecord(old.name, old.graph, old.recipe, facts), checkpoint, changes, notes)


def branched(record: RunRecord, branch: Branch) -> Origin:
    """The checkpoint of another run that a new one begins with.

    Raises:
        ExplorerError: it is not of this network or these pictures, or there is no such checkpoint.
    """
    old = read_record(branch.folder)
    if old.graph != record.graph:
        raise ExplorerError(
            f"the network is not that of {branch.folder}; branch with the one that the run was started with"
        )
    divided = {"data", "seed", "held_out"} & changes_between(old.recipe, record.recipe).keys()
    if divided or _pictures(old.facts) != _pictures(record.facts):
        raise ExplorerError(
            f"the pictures, or their division into training and test, are not those of {branch.folder}:"
            " what was trained on would be tested; keep data, held_out and seed as they were"
        )
    found = branch.checkpoint()
    entry = found.entry
    place = Place()
    place.move_to(entry, old.recipe.batch_size)
    if place.is_over(record.recipe):
        raise ExplorerError(
            f"the branch begins after {entry.epoch} epochs ({entry.step:,} steps): ask for more than that"
        )
    before = current_recipe(branch.folder, old)
    same = before.optimizer is record.recipe.optimizer
    told = ", ".join(
        f"{name} {getattr(before, name)} becomes {value}"
        for name, value in changes_between(before, record.recipe).items()
    )
    notes = [f"branched from epoch {entry.epoch} (step {entry.step:,}) of {branch.folder.name}"]
    notes += [told] if told else []
    notes += [] if same else ["another optimizer: it begins with an empty memory"]
    parent = {"run": str(branch.folder.resolve()), "step": entry.step, "epoch": entry.epoch}
    record = replace(record, facts={**record.facts, "parent": parent})
    return Origin(record, found, (), tuple(notes), branch=True, with_optimizer=same)


def shared(origin: Origin | None, record: RunRecord, team: Team) -> Origin:
    """What the leading process of a team begins with, in every process; the others have a record only."""
    if team.size == 1:
        assert origin is not None  # noqa: S101  (it leads)
        return origin
    told = team.agreed(_told(origin) if origin is not None else None)
    recipe = recipe_from_data(told["recipe"])
    if origin is not None:
        return origin
    checkpoint = None
    if told["entry"] is not None:
        state = State(*(unpacked(part) for part in told["state"]))
        checkpoint = Checkpoint(Entry(**told["entry"]), state)
    changes = [Change(step, checked_changes(settings)) for step, settings in told["changes"]]
    record = replace(record, recipe=recipe)
    return Origin(record, checkpoint, changes, (), told["branch"], told["with_optimizer"])


def _told(origin: Origin) -> dict[str, Any]:
    """What the others need, as plain values."""
    found = origin.checkpoint
    parts = (found.state.weights, found.state.optimizer, found.state.training) if found else ()
    return {
        "recipe": settings_to_data(origin.record.recipe),
        "entry": vars(found.entry) if found else None,
        "state": [packed(part) for part in parts],
        "changes": [(change.step, dict(change.settings)) for change in origin.changes],
        "branch": origin.branch,
        "with_optimizer": origin.with_optimizer,
    }


def _resumption(
    entry: Entry, checkpoints: Checkpoints, old: RunRecord, new: RunRecord, present: Recipe, wanted: Recipe
) -> tuple[str, ...]:
    notes = [f"resumed from step {entry.step:,} (epoch {entry.epoch + 1})"]
    skipped = sum(later.step > entry.step for later in checkpoints.entries)
    if skipped:
        notes.append(f"{skipped} newer checkpoints are damaged and are left out")
    if wanted.epochs != present.epochs:
        notes.append(
            f"{wanted.epochs} epochs instead of {present.epochs}; the schedule is that of {wanted.epochs}"
        )
    notes += (
        f"{name} is {value} from here on"
        for name, value in changes_between(present, wanted).items()
        if name != "epochs"
    )
    notes += (
        f"the {what} changed since the run began: small differences are possible"
        for what in ("versions", "device")
        if old.facts.get(what) != new.facts.get(what)
    )
    return tuple(notes)


def _check_same(old: RunRecord, new: RunRecord, present: Recipe) -> None:
    """Refuse to go on with another network, recipe or other pictures.

    Raises:
        ExplorerError: with what differs.
    """
    again = "start a new run in another folder, or resume with what the run began with"
    if old.graph != new.graph:
        raise ExplorerError(f"the network is not the one that the run began with; {again}")
    before, now = asdict(present), asdict(new.recipe)
    differing = [name for name in before if name not in CHANGEABLE and before[name] != now[name]]
    if differing:
        told = ", ".join(f"{item} was {before[item]}, is {now[item]}" for item in differing)
        raise ExplorerError(f"the recipe changed: {told}; {again}")
    if _pictures(old.facts) != _pictures(new.facts):
        raise ExplorerError(
            "the pictures are not those that the run began with; put them back as they were,"
            " or start a new run in another folder"
        )


def _pictures(facts: Any) -> Any:
    data = facts.get("data")
    return (
        {key: data.get(key) for key in ("fingerprint", "train", "test")} if isinstance(data, dict) else None
    )

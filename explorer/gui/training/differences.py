"""What tells runs apart: the settings of their recipes and the figures of their networks that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from explorer.core.analysis import analyze
from explorer.core.attribute import attributes, value_text
from explorer.core.graph import Graph
from explorer.core.outline import flatten
from explorer.core.recipe import Recipe
from explorer.engine.data.data_text import builtin_name, title
from explorer.gui.attributes.editors import label_text
from explorer.gui.training.run import Run

_TOLD = 2
_SHORT = {
    "layers with weights": "layers ",
    "BatchNorm": "BN ",
    "learning rate": "lr ",
    "batch size": "batch ",
    "weight decay": "decay ",
    "optimizer": "",
    "schedule": "",
    "data": "",
}
"""How a setting is written where there is little room."""

_WEIGHTED = ("Conv2d", "DepthwiseConv2d", "ConvTranspose2d", "Linear")


def network_facts(graph: Graph) -> Mapping[str, str]:
    """Figures of a network that tell it from its like; empty where it is not whole."""
    analysis = analyze(graph)
    if analysis.problems:
        return {}
    kinds = [type(layer.operator).__name__ for layer in flatten(analysis)]
    return {
        "layers with weights": f"{sum(kind in _WEIGHTED for kind in kinds):,}",
        "BatchNorm": "on" if "BatchNorm2d" in kinds else "off",
        "shortcuts": f"{kinds.count('Add'):,}",
        "parameters": f"{analysis.totals.parameters:,}",
        "MACs": f"{analysis.totals.macs:,}",
    }


def differences(runs: Sequence[Run]) -> list[tuple[str, tuple[str, ...]]]:
    """What differs between runs: a name, and the value of each run."""
    if len(runs) < 2:
        return []
    rows = [("network", tuple(run.name for run in runs))]
    facts = [run.network for run in runs]
    names = dict.fromkeys(name for item in facts for name in item)
    rows += [(name, tuple(item.get(name, "–") for item in facts)) for name in names]
    rows += [
        (
            label_text(name),
            data_names(runs) if name == "data" else tuple(_setting(run.recipe, name) for run in runs),
        )
        for name in (declared.name for declared in attributes(Recipe))
    ]
    rows.append(("changed on the way", tuple(_changes(run) for run in runs)))
    return [(name, values) for name, values in rows if len(set(values)) > 1]


def data_names(runs: Sequence[Run]) -> tuple[str, ...]:
    """The titles of the data where they tell it apart, else the settings that are not of all."""
    texts = [run.recipe.data if run.recipe is not None else "–" for run in runs]
    named = tuple(title(text) for text in texts)
    if len(set(named)) == len(set(texts)):
        return named
    if len({builtin_name(text) for text in texts}) > 1 or not builtin_name(texts[0]):
        return tuple(text.partition(":")[2] or text if builtin_name(text) else text for text in texts)
    parts = [[part for part in text.partition(":")[2].split(",") if part] for text in texts]
    shared = set(parts[0]).intersection(*parts[1:])
    return tuple(", ".join(part for part in own if part not in shared) or "as usual" for own in parts)


def _changes(run: Run) -> str:
    return "; ".join(f"{mark.text} after step {mark.step:,}" for mark in run.marks) or "–"


def titles(runs: Sequence[Run]) -> Mapping[Run, str]:
    """A name for each run that no other has: those of one name are told apart by what differs most.

    Where all have one name it is left out, and only what differs is said.
    """
    found: dict[Run, str] = {}
    alone = len({run.name for run in runs}) == 1
    for name in dict.fromkeys(run.name for run in runs):
        like = [run for run in runs if run.name == name]
        told = _telling(like) if len(like) > 1 else [""]
        for place, (run, more) in enumerate(zip(like, told, strict=True)):
            parts = [] if alone and more else [name]
            parts += [more] if more else []
            parts += [f"#{place + 1}"] if told.count(more) > 1 else []
            found[run] = " ".join(parts)
    return found


def _telling(runs: Sequence[Run]) -> list[str]:
    """For each run the few settings that tell it from the others."""
    rows = [row for row in differences(runs) if row[0] not in ("epochs", "changed on the way")]
    told: list[tuple[str, ...]] = [()] * len(runs)
    while rows and len(told[0]) < _TOLD:
        distinct = [len(set(zip(told, values, strict=True))) for _, values in rows]
        best = distinct.index(max(distinct))
        name, values = rows.pop(best)
        if distinct[best] == len(set(told)):
            break
        short = _SHORT.get(name, f"{name} ")
        told = [(*parts, f"{short}{value}") for parts, value in zip(told, values, strict=True)]
    return [" ".join(parts) for parts in told]


def _setting(recipe: Recipe | None, name: str) -> str:
    if recipe is None:
        return "–"
    if name in recipe.idle:
        return "–"
    value = getattr(recipe, name)
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "–"
    return value_text(value)

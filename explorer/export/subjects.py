"""The networks of a comparison, and what is known of each beside its graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from explorer.architectures.architecture import Architecture, input_options
from explorer.architectures.published import recognized
from explorer.core.analysis import Analysis, analyze
from explorer.core.entering import entered_by
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.outline import Line, leaves
from explorer.core.shapes import Shape, shape_text
from explorer.export.stages import Stage, stages


@dataclass(frozen=True)
class Accuracy:
    """How often a network is right, in percent: of all pictures, and among its five best guesses.

    `source` says of which weights and which pictures.
    """

    top1: float
    top5: float | None
    source: str
    on_imagenet: bool = True

    @property
    def top5_error(self) -> float | None:
        """Percent of the pictures whose class is not among the five best guesses."""
        return None if self.top5 is None else round(100 - self.top5, 6)  # without what floats add


@dataclass(frozen=True)
class Subject:
    """One network of a comparison. `title` and `detail` are its two lines in the window."""

    name: str
    title: str
    detail: str
    graph: Graph = field(repr=False)
    accuracy: Accuracy | None = None

    @cached_property
    def analysis(self) -> Analysis:
        """What is known of its layers."""
        return analyze(self.graph)

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """Its layers by the side of their maps."""
        return stages(self.analysis)

    @cached_property
    def layers(self) -> tuple[Line, ...]:
        """Its plain layers in order of computation, the inputs included; those without a shape left out."""
        rows = self.analysis.rows
        return tuple(line for line in leaves(self.analysis) if line.path[0] in rows)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes of what enters."""
        rows = self.analysis.rows
        return tuple(rows[name].output for name in self.graph.sources if name in rows)

    @property
    def input_text(self) -> str:
        """What enters, in words: 3×224×224."""
        return " + ".join(map(shape_text, self.shapes)) or "nothing"


def architecture_subject(
    architecture: Architecture, shape: Shape | None = None, options: Mapping[str, Any] | None = None
) -> Subject:
    """A network of the catalogue, with options and for pictures of another shape where wanted.

    Raises:
        ExplorerError: an option that it does not have, or a value that does not fit.
    """
    known = architecture.options
    settings = {name: value for name, value in (options or {}).items() if value != known.get(name, value)}
    # a misspelled option is refused by the build
    settings |= {name: value for name, value in (options or {}).items() if name not in known}
    if shape is not None:
        entering = input_options(shape)
        missing = [name for name in entering if name not in known]
        if missing:
            raise ExplorerError(
                f"{architecture.name} has a fixed input: it has no option {', '.join(missing)}"
            )
        settings |= {name: value for name, value in entering.items() if value != known[name]}
    graph = architecture.build(**settings)
    told = ", ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in settings.items())
    return Subject(
        architecture.name,
        architecture.title,
        f"{_authors(architecture)}{', with ' + told if told else ''}",
        graph,
        None if settings else published_accuracy(architecture),
    )


def graph_subject(name: str, detail: str, graph: Graph, shape: Shape | None = None) -> Subject:
    """A network from a document; where it is one of the catalogue, the published accuracy is known.

    Raises:
        ExplorerError: another shape is wanted, and the network has no input, or several.
    """
    subject = Subject(name, name, detail, graph if shape is None else entered_by(graph, shape))
    known = recognized(subject.graph, subject.analysis.totals, name)
    return subject if known is None else replace(subject, accuracy=published_accuracy(known))


def published_accuracy(architecture: Architecture) -> Accuracy | None:
    """What torchvision publishes for its first weights of a network; None where there are none."""
    for weights in architecture.facts.weights[:1]:
        if weights.top1 is not None:
            return Accuracy(weights.top1, weights.top5, f"torchvision weights {weights.name}, single crop")
    return None


def _authors(architecture: Architecture) -> str:
    """Who published it and when, short enough for one line: "He et al. 2015"."""
    who = architecture.facts.paper.partition(",")[0].partition(";")[0]
    year = str(architecture.facts.year)
    return who if year in who else f"{who} {year}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "×".join(map(str, value)) if all(isinstance(part, int) for part in value) else "changed"
    return str(getattr(value, "value", value))


@lru_cache(maxsize=256)
def default_subject(architecture_name: str) -> Subject:
    """A network of the catalogue as it is listed, made once.

    Raises:
        UnknownName: no network has this name.
    """
    from explorer.architectures.catalog import architecture_named

    return architecture_subject(architecture_named(architecture_name))

"""An experiment as a value: a question, the networks and recipes that answer it, and how it is judged."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from explorer.core.errors import ExplorerError, UnknownName
from explorer.core.graph import Graph
from explorer.core.recipe import Recipe

FAST, PAPER = "fast", "paper"
"""Names of the versions: one for minutes on a processor, and that of the paper."""

DIVERGED = "diverged"
"""The state of a training whose loss is no finite number any more."""


class Measure(enum.Enum):
    """What trained networks are compared by; each is a share of pictures, lower is better."""

    TRAIN_ERROR = "training error"
    TEST_ERROR = "test error"


@dataclass(frozen=True)
class Variant:
    """One of the networks that are compared: of the catalogue, with options, and its own settings.

    `label` stands in sentences and in the names of folders.
    """

    label: str
    network: str
    options: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What one training gave; shares from 0 to 1, None where they are not known yet.

    `state` is that of the run, "waiting" before it begins, or `DIVERGED`; `curve` has (epoch,
    training error, test error) of each epoch. A run that diverged has answered nothing: its errors
    count as 1.
    """

    variant: str
    seed: int
    state: str = "waiting"
    train_pictures: int = 0
    test_pictures: int = 0
    curve: tuple[tuple[int, float, float], ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether it can be judged: it was trained to the end and its figures are known, or it diverged."""
        known = bool(self.curve) and all(map(math.isfinite, self.curve[-1]))
        return self.state == DIVERGED or (self.state == "finished" and known)

    @property
    def is_lost(self) -> bool:
        """Whether its training ended, but left nothing to judge it by."""
        return self.state == "failed" or (self.state == "finished" and not self.is_over)

    def value(self, measure: Measure) -> float:
        """The figure after the last epoch; 1 where the training diverged."""
        if self.state == DIVERGED or not self.curve:
            return 1.0
        return self.curve[-1][1 if measure is Measure.TRAIN_ERROR else 2]

    def pictures(self, measure: Measure) -> int:
        """How many pictures the figure is a share of."""
        return self.train_pictures if measure is Measure.TRAIN_ERROR else self.test_pictures


@dataclass(frozen=True)
class Cost:
    """Exact figures of a network: what it has to learn, and what it computes for one picture."""

    parameters: int
    macs: int


class Verdict(enum.StrEnum):
    """What the data say of a claim."""

    SEEN = "seen"
    NOT_SEEN = "not seen"
    MISSING = "missing"


@dataclass(frozen=True)
class Finding:
    """A claim as the data have it: a verdict, and a sentence with the figures.

    `gist` is what it comes to in a few words, where that can stand for all that was asked.
    """

    verdict: Verdict
    sentence: str
    gist: str = ""


Costs = Mapping[str, Cost]
"""The cost of each variant, by label."""

Claim = Callable[[Sequence[Outcome], Costs], Finding]
"""Judges what was measured; the sentence follows from the figures alone."""


@dataclass(frozen=True)
class Version:
    """How an experiment is carried out: all variants by one recipe, with the same seeds and order.

    `departs` says how it differs from the source; `claims` are judged instead of the experiment's
    where it has other networks.
    """

    name: str
    recipe: Recipe
    variants: tuple[Variant, ...]
    departs: str = ""
    claims: tuple[Claim, ...] = ()

    def recipe_of(self, variant: Variant, seed: int) -> Recipe:
        """The recipe that a variant is trained by."""
        return replace(self.recipe, **variant.settings, seed=seed)


@dataclass(frozen=True)
class Experiment:
    """A question to networks, and how the answer is read from the data.

    `lesson` is said where all claims are seen, and only there.
    """

    name: str
    title: str
    question: str
    source: str
    versions: tuple[Version, ...]
    claims: tuple[Claim, ...]
    measures: tuple[Measure, ...] = (Measure.TEST_ERROR, Measure.TRAIN_ERROR)
    lesson: str = ""

    def version(self, name: str = FAST) -> Version:
        """How it is carried out, by name.

        Raises:
            UnknownName: there is no such version.
        """
        for found in self.versions:
            if found.name == name:
                return found
        raise UnknownName(f"version of {self.name}", name, [item.name for item in self.versions])


@dataclass(frozen=True)
class Conclusion:
    """What the data say: a finding for each claim, and one sentence over all."""

    findings: tuple[Finding, ...]
    sentence: str


def concluded(
    experiment: Experiment, outcomes: Sequence[Outcome], costs: Costs, version: str = FAST
) -> Conclusion:
    """What follows from the trainings that are over; nothing is said of claims that lack data."""
    over = [outcome for outcome in outcomes if outcome.is_over]
    claims = experiment.version(version).claims or experiment.claims
    findings = tuple(claim(over, costs) for claim in claims)
    verdicts = {finding.verdict for finding in findings}
    if Verdict.MISSING in verdicts or len(over) < len(outcomes):
        changing = " What follows may change." if verdicts - {Verdict.MISSING} and over else ""
        return Conclusion(findings, unfinished(outcomes) + changing)
    alone = caution(over)
    if not experiment.lesson and all(finding.gist for finding in findings):
        return Conclusion(findings, " ".join(f"{finding.gist}." for finding in findings) + alone)
    if Verdict.NOT_SEEN in verdicts:
        seen = sum(finding.verdict is Verdict.SEEN for finding in findings)
        how = f"{seen} of {len(findings)} claims are" if seen else "None of it is"
        return Conclusion(findings, f"{how} seen here.{alone}")
    return Conclusion(findings, (experiment.lesson or "All of it is seen here.") + alone)


def unfinished(outcomes: Sequence[Outcome]) -> str:
    """How many trainings are over, and which cannot be judged though they ended."""
    over = sum(outcome.is_over for outcome in outcomes)
    lost = [f"{item.variant} with seed {item.seed}" for item in outcomes if item.is_lost]
    said = f"; {', '.join(lost)} ended without a result" if lost else ""
    return f"{over} of {len(outcomes)} trainings are over{said}."


def caution(outcomes: Sequence[Outcome]) -> str:
    """A sentence where there is one seed only, else nothing."""
    alone = len({outcome.seed for outcome in outcomes}) == 1
    return " It is one seed only: repeat it with others before you trust it." if alone else ""


@dataclass(frozen=True)
class Trial:
    """One training of a plan: a network by its label, a seed, and the name of the folder of its run."""

    variant: str
    seed: int
    graph: Graph
    recipe: Recipe
    folder: str


@dataclass(frozen=True)
class Plan:
    """Trainings that answer a question together, in their order, and how they are judged.

    `tag` is what their runs are found by.
    """

    title: str
    tag: str
    trials: tuple[Trial, ...]
    costs: Costs
    judge: Callable[[Sequence[Outcome]], Conclusion]


def folder_name(*parts: str) -> str:
    """Labels as the name of a folder: small letters, figures, points and hyphens."""
    plain = "-".join(parts).lower()
    for sign, text in (("×", "x"), ("¼", "0.25"), ("½", "0.5")):
        plain = plain.replace(sign, text)
    return re.sub(r"[^a-z0-9.]+", "-", plain).strip("-.")


def checked_seeds(text: str) -> tuple[int, ...]:
    """Seeds from a text like "0,1,2", each once.

    Raises:
        ExplorerError: it is no row of whole numbers from 0.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(re.fullmatch(r"[0-9]{1,9}", part) for part in parts):
        raise ExplorerError(f"seeds are whole numbers with commas between, like 0,1,2; got {text[:60]!r}")
    return tuple(dict.fromkeys(int(part) for part in parts))

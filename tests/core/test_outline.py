"""The outline after an edit: what is taken over from before is what would be made anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.analysis import analyze
from explorer.core.clipping import duplicate
from explorer.core.document import Document
from explorer.core.outline import Outline, full_names, outline

Step = Callable[[Document], Document]

STEPS: dict[str, Step] = {
    "channels": lambda d: edits.set_attribute(d, ("conv1",), "out_channels", 48),
    "inside": lambda d: edits.set_attribute(d, ("layer2", "0", "conv1"), "out_channels", 96),
    "count": lambda d: edits.set_attribute(d, ("layer3",), "n", 5),
    "delete": lambda d: edits.delete(d, ["relu"]),
    "field": lambda d: edits.set_attribute(d, ("maxpool",), "kernel_size", 5),
    "wrong": lambda d: edits.set_attribute(d, ("layer4", "1", "conv2"), "out_channels", 7),
    "dissolve": lambda d: edits.dissolve(d, "layer1"),
    "double": lambda d: edits.rename(d, "layer2", "layer1_2"),
}


@pytest.mark.parametrize("name", STEPS)
def test_an_edit_gives_the_lines_that_a_fresh_outline_has(name: str) -> None:
    start = Document(graph=catalog.build("resnet18"))
    before = analyze(start.graph)
    after = analyze(STEPS[name](start).graph, before)
    made = Outline(after, Outline(before))
    assert list(made.lines.values()) == list(outline(after))
    assert [line.fields for line in made.lines.values()] == [line.fields for line in outline(after)]
    assert made.names == full_names(after)
    back = Outline(before, made)
    assert list(back.lines.values()) == list(outline(before))


def test_what_an_edit_does_not_reach_is_taken_over() -> None:
    start = Document(graph=catalog.build("resnet18"))
    before = analyze(start.graph)
    old = Outline(before)
    new = Outline(analyze(edits.set_attribute(start, ("layer4",), "n", 3).graph, before), old)
    assert new.lines["layer1.0.conv1"] is old.lines["layer1.0.conv1"]
    assert "layer4.2.conv1" in new.lines
    assert "layer4.2.conv1" not in old.lines


def test_names_that_depend_on_others_are_given_anew() -> None:
    """VGG's layers are numbered through the network: a copied block cannot have the same numbers."""
    start = Document(graph=catalog.build("vgg11"))
    names = list(start.graph.order)
    block = next(name for name in names if analyze(start.graph)[name].inner is not None)
    steps = [
        edits.delete(start, [block]),
        edits.dissolve(start, block),
        edits.set_attribute(start, (block,), "channels", 32),
        duplicate(start, [block])[0],
        start,
    ]
    old = Outline(analyze(start.graph))
    for step in steps:
        analysis = analyze(step.graph, old.analysis)
        old = Outline(analysis, old)
        assert list(old.lines.values()) == list(outline(analysis))

"""Attributes that a person gave a block are parameters of its class in the exported source."""

from __future__ import annotations

import inspect

import pytest
import torch
from torch import nn

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.analysis import analyze
from explorer.core.document import Document
from explorer.core.graph import Graph
from explorer.engine.running.module import build
from explorer.export.source import source
from tests.core.test_promotion import CHANNELS, chain


def classes(text: str) -> dict[str, type[nn.Module]]:
    """The classes of a source by name, the network last."""
    space: dict[str, object] = {"__name__": "exported"}
    exec(compile(text, "exported", "exec"), space)
    return {
        name: item for name, item in space.items() if isinstance(item, type) and issubclass(item, nn.Module)
    }


def exported(graph: Graph) -> dict[str, type[nn.Module]]:
    """The classes of a network's source, of which the last is equal to the network that is built."""
    found = classes(source(graph, "network"))
    torch.manual_seed(0)
    built, made = build(graph).eval(), list(found.values())[-1]().eval()
    assert list(made.state_dict()) == list(built.state_dict())
    made.load_state_dict(built.state_dict(), strict=True)
    pictures = [torch.randn(1, *analyze(graph).rows[name].output) for name in graph.sources]
    with torch.no_grad():
        assert torch.equal(built(*pictures), made(*pictures))
    return found


def parameters(kind: type[nn.Module]) -> list[str]:
    return list(inspect.signature(kind.__init__).parameters)[1:]


def test_its_attributes_are_the_parameters_of_its_class() -> None:
    start = edits.promote(chain(), ("pair",), {**CHANNELS, "step": [("conv1", "stride")]})
    pair = exported(start.graph)["Pair"]
    assert parameters(pair) == ["channels", "step"]
    other = pair(channels=20, step=2).eval()
    turned = edits.set_attribute(edits.set_attribute(start, ("pair",), "channels", 20), ("pair",), "step", 2)
    wanted = {name: value.shape for name, value in build(turned.graph).state_dict().items() if "pair" in name}
    assert {f"pair.{name}": value.shape for name, value in other.state_dict().items()} == wanted
    assert other(torch.zeros(1, 3, 16, 16)).shape == (1, 20, 8, 8)


def test_two_uses_of_a_block_give_one_class() -> None:
    start = edits.promote(chain(), ("pair",), CHANNELS)
    graph = edits.append(
        start, start.graph["pair"].operator.with_value("channels", 12), "pair", name="two"
    ).graph
    found = exported(graph)
    assert list(found) == ["Pair", "Network"]
    assert "channels" in parameters(found["Pair"])
    assert "Pair(in_channels=8, channels=12)" in source(graph, "network")


def test_blocks_in_blocks_hand_it_down() -> None:
    start = edits.promote(chain(), ("pair",), CHANNELS)
    outer = edits.group(start, ["pair", "relu"], "Outer")
    outer = edits.promote(outer, ("outer",), {"width": [("pair", "channels")]})
    found = exported(outer.graph)
    assert parameters(found["Outer"]) == ["width"]
    assert parameters(found["Pair"]) == ["channels"]
    assert found["Outer"](width=5)(torch.zeros(1, 3, 8, 8)).shape[1] == 5


def test_a_block_whose_layers_depend_on_it_is_exported_as_it_is() -> None:
    start = edits.group(
        Document(graph=catalog.build("vgg11", width=0.125, side=32)), ["block3", "block4"], "Two"
    )
    (name,) = [item for item in start.graph.nodes if item not in catalog.build("vgg11").nodes]
    start = edits.promote(start, (name,), {"n": [("block3", "n")]})
    exported(start.graph)


@pytest.mark.parametrize("name", ["self", "lambda", "nn", "torch", "forward"])
def test_a_name_that_means_something_else_in_python_gives_way(name: str) -> None:
    start = edits.promote(chain(), ("pair",), {name: CHANNELS["channels"]})
    pair = exported(start.graph)["Pair"]
    assert len(parameters(pair)) == 1
    assert name not in parameters(pair)


def test_layers_that_differ_are_exported_as_they_are() -> None:
    start = edits.promote(chain(), ("pair",), CHANNELS)
    exported(edits.set_attribute(start, ("pair", "conv1"), "out_channels", 5).graph)

"""The exported source is the network: same names, same weights, same outputs."""

import warnings

import pytest
import torch
from torch import nn

from explorer.architectures import catalog
from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph, Node
from explorer.core.group import Group
from explorer.core.operator import operators
from explorer.engine.running.module import build
from explorer.export.source import source
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.merge import Add, Concat, Multiply
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.repeat import Repeat
from explorer.operators.residual import BasicBlock
from explorer.operators.sketch import Sketch
from explorer.operators.sources import Input
from explorer.operators.spatial import SliceChannels


def run_source(text):
    """The network's class: the last one of the text."""
    space = {"__name__": "exported"}
    exec(compile(text, "exported", "exec"), space)
    return [item for item in space.values() if isinstance(item, type) and issubclass(item, nn.Module)][-1]


def assert_same(graph, *, name="network", batch=2):
    """The exported network takes the built one's weights and gives the same numbers."""
    torch.manual_seed(0)
    built = build(graph).eval()
    text = source(graph, name)
    exported = run_source(text)().eval()
    assert list(exported.state_dict()) == list(built.state_dict())
    exported.load_state_dict(built.state_dict(), strict=True)
    analysis = analyze(graph)
    pictures = [torch.randn(batch, *analysis.rows[entry].output) for entry in graph.sources]
    with torch.no_grad():
        ours, theirs = built(*pictures), exported(*pictures)
    if isinstance(ours, tuple):
        assert len(ours) == len(theirs)
        assert all(torch.equal(one, other) for one, other in zip(ours, theirs, strict=True))
    else:
        assert torch.equal(ours, theirs)
    return text


SMALL = {
    "lenet5": {},
    "alexnet": {"side": 96},
    "alexnet_2012": {"side": 99},
    "vgg11_bn": {"width": 0.125, "side": 64},
    "resnet18": {"side": 64},
    "resnet50": {"side": 64},
    "resnet50_v1": {"side": 64},
    "resnext50_32x4d": {"side": 64},
    "cifar_resnet20": {},
    "cifar_resnet20_b": {},
    "cifar_plain20": {},
    "squeezenet1_0_simple": {"side": 64},
    "squeezenet1_0_complex": {"side": 64},
    "densenet121": {"side": 64},
    "googlenet": {"side": 64},
    "mobilenet_v2": {"side": 64},
}


@pytest.mark.parametrize("name", SMALL)
def test_networks_of_the_catalogue(name):
    assert_same(catalog.build(name, **SMALL[name]), name=name, batch=1)


# those of a family that are built of other blocks than the smaller ones above
MORE = ["vgg11_lrn", "vgg16_c", "vgg19", "googlenet_2014", "plain34", "wide_resnet50_2", "squeezenet1_1"]


@pytest.mark.parametrize("name", [*MORE, "cifar_resnet110_b", "densenet161", "efficientnet_b0"])
def test_large_networks_have_the_same_modules(name):
    """On the meta device: nothing is computed, every module's settings are compared."""
    graph = catalog.build(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torchvision's import may warn
        exported = run_source(source(graph, name))
    built = build(graph, device="meta")
    with torch.device("meta"):
        made = exported()
    assert list(made.state_dict()) == list(built.state_dict())
    assert [repr(item) for item in _leaves(made)] == [repr(item) for item in _leaves(built)]


def _leaves(module):
    return [item for item in module.modules() if not list(item.children())]


def test_equal_blocks_become_one_class():
    text = source(catalog.build("resnet152"), "resnet152")
    assert text.count("class ") == 3
    assert "for _ in range(35)" in text


def one_layer(operator):
    """A small network around one operator, for input shapes that it takes; None where none is found."""
    for shape in ((8, 8, 8), (32, 9, 9), (12,)):
        count = max(1, operator.ports[0])
        nodes = [Node(f"in{number}", Input(shape)) for number in range(count)]
        graph = Graph([*nodes, Node("layer", operator, tuple(node.id for node in nodes))])
        if not analyze(graph).problems:
            return graph
    return None


@pytest.mark.parametrize("kind", [name for name in operators() if name not in ("Input", "Group")])
def test_every_operator(kind):
    graph = one_layer(operators()[kind]())
    if kind == "PadChannels":
        graph = one_layer(operators()[kind](before=1, after=2))
    assert graph is not None, f"{kind} takes none of the shapes that this test tries"
    assert_same(graph)


def test_several_inputs_and_outputs():
    sketch = Sketch()
    a, b = sketch.input((4, 6, 6), "left"), sketch.input((4, 6, 6), "right")
    both = sketch.add("add", Add(), a, b, a)
    sketch.add("cat", Concat(), both, a, b)
    sketch.add("mul", Multiply(), both, b)
    sketch.add("slice", SliceChannels(1, 2), both)
    text = assert_same(sketch.graph())
    assert "tuple[torch.Tensor, ...]" in text


def test_a_result_inside_a_row_splits_it():
    sketch = Sketch()
    last = sketch.input((3, 8, 8))
    for number in range(4):
        last = sketch.add(f"body.{number}", Conv2d(3, 3, padding=1), last)
    sketch.add("add", Add(), "body.1", last)
    text = assert_same(sketch.graph())
    assert "nn.ModuleDict" in text


# ids that Python, torch or its containers keep for themselves
ODD_IDS = [
    "forward", "training", "parameters", "class", "lambda", "None", "0", "1", "__x", "__class__", "_modules",
    "self", "nn", "torch", "x", "block.keys", "block.items", "block.pop", "row.append", "row.insert",
    "a.b", "a.b.c", "T_destination", "super", "print", "import.os", "1a", "a.0.b", "a.1",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD_IDS)
def test_odd_ids(name):
    sketch = Sketch()
    last = sketch.add(name, Conv2d(3, 1), sketch.input((3, 4, 4)))
    sketch.add("z.conv", Conv2d(3, 1), last)
    assert_same(sketch.graph())


def test_all_odd_ids_at_once():
    sketch = Sketch()
    last = sketch.input((3, 4, 4))
    for name in ODD_IDS:
        last = sketch.add(name, Conv2d(3, 1), last)
    assert_same(sketch.graph())


ATTACKS = [
    "x\nimport os; os.system('touch /tmp/owned')",
    "x\rraise SystemExit",
    '"""\nraise SystemExit\n"""',
    "'''; raise SystemExit",
    "-*- coding: utf_7 -*- +AGkAbQBwAG8AcgB0ACAAbwBz-",
    "{__import__('os').system('true')}",
    "\\N{LINE SEPARATOR}\u2028raise SystemExit",
    "\x00\x1b[2J\x0c",
    "ﬁle ｎｎ torch",
    "class",
    "",
    "日本語",
    "A" * 500,
]


def attacked(title):
    sketch = Sketch()
    inside = Sketch()
    start = inside.input((3, 4, 4))
    last = inside.add("bn", BatchNorm2d(), inside.add("conv", Conv2d(3, 1), start))
    inside.add("out", Add(), last, start)
    group = Group(title=title, graph=inside.graph())
    sketch.add("block", group, sketch.input((3, 4, 4)))
    return sketch.graph()


@pytest.mark.parametrize("text", ATTACKS)
def test_names_of_people_are_never_code(text):
    exported = assert_same(attacked(text), name=text)
    assert exported.isascii()
    assert all(" " <= sign <= "~" or sign == "\n" for sign in exported)
    assert all(line.startswith("# ") for line in exported.splitlines()[:2])
    assert "coding" not in "".join(exported.splitlines()[:2])
    assert run_source(exported).__module__ == "exported"


def test_titles_that_python_takes_for_one_name_stay_apart():
    """NFKC makes the ligature an f and an i."""
    sketch = Sketch()
    last = sketch.input((3, 4, 4))
    for number, (title, kernel) in enumerate(
        (("file", 1), ("ﬁle", 3), ("ＦＩＬＥ", 1), ("nn", 1), ("torch", 1))
    ):
        inside = Sketch()
        start = inside.input((3, 4, 4))
        conv = inside.add("conv", Conv2d(3, kernel, padding=kernel // 2), start)
        inside.add("out", Add(), inside.add(f"relu{number}", ReLU(), conv), start)
        last = sketch.add(f"block{number}", Group(title=title, graph=inside.graph()), last)
    text = assert_same(sketch.graph())
    names = [line.split()[1].partition("(")[0] for line in text.splitlines() if line.startswith("class ")]
    assert len(names) == len(set(names)) == 6


def test_blocks_that_differ_in_figures_share_a_class():
    sketch = Sketch()
    last = sketch.input((8, 8, 8))
    last = sketch.add("one", BasicBlock(16, stride=2), last)
    last = sketch.add("two", Repeat(BasicBlock(32, stride=2), 5), last)
    sketch.chain(last, ("flatten", Flatten()), ("fc", Linear(2)))
    text = assert_same(sketch.graph())
    assert text.count("class ") == 3


def test_what_cannot_be_exported_says_why():
    sketch = Sketch()
    sketch.add("fc", Linear(3), sketch.input((3, 4, 4)))
    with pytest.raises(ExplorerError, match="put a Flatten before it"):
        source(sketch.graph(), "broken")
    with pytest.raises(ExplorerError, match="nothing to export"):
        source(Graph(), "empty")
    with pytest.raises(ExplorerError, match="nothing to export"):
        source(Graph([Node("input", Input((3, 4, 4)))]), "only an input")

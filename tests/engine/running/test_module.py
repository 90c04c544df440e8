"""Graphs become torch modules: the same figures as direct calls, safe names, several ends."""

import copy
from dataclasses import dataclass

import pytest
import torch
from torch import nn

from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph, Node
from explorer.core.group import Group
from explorer.core.module_paths import RESERVED, is_reserved, module_paths
from explorer.core.operator import Operator, TorchCall, attribute, operators
from explorer.core.outline import flatten, outline, results
from explorer.engine.running.module import (
    FUNCTIONS,
    MODULES,
    build,
    giving_layer,
    input_shapes,
    layer_nodes,
    layer_shapes,
    output_layers,
)
from explorer.operators.activation import PReLU, ReLU
from explorer.operators.convolution import Conv2d, ConvTranspose2d, DepthwiseConv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.merge import Add, Concat, Multiply
from explorer.operators.normalization import BatchNorm2d, LayerNorm
from explorer.operators.pooling import GlobalAvgPool, MaxPool2d
from explorer.operators.regularization import StochasticDepth
from explorer.operators.repeat import Repeat
from explorer.operators.sketch import Sketch
from explorer.operators.spatial import SliceChannels


def chain(shape, *steps):
    sketch = Sketch()
    last = sketch.input(shape, "entering")
    for name, operator in steps:
        last = sketch.add(name, operator, last)
    return sketch.graph()


def direct(call: TorchCall, inputs):
    """What the call means, said once more in the plainest way."""
    if call.target.startswith("torch."):
        function = getattr(torch, call.target.removeprefix("torch."))
        if call.inputs == "packed":
            return function(list(inputs), **call.settings)
        if call.inputs == "folded":
            total = inputs[0]
            for item in inputs[1:]:
                total = function(total, item, **call.settings)
            return total
        return function(*inputs, *call.args, **call.settings)
    torch.manual_seed(0)
    if call.target.startswith("nn."):
        return getattr(nn, call.target.removeprefix("nn."))(*call.args, **call.settings)(*inputs)
    from torchvision import ops

    return ops.StochasticDepth(*call.args, **call.settings)(*inputs)


def accepted_shapes(operator):
    """Input shapes that this operator takes, found by asking its rule."""
    low, high = operator.ports
    count = low if high == low else max(low, 3)
    for shape in ((8, 12, 12), (64, 12, 12), (24,)):
        analysis = analyze(_alone(operator, [shape] * count))
        if not analysis.problems:
            return [shape] * count
    return None


def _alone(operator, shapes):
    sketch = Sketch()
    entering = [sketch.input(shape, f"in{index}") for index, shape in enumerate(shapes)]
    sketch.add("layer", operator, *entering)
    return sketch.graph()


PLAIN = [
    kind
    for name, kind in sorted(operators().items())
    if kind.category != "Blocks" and name != "Input" and not hasattr(kind, "expand")
]


@pytest.mark.parametrize("kind", PLAIN, ids=lambda kind: kind.__name__)
def test_every_plain_operator_computes_what_its_call_says(kind):
    operator = kind()
    shapes = accepted_shapes(operator)
    assert shapes is not None, f"no input shape for {kind.__name__}"
    graph = _alone(operator, shapes)
    inputs = [torch.randn(2, *shape, generator=torch.Generator().manual_seed(1)) for shape in shapes]
    torch.manual_seed(0)
    module = build(graph)
    torch.manual_seed(5)
    ours = module(*inputs)
    call = operator.torch(*shapes)
    if "Dropout" in call.target or "Stochastic" in call.target:
        module.eval()
        assert torch.equal(module(*inputs), inputs[0])
    else:
        assert torch.equal(ours, direct(call, inputs))
    assert tuple(ours.shape[1:]) == operator.infer(*shapes)
    rows = analyze(graph).totals
    assert sum(item.numel() for item in module.parameters()) == rows.parameters
    assert sum(item.numel() for item in module.buffers()) == rows.buffers


@pytest.mark.parametrize("kind", PLAIN, ids=lambda kind: kind.__name__)
def test_every_plain_operator_has_a_listed_target(kind):
    operator = kind()
    call = operator.torch(*accepted_shapes(operator))
    assert call.target in {*MODULES, *FUNCTIONS, "torchvision.ops.StochasticDepth"}
    assert "inplace" not in call.settings


def test_keys_of_the_state_dict_are_the_names_in_order():
    block = Group(
        title="b", graph=chain((1, 1, 1), ("conv1", Conv2d(out_channels=4)), ("/bn1", BatchNorm2d()))
    )
    graph = chain((3, 8, 8), ("layer1.0", block), ("flat", Flatten()), ("fc", Linear()))
    keys = [key for key in build(graph).state_dict() if key.endswith("weight")]
    assert keys == ["layer1.0.conv1.weight", "bn1.weight", "fc.weight"]


def test_a_stage_of_blocks_answers_by_its_last_layer():
    graph = chain((4, 8, 8), ("stage", Repeat(block=ReLU(), n=3)), ("end", MaxPool2d()))
    module = build(graph)
    assert giving_layer(module, "stage") == "stage.2"
    assert giving_layer(module, "stage.1") == "stage.1"
    assert giving_layer(module, "end") == "end"
    with pytest.raises(ExplorerError, match="did you mean"):
        giving_layer(module, "stag")


def test_results_name_a_layer_for_every_line():
    graph = chain((4, 8, 8), ("stage", Repeat(block=Group(graph=chain((1,), ("a", ReLU()))), n=2)))
    analysis = analyze(graph)
    names = {layer.name for layer in flatten(analysis)}
    giving = results(analysis)
    assert set(giving.values()) <= names
    assert {line.path for line in outline(analysis)} == set(giving)


def test_a_block_that_changes_nothing_gives_what_feeds_it():
    sketch = Sketch()
    top = sketch.input((2, 4, 4))
    conv = sketch.add("conv", Conv2d(out_channels=2), top)
    sketch.add("nothing", Group(graph=chain((2, 4, 4))), conv)
    sketch.add("relu", ReLU(), conv)
    module = build(sketch.graph())
    assert output_layers(module) == ("conv", "relu")
    through, bent = module(torch.randn(1, 2, 4, 4))
    assert torch.equal(through.relu(), bent)


def test_several_inputs_and_several_ends():
    sketch = Sketch()
    one, two = sketch.input((2, 4, 4), "left"), sketch.input((2, 4, 4), "right")
    both = sketch.add("sum", Add(), one, two)
    sketch.add("double", Concat(), both, one, two)
    sketch.add("gate", Multiply(), one, sketch.add("pool", GlobalAvgPool(), two))
    module = build(sketch.graph())
    a, b = torch.randn(3, 2, 4, 4), torch.randn(3, 2, 4, 4)
    stacked, gated = module(a, b)
    assert output_layers(module) == ("double", "gate")
    assert input_shapes(module) == ((2, 4, 4), (2, 4, 4))
    assert torch.equal(stacked, torch.cat([a + b, a, b], dim=1))
    assert torch.equal(gated, a * b.mean((2, 3), keepdim=True))


def test_an_input_that_feeds_nothing_is_no_result():
    sketch = Sketch()
    top = sketch.input((4,))
    sketch.input((7,), "unused")
    sketch.add("fc", Linear(), top)
    module = build(sketch.graph())
    assert output_layers(module) == ("fc",)
    assert module(torch.zeros(1, 4), torch.zeros(1, 7)).shape == (1, 10)


NAMES = """
    forward training parameters lambda 0 class self _modules graph input None print torch x.forward.y
    layer.train __class__ state_dict.0 T_destination type
"""


@pytest.mark.parametrize("name", NAMES.split())
def test_no_name_breaks_the_module(name):
    graph = chain((3, 8, 8), (name, Conv2d(out_channels=4)), ("after", ReLU()), ("line", Flatten()))
    module = build(graph)
    assert tuple(module(torch.zeros(2, 3, 8, 8)).shape) == (2, 144)
    assert module.training
    assert layer_shapes(module)[name] == (4, 6, 6)
    again = copy.deepcopy(module)
    again.load_state_dict(module.state_dict())
    assert len(list(again.parameters())) == 2


def test_a_layer_and_a_layer_inside_it_by_name():
    graph = chain((3, 8, 8), ("conv", Conv2d()), ("conv.weight", Conv2d()), ("conv_.weight", Conv2d()))
    module = build(graph)
    assert tuple(module(torch.zeros(1, 3, 8, 8)).shape) == (1, 64, 2, 2)
    assert len([key for key in module.state_dict() if key.endswith("bias")]) == 3


def test_ordinary_names_are_not_changed():
    names = [
        "features.0",
        "layer1.0.bn1",
        "Mixed_5b.branch1x1.conv",
        "classifier",
        "_conv_stem",
        "input",
        "weight",
    ]
    assert list(module_paths(names).values()) == names


def test_all_attributes_of_torch_are_reserved():
    module = build(chain((4,), ("fc", Linear())))
    own = (set(dir(module)) | set(vars(module))) - {"fc"}
    assert {name for name in own if not is_reserved(name)} == set()
    assert {"forward", "training", "_modules", "graph"} <= RESERVED & own


def test_shapes_are_those_of_the_analysis():
    graph = chain(
        (3, 16, 16),
        ("conv", Conv2d(padding=1, stride=2)),
        ("deep", DepthwiseConv2d(multiplier=2, bias=True)),
        ("up", ConvTranspose2d(out_channels=6, output_padding=1)),
        ("part", SliceChannels(start=1, length=4)),
        ("norm", LayerNorm()),
        ("bend", PReLU(per_channel=True)),
        ("flat", Flatten()),
    )
    module = build(graph)
    known = {layer.name: layer.output for layer in flatten(analyze(graph))}
    assert layer_shapes(module) == known
    assert list(layer_nodes(module)) == list(known)
    assert tuple(module(torch.zeros(2, 3, 16, 16)).shape[1:]) == known["flat"]


def test_a_network_with_a_problem_is_refused_with_its_sentence():
    with pytest.raises(ExplorerError, match="put a Flatten before it"):
        build(chain((3, 8, 8), ("fc", Linear())))
    with pytest.raises(ExplorerError, match="empty"):
        build(Graph())
    with pytest.raises(ExplorerError, match="conv"):
        build(Graph([Node("conv", Conv2d())]))


def test_a_trillion_parameters_are_refused_in_memory_but_not_on_meta():
    graph = chain((10**6,), ("fc", Linear(out_features=10**6)))
    with pytest.raises(
        ExplorerError, match=r"needs 4\.0 TB of memory, but only .* are free; make fc smaller"
    ):
        build(graph)
    module = build(graph, device="meta")
    assert sum(item.numel() for item in module.parameters()) == 10**12 + 10**6
    assert tuple(module(torch.empty(2, 10**6, device="meta")).shape) == (2, 10**6)


def test_what_torch_cannot_address_is_refused_everywhere():
    graph = chain((10**6,), ("a", Linear(out_features=10**12)), ("b", Linear(out_features=10**12)))
    with pytest.raises(ExplorerError, match=r"b needs .* more than torch can address"):
        build(graph, device="meta")


@dataclass(frozen=True, eq=False)
class Unlisted(Operator):
    target: str = attribute("torch.load", help="What is called.")

    def torch(self, *x):
        return TorchCall(self.target)


@pytest.mark.parametrize("target", ["torch.load", "nn.Module", "nn.__builtins__", "os.system", "torch.save"])
def test_a_target_that_is_not_listed_is_never_called(target):
    with pytest.raises(ExplorerError, match="is not among"):
        build(chain((4,), ("bad", Unlisted(target))))


def test_dropping_branches_works_in_training():
    module = build(chain((4, 2, 2), ("drop", StochasticDepth(p=0.5))))
    torch.manual_seed(0)
    out = module(torch.ones(64, 4, 2, 2))
    assert set(out.unique().tolist()) == {0.0, 2.0}

"""Whether a network can be trained on some data and, if not, what to change; needs no torch."""

from __future__ import annotations

from explorer.core.analysis import Analysis, analyze
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph, Path
from explorer.core.operator import Repair
from explorer.core.outline import Layer, flatten
from explorer.core.shapes import Shape, elements, shape_text
from explorer.operators.sources import Input

_HEADS = ("out_features", "out_channels")


class NotReady(ExplorerError):
    """The network does not fit the data.

    `edits.apply_repair(document, path, repairs[0])` makes it fit; `repairs` is empty where no
    single edit does.
    """

    def __init__(self, message: str, path: Path = (), *repairs: Repair) -> None:
        super().__init__(message)
        self.path = path
        self.repairs = repairs


def picture_shape(graph: Graph) -> Shape:
    """The shape of the pictures that a network takes.

    Raises:
        NotReady: it has not exactly one Input, or that is no picture of 1 or 3 channels.
    """
    sources = graph.sources
    if len(sources) != 1:
        found = f"has {len(sources)} inputs ({', '.join(sources[:4])})" if sources else "has no Input"
        raise NotReady(f"training needs one Input for the pictures, but the network {found}")
    source = sources[0]
    operator = graph[source].operator
    shape = operator.infer()
    if len(shape) != 3:
        side = 28 if shape == (784,) else 32
        repair = Repair(f"Set the shape of {source} to 1×{side}×{side}", "shape", (1, side, side))
        raise NotReady(
            f"pictures have channels, height and width, but {source} takes {shape_text(shape)} numbers;"
            f" set its shape to 1×{side}×{side}, say, and put a Flatten behind it",
            (source,),
            repair,
        )
    if shape[0] not in (1, 3):
        repair = Repair(f"Set the channels of {source} to 3", "shape", (3, *shape[1:]))
        raise NotReady(
            f"pictures are grey (1 channel) or coloured (3), but {source} takes {shape[0]};"
            " set its first figure to 1 or 3",
            (source,),
            *([repair] if isinstance(operator, Input) else []),
        )
    return shape


def check_result(graph: Graph, classes: int, data: str) -> tuple[str, ...]:
    """See that the network gives one number per class; sentences about what is still odd.

    Raises:
        NotReady: it does not; the error holds the edit that helps, where there is one.
        ExplorerError: the network has a problem of its own.
    """
    analysis = analyze(graph)
    layers = {layer.name: layer for layer in flatten(analysis)}
    last = _last(analysis, layers)
    if len(last.output) != 1:
        raise _no_vector(last, classes)
    if last.output[0] != classes:
        raise _wrong_count(last, _head(layers, last), classes, data)
    if last.operator.kind() == "Softmax":
        return (f"the loss already applies Softmax: training works better without {last.name}",)
    return ()


def _last(analysis: Analysis, layers: dict[str, Layer]) -> Layer:
    """The one layer that feeds no other."""
    fed = {source for layer in layers.values() for source in layer.inputs}
    leaving = [layer for layer in layers.values() if layer.name not in fed]
    if len(leaving) != 1 or not analysis.totals.parameters:
        names = ", ".join(layer.name for layer in leaving[:4])
        what = f"{len(leaving)} ({names})" if len(leaving) != 1 else "nothing that learns"
        raise NotReady(
            f"training needs a network with one result, but it has {what};"
            " connect or delete what feeds nothing, and end in a Linear with one output per class"
        )
    return leaving[0]


def _no_vector(last: Layer, classes: int) -> NotReady:
    ends = f"the network ends in {shape_text(last.output)} ({last.name})"
    if elements(last.output) == classes:
        return NotReady(f"{ends}; append a Flatten, so that it ends in {classes} numbers")
    return NotReady(
        f"{ends}, not in one number per class; append global average pooling, a Flatten and a"
        f" Linear with out_features {classes}"
    )


def _wrong_count(last: Layer, head: tuple[Layer, str] | None, classes: int, data: str) -> NotReady:
    ends = f"the network ends in {last.output[0]:,} numbers, {data} has {classes:,} classes"
    if head is None:
        return NotReady(f"{ends}; append a Linear with out_features {classes}")
    layer, attribute = head
    repair = Repair(f"Set {attribute} of {layer.name} to {classes}", attribute, classes)
    return NotReady(f"{ends}: set {attribute} of {layer.name} to {classes}", layer.path, repair)


def _head(layers: dict[str, Layer], last: Layer) -> tuple[Layer, str] | None:
    """The layer that decides how many numbers leave, and the attribute that says so."""
    layer = last
    while True:
        for name in _HEADS:
            if hasattr(layer.operator, name):
                return layer, name
        if len(layer.inputs) != 1:
            return None
        above = layers[layer.inputs[0]]
        if above.output[0] != layer.output[0]:  # a Flatten of more than 1×1, a slice
            return None
        layer = above

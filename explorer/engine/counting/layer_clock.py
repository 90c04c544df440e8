"""One layer after the other on the clock: in use, and forward and backward as in training."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, fx, nn

from explorer.engine.running.module import input_shapes

USE, FORWARD, BACKWARD = "use", "forward", "backward"
"""What is timed of a layer: without gradients as in use, and the two passes of training."""


class Stopwatch:
    """Times a call from the moment the device is idle to the moment it is again."""

    def __init__(self, device: torch.device) -> None:
        waits: dict[str, Callable[[], object]] = {
            "cuda": lambda: torch.cuda.synchronize(device),
            "mps": lambda: torch.mps.synchronize(),
        }
        self._wait = waits.get(device.type, lambda: None)

    def time(self, call: Callable[[], Any]) -> tuple[Any, float]:
        """What the call gives, and its seconds."""
        self._wait()
        start = time.perf_counter()
        given = call()
        self._wait()
        return given, time.perf_counter() - start


class LayerClock:
    """Runs a network layer by layer and keeps the seconds of each, by what is timed and by full name."""

    def __init__(
        self,
        network: fx.GraphModule,
        stopwatch: Stopwatch,
        device: torch.device,
        batch: int,
        should_stop: Callable[[], bool],
    ) -> None:
        self._network, self._stopwatch, self._should_stop = network, stopwatch, should_stop
        self._pictures = [torch.randn(batch, *shape, device=device) for shape in input_shapes(network)]
        self._layers = _layers(network)
        self._gone = _last_uses(network)
        self.seconds: dict[str, dict[str, list[float]]] = {USE: {}, FORWARD: {}, BACKWARD: {}}

    def use(self) -> None:
        """The whole network once, as in use."""
        self._network.eval()
        with torch.no_grad():
            self._network(*self._pictures)

    def round(self, *, counts: bool) -> bool:
        """Every layer once; False where it was stopped."""
        made: dict[fx.Node, Tensor] = {}
        feeding = iter(self._pictures)
        spent: dict[str, dict[str, float]] = {USE: {}, FORWARD: {}, BACKWARD: {}}
        for node in self._network.graph.nodes:
            if node.op == "placeholder":
                made[node] = next(feeding)
            elif node.op != "output":
                if self._should_stop():
                    return False
                made[node] = self._run(node, made, spent)
            for gone in self._gone.get(node, ()):
                made.pop(gone, None)
        if counts:
            for what, layers in spent.items():
                for name, seconds in layers.items():
                    self.seconds[what].setdefault(name, []).append(seconds)
        return True

    def _run(
        self, node: fx.Node, made: Mapping[fx.Node, Tensor], spent: dict[str, dict[str, float]]
    ) -> Tensor:
        """One node; a layer may have several, whose seconds are added."""
        name, part = self._layers[node], self._part(node)
        entering = {source: _fresh(made[source]) for source in node.all_input_nodes}
        args = fx.node.map_arg(node.args, lambda source: entering[source])
        settings = fx.node.map_arg(node.kwargs, lambda source: entering[source])

        def call() -> Any:
            return part(*args, **settings)

        _set_training(part, on=False)
        with torch.no_grad():
            _, used = self._stopwatch.time(call)
        _set_training(part, on=True)
        result, forward = self._stopwatch.time(call)
        taken = {USE: used, FORWARD: forward}
        if result.requires_grad:
            taken[BACKWARD] = self._back(part, result, entering.values())
        for what, seconds in taken.items():
            spent[what][name] = spent[what].get(name, 0.0) + seconds
        return _fresh(result)

    def _part(self, node: fx.Node) -> Callable[..., Any]:
        if node.op == "call_module":
            return self._network.get_submodule(str(node.target))
        assert callable(node.target)  # noqa: S101  (the other kind of node calls a function)
        return node.target

    def _back(self, part: object, result: Tensor, entering: Iterable[Tensor]) -> float:
        learned = part.parameters() if isinstance(part, nn.Module) else ()
        wanted = [item for item in (*entering, *learned) if item.requires_grad]
        gradient = torch.ones_like(result)
        _, seconds = self._stopwatch.time(lambda: torch.autograd.grad(result, wanted, gradient))
        return seconds


def _fresh(tensor: Tensor) -> Tensor:
    """The same numbers without their history; whether they are differentiated stays."""
    return tensor.detach().requires_grad_(tensor.requires_grad)


def _set_training(part: object, *, on: bool) -> None:
    if isinstance(part, nn.Module):
        part.train(on)


def _layers(network: fx.GraphModule) -> dict[fx.Node, str]:
    """The layer of every node: those before a layer's last node have no name of their own."""
    found: dict[fx.Node, str] = {}
    waiting: list[fx.Node] = []
    for node in network.graph.nodes:
        waiting.append(node)
        if "layer" in node.meta:
            found |= dict.fromkeys(waiting, node.meta["layer"])
            waiting = []
    return found


def _last_uses(network: fx.GraphModule) -> dict[fx.Node, list[fx.Node]]:
    """After each node, those whose result nothing needs any more."""
    last: dict[fx.Node, fx.Node] = {}
    for node in network.graph.nodes:
        for source in node.all_input_nodes:
            last[source] = node
    gone: dict[fx.Node, list[fx.Node]] = {}
    for source, node in last.items():
        gone.setdefault(node, []).append(source)
    return gone

"""The network that is looked into: built once, kept with its weights and what it made of a picture."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from torch import fx

from explorer.core.graph import Graph
from explorer.core.shapes import ELEMENT_BYTES, Shape, elements
from explorer.engine.device import choose, leave_one_core
from explorer.engine.drawing.tiles import finite_extremes, maps_of
from explorer.engine.looking.findings import Doing, WeightsSource
from explorer.engine.looking.used_weights import put_into, stamp_of
from explorer.engine.pictures.images import IMAGENET_MEAN, IMAGENET_STD, Picture, fit
from explorer.engine.running.ablation import switched, switching
from explorer.engine.running.activations import Activation, Values, capture, stream
from explorer.engine.running.module import input_shapes, layer_nodes, output_layers
from explorer.engine.running.switches import Switch
from explorer.engine.running.weights import initialized

KEPT_BYTES = 256 * 1024 * 1024
"""All activations of a picture are kept while they need no more; else those that were last asked for."""

LAST_BYTES = 1024 * 1024 * 1024
"""What was last asked for is kept while it needs no more: the same layer is mostly asked for again."""

_QUIET = 0.05
"""Seconds after an answer before what is not asked for is fetched: a hand that moves asks again sooner."""


@dataclass
class KeptNetwork:
    """A built network, where its weights came from, and the activations of one picture.

    `activations` are those of the network as it is, `changed` those that the `switches` alter;
    `seconds` is what the last pass took.
    """

    graph: Graph
    weights: WeightsSource
    stamp: object
    device: str
    module: fx.GraphModule
    mean: tuple[float, ...] = IMAGENET_MEAN
    std: tuple[float, ...] = IMAGENET_STD
    share: float = 1.0
    labels: tuple[str, ...] = ()
    said: str = ""
    picture: Picture | None = None
    activations: dict[str, Values] = field(default_factory=dict)
    switches: tuple[Switch, ...] = ()
    changed: dict[str, Values] = field(default_factory=dict)
    seconds: float = 0.0
    _reach: tuple[Picture, tuple[Switch, ...], float] | None = None

    @property
    def leaving(self) -> str:
        """The layer that gives the first result."""
        return output_layers(self.module)[0]

    @property
    def all_fit(self) -> bool:
        """Whether the activations of all layers may be kept."""
        needed = sum(elements(node.meta["shape"]) for node in layer_nodes(self.module).values())
        return needed * ELEMENT_BYTES <= KEPT_BYTES

    def entering(self, picture: Picture) -> list[Values]:
        """The picture as each input takes it, a batch of one."""
        return [
            fit(picture, shape, matching(self.mean, shape), matching(self.std, shape), share=self.share)[None]
            for shape in input_shapes(self.module)
        ]

    def look(
        self,
        picture: Picture,
        layers: Sequence[str],
        should_stop: Callable[[], bool],
        *,
        plain: bool = False,
        near: Sequence[str] = (),
    ) -> Generator[Doing, None, Mapping[str, Values]]:
        """The activations of plain layers for a picture; fewer where it was stopped.

        They follow the switches, unless `plain` asks for the network as it is. What need not be
        computed again is not; what takes too much room to be kept is let go when other layers
        are asked for, except those that are `near`, as far as there is room: they come next.
        """
        if self.picture is not picture:
            self.picture, self.activations, self.changed = picture, {}, {}
        switches = () if plain else self.switches
        apart = bool(switches) and not self.all_fit
        missing = [name for name in layers if name not in (self.changed if apart else self.activations)]
        if missing:
            yield Doing("Looking…")
            entering, begun = self.entering(picture), time.perf_counter()
            if self.all_fit:
                # what is switched needs all; else `complete` fetches the others when there is time
                asked = None if switches else missing
                self.activations.update(capture(self.module, entering, asked))
            else:
                near = self._with_room(layers, near)
                self._let_go((*layers, *near, self.leaving))
                missing += [name for name in near if name not in self.activations]
                step = switching(self.module, switches)
                found = capture(self.module, entering, missing, should_stop=should_stop, step=step)
                (self.changed if apart else self.activations).update(found)
            self.seconds = time.perf_counter() - begun
        if switches and self.all_fit and not self.changed and not should_stop():
            self.activations.update(capture(self.module, self.entering(picture), self._missing()))
            changed = switched(self.module, self.activations, switches, should_stop)
            self.changed = {} if should_stop() else dict(changed)
        found_now = {**self.activations, **self.changed} if switches else self.activations
        found_now = {name: found_now[name] for name in layers if name in found_now}
        for fewer in ((*layers, self.leaving), (self.leaving,)):
            kept = (*self.activations.values(), *self.changed.values())
            if not self.all_fit and sum(values.nbytes for values in kept) > LAST_BYTES:
                self._let_go(fewer)
        return found_now

    def complete(self, picture: Picture, should_stop: Callable[[], bool]) -> None:
        """Fetch the activations of all other layers while nothing else is asked, where they fit.

        Not to be called with `TURN` held: it is taken for one layer at a time.
        """
        passing: Iterator[Activation] | None = None
        time.sleep(_QUIET)
        while self.all_fit and not should_stop():
            with TURN:
                if self.picture is not picture or all(known is not self for known in _kept):
                    return
                if passing is None:
                    missing = self._missing()
                    passing = stream(self.module, self.entering(picture), missing) if missing else iter(())
                found = next(passing, None)
                if found is None:
                    return
                self.activations.setdefault(found.name, found.values)
            time.sleep(0)  # whoever waits for a turn has it now

    def reach(self, picture: Picture, should_stop: Callable[[], bool]) -> float:
        """The largest size of any number of any layer but the inputs; 0 where it was stopped."""
        if self._reach is not None and self._reach[:2] == (picture, self.switches):
            return self._reach[2]
        own = [name for name, node in layer_nodes(self.module).items() if node.op != "placeholder"]
        most = 0.0
        for found in stream(
            self.module, self.entering(picture), own, step=switching(self.module, self.switches)
        ):
            lows, highs = finite_extremes(maps_of(found.values[0].reshape(len(found.values[0]), 1, -1)))
            most = max(most, float(highs.max()), -float(lows.min()))
            if should_stop():
                return 0.0
        self._reach = picture, self.switches, most
        return most

    def _missing(self) -> list[str]:
        return [name for name in layer_nodes(self.module) if name not in self.activations]

    def _with_room(self, layers: Sequence[str], near: Sequence[str]) -> list[str]:
        """Those of the near layers that may be kept beside the others."""
        nodes = layer_nodes(self.module)
        left = LAST_BYTES - sum(ELEMENT_BYTES * elements(nodes[name].meta["shape"]) for name in layers)
        chosen = []
        for name in near:
            left -= ELEMENT_BYTES * elements(nodes[name].meta["shape"])
            if left >= 0 and name not in layers:
                chosen.append(name)
        return chosen

    def switch(self, switches: tuple[Switch, ...]) -> None:
        """Have these parts switched from now on."""
        if switches != self.switches:
            self.switches, self.changed = switches, {}

    def _let_go(self, wanted: Collection[str]) -> None:
        self.activations = {name: values for name, values in self.activations.items() if name in wanted}
        self.changed = {name: values for name, values in self.changed.items() if name in wanted}


_kept: list[KeptNetwork] = []
TURN = threading.Lock()
"""Held by whoever uses the kept network: one question is answered at a time."""


class AsksNetwork(Protocol):
    """What a question says of the network that it asks."""

    @property
    def graph(self) -> Graph: ...
    @property
    def weights(self) -> WeightsSource: ...
    @property
    def device(self) -> str: ...
    @property
    def switches(self) -> tuple[Switch, ...]: ...


def kept_network(request: AsksNetwork, room: int = 1) -> Generator[Doing, None, KeptNetwork]:
    """The network of a request, weights and switches: a kept one where nothing changed. Hold `TURN`.

    Where it must be built, so many are kept with it as there is `room` for: those last asked.

    Raises:
        ExplorerError: the network has a problem, or the weights do not fit it.
    """
    source = request.weights
    stamp, device = stamp_of(source), choose(request.device)
    for known in _kept:
        same = (known.weights, known.stamp, known.device) == (source, stamp, str(device))
        if known.graph is request.graph and same:
            known.switch(request.switches)
            _kept[:] = [known, *(other for other in _kept if other is not known)]
            return known
    # with all cores a small network waits longer for its own threads than it computes beside a busy window
    leave_one_core()
    yield Doing("Building the network…")
    # building cannot be stopped halfway; what was built is kept for the next request
    module = initialized(request.graph, source.seed)
    used = put_into(module, source)
    made = KeptNetwork(
        request.graph,
        source,
        stamp,
        str(device),
        module,
        used.mean,
        used.std,
        used.share,
        used.labels,
        used.said,
    )
    module.to(device)
    # for good: long questions are answered side by side, and none may switch its mode; nobody trains it
    module.eval().requires_grad_(requires_grad=False)
    made.switch(request.switches)
    _kept[:] = [made, *_kept][:room]
    return made


def keep(made: KeptNetwork) -> None:
    """Keep a network that was built elsewhere: questions about its graph and weights are answered by it."""
    made.module.eval().requires_grad_(requires_grad=False)
    with TURN:
        _kept[:] = [made]


def neighbours(module: fx.GraphModule, layer: str) -> tuple[str, ...]:
    """The layers next to one, the following first: they are mostly asked for next."""
    names = list(layer_nodes(module))
    place = names.index(layer)
    return tuple(names[place + 1 : place + 2] + names[max(0, place - 1) : place])


def forget() -> None:
    """Let go of the network and activations that were kept."""
    with TURN:
        _kept.clear()


def matching(figures: tuple[float, ...], shape: Shape) -> tuple[float, ...] | float:
    """One figure per channel, or their mean where a run had another number of channels."""
    channels = shape[0] if len(shape) == 3 else 1
    return figures if len(figures) in (channels, 3) and figures else sum(figures) / max(1, len(figures))

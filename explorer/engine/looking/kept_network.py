"""The network that is looked into: built once, kept with its weights and what it made of a picture."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from torch import fx

from explorer.core.analysis import analyze
from explorer.core.graph import Graph
from explorer.core.kept_results import kept_layers
from explorer.core.outline import flatten
from explorer.core.shapes import ELEMENT_BYTES, Shape, elements
from explorer.core.units import bytes_text
from explorer.engine.device import choose, free_memory, leave_one_core
from explorer.engine.looking.findings import AsksNetwork, Doing, MapFigures, Request, WeightsSource
from explorer.engine.looking.used_weights import put_into, stamp_of
from explorer.engine.pictures.images import IMAGENET_MEAN, IMAGENET_STD, Picture, fit
from explorer.engine.running.ablation import switched, switching
from explorer.engine.running.activations import Activation, Statistics, Values, capture, stream
from explorer.engine.running.module import input_shapes, layer_nodes, neighbours, output_layers
from explorer.engine.running.switches import Switch
from explorer.engine.running.weights import initialized

KEPT_BYTES = 1024 * 1024 * 1024
"""All activations of a picture are kept while they need no more; else those that are dear to compute."""

LAST_BYTES = 512 * 1024 * 1024
"""Beside these, what was last asked for while it needs no more: the same layer is mostly asked for again."""

_SHARE = 4
"""Of the free memory, one part in so many is taken at most."""

_QUIET = 0.05
"""Seconds after an answer before what is not asked for is fetched: a hand that moves asks again sooner."""

_GLANCE = 0.001
"""Seconds between two looks whether it does."""


Figures = tuple[MapFigures, Statistics, tuple[tuple[int, ...], float, float]]
"""Of each map, of the layer, and its histogram."""


@dataclass
class KeptNetwork:
    """A built network, where its weights came from, and the activations of one picture.

    `activations` are those of the network as it is, `changed` those that the `switches` alter;
    `seconds` is what the last pass took, `figures` are those of large layers for this picture.
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
    figures: dict[str, Figures] = field(default_factory=dict)
    reached: tuple[tuple[Picture, tuple[Switch, ...], float], float] | None = None

    @property
    def leaving(self) -> str:
        """The layer that gives the first result."""
        return output_layers(self.module)[0]

    @functools.cached_property
    def lasting(self) -> frozenset[str]:
        """The layers whose activations stay while the picture does: all, where they fit the memory.

        Else those from which every other is soon computed again, exactly.
        """
        free = free_memory()
        room = KEPT_BYTES if free is None else min(KEPT_BYTES, free // _SHARE)
        return kept_layers(flatten(analyze(self.graph)), room)

    @functools.cached_property
    def keeping(self) -> str:
        """What is kept of a picture, in words."""
        shapes = [
            node.meta["shape"] for name, node in layer_nodes(self.module).items() if name in self.lasting
        ]
        size, many = bytes_text(ELEMENT_BYTES * sum(map(elements, shapes))), len(layer_nodes(self.module))
        return f"{size} kept" if self.all_fit else f"{len(shapes):,} of {many:,} layers kept, {size}"

    @property
    def all_fit(self) -> bool:
        """Whether the activations of all layers may be kept."""
        return len(self.lasting) == len(layer_nodes(self.module))

    def entering(self, picture: Picture) -> list[Values]:
        """The picture as each input takes it, a batch of one."""
        return [
            fit(picture, shape, matching(self.mean, shape), matching(self.std, shape), share=self.share)[None]
            for shape in input_shapes(self.module)
        ]

    def look(
        self, picture: Picture, layers: Sequence[str], should_stop: Callable[[], bool], *, plain: bool = False
    ) -> Generator[Doing, None, Mapping[str, Values]]:
        """The activations of plain layers for a picture; fewer where it was stopped.

        They follow the switches, unless `plain` asks for the network as it is. What need not be
        computed again is not; what takes too much room to be kept is let go when other layers
        are asked for.
        """
        if self.picture is not picture:
            self.picture, self.activations, self.changed, self.figures = picture, {}, {}, {}
        switches = () if plain else self.switches
        apart = bool(switches) and not self.all_fit
        missing = [name for name in layers if name not in (self.changed if apart else self.activations)]
        if missing:
            yield Doing("Looking…")
            begun = time.perf_counter()
            self._let_go_beyond(layers)
            if apart:
                step = switching(self.module, switches)
                entering = self.entering(picture)
                self.changed |= capture(self.module, entering, missing, should_stop=should_stop, step=step)
            else:
                # what is switched needs all; else `complete` fetches the others when there is time
                wanted = self._lacking() if switches or not self.all_fit else ()
                self._fetch(picture, (*missing, *wanted), should_stop)
            self.seconds = time.perf_counter() - begun
        if switches and self.all_fit and not self.changed and not should_stop():
            self._fetch(picture, self._lacking(), should_stop)
            if not should_stop():
                changed = switched(self.module, self.activations, switches, should_stop)
                self.changed = {} if should_stop() else dict(changed)
        found_now = {**self.activations, **self.changed} if switches else self.activations
        found_now = {name: found_now[name] for name in layers if name in found_now}
        self._let_go_beyond(layers)
        return found_now

    def complete(self, picture: Picture, should_stop: Callable[[], bool], near: Sequence[str] = ()) -> None:
        """Fetch what is to be kept while nothing else is asked: all layers, or some and those `near`.

        Not to be called with `TURN` held: it is taken for one layer at a time.
        """
        passing: Iterator[Activation] | None = None
        end = time.monotonic() + _QUIET
        while time.monotonic() < end and not should_stop():
            time.sleep(_GLANCE)
        while not should_stop():
            with TURN:
                if self.picture is not picture or all(known is not self for known in _kept):
                    return
                if passing is None:
                    passing = self._passing(picture, (*self._lacking(), *self._with_room(near)), should_stop)
                found = next(passing, None)
                if found is None:
                    return
                self.activations.setdefault(found.name, found.values)
            time.sleep(0)  # whoever waits for a turn has it now

    def _fetch(self, picture: Picture, names: Sequence[str], should_stop: Callable[[], bool]) -> None:
        for found in self._passing(picture, names, should_stop):
            self.activations[found.name] = found.values

    def _passing(
        self, picture: Picture, names: Sequence[str], should_stop: Callable[[], bool]
    ) -> Iterator[Activation]:
        """The named layers of the network as it is, computed from what is kept already."""
        if not names:
            return iter(())
        known = dict(self.activations)
        return stream(self.module, self.entering(picture), names, known=known, should_stop=should_stop)

    def _lacking(self) -> tuple[str, ...]:
        """The layers that are to be kept and are not yet."""
        return tuple(
            name for name in layer_nodes(self.module) if name in self.lasting and name not in self.activations
        )

    def _with_room(self, near: Sequence[str]) -> tuple[str, ...]:
        """Those of the near layers that may be kept beside what was last asked for."""
        nodes = layer_nodes(self.module)
        left = LAST_BYTES - self._beside(self.activations)
        chosen = []
        for name in near:
            left -= ELEMENT_BYTES * elements(nodes[name].meta["shape"])
            if left >= 0 and name not in self.activations:
                chosen.append(name)
        return tuple(chosen)

    def _beside(self, names: Collection[str]) -> int:
        """Bytes of what is there for a while only."""
        kept = [*self.changed.values()]
        kept += [self.activations[name] for name in names if name not in self.lasting]
        return sum(values.nbytes for values in kept)

    def remember_figures(self, request: Request, layer: str, figures: Figures) -> None:
        """Keep figures that took long, as long as the same is looked at. Call without `TURN`."""
        with TURN:
            if self.picture is request.picture and self.switches == request.switches:
                self.figures[layer] = figures

    def switch(self, switches: tuple[Switch, ...]) -> None:
        """Have these parts switched from now on."""
        if switches != self.switches:
            self.switches, self.changed, self.figures = switches, {}, {}

    def _let_go_beyond(self, layers: Sequence[str]) -> None:
        """Let go of what was asked for before, and of these layers where they take too much room."""
        if self.all_fit:
            return
        near = {name for layer in layers for name in neighbours(self.module, layer)}
        for wanted in ({*layers, *near, self.leaving}, {*layers, self.leaving}, {self.leaving}):
            stay = wanted | self.lasting
            self.activations = {name: found for name, found in self.activations.items() if name in stay}
            self.changed = {name: found for name, found in self.changed.items() if name in wanted}
            if self._beside(self.activations) <= LAST_BYTES:
                return


_kept: list[KeptNetwork] = []
TURN = threading.Lock()
"""Held by whoever uses the kept network: one question is answered at a time."""


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


def forget() -> None:
    """Let go of the network and activations that were kept."""
    with TURN:
        _kept.clear()


def matching(figures: tuple[float, ...], shape: Shape) -> tuple[float, ...] | float:
    """One figure per channel, or their mean where a run had another number of channels."""
    channels = shape[0] if len(shape) == 3 else 1
    return figures if len(figures) in (channels, 3) and figures else sum(figures) / max(1, len(figures))

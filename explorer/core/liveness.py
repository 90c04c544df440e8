"""Which tensors are alive while a network is used or trained: the layers walked through as torch does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from explorer.core.analysis import Analysis
from explorer.core.keeping import FLOAT32, NOTHING, Extra, Keeping
from explorer.core.outline import Layer, flatten, results
from explorer.core.shapes import elements


@dataclass(frozen=True)
class Amount:
    """Bits that grow with the batch, and bits that do not."""

    each: int = 0
    fixed: int = 0

    def size(self, batch: int) -> int:
        """Bytes for a batch of so many pictures, rounded up."""
        return -(-(self.each * batch + self.fixed) // 8)

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.each + other.each, self.fixed + other.fixed)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.each - other.each, self.fixed - other.fixed)


ZERO = Amount()

FORWARD, BACKWARD, UPDATE = "forward pass", "backward pass", "update of the weights"
"""The phases of a step."""


@dataclass(frozen=True)
class Moment:
    """What is alive while one layer is computed, beside what stays all the time.

    `kept` waits for the backward pass; `passing` are activations and gradients of activations on
    their way, and what the layer borrows; `gradients` are those of the parameters.
    """

    phase: str
    layer: str
    kept: Amount
    passing: Amount
    gradients: Amount

    @property
    def total(self) -> Amount:
        """All of it."""
        return self.kept + self.passing + self.gradients


@dataclass(frozen=True)
class Numbers:
    """How wide numbers are, and what the optimizer keeps.

    Args:
        weights: bits of a parameter and of its gradient.
        activations: bits of an activation.
        copies: numbers that the optimizer keeps for each parameter (momentum: 1, Adam: 2).
        borrowed: numbers for each parameter that its update needs for a moment.
        cast: bits of a second copy of the parameters, in half precision, during the two passes.
        gpu: whether a graphics processor computes (some kernels keep less there).
        accumulates: whether gradients of several parts of a batch are summed before the update.
    """

    weights: int = FLOAT32
    activations: int = FLOAT32
    copies: int = 0
    borrowed: int = 0
    cast: int = 0
    gpu: bool = False
    accumulates: bool = False


class _Memory:
    """Pieces of memory that live as long as something holds them."""

    def __init__(self) -> None:
        self._sizes: dict[int, Amount] = {}
        self._holders: dict[int, int] = {}
        self._kept: dict[int, int] = {}
        self.kept, self.all = ZERO, ZERO

    def new(self, size: Amount) -> int:
        """A piece that nothing holds yet; it counts from now on."""
        piece = len(self._sizes)
        self._sizes[piece], self._holders[piece], self._kept[piece] = size, 0, 0
        self.all = self.all + size
        return piece

    def hold(self, piece: int, *, keep: bool = False) -> None:
        """One more holder; those that `keep` wait for the backward pass."""
        self._holders[piece] += 1
        if keep:
            self._kept[piece] += 1
            if self._kept[piece] == 1:
                self.kept = self.kept + self._sizes[piece]

    def drop(self, piece: int, *, keep: bool = False) -> None:
        """One holder less; the last one gives the memory back."""
        self._holders[piece] -= 1
        if keep:
            self._kept[piece] -= 1
            if not self._kept[piece]:
                self.kept = self.kept - self._sizes[piece]
        if not self._holders[piece]:
            self.all = self.all - self._sizes[piece]

    def alone(self, piece: int) -> bool:
        """Whether one holder is all it has."""
        return self._holders[piece] == 1


class Walk:
    """Goes through the layers as torch does, and notes what is alive.

    `constant` holds what stays all the time, by what it is; `moments` grows with every pass.

    Raises:
        ExplorerError: the network has a problem.
    """

    def __init__(self, analysis: Analysis, numbers: Numbers, *, training: bool) -> None:
        self._layers = flatten(analysis)
        self._numbers, self._training = numbers, training
        totals, bits = analysis.totals, numbers.weights
        self.weights = totals.parameters
        self.gradients = ZERO
        self.constant = {
            "parameters": Amount(fixed=totals.parameters * (bits + numbers.cast)),
            "buffers": Amount(fixed=totals.buffers * bits),
            "pictures": sum(
                (self._pictures(elements(layer.output)) for layer in self._layers if not layer.shapes), ZERO
            ),
        }
        self.moments: list[Moment] = []
        self._memory = _Memory()
        self._pieces: dict[str, int] = {}
        self._keeping = {
            layer.name: layer.operator.keeping(*layer.shapes) if layer.shapes else NOTHING
            for layer in self._layers
        }
        self._parameters = {
            layer.name: layer.operator.parameters(*layer.shapes).value if layer.shapes else 0
            for layer in self._layers
        }
        self._learned = self._differentiable()
        self._held: dict[str, list[int]] = {}
        sinks = set(analysis.graph.sinks) - set(analysis.graph.sources) or set(analysis.graph.sinks)
        giving = results(analysis)
        self._results = tuple(
            dict.fromkeys(giving[(name,)] for name in analysis.graph.sinks if name in sinks)
        )

    def forward(self) -> None:
        """Every layer in turn; what is used for the last time is given back after it."""
        uses = self._uses()
        for layer in self._layers:
            keeping = self._keeping[layer.name]
            piece = self._made(layer, keeping)
            self._pieces[layer.name] = piece
            for _ in range(uses[layer.name]):
                self._memory.hold(piece)
            if self._training and self._learned[layer.name]:
                self._keep(layer, keeping, piece)
            self._note(FORWARD, layer.name, self._borrowed(self._forward_borrowed(keeping)))
            for source in layer.inputs:
                self._memory.drop(self._pieces[source])

    def backward(self) -> None:
        """Every layer in reverse; its gradient is passed up, what it kept is given back."""
        memory = self._memory
        arriving: dict[str, int] = {}
        for name in self._results:
            if self._learned[name]:
                self._arrive(arriving, name, memory.new(self._numbers_of(name)))
        for layer in reversed(self._layers):
            gradient = arriving.pop(layer.name, None)
            if gradient is None:
                continue
            self._turn(layer, gradient, arriving)
            memory.drop(gradient)
            for piece in self._held.pop(layer.name, ()):
                memory.drop(piece, keep=True)

    def _turn(self, layer: Layer, gradient: int, arriving: dict[str, int]) -> None:
        """One layer of the backward pass: gradients of its inputs and of its parameters."""
        memory, keeping = self._memory, self._keeping[layer.name]
        made = []
        for source in layer.inputs:
            if self._learned[source]:
                piece = gradient if keeping.hands_on else memory.new(self._numbers_of(source))
                memory.hold(piece)
                made.append((source, piece))
        self.gradients += Amount(fixed=self._parameters[layer.name] * self._numbers.weights)
        self._note(BACKWARD, layer.name, self._borrowed(keeping.backward))
        if keeping.hands_on:
            memory.drop(gradient)  # not held by this layer while its inputs take it over
        for source, piece in made:
            self._arrive(arriving, source, piece)
            memory.drop(piece)
        if keeping.hands_on:
            memory.hold(gradient)

    def _arrive(self, arriving: dict[str, int], name: str, piece: int) -> None:
        """Another gradient for a layer: the first is kept as it is, the next ones are added to it."""
        memory = self._memory
        before = arriving.get(name)
        if before is None:
            memory.hold(piece)
            arriving[name] = piece
        elif not memory.alone(before):
            # it is used elsewhere too: the sum needs memory of its own
            total = memory.new(self._numbers_of(name))
            memory.hold(total)
            self._note(BACKWARD, name, ZERO)
            memory.drop(before)
            arriving[name] = total

    def _made(self, layer: Layer, keeping: Keeping) -> int:
        """The memory of a layer's output: its own, or its first input's."""
        if layer.inputs and (keeping.view or (keeping.idle and not self._training)):
            return self._pieces[layer.inputs[0]]
        # pictures stay through the whole step and are counted apart
        return self._memory.new(self._pictures(elements(layer.output)) if layer.inputs else ZERO)

    def _keep(self, layer: Layer, keeping: Keeping, output: int) -> None:
        memory, held = self._memory, self._held.setdefault(layer.name, [])
        wanted = [layer.inputs[port] for port in keeping.inputs if self._wants(layer, keeping, port)]
        held += [self._pieces[source] for source in wanted]
        if keeping.output:
            held.append(output)
        for extra in keeping.extra:
            held.append(memory.new(self._borrowed((extra,))))
        for piece in held:
            memory.hold(piece, keep=True)

    def _wants(self, layer: Layer, keeping: Keeping, port: int) -> bool:
        """Whether the gradient needs this input: of a product, only where another factor is learned."""
        if not keeping.crosswise:
            return True
        others = (source for place, source in enumerate(layer.inputs) if place != port)
        return any(self._learned[source] for source in others)

    def _note(self, phase: str, layer: str, borrowed: Amount) -> None:
        memory = self._memory
        passing = memory.all - memory.kept + borrowed
        self.moments.append(Moment(phase, layer, memory.kept, passing, self.gradients))

    def _uses(self) -> dict[str, int]:
        """How often each output is still needed: by layers, and at the end by whoever asked."""
        uses = {layer.name: 0 for layer in self._layers}
        for layer in self._layers:
            for source in layer.inputs:
                uses[source] += 1
        for name in self._results:
            uses[name] += 1
        return uses

    def _differentiable(self) -> dict[str, bool]:
        """Whether a layer's output depends on anything that is learned."""
        learned: dict[str, bool] = {}
        for layer in self._layers:
            above = any(learned[source] for source in layer.inputs)
            learned[layer.name] = above or self._parameters[layer.name] > 0
        return learned

    def _forward_borrowed(self, keeping: Keeping) -> tuple[Extra, ...]:
        """What a layer borrows: in use also what it would keep in training, for a moment."""
        if self._training or keeping.idle:
            return keeping.forward
        return keeping.forward + keeping.extra

    def _borrowed(self, extras: Iterable[Extra]) -> Amount:
        amount = ZERO
        for extra in extras:
            bits = extra.size(self._numbers.activations, self._numbers.gpu)
            amount += Amount(each=bits) if extra.per_picture else Amount(fixed=bits)
        return amount

    def _pictures(self, count: int) -> Amount:
        return Amount(each=count * self._numbers.activations)

    @cached_property
    def _outputs(self) -> dict[str, Amount]:
        return {layer.name: self._pictures(elements(layer.output)) for layer in self._layers}

    def _numbers_of(self, name: str) -> Amount:
        return self._outputs[name]

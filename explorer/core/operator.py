"""What every kind of layer declares: ports, shape, counts, reach and the torch call that builds it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, dataclass_transform

from explorer.core.attribute import Attribute, Declared, attribute, attributes, replaced
from explorer.core.errors import UnknownName
from explorer.core.formula import NONE, Formula
from explorer.core.keeping import NOTHING, Keeping
from explorer.core.receptive_field import SAME_FIELD, Field
from explorer.core.shapes import Shape, map_shape

if TYPE_CHECKING:
    from explorer.core.analysis import Analysis

CATEGORIES = (
    "Input-Output",
    "Convolution",
    "Pooling",
    "Normalization",
    "Activation",
    "Dense",
    "Merge",
    "Blocks",
)
"""The groups of the palette; each has a colour and a letter in the window."""


@dataclass(frozen=True)
class TorchCall:
    """How torch builds one operator, as data: a target of a fixed list and plain settings.

    A target that begins with `nn.` or `torchvision.` is a module made with `args` and
    `settings`; one that begins with `torch.` is a function of the inputs, followed by them.
    `inputs` says how several inputs arrive: "each" as arguments of their own, "packed" in
    one list, "folded" two at a time from the left.
    """

    target: str
    args: tuple[Any, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    inputs: str = "each"

    @property
    def is_module(self) -> bool:
        """Whether the target is a module rather than a function."""
        return not self.target.startswith("torch.")


@dataclass(frozen=True)
class Repair:
    """One way out of a problem, as data; `repairs.repaired` does what it says.

    Exactly one of these is used: set an `attribute` to a `value`; `insert` an operator before
    one input (`port`); `replace` the operator; `remove` the node and join its neighbours; move
    the node `before` another; or several `steps` in a row. They are done at the node that has
    the problem, or at the one of the same graph that `at` names.
    """

    label: str
    attribute: str = ""
    value: Any = None
    insert: Operator | None = None
    port: int = 0
    replace: Operator | None = None
    remove: bool = False
    before: str = ""
    steps: tuple[Repair, ...] = ()
    at: str = ""


class Operator(Declared):
    """A kind of layer. An instance is an immutable value: a kind with its attributes.

    Subclasses are declared with `@operator` and override the rules below; every rule takes
    the input shapes `*x`, one per port, without the batch. Rules may assume that `infer`
    accepted these shapes.
    """

    category: ClassVar[str] = ""
    paper: ClassVar[str] = ""
    ports: ClassVar[tuple[int, int | None]] = (1, 1)
    """Fewest and most inputs; None where any number may come."""

    # written once for all kinds: dataclasses would write and compile them anew for each, which
    # took most of the time that the program needs to know its operators
    def __init__(self, *given: Any, **settings: Any) -> None:
        declared = attributes(type(self))
        if len(given) > len(declared):
            raise TypeError(f"{self.kind()} has {len(declared)} attributes, got {len(given)} values")
        for item, value in zip(declared, given, strict=False):
            if item.name in settings:
                raise TypeError(f"{self.kind()}: {item.name} is given twice")
            settings[item.name] = value
        held = self.__dict__
        for item in declared:
            held[item.name] = settings.pop(item.name) if item.name in settings else item.default
        for name in settings:
            known = ", ".join(item.name for item in declared) or "none"
            raise TypeError(f"{self.kind()} has no attribute {name!r}; it has {known}")
        self.__post_init__()

    def __setattr__(self, name: str, value: Any) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot set {name!r} of {self.kind()}: operators are values")

    def __delattr__(self, name: str) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot delete {name!r}: operators are values")

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return NotImplemented
        return self._values() == other._values()

    def __repr__(self) -> str:
        shown = (f"{item.name}={getattr(self, item.name)!r}" for item in attributes(type(self)))
        return f"{self.kind()}({', '.join(shown)})"

    def inside(self, *x: Shape) -> Analysis | None:
        """What is known of a block's inside; None for a plain layer.

        Raises:
            ShapeError: something inside is wrong; the error carries the inner analysis.
        """
        return None

    def infer(self, *x: Shape) -> Shape:
        """The output shape.

        Raises:
            ShapeError: the operator cannot take these inputs; the text says what to do.
        """
        return x[0]

    def parameters(self, *x: Shape) -> Formula:
        """How many numbers are learned."""
        return NONE

    def buffers(self, *x: Shape) -> Formula:
        """How many numbers are kept but not learned (running statistics)."""
        return NONE

    def macs(self, *x: Shape) -> Formula:
        """Multiply-accumulates of convolutions and matrix products for one picture, no bias."""
        return NONE

    def bias_additions(self, *x: Shape) -> Formula:
        """Additions of a learned bias for one picture: one for every number that leaves."""
        return NONE

    def normalization_macs(self, *x: Shape) -> Formula:
        """Multiply-accumulates of a normalization for one picture, when the network is used."""
        return NONE

    def sides(self, *x: Shape) -> tuple[Formula, ...]:
        """The output's height and width as formulas, where a window makes them."""
        return ()

    def reach(self, *x: Shape) -> tuple[Field, ...]:
        """For each port, what an output position reads of that input."""
        return (SAME_FIELD,) * len(x)

    def keeping(self, *x: Shape) -> Keeping:
        """What it keeps of the forward pass for the backward pass, and what it borrows."""
        return NOTHING

    def torch(self, *x: Shape) -> TorchCall:
        """The call that builds this layer for these inputs."""
        raise NotImplementedError(f"{type(self).__name__} declares no torch call")

    def telling(self) -> str:
        """The attributes that tell this layer from its like: "3×3, 64, /2"."""
        return ""

    def settings(self) -> tuple[Attribute, ...]:
        """What can be set: what the kind declares, and what is this very block's own."""
        return attributes(type(self))

    def value_of(self, name: str) -> Any:
        """The value of one setting."""
        return getattr(self, name)

    def with_value(self, name: str, value: Any) -> Operator:
        """The operator with one setting changed; itself where it has that value already.

        Raises:
            ExplorerError: there is no such setting, or the value is refused.
        """
        changed: Operator = replaced(self, name, value)
        return changed

    def called(self) -> str:
        """What a person calls it: its kind; a stage is named after what it repeats, a group by its title."""
        return self.kind()

    @classmethod
    def kind(cls) -> str:
        """The registered name: the class name."""
        return cls.__name__

    @classmethod
    def summary(cls) -> str:
        """One sentence for the palette: the first line of the docstring."""
        return (cls.__doc__ or "").strip().partition("\n")[0]

    def __hash__(self) -> int:
        known: int | None = self.__dict__.get("_hash")
        if known is None:
            known = self.__dict__["_hash"] = hash((type(self), self._values()))
        return known

    def _values(self) -> tuple[Any, ...]:
        """The settings in order, kept: an analysis compares operators thousands of times."""
        held = self.__dict__
        values: tuple[Any, ...] | None = held.get("_kept")
        if values is None:
            values = held["_kept"] = tuple([held[item.name] for item in attributes(type(self))])
        return values


_OPERATORS: dict[str, type[Operator]] = {}

_Kind = TypeVar("_Kind", bound=Operator)


# attribute() is no declared field specifier: checkers would want its default by keyword, and a plain
# value on the right is a default to them as well
@dataclass_transform(frozen_default=True)
def operator(category: str, *, paper: str = "") -> Callable[[type[_Kind]], type[_Kind]]:
    """Declare a class as an operator: a frozen dataclass, registered under its name.

    Raises:
        ValueError: the name is taken, or the category unknown.
        TypeError: an annotation is no attribute type.
    """
    if category not in CATEGORIES:
        raise ValueError(f"unknown category {category!r}")

    def declare(kind: type[_Kind]) -> type[_Kind]:
        if kind.__name__ in _OPERATORS:
            raise ValueError(f"an operator named {kind.__name__} is registered already")
        # what dataclasses would write for every class stands in Operator once; slots=True would make
        # a second class and break zero-argument super() on 3.11
        declared = dataclasses.dataclass(init=False, repr=False, eq=False)(kind)
        declared.category, declared.paper = category, paper
        attributes(declared)
        _OPERATORS[declared.__name__] = declared
        return declared

    return declare


def operators() -> Mapping[str, type[Operator]]:
    """All registered operators, by name, in the order of their declaration."""
    return dict(_OPERATORS)


def operator_named(name: str) -> type[Operator]:
    """The operator registered under a name.

    Raises:
        UnknownName: there is none.
    """
    try:
        return _OPERATORS[name]
    except KeyError:
        raise UnknownName("operator", name, _OPERATORS) from None


__all__ = [
    "CATEGORIES",
    "Attribute",
    "Operator",
    "Repair",
    "TorchCall",
    "attribute",
    "attributes",
    "map_shape",
    "operator",
    "operator_named",
    "operators",
]

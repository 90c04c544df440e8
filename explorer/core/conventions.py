"""How figures are counted and written: MACs or FLOPs, what is counted, precision, batch, units of size."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from explorer.core.errors import ExplorerError
from explorer.core.shapes import ELEMENT_BYTES
from explorer.core.units import BINARY, DECIMAL, bytes_text

MACS, FLOPS = "macs", "flops"
UNITS: Mapping[str, str] = {MACS: "MACs", FLOPS: "FLOPs"}
SIZES = (BINARY, DECIMAL)
PRECISIONS: Mapping[str, int] = {"fp32": 32, "fp16": 16, "bf16": 16, "int8": 8, "6bit": 6}
"""Bits of one number, by the name of its format."""

MOST_PICTURES = 10**9

RULES: Mapping[str, str] = {
    "products": "A MAC is one multiply-accumulate of a convolution or matrix product; FLOPs = 2 · MACs"
    " (Williams et al. 2009; IEEE 754-2008 counts a fused multiply-add as two operations).",
    "bias": "A bias is one addition for every number that leaves: one FLOP, and one MAC as in torchinfo.",
    "normalization": "BatchNorm is one multiply-add for every number when the network is used (Ioffe and"
    " Szegedy 2015, alg. 2), and none once it is folded into the convolution before it; GroupNorm and"
    " LayerNorm are three, LocalResponseNorm is size + 1.",
    "memory": "Every number takes the bits of the chosen precision, packed without gaps;"
    " MB = 10⁶ bytes, MiB = 2²⁰ bytes (IEC 80000-13).",
    "intensity": "Operations for each byte moved, where every layer reads its inputs and parameters and"
    " writes its output (Williams, Waterman and Patterson 2009, Roofline, sec. 4).",
}
"""What is counted how, and where each rule is from."""


class Counted(Protocol):
    """What has figures: a row, the facts of an operator, or the sums of a network."""

    @property
    def parameters(self) -> int: ...
    @property
    def buffers(self) -> int: ...
    @property
    def macs(self) -> int: ...
    @property
    def bias_additions(self) -> int: ...
    @property
    def normalization_macs(self) -> int: ...
    @property
    def activation_bytes(self) -> int: ...
    @property
    def traffic(self) -> int: ...


@dataclass(frozen=True)
class Conventions:
    """One way to count and to write figures; the default is that of papers and torchvision.

    `unit` is "macs" or "flops", `sizes` "MiB" or "MB", `precision` a key of `PRECISIONS` that
    holds for parameters and activations, `batch` the number of pictures.

    Raises:
        ExplorerError: a value is none of these; the text lists them.
    """

    unit: str = MACS
    bias: bool = False
    normalization: bool = False
    sizes: str = BINARY
    precision: str = "fp32"
    batch: int = 1

    def __post_init__(self) -> None:
        for name, known in (("unit", UNITS), ("sizes", SIZES), ("precision", PRECISIONS)):
            value = getattr(self, name)
            if value not in known:
                raise ExplorerError(f"{name} is one of {', '.join(known)}; got {str(value)[:40]!r}")
        if type(self.batch) is not int or not 1 <= self.batch <= MOST_PICTURES:
            raise ExplorerError(
                f"batch is a whole number from 1 to {MOST_PICTURES:,}; got {str(self.batch)[:40]}"
            )

    # figures

    @property
    def per_mac(self) -> int:
        """Operations of one multiply-accumulate: 1 as MACs, 2 as FLOPs."""
        return 2 if self.unit == FLOPS else 1

    @property
    def bits(self) -> int:
        """Bits of one number."""
        return PRECISIONS[self.precision]

    def operations(self, of: Counted) -> int:
        """MACs or FLOPs of a forward pass over the batch, with what is counted.

        FLOPs = 2 · MACs + additions of biases + 2 · multiply-adds of normalization.
        """
        count = self.per_mac * of.macs
        if self.bias:
            count += of.bias_additions
        if self.normalization:
            count += self.per_mac * of.normalization_macs
        return self.batch * count

    def size_of(self, numbers: int) -> int:
        """Bytes of so many numbers in the chosen precision, packed; a last part of a byte counts whole."""
        return -(-numbers * self.bits // 8)

    def parameter_bytes(self, of: Counted) -> int:
        """Bytes of the learned numbers; they do not grow with the batch."""
        return self.size_of(of.parameters)

    def activation_bytes(self, of: Counted) -> int:
        """Bytes of the outputs for the batch; of a block, of all layers inside."""
        return self.size_of(self.batch * (of.activation_bytes // ELEMENT_BYTES))

    def moved_bytes(self, of: Counted) -> int:
        """Bytes that the layers read and write: inputs and outputs for the batch, and parameters once."""
        return self.size_of(self.batch * of.traffic + of.parameters)

    def intensity(self, of: Counted) -> Fraction | None:
        """Operations for each byte moved; None where nothing is computed or moved.

        Source: Williams, Waterman and Patterson 2009, Roofline, sec. 4 (operational intensity),
        with every layer reading its inputs and parameters from memory and writing its output there.
        """
        moved, done = self.moved_bytes(of), self.operations(of)
        return Fraction(done, moved) if moved and done else None

    # words

    @property
    def operations_word(self) -> str:
        """What operations are called: MACs or FLOPs."""
        return UNITS[self.unit]

    @property
    def counted(self) -> str:
        """What is counted beside products: "bias not counted"."""
        if self.bias and self.normalization:
            return "bias and normalization counted"
        if self.normalization:
            return "normalization counted, bias not"
        return "bias counted" if self.bias else "bias not counted"

    @property
    def pictures(self) -> str:
        """For how many pictures: "for one picture"."""
        return "for one picture" if self.batch == 1 else f"for {self.batch:,} pictures"

    @property
    def precision_word(self) -> str:
        """The format of numbers: fp32, int8, 6 bit."""
        return "6 bit" if self.precision == "6bit" else self.precision

    @property
    def operations_said(self) -> str:
        """What a number of operations means: "MACs for one picture, bias not counted"."""
        return f"{self.operations_word} {self.pictures}, {self.counted}"

    @property
    def memory_said(self) -> str:
        """What a size of activations means: "for one picture in fp32"."""
        return f"{self.pictures} in {self.precision_word}"

    @property
    def said(self) -> str:
        """What the figures of a table mean, in one sentence."""
        products = (
            "multiply-accumulates" if self.unit == MACS else "operations (two for a multiply-accumulate)"
        )
        relation = " (FLOPs = 2 · MACs)" if self.unit == MACS else ""
        return (
            f"{self.operations_word} are {products} of convolutions and matrix products {self.pictures},"
            f" {self.counted}{relation}; memory is that of the outputs {self.memory_said};"
            " MB = 10^6 bytes, MiB = 2^20 bytes."
        )

    def size_text(self, count: int) -> str:
        """A size in the chosen units: 97.49 MiB, 102.23 MB."""
        return bytes_text(count, self.sizes)

    # as data

    def data(self) -> dict[str, Any]:
        """The choices as plain JSON values."""
        return dataclasses.asdict(self)


def conventions_from(data: object) -> Conventions:
    """Read what `data` wrote; what is unknown or out of range keeps its default."""
    found = Conventions()
    if not isinstance(data, dict):
        return found
    for field in dataclasses.fields(Conventions):
        value = data.get(field.name)
        if type(value) is not type(field.default):
            continue
        try:
            changed: dict[str, Any] = {field.name: value}
            found = dataclasses.replace(found, **changed)
        except ExplorerError:
            continue  # from another version of the program
    return found


DEFAULT = Conventions()
"""MACs for one picture, bias not counted; fp32, MiB."""

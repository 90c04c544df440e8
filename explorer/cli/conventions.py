"""The options that say how figures are counted and written."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from explorer.core.conventions import PRECISIONS, SIZES, UNITS, Conventions
from explorer.core.errors import ExplorerError


def add_conventions(parser: ArgumentParser) -> None:
    """Declare `--unit`, `--count-bias`, `--count-normalization`, `--sizes`, `--precision` and `--batch`."""
    group = parser.add_argument_group(
        "conventions", "how figures are counted; without any of these as papers and torchvision do"
    )
    group.add_argument("--unit", choices=tuple(UNITS), default="macs", help="FLOPs = 2 · MACs")
    group.add_argument(
        "--count-bias",
        action="store_true",
        help="one addition for every number that leaves a layer with bias",
    )
    group.add_argument(
        "--count-normalization",
        action="store_true",
        help="BatchNorm as one multiply-add for every number, GroupNorm and LayerNorm as three",
    )
    group.add_argument("--sizes", choices=SIZES, default="MiB", help="sizes in powers of 1024 or of 1000")
    group.add_argument(
        "--precision", choices=tuple(PRECISIONS), default="fp32", help="format of parameters and activations"
    )
    group.add_argument("--batch", metavar="N", default="1", help="how many pictures at once")


def conventions_of(args: Namespace) -> Conventions:
    """The conventions that the options say.

    Raises:
        ExplorerError: the batch is no number of pictures.
    """
    text = str(args.batch)
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise ExplorerError(f"--batch is a whole number of pictures, like 8; got {text[:40]!r}")
    return Conventions(
        unit=args.unit,
        bias=args.count_bias,
        normalization=args.count_normalization,
        sizes=args.sizes,
        precision=args.precision,
        batch=int(text),
    )

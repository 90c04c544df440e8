"""Published weights of torchvision: which there are, where they lie, and how they are fetched."""

from __future__ import annotations

import hashlib
import math
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import platformdirs
import torch

from explorer.core.errors import ExplorerError
from explorer.core.files import atomic_write
from explorer.engine.device import bytes_text, check_memory
from explorer.engine.running.weight_files import State, safe_load

TIMEOUT = 20.0
"""Seconds without an answer after which a download is given up."""

_HOST = "download.pytorch.org"
_PIECE = 256 * 1024
_HASHED = re.compile(r"-([0-9a-f]{8,64})\.pth\Z")
_ONE_RANGE = ("googlenet", "inception_v3")
"""Networks whose published weights want pictures from −1 to 1: mean and deviation 0.5 in every channel.
torchvision gives their pictures ImageNet's mean and deviation first, and undoes that inside the network
(`transform_input`, which it switches on with the weights)."""

_OLD_DENSENET = re.compile(r"(\.denselayer\d+\.(?:norm|conv))\.(\d)\.")


@dataclass(frozen=True)
class WeightSet:
    """One published set of weights, with the facts that torchvision gives for it.

    `digest` is the beginning of the file's SHA-256, `share` the part of the shorter side
    that its pictures keep, `size` its length in bytes, to two decimals of a MiB.
    """

    network: str
    name: str
    url: str
    digest: str
    size: int
    labels: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    share: float
    top1: float | None
    top5: float | None

    @property
    def file_name(self) -> str:
        """The name of the file in the folder of downloads."""
        return urlsplit(self.url).path.rpartition("/")[2]


@dataclass(frozen=True)
class Fetched:
    """How far a download is, in bytes; `path` is set when it is done and was verified."""

    done: int
    total: int
    path: Path | None = None


class Answer(Protocol):
    """What a server sends: bytes that can be read piece by piece, then closed."""

    def read(self, amount: int, /) -> bytes:
        """At most this many bytes; none at the end."""

    def close(self) -> None:
        """Let the connection go."""


def weight_sets(network: str) -> tuple[WeightSet, ...]:
    """The published weights of one of torchvision's networks; the default ones first.

    Raises:
        ExplorerError: torchvision has no such network.
    """
    # two seconds, so only when somebody asks for published weights
    from torchvision import models

    try:
        known = models.get_model_weights(network)
    except ValueError:
        raise ExplorerError(f"torchvision publishes no weights for {network!r}") from None
    default = getattr(known, "DEFAULT", None)
    sets = sorted(known, key=lambda item: item is not default)
    return tuple(_weight_set(network, item) for item in sets)


def folder() -> Path:
    """Where this program keeps what it fetched."""
    return Path(platformdirs.user_cache_dir("architecture-explorer", appauthor=False)) / "weights"


def places() -> tuple[Path, ...]:
    """Where fetched weights may lie: this program's folder, and torch's own."""
    return folder(), Path(torch.hub.get_dir()) / "checkpoints"


def stored(weights: WeightSet, kept_in: Path | None = None) -> Path | None:
    """The file of these weights, if it was fetched before, here or by torch itself."""
    for place in (kept_in or folder(), *places()[1:]):
        path = place / weights.file_name
        if path.is_file():
            return path
    return None


def fetch(
    weights: WeightSet,
    kept_in: Path | None = None,
    *,
    opener: Callable[[str, float], Answer] | None = None,
) -> Iterator[Fetched]:
    """Download a set of weights, verify it, and only then put it in its place.

    The last value has the path. To cancel, stop asking and close the generator: nothing is
    left behind. `opener` opens a URL with a time-out in seconds.

    Raises:
        ExplorerError: no connection, a server that stops answering, or a wrong file.
    """
    place = kept_in or folder()
    check_memory(weights.size, "cpu", f"fetching {weights.file_name}", "close other programs first")
    pieces = bytearray()
    most = weights.size * 2 + _PIECE
    try:
        answer = (opener or _open)(weights.url, TIMEOUT)
        try:
            while piece := answer.read(_PIECE):
                pieces += piece
                if len(pieces) > most:
                    raise ExplorerError(
                        f"{weights.file_name} is more than twice as long as it should be;"
                        " a proxy may have sent another file"
                    )
                yield Fetched(len(pieces), max(weights.size, len(pieces)))
        finally:
            answer.close()
    except (OSError, HTTPException) as error:
        raise ExplorerError(_why(weights, place, error)) from error
    _verify(weights, bytes(pieces))
    try:
        place.mkdir(parents=True, exist_ok=True)
        path = place / weights.file_name
        atomic_write(path, bytes(pieces))
    except OSError as error:
        raise ExplorerError(f"{weights.file_name} cannot be kept in {place}: {error.strerror}") from error
    yield Fetched(len(pieces), len(pieces), path)


def load_pretrained(weights: WeightSet, path: Path) -> State:
    """The tensors of a fetched file under the names that torchvision uses today.

    Raises:
        ExplorerError: the file is not the published one, or damaged.
    """
    if not weights.digest or _sha256(path).startswith(weights.digest):
        state = safe_load(path)
        return {_OLD_DENSENET.sub(r"\1\2.", name): tensor for name, tensor in state.items()}
    raise ExplorerError(
        f"{path} is not the published file (its SHA-256 differs); delete it and fetch it again"
    )


def is_named_by_hash(file: str) -> bool:
    """Whether the name of a file ends in digits of a hash, as those do that torchvision publishes."""
    return _HASHED.search(file) is not None


def file_is(path: Path, digest: str) -> bool:
    """Whether the SHA-256 of a file begins with these digits.

    Raises:
        ExplorerError: it cannot be read.
    """
    return _sha256(path).startswith(digest)


def channel_range(file: str) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    """Mean and deviation that a published file of weights wants, by its name or address.

    None where they are ImageNet's, as for nearly all, or not known.
    """
    name = urlsplit(file).path.rpartition("/")[2]
    if name.startswith(_ONE_RANGE) and _HASHED.search(name):
        return (0.5,) * 3, (0.5,) * 3
    return None


def _weight_set(network: str, item: Any) -> WeightSet:
    facts, how = item.meta, item.transforms()
    metrics = facts.get("_metrics", {}).get("ImageNet-1K", {})
    digest = _HASHED.search(item.url)
    mean, std = channel_range(item.url) or (tuple(how.mean), tuple(how.std))
    return WeightSet(
        network=network,
        name=item.name,
        url=item.url,
        digest=digest.group(1) if digest else "",
        size=round(facts["_file_size"] * 2**20),
        labels=tuple(facts.get("categories") or ()),
        mean=mean,
        std=std,
        share=how.crop_size[0] / how.resize_size[0],
        top1=_figure(metrics.get("acc@1")),
        top5=_figure(metrics.get("acc@5")),
    )


def _figure(value: float | None) -> float | None:
    """A figure, or None for what torchvision publishes as NaN."""
    return None if value is None or math.isnan(value) else float(value)


def _open(url: str, timeout: float) -> Answer:
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname != _HOST:
        raise ExplorerError(f"weights are fetched from https://{_HOST} only, not from {url}")
    request = urllib.request.Request(url, headers={"User-Agent": "architecture-explorer"})  # noqa: S310
    answer: Answer = urllib.request.urlopen(request, timeout=timeout)  # noqa: S310  (https, checked above)
    return answer


def _why(weights: WeightSet, place: Path, error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        reason = f"the server answered {error.code}"
    elif isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError):
        reason = f"the server did not answer for {TIMEOUT:g} seconds"
    else:
        reason = "there is no connection to the server"
    return (
        f"{weights.file_name} ({bytes_text(weights.size)}) was not fetched: {reason}."
        f" Try again, or fetch {weights.url} by other means and put it in {place}"
    )


def _verify(weights: WeightSet, data: bytes) -> None:
    if weights.digest and not hashlib.sha256(data).hexdigest().startswith(weights.digest):
        raise ExplorerError(
            f"{weights.file_name} came damaged or is another file (its SHA-256 differs); nothing was kept,"
            " fetch it again"
        )


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ExplorerError(f"{path} cannot be read: {error.strerror}") from error

"""Published data sets: their facts, and how their files come into the user's data folder."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape
from explorer.engine.data import downloads
from explorer.engine.data.class_names import CIFAR10, CIFAR100, DIGIT, FASHION
from explorer.engine.data.data_text import TITLES
from explorer.engine.data.downloads import Fetched, RemoteFile


@dataclass(frozen=True)
class PublishedData:
    """One data set: `files` hold the pictures to train on, then those to test on.

    The counts say how many pictures there are of each class.
    """

    name: str
    files: tuple[RemoteFile, ...]
    shape: Shape
    classes: tuple[str, ...]
    train_counts: tuple[int, ...]
    test_counts: tuple[int, ...]
    page: str

    @property
    def title(self) -> str:
        """Its name in sentences."""
        return TITLES[self.name]

    @property
    def bytes(self) -> int:
        """How much there is to download."""
        return sum(file.size for file in self.files)


def published() -> dict[str, PublishedData]:
    """The data sets that can be downloaded, by name."""
    return dict(_KNOWN)


def data_folder() -> Path:
    """Where downloaded data sets are kept, each in a folder of its own."""
    return Path(platformdirs.user_data_dir("architecture-explorer", appauthor=False)) / "data"


def is_here(data: PublishedData, root: Path | None = None) -> bool:
    """Whether all files are there, by their lengths."""
    folder = (root or data_folder()) / data.name
    return all(downloads.is_whole(file, folder / file.name) for file in data.files)


def fetch(
    data: PublishedData,
    root: Path | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    *,
    opener: downloads.Opener | None = None,
) -> Generator[Fetched, None, bool]:
    """Download what is missing; whether all is there, False where it was told to stop.

    Raises:
        ExplorerError: it cannot be reached or kept; says where files can be put by hand.
    """
    folder, done = (root or data_folder()) / data.name, 0
    for file in data.files:
        if not downloads.is_whole(file, folder / file.name):
            coming = downloads.fetch(file, folder, should_stop, opener=opener or downloads.open_address)
            try:
                whole = yield from _counted(coming, done, data.bytes)
            except downloads.Unreachable as error:
                names = ", ".join(item.name for item in data.files)
                raise ExplorerError(
                    f"{data.title} cannot be downloaded: {error}. Try again later, or get {names} from"
                    f" {data.page} by other means and put what you get into {folder}"
                ) from None
            if not whole:
                return False
        done += file.size
        yield Fetched(done, data.bytes)
    return True


def _counted(
    coming: Generator[Fetched, None, bool], before: int, total: int
) -> Generator[Fetched, None, bool]:
    """The progress of one file as that of all."""
    try:
        while True:
            yield Fetched(before + next(coming).done, total)
    except StopIteration as ended:
        return bool(ended.value)
    finally:
        coming.close()


_NAMES = tuple(
    f"{part}-{what}.gz" for part in ("train", "t10k") for what in ("images-idx3-ubyte", "labels-idx1-ubyte")
)


def _idx_files(
    bases: tuple[str, ...], sizes: tuple[int, ...], digests: tuple[str, ...]
) -> tuple[RemoteFile, ...]:
    return tuple(
        RemoteFile(name, tuple(base + name for base in bases), size, digest)
        for name, size, digest in zip(_NAMES, sizes, digests, strict=True)
    )


_TORONTO = "https://www.cs.toronto.edu/~kriz/"
_KNOWN = {
    data.name: data
    for data in (
        PublishedData(
            "mnist",
            _idx_files(
                (
                    "https://ossci-datasets.s3.amazonaws.com/mnist/",
                    "https://storage.googleapis.com/cvdf-datasets/mnist/",
                ),
                (9912422, 28881, 1648877, 4542),
                (
                    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
                ),
            ),
            (1, 28, 28),
            DIGIT,
            (5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949),
            (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009),
            "http://yann.lecun.com/exdb/mnist/",
        ),
        PublishedData(
            "fashion-mnist",
            _idx_files(
                (
                    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
                    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
                ),
                (26421880, 29515, 4422102, 5148),
                (
                    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
                ),
            ),
            (1, 28, 28),
            FASHION,
            (6000,) * 10,
            (1000,) * 10,
            "https://github.com/zalandoresearch/fashion-mnist",
        ),
        PublishedData(
            "cifar10",
            (
                RemoteFile(
                    "cifar-10-binary.tar.gz",
                    (_TORONTO + "cifar-10-binary.tar.gz",),
                    170052171,
                    "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                ),
            ),
            (3, 32, 32),
            CIFAR10,
            (5000,) * 10,
            (1000,) * 10,
            "https://www.cs.toronto.edu/~kriz/cifar.html",
        ),
        PublishedData(
            "cifar100",
            (
                RemoteFile(
                    "cifar-100-binary.tar.gz",
                    (_TORONTO + "cifar-100-binary.tar.gz",),
                    168513733,
                    "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
                ),
            ),
            (3, 32, 32),
            CIFAR100,
            (500,) * 100,
            (100,) * 100,
            "https://www.cs.toronto.edu/~kriz/cifar.html",
        ),
    )
}

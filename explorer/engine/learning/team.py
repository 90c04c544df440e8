"""Several processes that train one network together, one per device; or one process alone."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import torch
from torch import Tensor, nn

from explorer.core.errors import ExplorerError

PATIENCE = timedelta(minutes=10)
"""So long a process waits for the others: one may have to read more pictures before its first step."""

_UNANSWERED = (
    "gloo/transport",
    "connection closed by peer",
    "connection reset by peer",
    "nccl",
    "process group",
)
"""What torch's own errors say there, in small letters."""

_GONE = "another process of the training is gone, or does not answer"


class TeamLost(ExplorerError, RuntimeError):
    """Another process of the team is gone, or did not answer in time."""


class Team:
    """One process alone; `Torchrun` is the same for many. The one of rank 0 writes and speaks."""

    rank, size = 0, 1

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes the run and prints."""
        return self.rank == 0

    def device(self, wanted: str) -> str:
        """The device of this process."""
        return wanted

    def joined(self, network: nn.Module, device: torch.device) -> nn.Module:
        """The network with gradients that are the mean over all processes."""
        return network

    def summed(self, figures: Tensor) -> Tensor:
        """Figures added up over all processes."""
        return figures

    def agreed(self, value: Any) -> Any:
        """What the leading process says, in every process."""
        return value

    def share(self, chosen: Tensor) -> tuple[Tensor, int]:
        """This process's part of a batch, and where in the batch it begins."""
        return chosen, 0

    def notes(self, network: nn.Module) -> tuple[str, ...]:
        """Sentences about how the work is divided."""
        return ()

    def close(self) -> None:
        """Leave the others."""


ALONE = Team()


class Torchrun(Team):
    """The processes that torchrun started: gloo on processors, NCCL on graphics processors.

    Source: Li et al., arXiv:2006.15704 (PyTorch Distributed).
    """

    def __init__(self, wanted: str = "auto", environment: Mapping[str, str] = os.environ) -> None:
        # loads torch's compiler, which takes seconds: only for those who train on many devices
        import torch.distributed as distributed

        try:
            self.rank, self.size = int(environment["RANK"]), int(environment["WORLD_SIZE"])
            self._local = int(environment.get("LOCAL_RANK", self.rank))
        except (KeyError, ValueError):
            raise ExplorerError(
                "several processes need RANK and WORLD_SIZE; start them by torchrun --nproc-per-node N"
                " -m explorer train … --folder DIR"
            ) from None
        self._on_cuda = wanted.startswith("cuda") or (wanted == "auto" and torch.cuda.is_available())
        if self._on_cuda and self._local >= torch.cuda.device_count():
            raise ExplorerError(
                f"process {self._local + 1} has no graphics processor: there are"
                f" {torch.cuda.device_count()}; start as many processes, or choose --device cpu"
            )
        self._distributed = distributed
        with _answered():
            distributed.init_process_group("nccl" if self._on_cuda else "gloo", timeout=PATIENCE)
        self._device = torch.device("cuda", self._local) if self._on_cuda else torch.device("cpu")
        if self._on_cuda:
            torch.cuda.set_device(self._device)

    def device(self, wanted: str) -> str:
        """Its own graphics processor, or the processor."""
        return f"cuda:{self._local}" if self._on_cuda else "cpu" if wanted == "auto" else wanted

    def joined(self, network: nn.Module, device: torch.device) -> nn.Module:
        from torch.nn.parallel import DistributedDataParallel

        with _answered():
            return DistributedDataParallel(network, device_ids=[device] if device.type == "cuda" else None)

    def summed(self, figures: Tensor) -> Tensor:
        figures = figures.to(self._device)
        with _answered():
            self._distributed.all_reduce(figures)
        return figures

    def agreed(self, value: Any) -> Any:
        holder = [value]
        with _answered():
            self._distributed.broadcast_object_list(holder, src=0, device=self._device)
        return holder[0]

    def share(self, chosen: Tensor) -> tuple[Tensor, int]:
        shares: Sequence[Tensor] = torch.tensor_split(chosen, self.size)
        return shares[self.rank], sum(len(part) for part in shares[: self.rank])

    def notes(self, network: nn.Module) -> tuple[str, ...]:
        kinds = {type(module).__name__ for module in network.modules()}
        normalized = ""
        if "SyncBatchNorm" in kinds:
            normalized = "; BatchNorm sees the pictures of all"
        elif any(kind.startswith("BatchNorm") for kind in kinds):
            normalized = "; BatchNorm sees the pictures of its own process only"
        divided = f"{self.size} processes: each batch is divided among them"
        return (f"{divided}, and its gradient is the mean of theirs{normalized}",)

    def close(self) -> None:
        self._distributed.destroy_process_group()


@contextlib.contextmanager
def _answered() -> Iterator[None]:
    """What torch raises where another process does not answer, as a sentence.

    Raises:
        TeamLost: one does not.
    """
    try:
        yield
    except RuntimeError as error:  # of gloo, of NCCL and of the store in which they meet
        if not is_team_lost(error):
            raise
        raise TeamLost(f"{_GONE}; start it again, with --resume if it had begun") from error


def is_team_lost(error: BaseException) -> bool:
    """Whether an error of torch means that another process of the team does not answer."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if kinds & {"TeamLost", "DistError", "DistStoreError", "DistNetworkError", "DistBackendError"}:
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(part in text for part in _UNANSWERED)


def torchrun_started(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this process is one of several that torchrun started."""
    return environment.get("WORLD_SIZE", "1") not in ("", "1") and "RANK" in environment

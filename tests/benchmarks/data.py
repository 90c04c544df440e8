"""The way of the pictures to the network, against the usual DataLoader and a loop tuned by hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from explorer.architectures import catalog
from explorer.core.graph import Graph
from explorer.core.recipe import Recipe
from tests.benchmarks.measurement import Measurement, alternating

_SHIFT = 4


def measure() -> Iterator[Measurement]:
    """Drawing `shapes`; then an epoch of pictures of CIFAR's size, cropped and mirrored at random."""
    import torch

    from explorer.engine.device import leave_one_core

    leave_one_core()
    yield _drawing()
    if torch.cuda.is_available():
        yield from _epochs(
            "cuda:0", "resnet20", catalog.build("cifar_resnet20"), 20_000, workers=8, times=5.0
        )
    else:
        yield from _epochs(
            "cpu", "LeNet-5", catalog.build("lenet5", in_channels=3), 3_000, workers=1, times=1.0
        )


def _drawing() -> Measurement:
    from explorer.engine.data.data_text import shapes_settings
    from explorer.engine.data.shapes_data import draw

    settings = shapes_settings("shapes:difficulty=hard,count=5000")
    seconds = []
    for _ in range(3):
        start = time.process_time()  # of one core, whatever else the machine does
        drawn = sum(len(piece) for piece in draw(settings))
        seconds.append(time.process_time() - start)
        assert drawn == settings.count
    return Measurement("5,000 hard shapes of 32×32 drawn by one core", min(seconds), "goal", 1.0, 1.0)


def _epochs(
    device: str, name: str, graph: Graph, count: int, *, workers: int, times: float
) -> Iterator[Measurement]:
    recipe = Recipe(
        data=f"shapes:count={count}", shift=_SHIFT, flip=True, batch_size=128, epochs=2, held_out=0.1
    )
    held = _Data(recipe, device)
    ours, loader = alternating(
        lambda: _our_epoch(graph, recipe, device), lambda: _usual_epoch(graph, held, workers), 3
    )
    what = f"{name} on {device}, an epoch of {count * 9 // 10:,} pictures"
    yield Measurement(what, ours, f"DataLoader, {workers} workers", loader, 1 / times)
    ours, tuned = alternating(lambda: _our_epoch(graph, recipe, device), lambda: _tuned_epoch(graph, held), 3)
    yield Measurement(what, ours, "loop tuned by hand", tuned, 1 / 0.9)


class _Data:
    """The same pictures for the loops that are compared."""

    def __init__(self, recipe: Recipe, device: str) -> None:
        import torch

        from explorer.engine.data.datasets import load
        from explorer.engine.data.survey import survey

        self.recipe, self.device = recipe, torch.device(device)
        running = load(survey(recipe.data), recipe, (3, 32, 32), torch.device("cpu"))
        loaded: Any = None
        while loaded is None:
            try:
                next(running)
            except StopIteration as ended:
                loaded = ended.value
        self.pictures, self.labels = loaded.train.batch(torch.arange(len(loaded.train)))
        self.mean, self.std = loaded.preprocessing.mean, loaded.preprocessing.std


def _our_epoch(graph: Graph, recipe: Recipe, device: str) -> float:
    """The second epoch's steps, as a run makes them: the first one warms up."""
    from explorer.engine.events import Evaluated
    from explorer.engine.training.trainer import train

    ends: list[float] = []
    for event in train(graph, replace(recipe, epochs=2), device=device):
        if isinstance(event, Evaluated):
            ends.append(time.perf_counter() - event.seconds)
            start = time.perf_counter()
            if len(ends) == 1:
                began = start
    return ends[1] - began


def _usual_epoch(graph: Graph, data: _Data, workers: int) -> float:
    """What tutorials write: pictures are changed one by one in worker processes."""
    from torch.utils.data import DataLoader, Dataset
    from torchvision import transforms
    from torchvision.transforms.functional import to_pil_image

    class Listed(Dataset):  # type: ignore[type-arg]
        def __init__(self) -> None:
            self.pictures = [to_pil_image(picture) for picture in data.pictures]
            self.labels = data.labels.tolist()
            self.change = transforms.Compose(
                [
                    transforms.RandomCrop(32, padding=_SHIFT),
                    transforms.RandomHorizontalFlip(),
                    transforms.ToTensor(),
                    transforms.Normalize(data.mean, data.std),
                ]
            )

        def __len__(self) -> int:
            return len(self.labels)

        def __getitem__(self, index: int) -> tuple[Any, int]:
            return self.change(self.pictures[index]), self.labels[index]

    loader = DataLoader(
        Listed(),
        batch_size=data.recipe.batch_size,
        shuffle=True,
        num_workers=workers,
        pin_memory=data.device.type == "cuda",
        persistent_workers=True,
    )

    def batches() -> Iterator[tuple[Any, Any]]:
        for pictures, labels in loader:
            yield pictures.to(data.device, non_blocking=True), labels.to(data.device, non_blocking=True)

    return _second_epoch(graph, data, batches, waits=True)


def _tuned_epoch(graph: Graph, data: _Data) -> float:
    """Everything on the device, normalized once; one shift and one order for the whole epoch."""
    import torch
    import torch.nn.functional as F  # noqa: N812

    mean, std = (torch.tensor(item, device=data.device).view(1, 3, 1, 1) for item in (data.mean, data.std))
    values = (data.pictures.to(data.device).float() / 255 - mean) / std
    padded, labels = F.pad(values, (_SHIFT,) * 4, "replicate"), data.labels.to(data.device)
    side = 2 * _SHIFT + 1

    def batches() -> Iterator[tuple[Any, Any]]:
        count = len(labels)
        places = torch.randint(side, (2, count), device=data.device)
        moved = torch.empty_like(values)
        for down in range(side):  # all pictures of one shift at a time
            rows = (places[0] == down).nonzero().squeeze(1)
            for across in range(side):
                chosen = rows[places[1][rows] == across]
                moved[chosen] = padded[chosen, :, down : down + 32, across : across + 32]
        mirrored = torch.rand(count, device=data.device).view(-1, 1, 1, 1) < 0.5
        moved = torch.where(mirrored, moved.flip(3), moved)
        for chosen in torch.randperm(count, device=data.device).split(data.recipe.batch_size):
            yield moved[chosen], labels[chosen]

    return _second_epoch(graph, data, batches, waits=False)


def _second_epoch(
    graph: Graph, data: _Data, batches: Callable[[], Iterator[tuple[Any, Any]]], *, waits: bool
) -> float:
    import torch
    import torch.nn.functional as F  # noqa: N812

    from explorer.engine.running.module import build

    network = build(graph).to(data.device).train()
    recipe = data.recipe
    optimizer = torch.optim.SGD(
        network.parameters(), recipe.learning_rate, recipe.momentum, weight_decay=recipe.weight_decay
    )
    seconds = 0.0
    for _ in range(2):
        start, total = time.perf_counter(), torch.zeros((), device=data.device)
        for pictures, labels in batches():
            optimizer.zero_grad()
            loss = F.cross_entropy(network(pictures), labels)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            if waits:
                loss.item()
            else:
                total += loss.detach()
        total.item()
        seconds = time.perf_counter() - start
    return seconds

"""Looking inside: what keeping every map costs, how soon a layer is seen, how a hand is followed."""

from __future__ import annotations

import os
from collections.abc import Iterator

from explorer.architectures import catalog
from tests.benchmarks.measurement import Measurement, best_in_turns, fresh_process

_FRAME, _FRAME_GPU = 0.1, 1 / 30

_WINDOW = """
import json, os, statistics, sys, time
from explorer.gui.application import create_window
network, work, device = "{network}", "{work}", "{device}"
window = create_window([network])
from PySide6.QtWidgets import QApplication
from explorer.engine.looking.findings import Answer
from explorer.engine.pictures.sample_pictures import sample
app = QApplication.instance()
window.resize(1600, 1000)
def until(done, seconds=120):
    end = time.monotonic() + seconds
    while not done():
        app.processEvents()
        time.sleep(0.0005)
        assert time.monotonic() < end, "it takes too long"
window.workbench.run_on(device)
window.areas.show(2)
area = window.areas.inspect
until(lambda: not area.pictures._jobs)
area.pictures.add(sample("china"))
until(lambda: area.panel.maps is not None and not area.requests.busy)

def painted(layer):
    start = time.perf_counter()
    window.workbench.select((layer,))
    until(lambda: area.panel.maps.layer == layer)
    area.panel.grid.viewport().repaint()
    took = time.perf_counter() - start
    until(lambda: not area.requests.busy)
    return took

def moved(updates=40):
    seen = []
    area.requests.answered.connect(lambda report: isinstance(report, Answer) and seen.append(report))
    slider, at = area.pictures.alteration.sliders["turn"], 0
    start = time.perf_counter()
    while len(seen) < updates:
        at = (at + 1) % 90
        slider.setValue(at)  # as often as a mouse says where it is
        pause = time.perf_counter() + 0.016
        until(lambda: time.perf_counter() > pause)
    took = (time.perf_counter() - start) / updates
    until(lambda: not area.requests.busy)
    return took

if work == "click":
    shapes = {{name: getattr(line.entry, "output", ()) for name, line in window.workbench.lines.items()}}
    layers = [name for name, shape in shapes.items() if len(shape) == 3 and shape[0] == 512]
    assert len(layers) > 6
    found = statistics.median(painted(layer) for layer in layers)
else:
    found = moved()
from explorer.engine.looking import kept_network
import torch
plain = kept_network._kept[0]
fed = [torch.from_numpy(values).to(plain.device) for values in plain.entering(area.pictures.picture)]
def forward():
    start = time.perf_counter()
    with torch.inference_mode():
        plain.module(*fed)[0].sum().item()
    return time.perf_counter() - start
forward()
passing = statistics.median(forward() for _ in range(15))
print(json.dumps({{"seconds": found, "forward": passing}}), flush=True)
window.close()
"""

_MEMORY = """
import json, resource, time
from explorer.architectures import catalog
from explorer.engine.looking.findings import Answer, Maps, Request, WeightsSource
from explorer.engine.looking.inspection import inspect
from explorer.engine.pictures.sample_pictures import sample
graph, picture = catalog.build("vgg16", side=1024, classes=10), sample("china")
from explorer.engine.running.module import build
module = build(graph, device="meta")
from explorer.core.shapes import elements
from explorer.engine.running.module import layer_nodes
everything = 4 * sum(elements(node.meta["shape"]) for node in layer_nodes(module).values())
weights = 4 * sum(parameter.numel() for parameter in module.parameters())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
forward = 0.0
for layer in ("features.2", "features.28"):
    reports = inspect(Request(graph, WeightsSource(), picture, layer))
    said = list(reports)
    assert any(isinstance(report, Maps) for report in said)
    forward = forward or next(report.seconds for report in said if isinstance(report, Answer))
def shown(layer):
    start = time.perf_counter()
    for report in inspect(Request(graph, WeightsSource(), picture, layer, hurry=True)):
        if isinstance(report, Maps):
            return time.perf_counter() - start
again = [shown(f"features.{place}") for place in (0, 3, 5, 9, 12, 16, 21, 26)]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
found = {"peak": peak - before - weights, "everything": everything, "again": max(again), "forward": forward}
print(json.dumps(found), flush=True)
"""

_TORCHLENS = """
import json, sys, time
try:
    import torch, torchlens, torchvision
except Exception as error:
    print(json.dumps({"missing": f"{type(error).__name__}: {error}"}), flush=True)
    sys.exit(0)
import os
cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
torch.set_num_threads(max(1, cores - 1))
network, picture = torchvision.models.vgg16().eval(), torch.rand(1, 3, 224, 224)
trace = getattr(torchlens, "log_forward_pass", None) or torchlens.trace
def once():
    start = time.perf_counter()
    with torch.no_grad():
        trace(network, picture)
    return time.perf_counter() - start
once()
print(json.dumps({"seconds": min(once() for _ in range(5))}), flush=True)
"""


def measure() -> Iterator[Measurement]:
    """Capture, a click on a layer, a moved slider, and memory."""
    yield from _capturing()
    _, clicked = fresh_process(_WINDOW.format(network="vgg16", work="click", device="cpu"))
    yield Measurement(
        "VGG-16, click on a layer of 512 maps to its painted grid",
        clicked["seconds"],
        "bound",
        0.05,
        limit=0.05,
    )
    yield _following("cpu", _FRAME)
    import torch

    if torch.cuda.is_available():
        yield _following("cuda:0", _FRAME_GPU)
    _, found = fresh_process(_MEMORY)
    yield Measurement(
        "VGG-16 at 1024×1024, two layers looked at: most memory beside the weights",
        found["peak"] / 2**20,
        "all activations",
        found["everything"] / 2**20,
        most=1.0,
        unit="MiB",
    )
    yield Measurement(
        "VGG-16 at 1024×1024, another layer of the same picture to its maps: the slowest of eight",
        found["again"],
        "the first pass",
        found["forward"],
        most=0.1,
    )


def _following(device: str, limit: float) -> Measurement:
    _, moved = fresh_process(_WINDOW.format(network="resnet18", work="slide", device=device))
    name = f"ResNet-18 on {device}, a slider over the picture: from one update to the next"
    return Measurement(name, moved["seconds"], "plain forward", moved["forward"], limit=limit)


def _capturing() -> Iterator[Measurement]:
    """VGG-16 with every activation kept, against a plain forward pass, forward hooks and TorchLens."""
    import torch

    from explorer.engine.device import leave_one_core
    from explorer.engine.running.activations import capture
    from explorer.engine.running.module import build

    leave_one_core()
    network = build(catalog.build("vgg16")).eval()
    picture = torch.rand(1, 3, 224, 224)
    values = picture.numpy()

    def plain() -> object:
        with torch.inference_mode():
            return network(picture)

    def hooked() -> None:
        kept: dict[str, torch.Tensor] = {}
        handles = [
            module.register_forward_hook(lambda _m, _i, out, name=name: kept.__setitem__(name, out.clone()))
            for name, module in network.named_modules()
            if not list(module.children())
        ]
        plain()
        for handle in handles:
            handle.remove()
        assert len(kept) > 30

    def kept() -> None:
        assert len(capture(network, values)) > 30

    for warm in (plain, hooked, kept):
        warm()
    ours, baseline = best_in_turns(kept, plain, 12, 1)
    yield Measurement("VGG-16, all activations kept", ours, "plain forward", baseline, 1.15)
    ours, baseline = best_in_turns(kept, hooked, 7, 1)
    yield Measurement("VGG-16, all activations kept", ours, "forward hooks", baseline, 1.15)
    # TORCHLENS_PYTHON names a Python that has it, where ours has not
    _, found = fresh_process(_TORCHLENS, os.environ.get("TORCHLENS_PYTHON", ""))
    if "missing" not in found:
        yield Measurement("VGG-16, all activations kept", ours, "TorchLens", found["seconds"], 1.0)

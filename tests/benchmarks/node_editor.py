"""What NodeGraphQt needs for the same network, in a process of its own; nothing where it cannot run."""

from __future__ import annotations

import os
from dataclasses import dataclass

from tests.benchmarks.measurement import fresh_process

MISSING = "not installed"

_PROGRAM = """
import json, statistics, sys, time
try:
    from NodeGraphQt import BaseNode, NodeGraph
except Exception as error:
    print(json.dumps({"missing": f"{type(error).__name__}: {error}"}), flush=True)
    sys.exit(0)
from Qt import QtCore, QtWidgets
app = QtWidgets.QApplication([])

class Layer(BaseNode):
    __identifier__ = "benchmark"
    NODE_NAME = "layer"

    def __init__(self):
        super().__init__()
        self.add_input("in", multi_input=True)
        self.add_output("out", multi_output=True)
        self.create_property("channels", "64")

def frames(work, count=5):
    def one():
        start = time.perf_counter()
        work()
        return time.perf_counter() - start
    return statistics.median(one() for _ in range(count))

graph = NodeGraph()
graph.register_node(Layer)
nodes = [
    graph.create_node("benchmark.Layer", name=f"conv{i}", pos=(i % 30 * 220, i // 30 * 120), push_undo=False)
    for i in range(516)
]
for one, other in zip(nodes, nodes[1:]):
    other.set_input(0, one.output(0))
graph.clear_selection()
viewer = graph.viewer()
viewer.resize(1050, 690)
viewer.show()
app.processEvents()
viewer.zoom_to_nodes([node.view for node in nodes])
app.processEvents()
seen = {node.view for node in nodes} & set(viewer.items(viewer.viewport().rect()))
assert len(seen) > 500, f"only {len(seen)} nodes are in view"
whole = frames(viewer.viewport().repaint)
graph.reset_zoom()
places = iter(range(200, 300))
def push():
    viewer.centerOn(nodes[next(places)].view)
    viewer.viewport().repaint()
push()
near = frames(push)
values = iter(range(65, 99))
def turn():
    nodes[1].set_property("channels", str(next(values)))
    app.processEvents()
turned = frames(turn)
start = time.perf_counter()
graph.auto_layout_nodes(nodes)
layout = time.perf_counter() - start
print(json.dumps({"whole": whole, "near": near, "layout": layout, "turned": turned}), flush=True)
import os
os._exit(0)
"""


@dataclass(frozen=True)
class Times:
    """Seconds: a frame with all in view, one nearby, an attribute turned, a layout; None where it cannot.

    Its turned attribute changes one text: it computes no shapes, counts or tables.
    """

    whole: float | None = None
    near: float | None = None
    turned: float | None = None
    layout: float | None = None


def measure() -> Times:
    """The times of NodeGraphQt with 516 nodes in a chain, as many layers as ResNet-152 has.

    It gets no skips, with which its layout takes exponential time, and not the 3,600 nodes that
    we draw: adding those takes it most of a minute.

    The environment variable NODEGRAPHQT_PYTHON names a Python that has it, where ours has not.
    """
    try:
        _, found = fresh_process(_PROGRAM, os.environ.get("NODEGRAPHQT_PYTHON", ""))
    except RuntimeError:
        return Times()  # it is there, and fails with this version of Qt
    if "missing" in found:
        return Times()
    return Times(found["whole"], found["near"], found["turned"], found["layout"])

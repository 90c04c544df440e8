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
        self.add_text_input("channels", "channels", text="64")

def chain(count):
    graph = NodeGraph()
    graph.register_node(Layer)
    nodes = [graph.create_node("benchmark.Layer", name=f"conv{i}", pos=(0, i * 120), push_undo=False)
             for i in range(count)]
    for one, other in zip(nodes, nodes[1:]):
        other.set_input(0, one.output(0))
    return graph, nodes

def frames(work, count=5):
    def one():
        start = time.perf_counter()
        work()
        return time.perf_counter() - start
    return statistics.median(one() for _ in range(count))

graph, nodes = chain(200)
viewer = graph.viewer()
viewer.resize(1050, 690)
viewer.show()
app.processEvents()
graph.fit_to_selection() if graph.selected_nodes() else viewer.zoom_to_nodes([node.view for node in nodes])
app.processEvents()
whole = frames(viewer.viewport().repaint)
graph.reset_zoom()
viewer.centerOn(nodes[100].view)
app.processEvents()
def push():
    viewer.centerOn(nodes[100 + int(time.perf_counter() * 1000) % 90].view)
    viewer.viewport().repaint()
near = frames(push)
small, some = chain(60)
start = time.perf_counter()
small.auto_layout_nodes(some)
layout = time.perf_counter() - start
values = iter(range(65, 99))
def turn():
    some[1].set_property("channels", str(next(values)))
    app.processEvents()
turned = frames(turn)
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
    """The times of NodeGraphQt with 200 nodes in a chain, and 60 to lay out: 900 take it more than a minute.

    The environment variable NODEGRAPHQT_PYTHON names a Python that has it, where ours has not.
    """
    try:
        _, found = fresh_process(_PROGRAM, os.environ.get("NODEGRAPHQT_PYTHON", ""))
    except RuntimeError:
        return Times()  # it is there, and fails with this version of Qt
    if "missing" in found:
        return Times()
    return Times(found["whole"], found["near"], found["turned"], found["layout"])

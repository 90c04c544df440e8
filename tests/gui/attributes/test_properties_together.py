"""Several layers edited together: shared fields, and what is not the same for all."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.core import edits
from explorer.gui.attributes.editors import Choice, Switch
from explorer.gui.main_window import MainWindow
from tests.gui.attributes.fields import editor, fact, number, type_in


def test_several_layers_are_edited_together(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    start = bench.document
    bench.select(["layer1", "layer2", "layer3"])
    type_in(qtbot, number(window, "n"), "5")
    graph = bench.document.graph
    assert [graph[name].operator.n for name in ("layer1", "layer2", "layer3")] == [5, 5, 5]  # type: ignore[attr-defined]
    bench.undo()
    assert bench.document is start


def test_layers_of_several_kinds_share_fields(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    start = bench.document
    bench.select(["conv1", "maxpool"])
    properties = window.design.properties
    assert properties.name.text() == "2 layers"
    assert properties.name.isReadOnly()
    assert properties.findChild(QWidget, "attribute.out_channels") is None
    kernel, stride = number(window, "kernel_size"), number(window, "stride")
    assert kernel.text() == ""  # 7 and 3
    assert stride.text() == "2"
    qtbot.keyClick(kernel, Qt.Key.Key_Return)
    assert bench.document is start
    type_in(qtbot, kernel, "3")  # the last one's own value, but not that of all
    graph = bench.document.graph
    assert [graph[name].operator.kernel_size for name in ("conv1", "maxpool")] == [3, 3]  # type: ignore[attr-defined]
    assert graph["maxpool"] is start.graph["maxpool"]
    assert bench.undo_label == "set kernel size of 2 layers"
    assert kernel.text() == "3"
    bench.undo()
    assert bench.document is start
    assert fact(window, "Parameters")[0] == "9,408"


def test_a_stage_and_a_layer_inside_another_are_edited_together(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    bench.select(["layer1.0", "layer2"])
    type_in(qtbot, number(window, "channels"), "96")
    graph = bench.document.graph
    assert graph["layer2"].operator.block.channels == 96  # type: ignore[attr-defined]
    assert bench.lines["layer1.0"].entry.node.operator.channels == 96  # type: ignore[attr-defined]


def test_mixed_switches_and_choices(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    bench.apply("set bias", edits.set_attribute(bench.document, ("conv1",), "bias", True))
    bench.apply(
        "set shortcut", edits.set_attribute(bench.document, ("layer1",), "block.shortcut", "zero padding")
    )
    bench.select(["fc", "layer1.0.conv1"])
    bias = editor(window, "bias")
    assert isinstance(bias, Switch)
    qtbot.mouseClick(bias, Qt.MouseButton.LeftButton)
    assert bench.lines["layer1.0.conv1"].entry.node.operator.bias is True  # type: ignore[attr-defined]
    bench.undo()
    bench.select(["layer1", "layer2"])
    shortcut = editor(window, "shortcut")
    assert isinstance(shortcut, Choice)
    assert shortcut.currentIndex() == -1
    qtbot.keyClick(shortcut, Qt.Key.Key_Down)
    kinds = {bench.document.graph[name].operator.block.shortcut for name in ("layer1", "layer2")}  # type: ignore[attr-defined]
    assert len(kinds) == 1
    assert shortcut.currentIndex() >= 0


def test_layers_with_nothing_in_common_say_so(window: MainWindow) -> None:
    window.workbench.select(["conv1", "relu"])
    assert "no setting in common" in window.design.properties._hint.text()

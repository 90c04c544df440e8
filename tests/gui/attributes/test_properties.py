"""The properties: forms for every operator, edits, refusals, formulas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.core import edits
from explorer.core.analysis import Problem
from explorer.core.attribute import COUNT_LIMIT
from explorer.core.document import Document
from explorer.core.graph import Graph, Node
from explorer.core.operator import operators
from explorer.gui.attributes.editors import Choice, Switch, editor_for
from explorer.gui.attributes.facts import facts
from explorer.gui.attributes.half_known import UNKNOWN, half_known
from explorer.gui.attributes.problem_card import foresight
from explorer.gui.attributes.settings_of import settings_of
from explorer.gui.main_window import MainWindow
from explorer.gui.workbench import Workbench
from tests.gui.attributes.fields import editor, fact, number, type_in
from tests.gui.conftest import Opener


def test_change_an_attribute_and_undo(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    start = bench.document
    bench.select(["conv1"])
    assert window.design.properties.name.text() == "conv1"
    assert fact(window, "Parameters") == ("9,408", "64 · 3 · 7 · 7")
    assert fact(window, "Receptive field") == ("7", "1 + ( 7 − 1 ) · 1")
    type_in(qtbot, number(window, "out_channels"), "32")
    assert bench.document.graph["conv1"].operator.out_channels == 32  # type: ignore[attr-defined]
    assert bench.undo_label == "set out channels of conv1"
    assert fact(window, "Parameters") == ("4,704", "32 · 3 · 7 · 7")
    bench.undo()
    assert bench.document is start
    assert number(window, "out_channels").text() == "64"


def test_steps_in_a_row_are_one_step_until_the_field_is_left(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    start = bench.document
    bench.select(["conv1"])
    field = number(window, "out_channels")
    field.setFocus()
    for _ in range(3):
        qtbot.keyClick(field, Qt.Key.Key_Up)
    assert bench.document.graph["conv1"].operator.out_channels == 67  # type: ignore[attr-defined]
    number(window, "stride").setFocus()
    qtbot.keyClick(number(window, "stride"), Qt.Key.Key_Up)
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Up)
    for expected in (67, 67, 64):
        bench.undo()
        assert bench.document.graph["conv1"].operator.out_channels == expected  # type: ignore[attr-defined]
    assert bench.document is start


def test_a_refused_value_says_why_and_changes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    start = bench.document
    bench.select(["conv1"])
    field = number(window, "out_channels")
    for text in ("0", "-3", str(COUNT_LIMIT + 1), "many", "1.5", ""):
        type_in(qtbot, field, text) if text else (field.clear(), qtbot.keyClick(field, Qt.Key.Key_Return))
        sentence = window.design.properties.form._lines["out_channels"]._sentence
        assert sentence.isVisible(), text
        assert sentence.text(), text
        assert bench.document is start
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "64"
    assert not sentence.isVisible()
    type_in(qtbot, field, str(COUNT_LIMIT))
    assert bench.document.graph["conv1"].operator.out_channels == COUNT_LIMIT  # type: ignore[attr-defined]
    assert f"{COUNT_LIMIT * 3 * 49:,}" == fact(window, "Parameters")[0]


def test_sides_take_one_figure_or_two(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    bench.select(["conv1"])
    field = number(window, "kernel_size")
    for text, value, shown in (
        ("1x7", (1, 7), "1×7"),
        ("5×5", 5, "5"),
        ("3,4", (3, 4), "3×4"),
        ("7", 7, "7"),
    ):
        type_in(qtbot, field, text)
        assert bench.document.graph["conv1"].operator.kernel_size == value  # type: ignore[attr-defined]
        assert field.text() == shown
    type_in(qtbot, field, "1x2x3")
    assert field.property("refused")


def test_switch_choice_and_stage(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    bench.select(["conv1"])
    bias = editor(window, "bias")
    assert isinstance(bias, Switch)
    qtbot.mouseClick(bias, Qt.MouseButton.LeftButton)
    assert bench.document.graph["conv1"].operator.bias is True  # type: ignore[attr-defined]
    bench.select(["layer1"])
    type_in(qtbot, number(window, "n"), "4")
    type_in(qtbot, number(window, "channels"), "32")
    assert bench.undo_label == "set channels of layer1"
    stage = bench.document.graph["layer1"].operator
    assert (stage.n, stage.block.channels) == (4, 32)  # type: ignore[attr-defined]
    shortcut = editor(window, "shortcut")
    assert isinstance(shortcut, Choice)
    shortcut.setValue(type(shortcut.value())("zero padding"))
    assert bench.document.graph["layer1"].operator.block.shortcut == "zero padding"  # type: ignore[attr-defined]


def test_layers_inside_blocks_are_edited(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    bench.select(["layer1.0.conv1"])
    assert window.design.properties.name.isReadOnly()
    type_in(qtbot, number(window, "kernel_size"), "5")
    type_in(qtbot, number(window, "padding"), "2")
    assert bench.selection == ("layer1.0.conv1",)
    assert bench.lines["layer1.0.conv1"].entry.node.operator.kernel_size == 5  # type: ignore[attr-defined]
    assert bench.lines["layer1.1.conv1"].entry.node.operator.kernel_size == 3  # type: ignore[attr-defined]
    assert not bench.analysis.causes


def test_half_known_formulas_of_a_layer_with_a_problem(open_window: Opener) -> None:
    window, _ = open_window("vgg16")
    bench = window.workbench
    bench.apply("delete flatten", edits.delete(bench.document, ["flatten"]))
    bench.select(["classifier.0"])
    assert fact(window, "Parameters") == ("waits", "4096 · ? + 4096")
    assert fact(window, "MACs") == ("waits", "4096 · ?")
    view = window.design.properties.formulas
    assert view.box_of("out_features").isValid()
    bench.select(["classifier.1"])
    assert fact(window, "Parameters") == ("waits", "")


@pytest.mark.parametrize("kind", list(operators()))
def test_half_known_is_never_a_figure_of_the_input(kind: str) -> None:
    operator = operators()[kind]()
    for count in ("parameters", "macs"):
        words, tokens = half_known(operator, count)
        for token in tokens:
            assert token.number == UNKNOWN or token.source == "attribute" or len(token.number) < 3, words


def test_every_repair_is_a_button_and_is_foreseen(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    bench.apply("delete flatten", edits.delete(bench.document, ["flatten"]))
    bench.select(["fc"])
    card = window.design.properties.card
    entry = bench.lines["fc"].entry
    assert isinstance(entry, Problem)
    assert [button.text() for button in card.buttons] == [repair.label for repair in entry.repairs]
    foreseen = foresight(bench.document, ("fc",), entry.repairs[0])
    assert foreseen["parameters of the network"] == "11,689,512"
    assert foreseen["share in the dense layers"] == f"{100 * 513_000 / 11_689_512:.1f} %"
    for button, repair in zip(card.buttons, entry.repairs, strict=True):
        window.activateWindow()
        button.setFocus()
        qtbot.waitUntil(button.hasFocus)
        assert card._shown == repair


def test_rename(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    bench.select(["conv1"])
    name = window.design.properties.name
    for text, result in (("stem", "stem"), ("bn1", "stem"), ("a b", "stem")):
        name.selectAll()
        qtbot.keyClicks(name, text)
        qtbot.keyClick(name, Qt.Key.Key_Return)
        assert bench.selection == (result,)
        assert name.text() == result
    assert bench.document.graph["bn1"].inputs == ("stem",)


def test_a_click_on_a_figure_leads_to_its_field(window: MainWindow, qtbot: QtBot) -> None:
    window.workbench.select(["conv1"])
    view = window.design.properties.formulas
    box = view.box_of("out_channels")
    assert not box.isEmpty()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert number(window, "out_channels").hasFocus()


def test_advanced_settings_are_behind_more(window: MainWindow, qtbot: QtBot) -> None:
    window.workbench.select(["conv1"])
    assert not number(window, "dilation").isVisible()
    window.design.properties.form.reveal("dilation")
    assert number(window, "dilation").isVisible()
    assert number(window, "dilation").hasFocus()


def test_waiting_layers_lead_to_their_cause(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    bench.apply("disconnect conv1", edits.disconnect(bench.document, "conv1", 0))
    bench.select(["relu"])
    properties = window.design.properties
    assert {item.result for item in properties.formulas.facts} == {"waits"}
    (lead,) = properties.card.buttons
    qtbot.mouseClick(lead, Qt.MouseButton.LeftButton)
    assert bench.selection == ("conv1",)


def test_nothing_selected_shows_the_network(open_window: Opener) -> None:
    window, _ = open_window("resnet50")
    found = {item.name: item.result for item in window.design.properties.formulas.facts}
    assert found["Parameters"] == "25,557,032"
    assert found["MACs"] == "4,089,184,256"
    empty, _ = open_window()
    assert empty.design.properties.formulas.facts == ()


@pytest.mark.parametrize("kind", list(operators()))
def test_every_operator_has_a_form(kind: str, qtbot: QtBot) -> None:
    operator = operators()[kind]()
    document = Document(graph=Graph([Node("x", operator)]))
    entry = Workbench(document).analysis["x"]
    for setting in settings_of(entry):
        field = editor_for(setting.declared)
        qtbot.addWidget(field)
        field.show_value(setting.value)
        assert field.value() == setting.value
        assert field.accessibleDescription() == setting.declared.help


@pytest.mark.parametrize("network", ["resnet50", "googlenet", "densenet121", "efficientnet_b0", "alexnet"])
def test_facts_agree_with_the_analysis(network: str) -> None:
    bench = Workbench()
    bench.open(network)
    counted = 0
    for line in bench.lines.values():
        found = {item.name: item for item in facts(line, bench.lines)}
        row = bench.analysis.rows.get(line.path[0])
        assert row is not None
        size = max(reach.size for reach in line.field)
        assert found["Receptive field"].result in (str(size), "×".join(str(item.size) for item in line.field))
        tokens = found["Receptive field"].tokens
        if tokens:
            text = " ".join(token.number for token in tokens).replace("·", "*").replace("−", "-")
            assert eval(text) == size
            counted += 1
    assert counted > 4

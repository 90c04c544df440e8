"""The formula drawer: every figure opens what adds up to it, and its parts lead to their layers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from explorer.architectures import catalog
from explorer.core.analysis import analyze
from explorer.core.conventions import Conventions
from explorer.core.outline import outline
from explorer.gui.attributes.facts import Fact, facts, network_facts
from explorer.gui.layers.columns import PLACE
from explorer.gui.main_window import MainWindow
from tests.arithmetic import evaluated
from tests.gui.conftest import Opener

ALL = ("output", "parameters", "buffers", "operations", "field", "memory", "intensity")
OTHER = Conventions("flops", True, True, "MB", "6bit", 3)


def number(text: str) -> int:
    return int(text.replace(",", "").replace("+ ", ""))


def by_key(shown: tuple[Fact, ...]) -> dict[str, Fact]:
    return {fact.key: fact for fact in shown}


@pytest.mark.parametrize("conventions", [Conventions(), OTHER])
@pytest.mark.parametrize("name", ["resnet18", "googlenet", "efficientnet_b0", "alexnet_2012"])
def test_parts_add_up_and_tokens_give_the_result(name: str, conventions: Conventions) -> None:
    analysis = analyze(catalog.build(name))
    lines = {line.name: line for line in outline(analysis)}
    for line in list(lines.values())[::3]:
        row = line.entry
        found = by_key(facts(line, lines, conventions, ALL))
        for key in ("parameters", "buffers", "operations"):
            fact = found.get(key)
            if fact is None or fact.result == "–":
                continue
            counted = [part for part in fact.parts if part.words != "not counted"]
            if counted:
                assert sum(number(part.figure) for part in counted) == number(fact.result), (line.name, key)
            if not any("more" in token.number for token in fact.tokens):
                assert evaluated(" ".join(token.number for token in fact.tokens)) == number(fact.result)
            assert all(part.layer in lines for part in fact.parts if part.layer)
        path = found["field"].parts
        assert sum(number(part.figure) for part in path) == max(reach.size for reach in line.field)
        if "intensity" in found:
            shown = evaluated(" ".join(token.number for token in found["intensity"].tokens))
            assert shown == conventions.intensity(row)  # type: ignore[arg-type]
            assert isinstance(shown, Fraction)
        assert all(fact.source for key, fact in found.items() if key in ("operations", "field", "memory"))


def test_what_is_not_opened_is_not_worked_out() -> None:
    analysis = analyze(catalog.build("resnet18"))
    lines = {line.name: line for line in outline(analysis)}
    assert not any(fact.parts or fact.opened for fact in facts(lines["layer1"], lines))
    opened = by_key(network_facts(analysis, Conventions(), ALL))
    assert sum(number(part.figure) for part in opened["parameters"].parts) == 11_689_512
    assert sum(number(part.figure) for part in opened["operations"].parts) == 1_814_073_344
    assert [part.layer for part in opened["field"].parts[1:3]] == ["conv1", "maxpool"]


def test_long_lists_end_in_the_sum_of_the_rest() -> None:
    analysis = analyze(catalog.build("cifar_resnet1202"))
    lines = {line.name: line for line in outline(analysis)}
    parts = by_key(facts(lines["layer1"], lines, Conventions(), ["operations"]))["operations"].parts
    assert len(parts) == 101
    assert parts[-1].name == "100 more"
    assert sum(number(part.figure) for part in parts) == lines["layer1"].entry.macs  # type: ignore[union-attr]


def test_a_figure_of_the_table_opens_its_derivation(window: MainWindow, qtbot: QtBot) -> None:
    layers, properties = window.design.layers, window.design.properties
    window.design.docks["Properties"].hide()
    index = layers.model.index_of("layer2").siblingAtColumn(PLACE["field"])
    layers.table.scrollTo(index)
    place = layers.table.visualRect(index).center()
    qtbot.mouseClick(layers.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.workbench.selection == ("layer2",)
    assert window.design.docks["Properties"].isVisible()
    fact = by_key(properties.formulas.facts)["field"]
    assert fact.opened
    head = properties.formulas.head_of("field").topLeft().toPoint()
    assert (
        properties._area.viewport()
        .rect()
        .contains(properties.formulas.mapTo(properties._area.viewport(), head))
    )
    step = next(part for part in fact.parts if part.layer == "layer1.1.conv2")
    click(qtbot, window, properties.formulas.box_of_layer(step.layer).center())
    assert window.workbench.selection == ("layer1.1.conv2",)
    assert by_key(properties.formulas.facts)["field"].opened  # it stays open from layer to layer
    click(qtbot, window, properties.formulas.head_of("field").center())
    assert not by_key(properties.formulas.facts)["field"].opened


def click(qtbot: QtBot, window: MainWindow, point: QPointF) -> None:
    formulas = window.design.properties.formulas
    qtbot.mouseClick(formulas, Qt.MouseButton.LeftButton, pos=QPoint(round(point.x()), round(point.y())))


def test_a_sum_of_the_status_line_opens_that_of_the_network(window: MainWindow, qtbot: QtBot) -> None:
    window.workbench.select(["conv1"])
    totals = window.status.totals
    qtbot.mouseClick(totals, Qt.MouseButton.LeftButton, pos=totals.box_of(2).center().toPoint())
    assert window.workbench.selection == ()
    fact = by_key(window.design.properties.formulas.facts)["operations"]
    assert fact.opened
    assert fact.result == "1,814,073,344"
    assert len(fact.parts) == 6
    sums = window.design.layers.sums
    qtbot.mouseClick(sums, Qt.MouseButton.LeftButton, pos=sums.box_of("memory").center().toPoint())
    assert by_key(window.design.properties.formulas.facts)["memory"].opened


def test_the_drawer_by_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    window.workbench.select(["layer1"])
    window.activateWindow()
    formulas = window.design.properties.formulas
    formulas.setFocus()
    for _ in range(2):
        qtbot.keyClick(formulas, Qt.Key.Key_Down)
    qtbot.keyClick(formulas, Qt.Key.Key_Return)
    assert by_key(formulas.facts)["parameters"].opened
    qtbot.keyClick(formulas, Qt.Key.Key_Down)
    assert not formulas.grab().isNull()
    qtbot.keyClick(formulas, Qt.Key.Key_Return)
    assert window.workbench.selection == ("layer1.0",)


def test_other_conventions_are_said_in_the_drawer(open_window: Opener) -> None:
    window, _ = open_window("resnet18")
    window.workbench.select(["bn1"])
    shown = window.design.properties.formulas
    assert "MACs for one picture, bias not counted" in by_key(shown.facts)["note"].words
    window.workbench.count_by(Conventions("flops", normalization=True, batch=2))
    fact = by_key(shown.facts)["operations"]
    assert fact.name == "FLOPs"
    assert fact.result == f"{2 * 2 * 64 * 112 * 112:,}"
    assert "for 2 pictures" in by_key(shown.facts)["note"].words
    window.design.show_fact("operations")
    assert "folded into the convolution before it" in by_key(shown.facts)["operations"].source

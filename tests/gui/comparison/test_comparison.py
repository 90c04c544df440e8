"""The Compare area through real keys and clicks."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from explorer.core import edits
from explorer.export.landscape import known_networks
from explorer.gui.comparison.area import CompareArea
from explorer.gui.comparison.plate import Plate
from explorer.gui.main_window import MainWindow
from explorer.gui.network_sources import AS_OPENED, OPEN, catalogue, source_of_path
from tests.gui.conftest import Opener

# the list of networks is a popup, which the offscreen platform cannot raise
pytestmark = pytest.mark.qt_log_ignore("does not support (raise|grabbing)", extend=True)

LEFT = Qt.MouseButton.LeftButton


def turn(window: MainWindow, key: Qt.Key) -> None:
    """To another area, with its keys."""
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window, 5000)
    QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)


def compare(window: MainWindow) -> CompareArea:
    """The area, opened with its keys."""
    turn(window, Qt.Key.Key_4)
    assert window.areas.compare is not None
    assert window.areas.compare.isVisible()
    return window.areas.compare


def titles(area: CompareArea) -> list[str]:
    return [item.title for item in area.compared.subjects]


def click_row(plate: Plate, row: int, share: float = 0.5) -> None:
    box = plate.row_box(row)
    where = QPointF(box.left() + share * box.width(), box.center().y()).toPoint()
    QTest.mouseClick(plate, LEFT, pos=where)


@pytest.fixture
def area(window: MainWindow, qtbot: QtBot) -> CompareArea:
    found = compare(window)
    qtbot.waitUntil(lambda: len(found.landscape.points) == len(known_networks()), timeout=10_000)
    return found


def test_the_first_visit_compares_what_is_open(window: MainWindow, area: CompareArea) -> None:
    assert window.findChild(QWidget, "comparison") is area
    assert titles(area) == ["ResNet-18", "ResNet-50 v1.5"]
    assert [chip.texts[1] for chip in area.bar.chips] == ["the open network", "He et al. 2015"]
    assert "11,689,512 parameters in ResNet-18" in window.status.totals.text()
    assert "bias not counted" in window.status.totals.text()
    turn(window, Qt.Key.Key_1)
    assert "networks" not in window.status.totals.text()
    assert window.status.totals.text().startswith("11,689,512 parameters")


def test_one_click_shows_the_table_of_the_texts(area: CompareArea) -> None:
    QTest.mouseClick(area.cards.texts_button, LEFT)
    assert titles(area) == ["VGG-16 (D)", "ResNet-50 v1.5"]
    assert area.cards.texts.claims[0].here == "138.36 M and 25.56 M"
    assert not area.cards.texts_button.isVisible()
    rows = {row.key: [item.text for item in row.figures] for row in area.cards.totals.rows}
    assert rows["parameters"] == ["138,357,544", "25,557,032"]
    assert area.cards.stages.rows[0].heading == "224 × 224"


def test_a_network_is_chosen_by_typing(area: CompareArea, qtbot: QtBot) -> None:
    QTest.mouseClick(area.bar.chips[1], LEFT)
    picker = area.choosing.picker
    assert picker is not None
    QTest.keyClicks(picker.search, "densenet 169")
    QTest.keyClick(picker, Qt.Key.Key_Return)
    assert titles(area) == ["ResNet-18", "DenseNet-169"]
    qtbot.waitUntil(lambda: area.choosing.picker is None)


def test_options_of_a_network_are_refused_or_taken(area: CompareArea) -> None:
    QTest.mouseClick(area.bar.chips[1], LEFT)
    picker = area.choosing.picker
    assert picker is not None
    depth = picker.findChild(QLineEdit, "option.depth")
    depth.selectAll()
    QTest.keyClicks(depth, "51")
    QTest.keyClick(depth, Qt.Key.Key_Return)
    assert titles(area) == ["ResNet-18"]
    assert "depth must be 18, 34, 50, 101 or 152" in area.bar.chips[1].texts[1]
    depth.setText("101")
    QTest.keyClick(depth, Qt.Key.Key_Return)
    picker.findChild(QComboBox, "option.stride_in").setCurrentText("1x1")
    assert area.compared.value is not None
    assert area.compared.value.measures[0].figures[1].value == 44_549_160
    assert "depth 101" in area.bar.chips[1].texts[1]
    picker.close()


def test_networks_are_added_led_and_taken_away(area: CompareArea, qtbot: QtBot) -> None:
    for name in ("lenet5", "vgg11"):
        QTest.mouseClick(area.bar.add_button, LEFT)
        assert area.choosing.picker is not None
        QTest.keyClicks(area.choosing.picker.search, name)
        QTest.keyClick(area.choosing.picker, Qt.Key.Key_Return)
    assert titles(area) == ["ResNet-18", "ResNet-50 v1.5", "LeNet-5", "VGG-11 (A)"]
    assert not area.bar.add_button.isEnabled()
    for text, expected in (("Measure against it", "LeNet-5"), ("Take away", "LeNet-5")):
        QTest.mouseClick(area.bar.chips[2], LEFT)
        picker = area.choosing.picker
        assert picker is not None
        chosen = next(item for item in picker.findChildren(QAbstractButton) if item.text() == text)
        QTest.mouseClick(chosen, LEFT)
        assert titles(area)[0] == expected
    assert titles(area) == ["LeNet-5", "ResNet-18", "VGG-11 (A)"]


def test_a_circle_adds_its_network(area: CompareArea) -> None:
    scatter = area.cards.scatter
    assert scatter.row_count == len(known_networks())
    names = [item.name for item in scatter.points]
    row = names.index("mobilenet_v2")
    QTest.mouseMove(scatter, scatter.row_box(row).center().toPoint())
    assert scatter.hovered == row
    assert "3,504,872 parameters" in scatter.row_tip(row)
    QTest.mouseClick(scatter, LEFT, pos=scatter.row_box(row).center().toPoint())
    assert titles(area) == ["ResNet-18", "ResNet-50 v1.5", "MobileNetV2"]
    scatter.setFocus()
    QTest.keyClick(scatter, Qt.Key.Key_Home)
    QTest.keyClick(scatter, Qt.Key.Key_Right)
    QTest.keyClick(scatter, Qt.Key.Key_Return)
    assert area.compared.sources[-1] == catalogue(scatter.points[1].name)
    area.cards.accuracy_choice.setCurrentIndex(1)
    assert scatter.row_count == len(known_networks())


def test_a_network_without_accuracy_is_no_circle(area: CompareArea) -> None:
    area.compared.show(OPEN, catalogue("resnet50_v1"))
    assert area.cards.scatter.row_count == len(known_networks())
    assert not area.grab().isNull()


def test_a_stage_selects_its_layers_and_the_selection_marks_it(window: MainWindow, area: CompareArea) -> None:
    QTest.qWait(0)
    stages = area.cards.stages
    rows = [row.heading for row in stages.rows]
    click_row(stages, rows.index("28 × 28"), 0.1)
    assert window.workbench.selection == ("layer2.0", "layer2.1")
    assert [stages.is_marked(0, row.stages[0]) for row in stages.rows] == [
        row.heading == "28 × 28" for row in stages.rows
    ]
    turn(window, Qt.Key.Key_1)
    assert window.workbench.selection == ("layer2.0", "layer2.1")
    window.workbench.select(["layer3"])
    compare(window)
    assert [row.heading for row in stages.rows if stages.is_marked(0, row.stages[0])] == ["14 × 14"]
    stages.setFocus()
    QTest.keyClick(stages, Qt.Key.Key_Home)
    assert stages.current == 0


def test_pictures_of_one_shape_enter_all(window: MainWindow, area: CompareArea) -> None:
    line = area.bar.shape.lineEdit()
    line.selectAll()
    QTest.keyClicks(line, "3x96x96")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert [item.input_text for item in area.compared.subjects] == ["3×96×96", "3×96×96"]
    assert area.bar.shape.currentText() == "3×96×96"
    assert all(item.accuracy is None for item in area.compared.subjects)
    line.selectAll()
    QTest.keyClicks(line, "large")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert "channels x height x width" in window.errors.sentence.text()
    assert area.compared.shape == (3, 96, 96)


def test_the_unit_is_that_of_the_window(window: MainWindow, area: CompareArea, qtbot: QtBot) -> None:
    QTest.mouseClick(area.bar.unit.button(1), LEFT)
    assert window.workbench.conventions.unit == "flops"
    assert any(row.label == "FLOPs" for row in area.cards.totals.rows)
    qtbot.waitUntil(lambda: 8_178_368_512 in {item.operations for item in area.landscape.points})


def test_what_differs_is_listed_drawn_and_chosen(window: MainWindow, area: CompareArea) -> None:
    area.compared.show(OPEN, catalogue("resnet34"))
    QTest.mouseClick(area.cards.right_switch.button(1), LEFT)
    assert area.cards.right_switch.button(1).text() == "Differences 4"
    click_row(area.cards.differences, 2)
    assert area.cards.left_switch.index == 1
    first, second = area.cards.drawn.views
    assert first.differing == second.differing == {"layer1", "layer2", "layer3", "layer4"}
    assert window.workbench.selection == ("layer3",)
    node = first.picture.nodes["conv1"].rect
    where = first.mapFromScene(QPointF(node[0] + node[2] / 2, node[1] + node[3] / 2))
    first.ensureVisible(node[0], node[1], node[2], node[3])
    where = first.mapFromScene(QPointF(node[0] + node[2] / 2, node[1] + node[3] / 2))
    QTest.mouseClick(first.viewport(), LEFT, pos=QPoint(where))
    assert window.workbench.selection == ("conv1",)


def test_a_double_click_shows_the_layer_in_design(window: MainWindow, area: CompareArea) -> None:
    stages = area.cards.stages
    row = [item.heading for item in stages.rows].index("14 × 14")
    box = stages.row_box(row)
    where = QPointF(0.1 * box.width(), box.center().y()).toPoint()
    QTest.mouseClick(stages, LEFT, pos=where)
    QTest.mouseDClick(stages, LEFT, pos=where)
    assert window.design.isVisible()
    assert window.workbench.selection == ("layer3.0", "layer3.1")


def test_the_audit_is_one_click_away(window: MainWindow, area: CompareArea) -> None:
    QTest.mouseClick(area.cards.audit_button, LEFT)
    assert window.design.layers.pages.page("Audit") is not None
    area.show_texts_pair()
    assert not area.cards.audit_button.isVisibleTo(area)


def test_two_versions_of_the_open_document(window: MainWindow, area: CompareArea) -> None:
    area.compared.show(OPEN, AS_OPENED)
    assert area.cards.differences.row_count == 0
    bench = window.workbench
    bench.apply("deepen", edits.set_attribute(bench.document, ("layer1",), "n", 5))
    ((place, item),) = area.cards.differences.rows
    assert (place, item.first, item.text) == (1, "layer1", "n 5 → 2")
    assert area.bar.chips[0].texts[1] == "the open network, as it is now"
    bench.undo()
    assert area.cards.differences.row_count == 0


def test_an_edit_elsewhere_is_seen_on_return(window: MainWindow, area: CompareArea) -> None:
    turn(window, Qt.Key.Key_1)
    bench = window.workbench
    bench.apply("deepen", edits.set_attribute(bench.document, ("layer1",), "n", 3))
    before = area.compared.subjects[0].analysis.totals.parameters
    compare(window)
    assert area.compared.subjects[0].analysis.totals.parameters == before + 73_984


def test_a_file_that_cannot_be_read_says_so(area: CompareArea, tmp_path: Path) -> None:
    broken = tmp_path / "broken.archx"
    broken.write_text("{", encoding="utf-8")
    area.compared.show(OPEN, source_of_path(broken))
    assert titles(area) == ["ResNet-18"]
    assert area.bar.chips[1].texts[0] == "broken.archx"
    assert "broken.archx" in area.bar.chips[1].texts[1]


def test_an_empty_network_leaves_a_way_out(open_window: Opener) -> None:
    window, _ = open_window()
    area = compare(window)
    assert titles(area) == ["ResNet-50 v1.5"]
    area.compared.show()
    assert area.compared.value is None
    buttons = [item for item in area.findChildren(QAbstractButton) if item.isVisible()]
    pair = next(item for item in buttons if item.text() == "VGG-16 against ResNet-50")
    QTest.mouseClick(pair, LEFT)
    assert titles(area) == ["VGG-16 (D)", "ResNet-50 v1.5"]


def test_both_themes_and_small_windows(window: MainWindow, area: CompareArea) -> None:
    area.compared.show(OPEN, *(catalogue(name) for name in ("vgg16", "cifar_resnet1202", "googlenet")))
    for choice in ("light", "dark"):
        window.set_theme_choice(choice)
        for page in (0, 1):
            area.cards.left_switch.choose(page)
            area.cards.right_switch.choose(page)
            assert not area.grab().isNull()
    for control in area.findChildren(QAbstractButton):
        if control.isVisibleTo(area) and not control.objectName().startswith("qt_"):
            assert control.accessibleName() or control.text(), control
            assert control.toolTip(), control


def test_closing_while_the_catalogue_is_computed(open_window: Opener) -> None:
    window, _ = open_window("lenet5")
    area = compare(window)
    assert area.landscape.shutdown()
    assert area.shutdown()

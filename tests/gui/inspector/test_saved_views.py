"""Each view of the Inspect area as a file of its own, and what is remembered of how maps are shown."""

from __future__ import annotations

import base64
import io
import re
import xml.etree.ElementTree as ET

import pytest
from PIL import Image
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidgetAction

from explorer.core.document import Document
from explorer.gui import settings as kept
from explorer.gui.inspector.area import InspectArea
from explorer.gui.inspector.maps.number_area import Cell
from explorer.gui.inspector.pages import InspectPages
from explorer.gui.inspector.view_files import file_of
from explorer.gui.selectable import SelectableLabel
from explorer.gui.settings import Settings
from explorer.gui.theme import theme
from explorer.gui.workbench import Workbench
from tests.gui.inspector.inspecting import LONG, click, drop, network, picture_file, settle

EVIL = "<script>alert(1)</script> & \x1b"


def opened(qtbot, folder, name="small", settings=None):
    one = InspectArea(Workbench(Document(name=name, graph=network())), runs_folder=folder / "runs")
    made = InspectPages(
        one._workbench, one, choose_file=lambda _parent, _title, suggested: str(folder / suggested)
    )
    made.keep_choices(settings or Settings())
    made.set_theme(theme(dark=False))
    qtbot.addWidget(made, before_close_func=lambda made: made.shutdown())
    made.resize(1200, 1000)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def pages(qtbot, tmp_path):
    made = opened(qtbot, tmp_path)
    assert drop(qtbot, made.one, picture_file(tmp_path))
    click(qtbot, made.one, "conv", Cell(2, 5, 6))
    return made


def view(pages, key):
    return next(item for item in pages.views() if item.key == key)


def test_every_view_is_a_picture_at_any_size_and_a_drawing(pages):
    keys = [item.key for item in pages.views()]
    assert keys[0] == "page"
    assert {"maps", "picture", "predictions", "value", "mapValues", "layerValues"} - {"predictions"} <= set(
        keys
    )
    look = theme(dark=False)
    for item in pages.views():
        plain, double = (Image.open(io.BytesIO(file_of(item, name, look))) for name in ("a.png", "a@2x.png"))
        assert (double.width, double.height) == (2 * plain.width, 2 * plain.height)
        assert len(plain.convert("RGB").getcolors(1 << 24)) > 10, item.key
        root = ET.fromstring(file_of(item, "a.svg", look))
        texts = "".join(root.itertext())
        assert item.name in texts
        assert root.attrib["viewBox"].split()[2:] == [str(plain.width), str(plain.height)]


def test_a_drawing_has_texts_as_texts_and_maps_with_their_pixels(pages):
    drawing = file_of(view(pages, "maps"), "maps.svg", theme(dark=False)).decode("utf-8")
    root = ET.fromstring(drawing)
    texts = [element.text for element in root.iter() if element.tag.endswith("}text")]
    assert [text for text in texts if text and text.strip().isdigit()] == ["0", "1", "2", "3"]
    images = re.findall(r"<image\b[^>]*>", drawing)
    assert len(images) == 4
    for tag in images:
        assert "image-rendering:pixelated" in tag
        data = base64.b64decode(re.search(r"base64,([^\"]+)", tag).group(1))
        assert Image.open(io.BytesIO(data)).size == (12, 12)  # a pixel for each number


def test_all_maps_are_saved_also_those_that_are_scrolled_away(qtbot, pages):
    grid = pages.one.panel.grid
    pages.resize(760, 420)
    grid.resize_maps(3)
    QApplication.processEvents()
    assert grid.verticalScrollBar().maximum() > 0
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    grid.point_at(Cell(1, 2, 2))
    drawing = file_of(view(pages, "maps"), "maps.svg", theme(dark=False)).decode("utf-8")
    assert drawing.count("<image") == 4
    assert grid._under == Cell(1, 2, 2)  # what the pointer shows is back
    image = Image.open(io.BytesIO(file_of(view(pages, "maps"), "maps.png", theme(dark=False))))
    assert image.height > grid.whole_size().height() > grid.viewport().height()


def test_a_click_with_the_right_button_offers_the_view_below(qtbot, pages, tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, point: shown.append((menu, point)))
    card = pages.one.results.value
    point = card.mapToGlobal(QPoint(40, 40))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, pages.mapFromGlobal(point), point)
    QGuiApplication.sendEvent(pages, event)
    ((menu, at),) = shown
    assert (menu.objectName(), at) == ("saveView.value", point)
    actions = {action.objectName().rpartition(".")[2]: action for action in menu.actions()}
    assert {"png", "png2", "svg", "copy"} <= set(actions)
    with qtbot.waitSignal(pages.status, check_params_cb=lambda text: text.startswith("Saved")):
        actions["png2"].trigger()
    (path,) = tmp_path.glob("*@2x.png")
    assert "value" in path.name
    actions["copy"].trigger()
    assert not QGuiApplication.clipboard().image().isNull()
    pages.saving._refresh()
    names = [action.menu().title() for action in pages.saving.views_menu.actions()]
    assert names == [item.name for item in pages.views()[1:]]


def test_a_text_on_a_view_is_copied_from_the_same_menu(pages, monkeypatch):
    shown = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _: shown.append(menu))
    text = next(part for part in pages.one.results.findChildren(SelectableLabel) if part.isVisible())
    text.setSelection(0, 2)
    point = text.mapToGlobal(text.rect().center())
    reason = QContextMenuEvent.Reason.Mouse
    QGuiApplication.sendEvent(text, QContextMenuEvent(reason, text.rect().center(), point))
    (menu,) = shown
    actions = {action.objectName().rpartition(".")[2]: action for action in menu.actions()}
    assert {"copySelected", "copyText", "png", "svg"} <= set(actions)
    # what the rest is about stands above it, and is no entry
    (heading,) = (action for action in menu.actions() if action.text().startswith("Save “"))
    assert isinstance(heading, QWidgetAction)
    assert heading.defaultWidget().text() == heading.text()
    assert not heading.isEnabled()
    for name, expected in (("copySelected", text.text()[:2]), ("copyText", text.text())):
        actions[name].trigger()
        assert QGuiApplication.clipboard().text() == expected
    # where nothing lies around, Qt's own menu is shown
    alone = SelectableLabel("figure")
    alone.setText("7")
    own = []
    monkeypatch.setattr(QLabel, "contextMenuEvent", lambda label, _: own.append(label))
    QGuiApplication.sendEvent(alone, QContextMenuEvent(reason, QPoint(1, 1), QPoint(1, 1)))
    assert own == [alone]
    assert len(shown) == 1


def test_names_of_anybody_stay_texts(qtbot, tmp_path):
    made = opened(qtbot, tmp_path, EVIL)
    assert drop(qtbot, made.one, picture_file(tmp_path))
    settle(qtbot, made.one)
    for item in made.views():
        root = ET.fromstring(file_of(item, "a.svg", theme(dark=True)))  # well formed, or it raises
        assert not [element for element in root.iter() if element.tag.endswith("script")]


def test_the_page_holds_the_chosen_way_and_value(qtbot, pages, tmp_path):
    from explorer.gui.inspector.methods.list import MAXIMIZE

    causes = pages.one.results.causes
    causes.dream.map.setValue(2)
    causes.list.choose(MAXIMIZE)
    qtbot.waitUntil(lambda: causes.dream.dreamt is not None and not causes.requests.busy, timeout=LONG)
    pages.saving._refresh()
    with qtbot.waitSignal(pages.status, check_params_cb=lambda text: text.startswith("Saved"), timeout=LONG):
        pages.saving.actions_["page"].trigger()
    qtbot.waitUntil(lambda: not pages.saving.busy, timeout=LONG)
    page = next(tmp_path.glob("*.html")).read_text(encoding="utf-8")
    assert "A picture made so that map 2 of conv answers most" in page
    assert "Map 2, row 5, column 6 of conv" in page
    assert "<h2>Kernels of conv</h2>" in page


def test_colours_order_and_size_are_there_after_a_restart(qtbot, tmp_path):
    settings = Settings()
    made = opened(qtbot, tmp_path, settings=settings)
    bar, grid = made.one.panel.layers, made.one.panel.grid
    bar.colours.choose(scale="map", cut=0.1, unsigned="cividis", signed="purple–green")
    bar.order.setCurrentIndex(bar.order.findData("variance"))
    grid.resize_maps(2)
    kept.save(settings, tmp_path)
    again = opened(qtbot, tmp_path, settings=kept.load(tmp_path))
    bar = again.one.panel.layers
    colours = bar.colours.colours
    assert (colours.scale, colours.unsigned, colours.signed) == ("map", "cividis", "purple–green")
    assert colours.cut == 0.1
    ticked = {action.text() for action in bar.colours.menu().actions() if action.isChecked()}
    assert {"Each map on its own", "Cut the outermost 0.1 %", "Cividis", "Purple–green"} <= ticked
    assert bar.sorted_by == "variance"
    assert again.one.panel.grid.larger == 2


@pytest.mark.parametrize(
    "content",
    [{"scale": "galaxy", "signed": 7, "order": ["x"], "larger": -4}, {"larger": True}, {"larger": 10**9}],
)
def test_what_is_no_choice_of_today_is_passed_over(qtbot, tmp_path, content):
    settings = Settings(inspection=content)
    made = opened(qtbot, tmp_path, settings=settings)
    assert vars(made.one.panel.layers.colours.colours) == vars(type(made.one.panel.layers.colours.colours)())
    assert made.one.panel.layers.sorted_by == "index"
    assert made.one.panel.grid.larger == 0


def test_a_long_name_of_weights_leaves_the_panel_as_wide_as_it_is(qtbot, tmp_path):
    made = opened(qtbot, tmp_path)
    weights = made.one.weights
    before = weights.minimumSizeHint().width()
    weights.box.insertItem(1, "ImageNet, V2, of a network with a very long name (download 1,234.5 MiB)")
    QApplication.processEvents()
    assert weights.minimumSizeHint().width() == before


def test_the_classes_of_an_unknown_file_are_named_by_the_person(qtbot, tmp_path):
    made = opened(qtbot, tmp_path)
    weights = made.one.weights
    path = tmp_path / "mine.pth"
    path.write_bytes(b"")
    assert weights.classes.isHidden()
    weights._choose_file = lambda _parent: str(path)
    weights._chosen(weights.box.count() - 1)
    assert weights.classes.isVisible()
    assert weights.source.classes == ""
    names = tmp_path / "names.txt"
    names.write_text("a\nb\n", encoding="utf-8")
    weights.classes._choose_file = lambda _parent: str(names)
    for index, expected in ((1, "imagenet"), (2, str(names))):
        with qtbot.waitSignal(weights.changed):
            weights.classes.box.activated.emit(index)
        assert weights.source.classes == expected
    assert weights.classes.box.currentText() == "names.txt"
    weights._set(type(weights.choice)())
    assert weights.classes.isHidden()
    assert weights.source.classes == ""

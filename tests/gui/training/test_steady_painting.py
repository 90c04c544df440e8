"""What is painted again and again while a training goes on: only what changed is computed anew."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF

from explorer.core.recipe import Recipe
from explorer.gui.canvas.colouring import viridis
from explorer.gui.theme import theme
from explorer.gui.training.insights import strip_picture
from explorer.gui.training.insights.strip_picture import StripPicture
from explorer.gui.training.layer_tracks import GRADIENT, MISSING, Track
from explorer.gui.training.recipes.schedule_strip import ScheduleStrip


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget):
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        self.count += event.type() == QEvent.Type.Paint
        return False


def schedule(qtbot, wide=260):
    strip = ScheduleStrip()
    qtbot.addWidget(strip)
    strip.set_theme(theme(dark=True))
    strip.resize(wide, strip.height())
    strip.show_recipe(Recipe(learning_rate=0.1, epochs=500))
    strip.show()
    qtbot.waitExposed(strip)
    qtbot.wait(20)
    return strip


def test_the_schedule_is_painted_when_its_mark_moves(qtbot):
    strip = schedule(qtbot)
    paints = Paints(strip)
    strip.show_share(0.5, 0.1)
    qtbot.waitUntil(lambda: paints.count == 1)
    for step in range(20):  # less than a pixel in all
        strip.show_share(0.5 + step * 1e-5, 0.1)
    qtbot.wait(30)
    assert paints.count == 1
    strip.show_share(0.5, 0.05)  # another figure at the same place
    qtbot.waitUntil(lambda: paints.count == 2)
    strip.show_share(0.6, 0.05)
    qtbot.waitUntil(lambda: paints.count == 3)
    strip.show_share(None)
    qtbot.waitUntil(lambda: paints.count == 4)


def test_the_line_of_the_schedule_follows_recipe_and_size(qtbot):
    strip, other = schedule(qtbot), schedule(qtbot, 180)
    before = strip.grab().toImage()
    strip.resize(180, strip.height())
    assert strip.grab().toImage() == other.grab().toImage()
    strip.resize(260, strip.height())
    assert strip.grab().toImage() == before
    strip.show_recipe(Recipe(learning_rate=0.1, epochs=500, schedule="constant"))
    assert strip.grab().toImage() != before


def track(*values):
    made = Track(GRADIENT)
    for place, value in enumerate(values):
        made.add(10 * place + 1, ("conv1",), (value,))
    return made


def test_colours_of_a_strip_are_computed_when_its_range_or_theme_changes(monkeypatch):
    computed = []
    real = strip_picture._colours
    monkeypatch.setattr(strip_picture, "_colours", lambda *given: computed.append(given) or real(*given))
    dark, light = theme(dark=True), theme(dark=False)
    picture, made = StripPicture(), track(0.1, 1.0)
    for step in range(2, 20):
        picture.image(made, dark)
        made.add(10 * step, ("conv1",), (0.5,))
    assert len(computed) == 1
    assert picture.image(made, light).color(MISSING) == light["panel"].rgb()
    assert len(computed) == 2
    low = picture.image(made, light).pixelColor(0, 0)
    made.add(300, ("conv1",), (1e-6,))  # the range is wider: what was the least is so no more
    assert picture.image(made, light).pixelColor(0, 0) != low
    assert len(computed) == 3


def test_a_strip_has_the_colours_of_the_scale():
    made = track(1e-4, 1e-2, 1.0)
    image = StripPicture().image(made, theme(dark=True))
    for place, value in enumerate((-4.0, -2.0, 0.0)):
        colour, wanted = image.pixelColor(place, 0), viridis(made.scale.share(value))
        found = (colour.red(), colour.green(), colour.blue())
        assert max(abs(one - two) for one, two in zip(found, wanted, strict=True)) <= 4


def test_the_plots_are_redrawn_one_after_the_other(qtbot):
    from explorer.gui.training.plots.plot_cards import PlotCards

    cards = PlotCards()
    qtbot.addWidget(cards)
    cards.set_theme(theme(dark=True))
    cards.show()
    qtbot.waitExposed(cards)
    redrawn = []
    qtbot.waitUntil(lambda: bool(cards.loss.redraws and cards.accuracy.redraws))
    cards.loss._due.timeout.connect(lambda: redrawn.append("loss"))
    cards.accuracy._due.timeout.connect(lambda: redrawn.append("accuracy"))
    for plot in (cards.accuracy, cards.loss):
        plot.invalidate()
    qtbot.waitUntil(lambda: len(redrawn) == 2)
    assert redrawn == ["loss", "accuracy"]


def test_what_follows_the_pointer_over_a_plot_is_painted_once_for_many_moves(qtbot):
    from PySide6.QtWidgets import QWidget

    from explorer.gui.training.plots.plot_overlay import Place, PlotOverlay

    parent = QWidget()
    qtbot.addWidget(parent)
    overlay = PlotOverlay(parent, "step", lambda x, y: QPointF(x, y))
    parent.show()
    qtbot.waitExposed(parent)
    qtbot.wait(20)
    paints = Paints(overlay)
    for x in range(50):
        overlay.point_at(Place(x, x))
    assert overlay.place == Place(49, 49)
    qtbot.waitUntil(lambda: paints.count == 1)
    qtbot.wait(40)
    assert paints.count == 1

"""The form of the recipe: presets, folded sections, settings that count for nothing, the largest batch."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from explorer.architectures import catalog
from explorer.core.attribute import attributes
from explorer.core.document import Document
from explorer.core.recipe import AUGMENTATION, Optimizer, Recipe, Schedule
from explorer.core.recipe_presets import PRESETS, preset_named
from explorer.gui.theme import theme
from explorer.gui.training.recipes.recipe_form import RecipeForm
from explorer.gui.workbench import Workbench


@pytest.fixture
def form(qtbot):
    workbench = Workbench(Document("lenet5", catalog.build("lenet5")))
    form = RecipeForm(workbench)
    qtbot.addWidget(form)
    form.set_theme(theme("dark"))
    form.resize(280, 900)
    form.show()
    yield form
    assert form.shutdown()


def field(form, name):
    return form.findChild(QWidget, f"attribute.{name}")


def recipe(form):
    return form._workbench.document.recipe


def head(form, title):
    return form.findChild(QWidget, f"recipeSection.{title}")


def test_every_setting_has_one_field_with_name_and_tip(form):
    for declared in attributes(Recipe):
        fields = form.findChildren(QWidget, f"attribute.{declared.name}")
        assert len(fields) == (declared.name not in (*AUGMENTATION, "data")), declared.name
        for found in fields:
            assert found.accessibleName()
            assert declared.help in found.toolTip()


def test_a_preset_is_one_step_of_the_history_and_names_the_button(form, qtbot):
    workbench = form._workbench
    assert form.presets.text().startswith("Presets")
    (action,) = [item for item in form.presets.menu().actions() if item.text() == "CIFAR, He 2015"]
    assert "arXiv:1512.03385" in action.toolTip()
    action.trigger()
    assert recipe(form) == preset_named("CIFAR, He 2015").applied(Recipe())
    assert form.presets.text().startswith("CIFAR, He 2015")
    assert field(form, "steps").value() == 64_000
    assert field(form, "epochs").isHidden() or not field(form, "epochs").isVisible()
    workbench.undo()
    assert recipe(form) == Recipe()
    assert len(form.presets.menu().actions()) == len(PRESETS)


def test_what_counts_for_nothing_is_not_shown_and_comes_back(form):
    assert field(form, "momentum").isVisible()
    assert not field(form, "beta1").isVisible()
    field(form, "optimizer").setValue(Optimizer.ADAMW)
    assert recipe(form).optimizer is Optimizer.ADAMW
    assert not field(form, "momentum").isVisible()
    head(form, "optimizer").click()
    assert field(form, "beta1").isVisible()
    assert not field(form, "nesterov").isVisible()
    field(form, "optimizer").setValue(Optimizer.SGD)
    assert field(form, "momentum").isVisible()
    assert not field(form, "beta1").isVisible()
    assert field(form, "nesterov").isVisible()


def test_a_folded_section_says_what_is_unusual_in_it(form, qtbot):
    section = next(part for part in form.sections if part.head.text() == "Regularization")
    assert section.unusual.text() == ""
    workbench = form._workbench
    changed = replace(Recipe(), label_smoothing=0.1, average=0.99, override_dropout=True)
    workbench.apply("change", replace(workbench.document, recipe=changed))
    assert section.unusual.text() == "label smoothing 0.1, override dropout, average 0.99"
    assert not field(form, "dropout").isVisible()
    qtbot.mouseClick(section.head, Qt.MouseButton.LeftButton)
    assert field(form, "dropout").isVisible()
    assert not section.unusual.isVisible()


def test_a_row_of_moments_is_typed_and_nonsense_is_said_beside_it(form, qtbot):
    field(form, "schedule").setValue(Schedule.STEP)
    head(form, "schedule").click()
    moments = field(form, "decay_at")
    assert moments.lineEdit().text() == "50, 75"
    moments.lineEdit().setText("30, 60, 90")
    qtbot.keyClick(moments, Qt.Key.Key_Return)
    assert recipe(form).decay_at == (30, 60, 90)
    moments.lineEdit().setText("30, 600")
    qtbot.keyClick(moments, Qt.Key.Key_Return)
    assert recipe(form).decay_at == (30, 60, 90)


def test_the_largest_batch_is_found_in_the_background(form, qtbot, monkeypatch):
    from explorer.engine import device

    monkeypatch.setattr(device, "free_memory", lambda _: 10_000_000)
    qtbot.mouseClick(form.fit, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: form._job is None, timeout=30_000)
    found = recipe(form).batch_size
    assert f"{found:,} pictures per step fit cpu." == form.note.text()
    assert 1 < found < 65_536
    monkeypatch.setattr(device, "free_memory", lambda _: 1000)
    qtbot.mouseClick(form.fit, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: form._job is None, timeout=30_000)
    assert "not even one picture" in form.note.text().lower()
    assert recipe(form).batch_size == found

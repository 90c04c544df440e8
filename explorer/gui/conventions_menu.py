"""The menu that chooses how figures are counted and written: unit, what counts, sizes, precision, batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget, QWidgetAction

from explorer.core.conventions import DEFAULT, MOST_PICTURES, RULES, Conventions
from explorer.gui.spin_box import SpinBox
from explorer.gui.workbench import Workbench

_BATCHES = (1, 8, 16, 32, 64, 128, 256)

_Pick = Callable[[Conventions], Conventions]


class ConventionsMenu(QMenu):
    """Shows the conventions of a workbench and changes them."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__("&Conventions", parent)
        self.setObjectName("menu.conventions")
        self.setToolTipsVisible(True)
        self._workbench = workbench
        self._choices: list[tuple[QAction, _Pick]] = []
        self._make_counting()
        self.addSeparator()
        self._choose(self, "sizes", "MiB", "Sizes in MiB = 2²⁰ bytes", RULES["memory"])
        self._choose(self, "sizes", "MB", "Sizes in MB = 10⁶ bytes", RULES["memory"])
        self.addSeparator()
        self._precision = self._make_precision()
        self._batch = self._make_batch()
        self.addSeparator()
        usual = self.addAction("As papers and torchvision count")
        usual.setObjectName("action.usualConventions")
        usual.setToolTip(f"{DEFAULT.operations_said}; memory {DEFAULT.memory_said}, MiB")
        usual.triggered.connect(lambda: workbench.count_by(DEFAULT))
        self.aboutToShow.connect(self._tick)
        workbench.conventions_changed.connect(self._tick)
        self._tick()

    def _make_counting(self) -> None:
        self._choose(self, "unit", "macs", "MACs: multiply-accumulates", RULES["products"])
        self._choose(self, "unit", "flops", "FLOPs: two for each multiply-accumulate", RULES["products"])
        self.addSeparator()
        self._switch("bias", "Count biases", RULES["bias"])
        self._switch("normalization", "Count normalization", RULES["normalization"])

    def _make_precision(self) -> QMenu:
        menu = self.addMenu("Precision")
        menu.setToolTipsVisible(True)
        for key, text in (
            ("fp32", "fp32: 4 bytes"),
            ("fp16", "fp16: 2 bytes"),
            ("bf16", "bf16: 2 bytes"),
            ("int8", "int8: 1 byte"),
            ("6bit", "6 bit"),
        ):
            self._choose(menu, "precision", key, text, RULES["memory"])
        return menu

    def _make_batch(self) -> QMenu:
        menu = self.addMenu("Batch size")
        menu.setToolTipsVisible(True)
        tip = "Operations and activations are counted for so many pictures; parameters do not grow"
        for count in _BATCHES:
            self._choose(menu, "batch", count, "One picture" if count == 1 else f"{count} pictures", tip)
        menu.addSeparator()
        self.batch_field = SpinBox(minimum=1, maximum=MOST_PICTURES, suffix=" pictures")
        self.batch_field.setAccessibleName("Batch size")
        self.batch_field.setToolTip(tip)
        self.batch_field.setKeyboardTracking(False)
        self.batch_field.valueChanged.connect(self._set_batch)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(self.batch_field)
        menu.addAction(holder)
        return menu

    def _choose(self, menu: QMenu, name: str, value: object, text: str, tip: str) -> None:
        """An action that sets one choice; of those with the same name one is ticked."""
        action = menu.addAction(text)
        action.setObjectName(f"action.{name}.{value}")
        action.setCheckable(True)
        action.setToolTip(tip)
        group = self.findChild(QActionGroup, name)
        if group is None:
            group = QActionGroup(self, objectName=name)
        group.addAction(action)
        self._add(action, lambda chosen: replace(chosen, **{name: value}))  # type: ignore[arg-type]

    def _switch(self, name: str, text: str, tip: str) -> None:
        action = self.addAction(text)
        action.setObjectName(f"action.count.{name}")
        action.setCheckable(True)
        action.setToolTip(tip)
        self._add(action, lambda chosen: replace(chosen, **{name: not getattr(chosen, name)}))

    def _add(self, action: QAction, pick: _Pick) -> None:
        self._choices.append((action, pick))
        action.triggered.connect(lambda: self._workbench.count_by(pick(self._workbench.conventions)))

    def _set_batch(self, count: int) -> None:
        self._workbench.count_by(replace(self._workbench.conventions, batch=count))

    def _tick(self) -> None:
        """Tick what holds now."""
        chosen = self._workbench.conventions
        for action, pick in self._choices:
            name = action.objectName()
            switch = name.startswith("action.count.")
            on = getattr(chosen, name.rpartition(".")[2]) if switch else pick(chosen) == chosen
            if not switch and not on and action.actionGroup().checkedAction() is action:
                # a batch that none of the actions names: a group lets go of its choice only so
                action.actionGroup().setExclusive(False)
                action.setChecked(False)
                action.actionGroup().setExclusive(True)
            else:
                action.setChecked(on)
        self._precision.setTitle(f"Precision: {chosen.precision_word}")
        self._batch.setTitle(f"Batch size: {chosen.batch:,}")
        self.batch_field.blockSignals(True)
        self.batch_field.setValue(chosen.batch)
        self.batch_field.blockSignals(False)

"""The dialog that asks which attributes of the layers inside a block become the block's own."""

from __future__ import annotations

import re
from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer.core.attribute import Attribute, value_text
from explorer.core.errors import ExplorerError
from explorer.core.graph import local
from explorer.core.group import Group, promotable
from explorer.core.promotion import Promoted, Target, promoted
from explorer.gui.attributes.editors import label_text
from explorer.gui.canvas.face import kind_of
from explorer.gui.fonts import SEMIBOLD, font

_NAME, _NOW, _CALLED = range(3)
_TARGET = Qt.ItemDataRole.UserRole


class PromotionDialog(QDialog):
    """Every attribute inside with a tick; what is ticked gets a name, and may share it with others."""

    def __init__(self, group: Group, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="promotion")
        self.setWindowTitle("Attributes of the block")
        self._group = group
        self._known: dict[Target, tuple[Attribute, object]] = {
            target: (declared, value) for target, declared, value in promotable(group.graph)
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(
            _label(
                f"Tick what shall be set at {group.title} itself. Layers under one name are turned together.",
                "body",
            )
        )
        self.filter = QLineEdit(objectName="promotionFilter", placeholderText="Filter layers and attributes")
        self.filter.setAccessibleName("Filter layers and attributes")
        self.filter.setToolTip("Show only what has these words in its name")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._show_matches)
        column.addWidget(self.filter)
        self.tree = QTreeWidget(objectName="promotionTree")
        self._prepare_tree()
        column.addWidget(self.tree, 1)
        self.sentence = _label("", "label")
        self.sentence.setObjectName("promotionSentence")
        self.sentence.setMinimumHeight(36)
        column.addWidget(self.sentence)
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column.addWidget(self.buttons)
        self._fill()
        self._judge()
        self.tree.itemChanged.connect(self._changed)
        self.resize(520, 560)

    @property
    def bindings(self) -> Mapping[str, list[Target]]:
        """What is ticked, by the name it has."""
        found: dict[str, list[Target]] = {}
        for target, item in self._items.items():
            if item.checkState(_NAME) is Qt.CheckState.Checked:
                found.setdefault(_written(item), []).append(target)
        return found

    def item(self, layer: str, attribute: str) -> QTreeWidgetItem:
        """The line of an attribute of a layer inside."""
        return self._items[layer, attribute]

    def _prepare_tree(self) -> None:
        tree = self.tree
        tree.setAccessibleName("Attributes of the layers inside")
        tree.setToolTip("Space ticks an attribute, F2 changes what the block calls it")
        tree.setColumnCount(3)
        tree.setHeaderLabels(["Attribute", "Now", "Called at the block"])
        tree.setRootIsDecorated(False)
        tree.setAllColumnsShowFocus(True)
        tree.setUniformRowHeights(True)
        tree.setItemsExpandable(False)
        tree.setIndentation(16)
        triggers = QAbstractItemView.EditTrigger
        tree.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | triggers.SelectedClicked)
        tree.setItemDelegate(_OnlyNames(tree))
        header = tree.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(_NAME, 220)
        header.resizeSection(_NOW, 84)

    def _fill(self) -> None:
        self._items: dict[Target, QTreeWidgetItem] = {}
        names = {target: name for name, targets in self._group.promoted for target in targets}
        layers: dict[str, QTreeWidgetItem] = {}
        for target, (declared, value) in self._known.items():
            layer = target[0]
            if layer not in layers:
                kind = kind_of(self._group.graph[layer].operator)
                top = layers[layer] = QTreeWidgetItem([f"{local(layer)} · {kind}"])
                top.setFlags(Qt.ItemFlag.ItemIsEnabled)
                top.setFont(_NAME, font(12, SEMIBOLD))
                self.tree.addTopLevelItem(top)
            name = names.get(target, "")
            line = QTreeWidgetItem([label_text(target[1].replace(".", " · ")), value_text(value), name])
            line.setFlags(
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsUserCheckable
                | Qt.ItemFlag.ItemIsEditable
            )
            line.setCheckState(_NAME, Qt.CheckState.Checked if name else Qt.CheckState.Unchecked)
            line.setToolTip(_NAME, declared.help)
            line.setData(_NAME, _TARGET, target)
            layers[layer].addChild(line)
            self._items[target] = line
        self.tree.expandAll()
        first = self.tree.topLevelItem(0)
        if first is not None:
            self.tree.setCurrentItem(first.child(0))

    def _changed(self, item: QTreeWidgetItem, column: int) -> None:
        """A tick was set or taken away, or a name was written; a name that is written is a tick."""
        target = item.data(_NAME, _TARGET)
        if target is None:
            return
        target = (target[0], target[1])
        ticked = item.checkState(_NAME) is Qt.CheckState.Checked
        self.tree.blockSignals(True)
        if column == _CALLED:
            written = bool(_written(item))
            item.setCheckState(_NAME, Qt.CheckState.Checked if written else Qt.CheckState.Unchecked)
        elif ticked and not item.text(_CALLED):
            item.setText(_CALLED, self._suggested(target))
        elif not ticked:
            item.setText(_CALLED, "")
        self.tree.blockSignals(False)
        self._judge()

    def _suggested(self, target: Target) -> str:
        """The attribute's own name; with the layer's before it where that stands for another value."""
        declared, value = self._known[target]
        word = re.sub(r"^out_", "", target[1].rpartition(".")[2])
        same = [other for other in self.bindings.get(word, []) if other != target]
        alike = all(
            self._known[other][0].kind == declared.kind and self._known[other][1] == value for other in same
        )
        if alike and word not in ("title", "graph", "promoted"):
            return word
        return re.sub(r"[^A-Za-z0-9]+", "_", f"{local(target[0])}_{word}").strip("_")

    def _judge(self) -> None:
        """Say what the block would have, or why it cannot."""
        bindings, fine = self.bindings, True
        try:
            Group(self._group.title, self._group.graph, promoted(bindings))
        except ExplorerError as error:
            said, fine = str(error), False
        else:
            said = _summary(self._group.title, Promoted(tuple((n, tuple(t)) for n, t in bindings.items())))
        self.sentence.setProperty("role", "label" if fine else "error")
        self.sentence.style().unpolish(self.sentence)
        self.sentence.style().polish(self.sentence)
        self.sentence.setText(f"{said[:1].upper()}{said[1:]}.")
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(fine)

    def _show_matches(self, text: str) -> None:
        words = text.lower().split()
        for number in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(number)
            if top is None:
                continue
            shown = 0
            for place in range(top.childCount()):
                line = top.child(place)
                said = f"{line.data(_NAME, _TARGET)[0]} {line.text(_NAME)} {line.text(_CALLED)}".lower()
                matches = all(word in said for word in words)
                line.setHidden(not matches)
                shown += matches
            top.setHidden(not shown)


class _OnlyNames(QStyledItemDelegate):
    """Lets only the last column be written in."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        if index.column() != _CALLED or index.parent().isValid() is False:
            return None  # type: ignore[return-value]  # Qt takes it for: not to be edited
        editor = super().createEditor(parent, option, index)
        editor.setAccessibleName("What the block calls it")
        return editor


def _written(item: QTreeWidgetItem) -> str:
    """The name that a person wrote, as one word: my stride becomes my_stride."""
    return "_".join(item.text(_CALLED).split())


def _summary(title: str, own: Promoted) -> str:
    if not own:
        return f"{title} has no attribute of its own"
    said = [name if len(targets) == 1 else f"{name} ({len(targets)} layers)" for name, targets in own]
    return f"{title} has {', '.join(said)}"


def _label(text: str, role: str) -> QLabel:
    made = QLabel(text, wordWrap=True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    return made

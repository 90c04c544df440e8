"""The Design area: canvas in the middle, palette, properties and layer table as docks around it."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from explorer.gui.attributes.editors import NumberField
from explorer.gui.attributes.panel import PropertiesPanel
from explorer.gui.canvas.colouring import TIME
from explorer.gui.canvas.view import Canvas
from explorer.gui.costs.measurements import Measurements
from explorer.gui.layers.panel import LayersPanel
from explorer.gui.palette.my_blocks import MyBlocks
from explorer.gui.palette.panel import PalettePanel
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

_PALETTE_WIDTH, _PROPERTIES_WIDTH, _TABLE_HEIGHT = 228, 336, 206
_LAYOUT = 1
"""Number of the arrangement of docks; saved layouts of another number are not restored."""


class DesignArea(QMainWindow):
    """A main window within the window, so that the docks come and go with the area.

    Signals:
        picture_wanted(page): a page below the canvas shall be written as a picture.
    """

    picture_wanted = Signal(object)

    def __init__(self, workbench: Workbench, my_blocks: MyBlocks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setObjectName("designArea")
        self.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AnimatedDocks
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._workbench = workbench
        self.canvas = Canvas(workbench, self)
        self.canvas.own_blocks = lambda: my_blocks.groups
        self.setCentralWidget(self.canvas)
        self.palette_panel = PalettePanel(my_blocks)
        self.properties = PropertiesPanel(workbench)
        self.layers = LayersPanel(workbench)
        self.layers.add_page("Costs", "Where parameters, MACs, activations and time are", self._make_costs)
        self.docks = {
            "Palette": self._dock("Palette", self.palette_panel, self.palette_panel.header),
            "Properties": self._dock("Properties", self.properties, self.properties.header),
            "Layers": self._dock("Layers", self.layers, self.layers.header),
        }
        self.palette_panel.operator_chosen.connect(self.canvas.insert_operator)
        self.canvas.edit_requested.connect(self._edit)
        self.canvas.rename_requested.connect(self.rename)
        self.properties.header.name.returnPressed.connect(self.canvas.setFocus)
        self.canvas.installEventFilter(self)
        self.properties.form.finished.connect(self.canvas.setFocus)
        self.measurements = Measurements(workbench, self)
        self.measurements.changed.connect(self._show_measured)
        self.canvas.look.changed.connect(self._offer_measuring)
        self.layers.add_page("Memory", "What a training or a use needs, and where it fits", self._make_memory)
        self.layers.add_page("Measure", "How long every layer takes, and the roofline", self._make_measure)
        self.layers.add_page("Audit", "What other tools count, why, and what is published", self._make_audit)
        self.restore_layout()

    def shutdown(self) -> bool:
        """Stop what the pages below the canvas run; False where it still runs after a bounded time."""
        return all([self.layers.pages.shutdown(), self.measurements.shutdown()])

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self.canvas, self.palette_panel, self.properties, self.layers):
            part.set_theme(theme)

    def restore_layout(self) -> None:
        """Put all docks where they were at first."""
        palette, properties, layers = self.docks.values()
        for dock in self.docks.values():
            dock.setFloating(False)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, palette)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, properties)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, layers)
        for dock in self.docks.values():
            dock.show()
        widths = [_PALETTE_WIDTH, _PROPERTIES_WIDTH]
        self.resizeDocks([palette, properties], widths, Qt.Orientation.Horizontal)
        self.resizeDocks(
            [layers], [_TABLE_HEIGHT + layers.titleBarWidget().height()], Qt.Orientation.Vertical
        )

    def layout_text(self) -> str:
        """Where the docks are, as text."""
        return bytes(self.saveState(_LAYOUT).toBase64().data()).decode("ascii")

    def restore_layout_text(self, text: str) -> None:
        """Put the docks where `layout_text` found them; another program's text changes nothing."""
        self.restoreState(QByteArray.fromBase64(text.encode("ascii", "ignore")), _LAYOUT)

    def show_floating(self, on: bool) -> None:
        """Show or hide the docks that float, which do not go with the page."""
        for dock in self.docks.values():
            if dock.isFloating():
                dock.setVisible(on)

    def show_fact(self, name: str) -> None:
        """Show how a figure of the selected layer comes about, or of the network where none is selected."""
        self.docks["Properties"].show()
        self.properties.show_fact(name)

    def show_fact_of_network(self, name: str) -> None:
        """Show how a sum of the network comes about."""
        self._workbench.select(())
        self.show_fact(name)

    def _show_measured(self) -> None:
        """Measured times go to the table, the canvas and the page of costs."""
        times = self.measurements.milliseconds()
        if times != self.layers.model.reading.times:
            self.layers.model.set_times(times)
            self.canvas.look.set_times(times)
            costs = self.layers.pages.page("Costs")
            if costs is not None:
                costs.set_times(times)  # type: ignore[attr-defined]

    def _offer_measuring(self) -> None:
        """Colours stand for times now, but there are none: show where to take them."""
        if self.canvas.look.colour_by == TIME and self.measurements.times is None and self.isVisible():
            self.layers.pages.show_page("Measure")

    def _make_memory(self) -> QWidget:
        # at its first visit, as the others
        from explorer.gui.costs.memory_page import MemoryPage

        return MemoryPage(self._workbench, self.measurements)

    def _make_measure(self) -> QWidget:
        # at its first visit, as the others
        from explorer.gui.costs.measure_page import MeasurePage

        return MeasurePage(self._workbench, self.measurements)

    def _make_audit(self) -> QWidget:
        # at its first visit, not at start-up
        from explorer.gui.audit.panel import AuditPanel

        page = AuditPanel(self._workbench)
        page.complained.connect(self.layers.complained)
        return page

    def _make_costs(self) -> QWidget:
        # at its first visit: it writes pictures, and QtSvg is not needed at start-up
        from explorer.gui.costs.page import CostsPage

        page = CostsPage(self._workbench)
        page.set_times(self.layers.model.reading.times)
        page.export_wanted.connect(self.picture_wanted)
        return page

    def rename(self) -> None:
        """Write the name of the selected layer."""
        self.docks["Properties"].show()
        self.properties.header.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.properties.header.name.selectAll()

    def _edit(self) -> None:
        self.docks["Properties"].show()
        self.properties.edit()

    def _typed(self, event: QKeyEvent) -> bool:
        """A figure typed over a selected layer goes into its first field; a slash looks in the palette."""
        text = event.text()
        if text == "/":
            self.docks["Palette"].show()
            self.palette_panel.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.palette_panel.search.selectAll()
            return True
        first = self.properties.form.first_editor if text.isascii() and text.isdigit() else None
        if not isinstance(first, NumberField):
            return False
        self._edit()
        first.type_over(text)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        typed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if typed and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier and self._typed(event):
            return True
        return super().eventFilter(watched, event)

    def _dock(self, title: str, panel: QWidget, header: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self, objectName=f"dock.{title.lower()}")
        dock.setWidget(panel)
        dock.setTitleBarWidget(header)  # the panel's own head is what it is dragged by
        dock.setAccessibleName(title)
        return dock

"""What the actions of the window do: each is one step that a person takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core import edits
from explorer.core.errors import ExplorerError
from explorer.gui import clipboard
from explorer.gui.table_export import write_table

if TYPE_CHECKING:
    from explorer.gui.main_window import MainWindow


class Commands:
    """The commands of one window, by the verb of their action."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def table(self) -> dict[str, Callable[[], object]]:
        """What each action does."""
        canvas, bench = self._window.design.canvas, self._window.workbench
        return {
            "new": self._window.files.new,
            "open": self._window.files.choose,
            "save": self._window.files.save,
            "saveAs": self._window.files.save_as,
            "exportTable": self.export_table,
            "quit": self._window.close,
            "undo": bench.undo,
            "redo": bench.redo,
            "cut": lambda: clipboard.cut(bench),
            "copy": self._copy,
            "paste": self._paste,
            "duplicate": lambda: clipboard.duplicate(bench),
            "delete": lambda: canvas.delete_selection(bypass=True),
            "deleteGap": lambda: canvas.delete_selection(bypass=False),
            "selectAll": lambda: bench.select(bench.document.graph.nodes),
            "find": self._find,
            "zoomIn": canvas.zoom_in,
            "zoomOut": canvas.zoom_out,
            "fit": canvas.fit,
            "design": lambda: self._window.menu_row.areas.choose(0),
            "train": lambda: self._window.menu_row.areas.choose(1),
            "inspect": lambda: self._window.menu_row.areas.choose(2),
            "showPalette": lambda: self._toggle_dock("Palette"),
            "showProperties": lambda: self._toggle_dock("Properties"),
            "showLayers": lambda: self._toggle_dock("Layers"),
            "restoreLayout": self._window.design.restore_layout,
            "themeSystem": lambda: self._window.set_theme_choice("system"),
            "themeLight": lambda: self._window.set_theme_choice("light"),
            "themeDark": lambda: self._window.set_theme_choice("dark"),
            "arrange": canvas.arrange,
            "fold": canvas.fold_selection,
            "dissolve": self._dissolve,
            "nextProblem": self._next_problem,
            "startTraining": self._start_training,
            "stopTraining": self._window.areas.stop_training,
            "about": lambda: self._window.dialogs.about(self._window.menu_row.device.text()),
        }

    def _start_training(self) -> None:
        self._window.menu_row.areas.choose(1)
        self._window.areas.start_training()

    def show_problems(self) -> None:
        """Show the list of problems, and select the next one."""
        self._window.menu_row.areas.choose(0)
        self._window.design.docks["Layers"].show()
        self._window.design.layers.show_problems()
        self._next_problem()

    def _next_problem(self) -> None:
        names = [problem.id for problem in self._window.workbench.analysis.causes]
        if names:
            last = self._window.workbench.selection[-1] if self._window.workbench.selection else ""
            place = names.index(last) + 1 if last in names else 0
            self._window.workbench.select((names[place % len(names)],))

    def _toggle_dock(self, name: str) -> None:
        dock = self._window.design.docks[name]
        dock.setVisible(dock.isHidden())

    def _find(self) -> None:
        text = self._window.dialogs.find()
        if text is None:
            return
        wanted = text.lower().strip()
        found = sorted((name for name in self._window.workbench.lines if wanted in name.lower()), key=len)
        if found:
            self._window.workbench.select((found[0],))
        else:
            self._window.complain(f"no layer's name contains {text!r}")

    def _copy(self) -> None:
        if self._window.design.layers.table.hasFocus():
            self._window.design.layers.copy_selection()
        else:
            clipboard.copy(self._window.workbench)

    def _paste(self) -> None:
        try:
            clipboard.paste_layers(self._window.workbench)
        except ExplorerError as error:
            self._window.complain(str(error))

    def _dissolve(self) -> None:
        (name,) = clipboard.chosen(self._window.workbench)
        try:
            self._window.workbench.apply(
                f"dissolve {name}", edits.dissolve(self._window.workbench.document, name)
            )
        except ExplorerError as error:
            self._window.complain(str(error))

    def export_table(self) -> None:
        """Ask for a file and write the layer table."""
        document = self._window.workbench.document
        folder = Path(self._window.settings.folder) if self._window.settings.folder else Path()
        path = self._window.dialogs.file_for_table(str(folder / f"{document.name}.csv"))
        if path is None:
            return
        try:
            write_table(path, document.name, self._window.workbench.analysis)
        except (ExplorerError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            self._window.complain(
                f"the table could not be written to {path.name}: {reason}; choose another place"
            )

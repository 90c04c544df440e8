"""What the actions of the window do: each is one step that a person takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from explorer.core import edits
from explorer.core.errors import ExplorerError
from explorer.core.group import Group
from explorer.gui.canvas_menu import show_canvas_menu
from explorer.gui.table_export import write_table
from explorer.gui.theme import theme

if TYPE_CHECKING:
    from explorer.gui.costs.page import CostsPage
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
            "exportPicture": self.export_picture,
            "cut": canvas.cut,
            "copy": self._copy,
            "paste": canvas.paste,
            "duplicate": canvas.duplicate,
            "delete": lambda: canvas.delete_selection(bypass=True),
            "deleteGap": lambda: canvas.delete_selection(bypass=False),
            "selectAll": canvas.select_all,
            "find": canvas.search,
            "zoomIn": canvas.zoom_in,
            "zoomOut": canvas.zoom_out,
            "zoomReset": lambda: canvas.zoom_to(1.0),
            "fit": canvas.fit,
            "design": lambda: self._window.menu_row.areas.choose(0),
            "train": lambda: self._window.menu_row.areas.choose(1),
            "inspect": lambda: self._window.menu_row.areas.choose(2),
            "compare": lambda: self._window.menu_row.areas.choose(3),
            "showPalette": lambda: self._toggle_dock("Palette"),
            "showProperties": lambda: self._toggle_dock("Properties"),
            "showLayers": lambda: self._toggle_dock("Layers"),
            "restoreLayout": self._window.design.restore_layout,
            "themeSystem": lambda: self._window.set_theme_choice("system"),
            "themeLight": lambda: self._window.set_theme_choice("light"),
            "themeDark": lambda: self._window.set_theme_choice("dark"),
            "arrange": canvas.arrange,
            "fold": canvas.fold_selection,
            "quickAdd": canvas.quick_add,
            "addSkip": canvas.add_skip,
            "group": canvas.group_selection,
            "dissolve": canvas.dissolve_selection,
            "keepBlock": self.keep_block,
            "promote": self.promote,
            "rename": self._window.design.rename,
            "repeat": canvas.repeat_selection,
            "nextProblem": self._next_problem,
            "startTraining": self._start_training,
            "stopTraining": self._window.areas.stop_training,
            "experiments": self._experiments,
            "about": lambda: self._window.dialogs.about(self._window.menu_row.device.text()),
            **self._window.view_choices.commands(),
        }

    def usable(self) -> dict[str, bool]:
        """Which actions can be used with what is selected now; those that always can are left out."""
        bench, canvas = self._window.workbench, self._window.design.canvas
        chosen = bool(bench.selection)
        blocks = [name for name in bench.selection if bench.lines[name].inner is not None]
        return {
            **dict.fromkeys(("cut", "copy", "duplicate", "deleteGap", "group"), chosen),
            "delete": chosen or canvas.chosen_edge is not None,
            "rename": len(bench.selection) == 1 and len(bench.lines[bench.selection[0]].path) == 1,
            "addSkip": len(bench.selection) == 2,
            "fold": bool(blocks),
            "dissolve": bool(blocks),
            **dict.fromkeys(("keepBlock", "promote"), self._chosen_group() is not None),
            "repeat": chosen,
            "nextProblem": bool(bench.analysis.causes),
            "exportPicture": bool(len(bench.document.graph)),
        }

    def _start_training(self) -> None:
        self._window.menu_row.areas.choose(1)
        self._window.areas.start_training()

    def _experiments(self) -> None:
        self._window.menu_row.areas.choose(1)
        self._window.areas.open_experiments()

    def show_problems(self) -> None:
        """Show the list of problems, and select the next one."""
        self._window.menu_row.areas.choose(0)
        self._window.design.docks["Layers"].show()
        self._window.design.layers.show_problems()
        self._next_problem()

    def show_design(self, page: str) -> None:
        """Show the Design area, and a page below its canvas where one is named."""
        self._window.menu_row.areas.choose(0)
        if page:
            self._window.design.docks["Layers"].show()
            self._window.design.layers.pages.show_page(page)

    def _next_problem(self) -> None:
        names = [problem.id for problem in self._window.workbench.analysis.causes]
        if names:
            last = self._window.workbench.selection[-1] if self._window.workbench.selection else ""
            place = names.index(last) + 1 if last in names else 0
            self._window.workbench.select((names[place % len(names)],))

    def _toggle_dock(self, name: str) -> None:
        dock = self._window.design.docks[name]
        dock.setVisible(dock.isHidden())

    def _copy(self) -> None:
        if self._window.design.layers.table.hasFocus():
            self._window.design.layers.copy_selection()
        else:
            self._window.design.canvas.copy()

    def offer_block(self) -> None:
        """Offer to keep the block that was made just now."""
        if self._chosen_group() is not None:
            self._window.design.palette_panel.offer(self._offered())

    def _chosen_group(self) -> Group | None:
        """The block of the person's own that alone is selected."""
        bench = self._window.workbench
        if len(bench.selection) != 1:
            return None
        operator = bench.lines[bench.selection[0]].entry.node.operator
        return operator if isinstance(operator, Group) else None

    def keep_block(self) -> None:
        """Ask under which name the selected block shall be kept."""
        if self._chosen_group() is not None:
            self._window.design.docks["Palette"].show()
            self._window.design.palette_panel.offer(self._offered(), now=True)

    def _offered(self) -> Callable[[], Group]:
        """The selected block as it is when it is asked for; as it is now where it is gone then."""
        bench, chosen = self._window.workbench, self._chosen_group()
        name = bench.selection[0]
        last = chosen if chosen is not None else Group()

        def offered() -> Group:
            line = bench.lines.get(name)
            operator = line.entry.node.operator if line is not None else None
            return operator if isinstance(operator, Group) else last

        return offered

    def show_menu(self, place: QPoint) -> None:
        """Show what can be done to what is under the pointer on the canvas."""
        window, canvas = self._window, self._window.design.canvas
        window.refresh_actions()
        show_canvas_menu(
            window,
            window.window_actions,
            place,
            chosen=bool(window.workbench.selection),
            edge=canvas.chosen_edge is not None,
        )

    def promote(self) -> None:
        """Ask which attributes inside the selected block are the block's own."""
        group, bench = self._chosen_group(), self._window.workbench
        bindings = self._window.dialogs.attributes_of_block(group) if group is not None else None
        if bindings is None:
            return
        (name,) = bench.selection
        try:
            document = edits.promote(bench.document, bench.lines[name].path, bindings)
        except ExplorerError as error:
            self._window.complain(str(error))
            return
        bench.apply(f"choose attributes of {name}", document)

    def export_picture(self) -> None:
        """Ask in which colours, how much and where, and write the network as it is drawn."""
        window = self._window
        dark = window.theme is not None and window.theme.dark
        choices = window.dialogs.picture_choices(dark=dark, selected=len(window.workbench.selection))
        if choices is None:
            return
        path = window.dialogs.file_for_picture(str(self._beside(f"{window.workbench.document.name}.svg")))
        if path is None:
            return
        try:
            window.design.canvas.look.export_picture(
                path, theme(choices.dark), only_selected=choices.selection
            )
        except (ExplorerError, OSError) as error:
            self._complain_of("the picture", path, error)

    def export_page(self, page: CostsPage) -> None:
        """Ask for a file and write a page below the canvas as a picture."""
        path = self._window.dialogs.file_for_picture(str(self._beside(page.picture_name)))
        if path is None:
            return
        try:
            page.write_picture(path)
        except (ExplorerError, OSError) as error:
            self._complain_of("the picture", path, error)

    def export_table(self) -> None:
        """Ask for a file and write the layer table."""
        window = self._window
        name = window.workbench.document.name
        path = window.dialogs.file_for_table(str(self._beside(f"{name}.csv")))
        if path is None:
            return
        try:
            layers = window.design.layers
            write_table(
                path,
                name,
                window.workbench.analysis,
                layers.listed(),
                layers.table.shown_columns(),
                layers.model.reading,
            )
        except (ExplorerError, OSError) as error:
            self._complain_of("the table", path, error)

    def _beside(self, name: str) -> Path:
        """A file in the folder that was used last."""
        folder = self._window.settings.folder
        return Path(folder) / name if folder else Path(name)

    def _complain_of(self, what: str, path: Path, error: Exception) -> None:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        self._window.complain(f"{what} could not be written to {path.name}: {reason}; choose another place")

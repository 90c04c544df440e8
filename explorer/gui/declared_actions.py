"""Every action of the window, declared in one table: words, shortcut, icon and menu."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QKeySequence

FILE, EDIT, VIEW, NETWORK, TRAIN, HELP = "&File", "&Edit", "&View", "&Network", "&Train", "&Help"
MENUS = (FILE, EDIT, VIEW, NETWORK, TRAIN, HELP)

Key = QKeySequence.StandardKey

_COLOUR, _DIRECTION = "&Colour by", "Di&rection"


@dataclass(frozen=True)
class Declared:
    """An action. `group` names those of which one is checked; `switch` ones are on or off.

    A rule stands above an action with `rule`; one with `submenu` stands in that. `design` ones work
    in the Design area only. `keys` are those that the canvas answers while it has the focus: a
    shortcut of a single letter would be taken from whatever else is typed in.
    """

    verb: str
    text: str
    tip: str
    menu: str
    shortcut: str | QKeySequence.StandardKey | None = None
    icon: str = ""
    keys: str = ""
    rule: bool = False
    switch: bool = False
    group: str = ""
    submenu: str = ""
    design: bool = False


def _design(verb: str, text: str, tip: str, menu: str, **more: object) -> Declared:
    return Declared(verb, text, tip, menu, design=True, **more)  # type: ignore[arg-type]


def _colour(verb: str, text: str, tip: str) -> Declared:
    return _design(verb, text, tip, VIEW, group="colour", submenu=_COLOUR)


_FILES = (
    Declared("new", "&New", "Start with an empty network", FILE, Key.New, "new"),
    Declared("open", "&Open…", "Open a network from a file", FILE, Key.Open, "open"),
    Declared("save", "&Save", "Save to the file it came from", FILE, Key.Save, "save", rule=True),
    Declared("saveAs", "Save &as…", "Save to another file", FILE, "Ctrl+Shift+S"),
    Declared(
        "exportPicture",
        "Export the &picture…",
        "Write the network as it is drawn as SVG, PDF or PNG",
        FILE,
        icon="picture",
        rule=True,
    ),
    Declared(
        "exportTable",
        "&Export the layer table…",
        "Write the table as CSV, Markdown, LaTeX, JSON or text",
        FILE,
        icon="export",
    ),
    Declared("quit", "&Quit", "Close the window", FILE, Key.Quit, rule=True),
)

_EDITS = (
    Declared("undo", "&Undo", "Take the last edit back", EDIT, Key.Undo, "undo"),
    Declared("redo", "&Redo", "Do again what was undone", EDIT, "Ctrl+Shift+Z", "redo"),
    _design(
        "cut",
        "Cu&t",
        "Move the selected layers to the clipboard",
        EDIT,
        shortcut=Key.Cut,
        icon="cut",
        rule=True,
    ),
    _design("copy", "&Copy", "Copy the selected layers, as text", EDIT, shortcut=Key.Copy, icon="copy"),
    _design("paste", "&Paste", "Put copied layers into the network", EDIT, shortcut=Key.Paste, icon="paste"),
    _design("duplicate", "D&uplicate", "Copy the selected layers beside themselves", EDIT, shortcut="Ctrl+D"),
    _design(
        "delete",
        "&Delete",
        "Take the selected layers out and join their neighbours",
        EDIT,
        icon="delete",
        keys="Del",
        rule=True,
    ),
    _design(
        "deleteGap",
        "Delete and leave the &gap",
        "Take the selected layers out without joining their neighbours",
        EDIT,
        keys="Shift+Del",
    ),
    _design("selectAll", "Select &all", "Select every layer", EDIT, shortcut=Key.SelectAll, rule=True),
    _design("find", "&Find", "Look for layers by name or kind", EDIT, shortcut=Key.Find, icon="search"),
)

_VIEWS = (
    _design("zoomIn", "Zoom &in", "Show the canvas larger", VIEW, shortcut="Ctrl++", icon="zoom-in"),
    _design("zoomOut", "Zoom &out", "Show the canvas smaller", VIEW, shortcut="Ctrl+-", icon="zoom-out"),
    _design("zoomReset", "Zoom to &100 %", "Show the canvas at its natural size", VIEW, shortcut="Ctrl+0"),
    _design("fit", "&Fit", "Show the whole network", VIEW, icon="fit", keys="F"),
    Declared("design", "&Design", "Build the network", VIEW, "Ctrl+1", rule=True, group="area"),
    Declared("train", "&Train", "Train the network and watch it learn", VIEW, "Ctrl+2", group="area"),
    Declared("inspect", "&Inspect", "Look at feature maps and predictions", VIEW, "Ctrl+3", group="area"),
    Declared("compare", "Co&mpare", "Set networks side by side", VIEW, "Ctrl+4", group="area"),
    Declared(
        "colourKind",
        "&Kind",
        "Colour layers by what they are",
        VIEW,
        rule=True,
        group="colour",
        submenu=_COLOUR,
        design=True,
    ),
    _colour("colourParameters", "&Parameters", "Colour layers by how many numbers they learn"),
    _colour("colourMacs", "&MACs", "Colour layers by how much they compute"),
    _colour("colourMemory", "&Activation memory", "Colour layers by the memory of what they produce"),
    _colour("colourField", "&Receptive field", "Colour layers by how much of the picture they see"),
    _colour("colourTime", "Measured &time", "Colour layers by how long they take, once that is measured"),
    _colour(
        "colourGradient",
        "&Gradient norm",
        "Colour layers by the gradient that their weights get in a training",
    ),
    _colour("colourDead", "&Dead ReLUs", "Colour layers by the share of their channels that are always 0"),
    _colour("colourMaps", "&Feature maps", "Draw in each layer the mean map of the picture open in Inspect"),
    _design(
        "directionDown",
        "&Top to bottom",
        "Draw the network from top to bottom",
        VIEW,
        icon="flow-down",
        group="direction",
        submenu=_DIRECTION,
    ),
    _design(
        "directionRight",
        "&Left to right",
        "Draw the network from left to right",
        VIEW,
        icon="flow-right",
        group="direction",
        submenu=_DIRECTION,
    ),
    _design("showRail", "&Shape rail", "Show resolutions and channels beside the network", VIEW, switch=True),
    _design("showOverview", "Overview &map", "Show a map of the whole network", VIEW, switch=True),
    _design("showPalette", "&Palette", "Show or hide blocks and networks", VIEW, rule=True, switch=True),
    _design("showProperties", "Propert&ies", "Show or hide settings and formulas", VIEW, switch=True),
    _design("showLayers", "&Layer table", "Show or hide the layer table", VIEW, switch=True),
    _design("restoreLayout", "Restore the la&yout", "Put all panels back where they were at first", VIEW),
    Declared(
        "themeSystem", "System th&eme", "Light or dark as the system is", VIEW, rule=True, group="theme"
    ),
    Declared("themeLight", "Li&ght theme", "Dark text on light ground", VIEW, group="theme"),
    Declared("themeDark", "Dar&k theme", "Light text on dark ground", VIEW, group="theme"),
)

_NETWORKS = (
    _design(
        "quickAdd", "A&dd a layer…", "Type what shall stand below the selected layer", NETWORK, keys="Ins"
    ),
    _design(
        "addSkip", "Add s&kip", "Add the result of one selected layer to that of the other", NETWORK, keys="K"
    ),
    _design(
        "group",
        "&Group",
        "Make one block of the selected layers",
        NETWORK,
        shortcut="Ctrl+G",
        icon="group",
        rule=True,
    ),
    _design(
        "dissolve",
        "&Dissolve the block",
        "Put what is inside the selected blocks in their place",
        NETWORK,
        shortcut="Ctrl+Shift+G",
    ),
    _design("rename", "Re&name", "Give the selected layer another name", NETWORK, keys="F2"),
    _design(
        "promote",
        "Choose &attributes of the block…",
        "Make attributes of the layers inside the selected block the block's own",
        NETWORK,
        shortcut="Ctrl+Shift+A",
    ),
    _design(
        "repeat",
        "&Repeat",
        "Make a stage of the selected layer or block: the same several times in a row",
        NETWORK,
        shortcut="Ctrl+R",
    ),
    _design(
        "keepBlock", "Keep in &My blocks", "Offer the selected block in the palette from now on", NETWORK
    ),
    _design(
        "fold", "&Fold or unfold", "Show or hide what is inside the selected blocks", NETWORK, keys="Space"
    ),
    _design(
        "arrange",
        "&Arrange",
        "Lay out all layers anew",
        NETWORK,
        shortcut="Ctrl+L",
        icon="arrange",
        rule=True,
    ),
    Declared(
        "nextProblem",
        "&Next problem",
        "Select the next layer that has a problem",
        NETWORK,
        "F8",
        "warning",
    ),
)

_OTHERS = (
    Declared("startTraining", "&Start", "Train the network with its recipe", TRAIN, "Ctrl+Return", "play"),
    Declared("stopTraining", "S&top", "End the training after its current step", TRAIN, "Ctrl+.", "stop"),
    Declared(
        "experiments",
        "&Experiments…",
        "Repeat a known experiment, or search for the best width and depth",
        TRAIN,
        icon="experiment",
        rule=True,
    ),
    Declared("about", "&About", "Version, conventions and device", HELP, icon="help"),
)

TABLE: tuple[Declared, ...] = (*_FILES, *_EDITS, *_VIEWS, *_NETWORKS, *_OTHERS)

"""How a canvas looks: what colours stand for, which way the network runs, what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from explorer.core.analysis import Analysis
from explorer.core.errors import ExplorerError
from explorer.gui.canvas.colouring import (
    CHOICES,
    DEAD,
    FIELD,
    GRADIENT,
    KIND,
    MACS,
    MAPS,
    MEMORY,
    TIME,
    colouring,
    fields_of,
    gathered,
    trained_sentence,
)
from explorer.gui.theme import Theme

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

DOWN, RIGHT = "down", "right"
"""From top to bottom; from left to right."""


class Look(QObject):
    """The choices of one canvas. They are no part of the document, and are the window's to remember.

    Signals:
        changed(): another choice was made; `colour_by`, `direction`, `rail` and `overview` say which.
    """

    changed = Signal()

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._analysis: Analysis | None = None
        self._times: Mapping[str, float] = {}
        self._trained: Mapping[str, Mapping[str, float]] = {}
        self._maps: Mapping[str, QImage] = {}
        self.colour_by = KIND
        self.direction = DOWN
        self.rail = True
        self.overview = True
        canvas.workbench.conventions_changed.connect(self._count_anew)

    @property
    def across(self) -> bool:
        """Whether the network runs from left to right."""
        return self.direction == RIGHT

    def set_colour_by(self, choice: str) -> None:
        """Colour nodes by one of `colouring.CHOICES`.

        Raises:
            ExplorerError: there is no such choice.
        """
        if choice not in CHOICES:
            raise ExplorerError(f"nodes can be coloured by {', '.join(CHOICES)}, not by {choice}")
        if choice != self.colour_by:
            self.colour_by = choice
            self._recolour()
            self.changed.emit()

    def set_times(self, times: Mapping[str, float]) -> None:
        """Take measured times: milliseconds by full name; none forgets them."""
        self._times = times
        if self.colour_by == TIME:
            self._recolour()

    def set_trained(self, figures: Mapping[str, Mapping[str, float]]) -> None:
        """Take what a training says of layers now: gradient norms and shares of dead ReLUs, by full name."""
        self._trained = figures
        if self.colour_by in (GRADIENT, DEAD):
            self._recolour()

    def reveal(self) -> None:
        """Bring what is selected into view; all of it where nothing is."""
        chosen = self._canvas.workbench.selection
        if chosen:
            self._canvas.camera.reveal(chosen[-1])
        else:
            self._canvas.fit()

    def set_maps(self, maps: Mapping[str, QImage]) -> None:
        """Take small pictures of what layers make of a picture, by full name; none forgets them."""
        self._maps = maps
        if self.colour_by == MAPS:
            self._recolour()

    def set_direction(self, direction: str) -> None:
        """Let the network run "down" or "right".

        Raises:
            ExplorerError: there is no such direction.
        """
        if direction not in (DOWN, RIGHT):
            raise ExplorerError(f"a network runs {DOWN} or {RIGHT}, not {direction}")
        if direction != self.direction:
            self.direction = direction
            self._canvas.preview(None)
            self._canvas.camera.start()
            self.changed.emit()

    def turn(self) -> None:
        """The other direction."""
        self.set_direction(RIGHT if self.direction == DOWN else DOWN)

    def show_rail(self, shown: bool) -> None:
        """Whether resolutions and channels stand beside the network."""
        if shown != self.rail:
            self.rail = shown
            self._canvas.network_scene.rail.setVisible(shown)
            self._canvas.viewport().update()
            self.changed.emit()

    def show_overview(self, shown: bool) -> None:
        """Whether the map of the whole network is shown."""
        if shown != self.overview:
            self.overview = shown
            self._canvas.floating.place()
            self.changed.emit()

    def colour(self, analysis: Analysis) -> None:
        """The canvas draws what this analysis is of."""
        self._analysis = analysis
        if self.colour_by != KIND:
            self._recolour()

    def export_picture(self, path: str | Path, theme: Theme, *, only_selected: bool = False) -> None:
        """Write the network, or only what is selected in it, as it is folded and coloured, as a figure.

        Raises:
            ExplorerError: the file's ending is not .svg, .png or .pdf, or there is nothing to draw.
            OSError: it cannot be written; an older file stays as it was.
        """
        from explorer.gui.canvas.figure import (
            Figure,
            part_of,
            write_figure,
        )  # QtSvg is not needed at start-up

        canvas = self._canvas
        name = canvas.workbench.document.name
        picture = canvas.picture
        if only_selected:
            picture = part_of(picture, canvas.workbench.selection)
        write_figure(Path(path), Figure(picture, theme, canvas.ink.colouring, name, self.rail))

    def _count_anew(self, *_: object) -> None:
        if self.colour_by in (MACS, MEMORY):
            self._recolour()

    def _recolour(self) -> None:
        canvas, analysis = self._canvas, self._analysis
        if analysis is None:
            return
        figures: Mapping[str, float] | None = self._times if self.colour_by == TIME else None
        if self.colour_by in (GRADIENT, DEAD):
            figures = gathered(
                self.colour_by, self._trained.get(self.colour_by, {}), canvas.picture, canvas.workbench.lines
            )
        if self.colour_by == FIELD:
            bench = canvas.workbench
            figures = fields_of(analysis, bench.lines if analysis is bench.analysis else None)
        colours = colouring(self.colour_by, canvas.picture, figures, canvas.workbench.conventions)
        if self.colour_by == MAPS:
            colours = replace(colours, pictures=self._maps)
        elif self.colour_by in (GRADIENT, DEAD):
            told = self._trained.get(self.colour_by, {})
            here = {name: value for name, value in told.items() if name in canvas.workbench.lines}
            colours = replace(colours, said=trained_sentence(self.colour_by, here))
        canvas.ink.set_colouring(colours)
        canvas.recoloured()

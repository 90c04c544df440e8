"""Sliders that shift, turn, scale, cover and disturb the open picture; dragging it does the same."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSlider, QToolButton, QVBoxLayout, QWidget

from explorer.engine.pictures.alteration import HIGHEST_SCALE, LOWEST_SCALE, Alteration
from explorer.gui.panel import IconButton, label
from explorer.gui.theme import Theme

_STEPS = 100
_DOUBLE = 50
"""Steps of the scale's slider that double the size."""


@dataclass(frozen=True)
class _Slider:
    """One slider: its words, its range, and how its place and the alteration's figure belong together."""

    field: str
    words: str
    tip: str
    low: int
    high: int
    figure: Callable[[int], float]
    place: Callable[[float], int]
    text: Callable[[float], str]


def _share(field: str, words: str, tip: str, low: int, high: int) -> _Slider:
    return _Slider(
        field,
        words,
        tip,
        low,
        high,
        lambda place: place / _STEPS,
        lambda figure: round(figure * _STEPS),
        lambda figure: f"{100 * figure:.0f} %".replace("-", "−"),
    )


_SLIDERS = (
    _share("across", "Across", "Shift to the right, in percent of the shorter side", -100, 100),
    _share("down", "Down", "Shift downwards, in percent of the shorter side", -100, 100),
    _Slider(
        "turn",
        "Turn",
        "Turn about the middle, counter-clockwise, in degrees",
        -180,
        180,
        float,
        round,
        lambda figure: f"{figure:.0f}°".replace("-", "−"),
    ),
    _Slider(
        "scale",
        "Scale",
        "Enlarge or shrink about the middle",
        -2 * _DOUBLE,
        2 * _DOUBLE,
        lambda place: 2.0 ** (place / _DOUBLE),
        lambda figure: round(_DOUBLE * math.log2(figure)),
        lambda figure: f"{figure:.2f}×",
    ),
    _share("cover", "Cover", "Side of a grey square that covers a part; drag it on the picture", 0, 90),
    _share("noise", "Noise", "Normal noise on every pixel the network is fed, in percent of white", 0, 60),
)


class AlterationForm(QWidget):
    """Holds the alteration of the open picture.

    Signals:
        changed(alteration): something was moved.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("alteration")
        self.alteration = Alteration()
        self.sliders: dict[str, QSlider] = {}
        self._texts = {item.field: label(role="hint") for item in _SLIDERS}
        self._fold = QToolButton(checkable=True, checked=False)
        self._fold.setObjectName("alterationFold")
        self._fold.setText("Change the picture")
        self._fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._fold.setArrowType(Qt.ArrowType.RightArrow)
        self._fold.setProperty("flat", True)
        self._fold.setToolTip("Shift, turn, scale, cover or disturb the picture; all layers follow")
        self._fold.setAccessibleName("Change the picture")
        self._fold.toggled.connect(self._unfold)
        self._reset = IconButton("undo", "As it was: take all changes back")
        self._reset.setObjectName("alterationReset")
        self._reset.clicked.connect(lambda: self.set_alteration(Alteration()))
        self._body = QWidget()
        self._lay_out()
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._reset.set_theme(theme)

    def set_alteration(self, alteration: Alteration) -> None:
        """Alter the picture so; announces it where it is something else."""
        if alteration != self.alteration:
            self.alteration = alteration
            self._show()
            self.changed.emit(alteration)

    def forget(self) -> None:
        """Another picture is open: nothing is done to it yet, and nobody need be told."""
        self.alteration = Alteration()
        self._show()

    def pull(self, start: QPointF, moved: QPointF, size: tuple[int, int]) -> None:
        """The picture was dragged: the square if it was taken hold of there, else all of it.

        Args:
            start: where the hand is, in pixels of the picture.
            moved: how far it came since the last call, in the same.
            size: width and height of the picture.
        """
        now, short = self.alteration, min(size)
        x, y = start.x() / size[0], start.y() / size[1]
        near = max(abs(x - now.cover_across) * size[0], abs(y - now.cover_down) * size[1])
        if now.cover > 0 and near <= now.cover * short / 2 + moved.manhattanLength():
            self.set_alteration(
                replace(
                    now,
                    cover_across=min(1.0, max(0.0, now.cover_across + moved.x() / size[0])),
                    cover_down=min(1.0, max(0.0, now.cover_down + moved.y() / size[1])),
                )
            )
            return
        across, down = now.across + moved.x() / short, now.down + moved.y() / short
        self.set_alteration(replace(now, across=min(1.0, max(-1.0, across)), down=min(1.0, max(-1.0, down))))

    def magnify(self, factor: float) -> None:
        """The wheel was turned over the picture."""
        scale = min(HIGHEST_SCALE, max(LOWEST_SCALE, self.alteration.scale * factor))
        self.set_alteration(replace(self.alteration, scale=1.0 if abs(scale - 1.0) < 0.01 else scale))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.addWidget(self._fold)
        row.addStretch(1)
        row.addWidget(self._reset)
        column.addLayout(row)
        column.addWidget(self._body)
        grid = QGridLayout(self._body)
        grid.setContentsMargins(4, 0, 0, 4)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(2, 44)
        for place, item in enumerate(_SLIDERS):
            slider = QSlider(Qt.Orientation.Horizontal, minimum=item.low, maximum=item.high)
            slider.setObjectName(f"alteration.{item.field}")
            slider.setAccessibleName(item.words)
            slider.setToolTip(item.tip)
            slider.valueChanged.connect(lambda value, item=item: self._slide(item, value))
            self.sliders[item.field] = slider
            text = self._texts[item.field]
            text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for at, part in enumerate((label(item.words, "label"), slider, text)):
                grid.addWidget(part, place, at)
        self._body.hide()

    def _unfold(self, shown: bool) -> None:
        self._body.setVisible(shown)
        self._fold.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)

    def _slide(self, item: _Slider, value: int) -> None:
        self.set_alteration(replace(self.alteration, **{item.field: item.figure(value)}))

    def _show(self) -> None:
        for item in _SLIDERS:
            figure = getattr(self.alteration, item.field)
            slider = self.sliders[item.field]
            with QSignalBlocker(slider):
                slider.setValue(item.place(figure))
            self._texts[item.field].setText(item.text(figure))
        self._reset.setVisible(self.alteration.alters)

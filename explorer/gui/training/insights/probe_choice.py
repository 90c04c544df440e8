"""The button that says of which layers feature maps are kept after every epoch, and changes it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

_LISTED = 12


class ProbeChoice(QToolButton):
    """Offers to keep the maps of the selected layers too, or to leave the choice to the program.

    Signals:
        wanted(names): from the next epoch on, the maps of these layers shall be kept; none leaves the choice.
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probeChoice")
        self.setText("Layers ▾")
        self.setProperty("flat", True)
        self.setToolTip("Choose the layers whose maps are kept after every epoch")
        self.setAccessibleName("Layers that are kept")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._kept: tuple[str, ...] = ()
        self._chosen: tuple[str, ...] = ()
        self._selected: tuple[str, ...] = ()
        self._going = False
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self.fill)
        self.setMenu(menu)

    def show_kept(self, kept: Sequence[str], chosen: Sequence[str], *, going: bool) -> None:
        """The layers that are kept, those that were chosen by hand, and whether the run goes on."""
        self._kept, self._chosen, self._going = tuple(kept), tuple(chosen), going

    def select(self, names: Sequence[str]) -> None:
        """The selected layers."""
        self._selected = tuple(names)

    def fill(self) -> None:
        """Make the entries anew: they follow what is selected and kept."""
        menu = self.menu()
        menu.clear()
        head = menu.addAction("Kept from the next epoch on" if self._going else "Kept in the next run")
        head.setEnabled(False)
        now = self._chosen or self._kept
        for name in now[:_LISTED]:
            entry = menu.addAction(name)
            entry.setCheckable(True)
            entry.setChecked(True)
            entry.setEnabled(bool(self._chosen) or len(now) > 1)
            others = tuple(other for other in now if other != name)
            entry.triggered.connect(lambda _=False, others=others: self.wanted.emit(others))
        if len(now) > _LISTED:
            menu.addAction(f"and {len(now) - _LISTED:,} more").setEnabled(False)
        menu.addSeparator()
        more = tuple(name for name in self._selected if name not in now)
        told = more[0] if len(more) == 1 else f"{len(more):,} selected layers"
        add = menu.addAction(f"Keep {told} too" if more else "Select other layers to keep them too")
        add.setObjectName("keepSelected")
        add.setEnabled(bool(more))
        add.triggered.connect(lambda: self.wanted.emit((*now, *more)))
        free = menu.addAction("Leave the choice to the program")
        free.setObjectName("keepUsual")
        free.setToolTip("The first convolution of each resolution")
        free.setEnabled(bool(self._chosen))
        free.triggered.connect(lambda: self.wanted.emit(()))

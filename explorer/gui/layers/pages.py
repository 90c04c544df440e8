"""The pages of the panel below the canvas: a switch of their titles, each made when it is first shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from explorer.gui.segments import Segments
from explorer.gui.theme import Theme


class Pages(QStackedWidget):
    """Widgets of which one is shown, and the `switch` that chooses it.

    A page may have `set_theme(theme)`, a widget `tools` that stands in the panel's head while
    the page is shown, and `shutdown()`, which stops what it runs.

    Signals:
        shown(page): another page is shown, made by now.
    """

    shown = Signal(object)

    def __init__(self, title: str, tip: str, first: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.switch = Segments(((title, tip),), 26)
        self._titles = [title]
        self._makers: dict[str, Callable[[], QWidget]] = {}
        self._made: dict[str, QWidget] = {title: first}
        self._theme: Theme | None = None
        self.addWidget(first)
        self.switch.switched.connect(self._show)

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of all pages, in order."""
        return tuple(self._titles)

    def add(self, title: str, tip: str, make: Callable[[], QWidget], place: int | None = None) -> None:
        """Offer a page at the end, or at a place; it is made when it is first shown."""
        index = len(self._titles) if place is None else place
        self._titles.insert(index, title)
        self._makers[title] = make
        self.switch.insert(index, title, tip)

    def add_made(self, title: str, tip: str, page: QWidget) -> None:
        """Offer a page that is made already, at the end."""
        self._titles.append(title)
        self._made[title] = page
        self.addWidget(page)
        self.switch.insert(len(self._titles) - 1, title, tip)

    def page(self, title: str) -> QWidget | None:
        """The page of a title; None while it is not made."""
        return self._made.get(title)

    def show_page(self, title: str) -> None:
        """Switch to a page."""
        self.switch.choose(self._titles.index(title))

    def shutdown(self) -> bool:
        """Stop what the pages run; False where something still runs after a bounded time."""
        ended = [page.shutdown() for page in self._made.values() if hasattr(page, "shutdown")]
        return all(ended)

    def set_theme(self, theme: Theme) -> None:
        """Give all pages that are made the colours of a theme; the others get them when they are."""
        self._theme = theme
        for page in self._made.values():
            _colour(page, theme)

    def _show(self, index: int) -> None:
        title = self._titles[index]
        if title not in self._made:
            page = self._made[title] = self._makers.pop(title)()
            if self._theme is not None:
                _colour(page, self._theme)
            self.addWidget(page)
        self.setCurrentWidget(self._made[title])
        self.shown.emit(self._made[title])


def _colour(page: QWidget, theme: Theme) -> None:
    take = getattr(page, "set_theme", None)
    if take is not None:
        take(theme)

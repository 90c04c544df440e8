"""The field in which a person says which layers the table shows, with completion and its refusals."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QToolTip, QWidget

from explorer.core.filters import Filter, FilterError, completions, parse
from explorer.core.quantities import QUANTITIES
from explorer.gui.icons import icon
from explorer.gui.theme import Theme

_TIP = (
    "Show only layers with these words in name or operator, or a comparison:\n"
    "macs > 1e8,  operator = Conv2d and parameters > 10k,  output.height < 28,\n"
    "name ~ layer3,  memory > 2 MiB,  macs.share > 5%,  not (relu or field > 100)"
)
_OFFER, _MOST_OFFERS = 24, 8
_PATIENCE = 700  # ms: what is half written is not yet wrong


class FilterField(QLineEdit):
    """Reads a filter as it is typed; what makes no sense leaves the table as it is and says why.

    Signals:
        filtered(filter): another filter holds.
        refused(sentence): what is written makes no sense; empty once it does.
    """

    filtered = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="layerFilter", placeholderText="Filter")
        self.setClearButtonEnabled(True)
        self.setAccessibleName("Filter the layers")
        self.setToolTip(_TIP)
        self._sign = self.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self._late = QTimer(self, singleShot=True, interval=_PATIENCE)
        self._late.timeout.connect(self._say)
        self.offers: _Offers | None = None
        self.reason = ""
        """Why what is written is no filter; empty where it is one."""
        self.textChanged.connect(self._read)
        self.textEdited.connect(self._offer)
        self.returnPressed.connect(self._say)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._sign.setIcon(icon("search", theme, "text3"))

    def _read(self, text: str) -> None:
        try:
            wanted: Filter = parse(text)
        except FilterError as error:
            self._show(str(error))
            self._late.start()
            return
        self._late.stop()
        self._show("")
        self.filtered.emit(wanted)

    def _show(self, reason: str) -> None:
        self.reason = reason
        self.setToolTip(f"{reason}\n\n{_TIP}" if reason else _TIP)
        self.setAccessibleDescription(reason)
        if bool(self.property("grave")) != bool(reason) and not reason:
            self._mark(False)
            self.refused.emit("")

    def _say(self) -> None:
        """What is written stays wrong: mark it, and say why."""
        self._late.stop()
        if not self.reason:
            return
        self._mark(True)
        self.refused.emit(self.reason)
        if self.hasFocus():
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), self.reason, self)

    def _mark(self, wrong: bool) -> None:
        self.setProperty("grave", wrong)
        self.style().unpolish(self)
        self.style().polish(self)

    def _offer(self) -> None:
        """Offer the figures that the word before the cursor could become."""
        start, found = completions(self.text(), self.cursorPosition())
        if not found or self.cursorPosition() - start < 2:
            self.hide_offers()
            return
        if self.offers is None:
            self.offers = _Offers(self.window())
            self.offers.itemClicked.connect(lambda item: self._complete(item.text()))
        self.offers.show_names(found, self)

    def hide_offers(self) -> None:
        """Take the offered names away."""
        if self.offers is not None:
            self.offers.hide()

    def _complete(self, name: str) -> None:
        place = self.cursorPosition()
        start, _ = completions(self.text(), place)
        text = self.text()
        self.hide_offers()
        self.setText(f"{text[:start]}{name} {text[place:].lstrip()}")
        self.setCursorPosition(start + len(name) + 1)

    def event(self, event: QEvent) -> bool:
        # the tabulator, too, before it moves the focus
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._taken(event.key()):
            return True
        return super().event(event)

    def _taken(self, key: int) -> bool:
        """Whether a key chose among the offered names."""
        offers = self.offers
        if offers is None or not offers.isVisible():
            return False
        row = offers.currentRow()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            offers.setCurrentRow((row + step) % offers.count())
        elif key == Qt.Key.Key_Tab or (key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0):
            self._complete(offers.item(max(row, 0)).text())
        elif key == Qt.Key.Key_Escape:
            offers.hide()
        else:
            return False
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.hide_offers()
        super().focusOutEvent(event)


class _Offers(QListWidget):
    """Names above the field; the field keeps the focus and hands the arrow keys on."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, objectName="filterOffers")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Figures that a filter can name")
        self.setToolTip("Tab takes the first; the arrow keys choose another")

    def show_names(self, names: tuple[str, ...], field: QWidget) -> None:
        """Show names above a field, none of them chosen."""
        self.clear()
        for name in names:
            item = QListWidgetItem(name)
            quantity = QUANTITIES.get(name)
            item.setToolTip(quantity.says if quantity is not None else "")
            self.addItem(item)
        self.setCurrentRow(-1)
        height = _OFFER * min(len(names), _MOST_OFFERS) + 8
        corner = field.mapTo(self.parentWidget(), QPoint(0, 0))
        self.setGeometry(corner.x(), max(0, corner.y() - height - 4), max(200, field.width()), height)
        self.show()
        self.raise_()

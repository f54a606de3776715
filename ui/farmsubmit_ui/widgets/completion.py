"""Lists of words that open under a field; they are windows of their own, so the style has to be put on them."""

from __future__ import annotations

from typing import Any, Iterable

from qtpy.QtCore import QStringListModel, Qt
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QCompleter, QListView, QWidget

from farmsubmit_ui.style import current, palette, scale, set_role, style_sheet


class WordList(QListView):
    """A list that takes the style that is on when it opens: reading the style sheet takes long, and few ever open."""

    def __init__(self) -> None:
        super().__init__()
        self._look: Any = None
        set_role(self, "popup")

    def sizeHintForRow(self, row: int) -> int:
        """Return the height of a row, for which a completer asks before it opens the list."""
        self._dress()
        return int(super().sizeHintForRow(row))

    def showEvent(self, event: QShowEvent) -> None:
        """Take the style that is on."""
        self._dress()
        super().showEvent(event)

    def _dress(self) -> None:
        look = (current().style, scale())
        if look != self._look:
            self._look = look
            self.setPalette(palette(current()))
            self.setStyleSheet(style_sheet(*look))


def completer(owner: QWidget, words: Iterable[str]) -> QCompleter:
    """Return a completer for a field that offers words holding what is typed, in any case."""
    made = QCompleter(owner)
    made.setModel(QStringListModel(sorted(set(words), key=str.casefold), made))
    made.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    made.setFilterMode(Qt.MatchFlag.MatchContains)
    made.setMaxVisibleItems(12)
    made.setPopup(WordList())
    return made

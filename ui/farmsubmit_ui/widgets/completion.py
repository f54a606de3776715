"""Lists of words that open under a field; they are windows of their own, so the style has to be put on them."""

from __future__ import annotations

from typing import Iterable

from qtpy.QtCore import QStringListModel, Qt
from qtpy.QtWidgets import QCompleter, QWidget

from farmsubmit_ui.style import current, palette, scale, set_role, style_sheet


def completer(owner: QWidget, words: Iterable[str]) -> QCompleter:
    """Return a completer for a field that offers words holding what is typed, in any case."""
    made = QCompleter(owner)
    made.setModel(QStringListModel(sorted(set(words), key=str.casefold), made))
    made.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    made.setFilterMode(Qt.MatchFlag.MatchContains)
    made.setMaxVisibleItems(12)
    dress(made.popup())
    return made


def dress(popup: QWidget) -> None:
    """Put the style that is on, on a list that opens as a window without a parent."""
    set_role(popup, "popup")
    popup.setPalette(palette(current()))
    popup.setStyleSheet(style_sheet(current().style, scale()))

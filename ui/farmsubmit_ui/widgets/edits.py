"""Fields for one line of text: plain, for machines, and for searching."""

from __future__ import annotations

from typing import Optional

from qtpy.QtCore import Qt
from qtpy.QtGui import QAction
from qtpy.QtWidgets import QLineEdit, QWidget

from farmsubmit_ui.style import set_flag, set_icon, set_role


class TextEdit(QLineEdit):
    """A line of text that can be marked as wrong; the text of a wrong one stays as it was typed."""

    def __init__(self, name: str, title: str = "", parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._tip = ""

    def set_tip(self, text: str) -> None:
        """Set the tooltip that is there while nothing is wrong."""
        self._tip = text
        self.setToolTip(text)

    def set_problem(self, sentence: str) -> None:
        """Draw a red border and tell why in the tooltip; an empty sentence takes both away."""
        set_flag(self, "invalid", "true" if sentence else "")
        self.setAccessibleDescription(sentence)
        self.setToolTip(sentence or self._tip)

    def has_problem(self) -> bool:
        """Return whether the text is marked as wrong."""
        return bool(self.property("invalid"))


class MonoEdit(TextEdit):
    """A line of text that a machine reads, in the monospaced font."""

    def __init__(self, name: str, title: str = "", parent: Optional[QWidget] = None) -> None:
        super().__init__(name, title, parent)
        set_role(self, "mono")


class SearchEdit(TextEdit):
    """A field to search or filter with; Escape empties it."""

    def __init__(self, name: str, hint: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(name, hint, parent)
        self.setPlaceholderText(hint)
        self.setClearButtonEnabled(True)
        glass = QAction(self)
        set_icon(glass, "search", "dim")
        self.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        glass.setEnabled(True)
        clear = QAction(self.tr("Clear"), self)
        clear.setShortcut("Esc")
        clear.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        clear.triggered.connect(self.clear)
        self.addAction(clear)

"""Fields for one line of text: plain, for machines, and for searching."""

from __future__ import annotations

from typing import Optional

from qtpy.QtCore import Qt
from qtpy.QtGui import QAction, QPainter, QPaintEvent
from qtpy.QtWidgets import QLineEdit, QWidget

from farmsubmit_ui.style import current, pixmap, px, set_flag, set_role


class TextEdit(QLineEdit):
    """A line of text that can be marked as wrong; the text of a wrong one stays as it was typed."""

    def __init__(self, name: str, title: str = "", parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)

    def set_problem(self, sentence: str) -> None:
        """Draw a red border and tell why in the tooltip; an empty sentence takes both away."""
        set_flag(self, "invalid", "true" if sentence else "")
        self.setAccessibleDescription(sentence)
        self.setToolTip(sentence)

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
        clear = QAction(self.tr("Clear"), self)
        clear.setShortcut("Esc")
        clear.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        clear.triggered.connect(self.clear)
        self.addAction(clear)
        self.style_changed()

    def style_changed(self) -> None:
        """Leave room for the glass at the present zoom."""
        self.setTextMargins(px(22), 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field, and the glass, which Qt would not make larger with the text."""
        super().paintEvent(event)
        side = px(15)
        glass = pixmap("search", side, current().dim, self.devicePixelRatioF())
        painter = QPainter(self)
        painter.drawPixmap(px(9), (self.height() - side) // 2, glass)
        painter.end()

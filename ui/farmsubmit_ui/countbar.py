"""A bar of tabs some of which have a count beside their title, in a colour of its own."""

from __future__ import annotations

from typing import Dict, Optional, Tuple

from qtpy.QtCore import QRect, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent
from qtpy.QtWidgets import QTabBar, QWidget

from farmsubmit_ui.style import current


class CountBar(QTabBar):
    """Tabs whose text ends in their count; 0 is not shown."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("tabs")
        self.setAccessibleName(self.tr("Pages"))
        self.setExpanding(False)
        self._titles: Dict[int, str] = {}
        self._counts: Dict[int, Tuple[str, str]] = {}

    def title(self, place: int) -> str:
        """Return the title of a tab without its count."""
        return self._titles.get(place, str(self.tabText(place)))

    def set_count(self, place: int, count: int, token: str) -> None:
        """Show a count in the colour of a token of the style."""
        title = self._titles.setdefault(place, str(self.tabText(place)))
        text = f"{count:,}" if count else ""
        self._counts[place] = (text, token)
        self.setTabText(place, f"{title} {text}".rstrip())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tabs, and the counts again in their colours."""
        super().paintEvent(event)
        painter = QPainter(self)
        for place, (text, token) in self._counts.items():
            if text:
                self._paint_count(painter, place, text, token)
        painter.end()

    def _paint_count(self, painter: QPainter, place: int, text: str, token: str) -> None:
        metrics = self.fontMetrics()
        whole, own = metrics.horizontalAdvance(self.tabText(place)), metrics.horizontalAdvance(text)
        tab = self.tabRect(place)
        right = tab.center().x() + (whole + 1) // 2
        room = QRect(right - own + 1, tab.top() + tab.height() // 5, own + 4, tab.height() * 3 // 5)
        painter.fillRect(room, QColor(current().bar))
        painter.setPen(QColor(getattr(current(), token)))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

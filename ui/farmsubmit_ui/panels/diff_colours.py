"""Colours of a list of differences: what is new, gone, changed, and what to look at."""

from __future__ import annotations

from qtpy.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat

from farmsubmit_ui.style import current

_COLOURS = (("  added ", "done"), ("  removed ", "failed"), ("  changed ", "warning"), ("! ", "failed"))


class DiffColours(QSyntaxHighlighter):
    """Colours the first word of each line, and the lines that begin with an exclamation mark."""

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        for start, token in _COLOURS:
            if text.startswith(start):
                made = QTextCharFormat()
                made.setForeground(QColor(getattr(current(), token)))
                self.setFormat(0, len(text) if start == "! " else len(start), made)
                return
        if text and not text.startswith(" "):
            made = QTextCharFormat()
            made.setFontWeight(QFont.Weight.DemiBold)
            made.setForeground(QColor(current().strong))
            self.setFormat(0, len(text), made)

"""A log as it grows: lines that matter are coloured, and what they mean is said below."""

from __future__ import annotations

from typing import List, Optional

from qtpy.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextCursor, QTextDocument
from qtpy.QtWidgets import QCheckBox, QPlainTextEdit, QVBoxLayout, QWidget

from farmsubmit_ui.models.log_patterns import Meaning, explain, said, weight
from farmsubmit_ui.style import current, mono, px, set_flag, set_role
from farmsubmit_ui.widgets import Note

#: More lines than these are not kept in the view; the last ones are what matters.
MOST_LINES = 4000


class _Colours(QSyntaxHighlighter):
    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._ground = current().style

    def restyle(self) -> None:
        if self._ground != current().style:
            self._ground = current().style
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        kind = weight(text)
        if kind:
            made = QTextCharFormat()
            made.setForeground(QColor(getattr(current(), kind)))
            self.setFormat(0, len(text), made)


class LogText(QPlainTextEdit):
    """The lines of a log; what comes is added to what is there, and the view stays at the end where it is wanted."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("log")
        self.setAccessibleName(self.tr("Log"))
        set_role(self, "log")
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setMaximumBlockCount(MOST_LINES)
        self.setFont(mono())
        self.follows = True
        self._text = ""
        self._colours = _Colours(self.document())

    def set_log(self, text: str) -> None:
        """Show a log; one that begins with what is shown grows, any other takes its place."""
        if text == self._text:
            return
        place = self.verticalScrollBar().value()
        if self._text and text.startswith(self._text):
            end = QTextCursor(self.document())
            end.movePosition(QTextCursor.MoveOperation.End)
            end.insertText("\n".join(_last_lines(text[len(self._text) :])))
        else:
            self.setPlainText("\n".join(_last_lines(text)))
        self._text = text
        if self.follows:
            self.to_end()
        else:
            self.verticalScrollBar().setValue(place)

    def to_end(self) -> None:
        """Show the end."""
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        self.horizontalScrollBar().setValue(0)

    def text(self) -> str:
        """Return the log as it was given."""
        return self._text

    def style_changed(self) -> None:
        """Take the font and the colours of the style that is on."""
        self.setFont(mono())
        self._colours.restyle()


class LogView(QWidget):
    """A log, and below it what its trouble means; its owner places ``follow``, the switch to follow its end."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("log_view")
        self.meaning: Optional[Meaning] = None
        self.follow = QCheckBox(self.tr("F&ollow"))
        self.follow.setObjectName("log_follow")
        self.follow.setAccessibleName(self.tr("Follow the end of the log"))
        self.follow.setChecked(True)
        self.follow.toggled.connect(self._follow)
        self.log = LogText()
        # What the log means is worth more room than its lines, which are scrolled.
        self.log.setMinimumHeight(px(24))
        self.means = Note()
        self.means.setObjectName("log_meaning")
        set_flag(self.means, "small", "false")
        below = QVBoxLayout()
        below.setContentsMargins(px(12), px(4), px(12), px(10))
        below.addWidget(self.means)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.log, 1)
        whole.addLayout(below)
        self._lines: List[str] = []

    def show_log(self, text: str, empty: str) -> None:
        """Show a log; ``empty`` is said where it holds nothing."""
        self.log.setPlaceholderText(empty)
        self.log.set_log(text)
        self._lines = _last_lines(text)
        self.meaning = explain(self._lines)
        self.means.say(self.tr("What this means: {0}").format(self.meaning.sentence) if self.meaning else "", "warning")

    def last_trouble(self) -> str:
        """Return what the last line says that tells of itself that something went wrong."""
        found = (line for line in reversed(self._lines) if weight(line) == "failed" and line[:1] != "#")
        return said(next(found, ""))

    def _follow(self, is_on: bool) -> None:
        self.log.follows = is_on
        if is_on:
            self.log.to_end()


def _last_lines(text: str) -> List[str]:
    return text.split("\n")[-MOST_LINES:]

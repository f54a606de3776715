"""A read-only text of any length: the first lines at once, the others when they are asked for, a slice at a time."""

from __future__ import annotations

from typing import Any, Iterable, List, Optional

from qtpy.QtCore import Signal
from qtpy.QtGui import QColor, QTextCursor, QTextDocument
from qtpy.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from farmsubmit_ui import worker
from farmsubmit_ui.panels.script_highlight import ScriptHighlighter
from farmsubmit_ui.style import current, mono, set_role

#: So many lines are shown unless more are asked for, and so many are added in one slice of the event loop.
FIRST, SLICE = 3000, 150
# Marks of more hits than a person looks at cost time with every repaint.
_MOST_MARKS = 500


class ScriptView(QPlainTextEdit):
    """Shows a text and finds in it; ``shown_changed`` tells that more or fewer lines are there."""

    shown_changed = Signal()

    def __init__(self, name: str, title: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        set_role(self, "log")
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self.setFont(mono())
        self._lines: List[str] = []
        self._shown = 0
        self._wanted = 0
        self._place = 0
        self._marked = ""
        self._timer = worker.every(self, 0, self._add_slice)
        self.highlighter = ScriptHighlighter(self.document())

    @property
    def lines(self) -> int:
        """How many lines the text has."""
        return len(self._lines)

    @property
    def shown(self) -> int:
        """How many of them are shown."""
        return self._shown

    @property
    def is_filling(self) -> bool:
        """Whether lines are being added just now."""
        return bool(self._timer.isActive())

    def set_lines(self, lines: List[str]) -> None:
        """Show another text from its beginning, at the place where the old one was."""
        if self._replace_few(lines):
            self.shown_changed.emit()
            return
        self._place = self.verticalScrollBar().value()
        self._timer.stop()
        self._lines = lines
        self._shown = self._wanted = min(len(lines), SLICE)
        self.setPlainText("\n".join(lines[: self._shown]))
        self._scroll_back()
        self.show_until(FIRST)
        self.shown_changed.emit()

    def _replace_few(self, lines: List[str]) -> bool:
        """Write only the lines that differ, where they are few, and tell whether that was so; colouring takes long."""
        old = self._lines
        first = _same(old, lines)
        last = min(_same(reversed(old), reversed(lines)), len(old) - first, len(lines) - first)
        gone, new = len(old) - last - first, lines[first : len(lines) - last]
        if not 0 < gone <= SLICE or not 0 < len(new) <= SLICE or first + gone > self._shown:
            return old == lines and bool(lines)
        cursor = QTextCursor(self.document().findBlockByNumber(first))
        keep = QTextCursor.MoveMode.KeepAnchor
        cursor.movePosition(QTextCursor.MoveOperation.NextBlock, keep, gone - 1)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, keep)
        cursor.insertText("\n".join(new))
        self._lines = lines
        self._shown += len(new) - gone
        self._wanted = min(max(self._wanted + len(new) - gone, self._shown), len(lines))
        return True

    def show_all(self) -> None:
        """Add all other lines, while the dialog goes on."""
        self.show_until(len(self._lines))

    def show_until(self, line: int) -> None:
        """Add lines until one is there, while the dialog goes on."""
        self._wanted = min(max(line, self._wanted), len(self._lines))
        if self._shown < self._wanted:
            self._timer.start()

    def stop(self) -> None:
        """Add no more lines."""
        self._timer.stop()
        self._wanted = self._shown

    def _add_slice(self) -> None:
        end = min(self._shown + SLICE, self._wanted)
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText("\n" + "\n".join(self._lines[self._shown : end]))
        self._shown = end
        self._scroll_back()
        if self._shown >= self._wanted:
            self._timer.stop()
        self.shown_changed.emit()

    def _scroll_back(self) -> None:
        """Go back to where the old text stood, as soon as the new one is long enough."""
        bar = self.verticalScrollBar()
        if self._place and bar.maximum() >= self._place:
            bar.setValue(self._place)
            self._place = 0

    # --- searching

    def find_text(self, text: str, backward: bool = False) -> bool:
        """Select the next hit after the cursor, from the other end where there is none; tell whether there is one."""
        if text != self._marked:
            self.mark(text)
        if not text:
            return False
        flags = QTextDocument.FindFlag.FindBackward if backward else QTextDocument.FindFlag(0)
        found = self.document().find(text, self.textCursor(), flags)
        if found.isNull():
            start = QTextCursor(self.document())
            end = QTextCursor.MoveOperation.End if backward else QTextCursor.MoveOperation.Start
            start.movePosition(end)
            found = self.document().find(text, start, flags)
        if found.isNull():
            return False
        self.setTextCursor(found)
        self.centerCursor()
        return True

    def mark(self, text: str) -> None:
        """Mark all hits that are shown."""
        self._marked = text
        marks: List[Any] = []
        found = self.document().find(text) if text else QTextCursor()
        while not found.isNull() and len(marks) < _MOST_MARKS:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = found
            mark.format.setBackground(QColor(current().chip))
            marks.append(mark)
            found = self.document().find(text, found)
        self.setExtraSelections(marks)

    def style_changed(self) -> None:
        """Take the font and the colours of the style that is on."""
        self.setFont(mono())
        self.highlighter.restyle()
        self.mark(self._marked)


def _same(one: Iterable[str], other: Iterable[str]) -> int:
    """Return how many lines two texts begin with alike."""
    count = 0
    for mine, theirs in zip(one, other):
        if mine != theirs:
            break
        count += 1
    return count
